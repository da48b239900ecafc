"""What each entry of a statement is: looked up among what is asked, was paid, is on its way and was booked before.

A fixed number of queries, however many entries. What rests on a number of our own is certain; what rests on likeness is
a proposal that a person says yes to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from marke.ledger import queries as ledger_queries
from marke.ledger.queries import AccountBalance
from marke.ledger.services import Account
from marke.parties.models import Coop
from marke.payments.models import Payment, PaymentRequest, Refund
from marke.payments.own_transfers import NEAR, find_owed, find_own_transfers, find_recorded
from marke.payments.payables import payables
from marke.payments.purposes import purposes
from marke.payments.statement_models import BankEntry, BankStatement
from marke.payments.telling import forget, parties_by_iban, say, slices
from marke_core.banking.recognising import alike, fingerprint, pair_up, references_in, squeezed, words_of
from marke_core.banking.statements import COST

Meaning, Why = BankEntry.Meaning, BankEntry.Why


def recognise(coop: Coop, statement: BankStatement, entries: Sequence[BankEntry], at: datetime) -> None:
    """Says in each entry what it is; those that a person decided keep what was said, unless they are known already."""
    if not entries:
        return
    for entry in entries:
        if entry.decided_at is None:
            forget(entry)
    _find_known(coop, statement, entries)
    _give_fingerprints(statement, entries, coop)
    open_ = [entry for entry in entries if entry.meaning == Meaning.UNKNOWN and entry.decided_at is None]
    _find_recorded(coop, [entry for entry in open_ if not entry.not_same])
    find_recorded(coop, [entry for entry in open_ if not entry.not_same and _is_open(entry) and entry.amount < 0])
    incoming = [entry for entry in open_ if entry.amount > 0 and entry.meaning == Meaning.UNKNOWN]
    outgoing = [entry for entry in open_ if entry.amount < 0 and entry.meaning == Meaning.UNKNOWN]
    find_own_transfers(coop, [*incoming, *outgoing])
    _find_requests(coop, [entry for entry in incoming if _is_open(entry)])
    find_owed(coop, [entry for entry in incoming if _is_open(entry)], at, comes_in=True)
    _find_going_back(coop, [entry for entry in outgoing if _is_open(entry)])
    find_owed(coop, [entry for entry in outgoing if _is_open(entry) and entry.kind != COST], at)
    _find_part_back(coop, [entry for entry in outgoing if _is_open(entry) and entry.kind != COST])
    for entry in outgoing:
        if entry.meaning == Meaning.UNKNOWN and entry.kind == COST:
            entry.meaning, entry.why = Meaning.COST, Why.KIND


def _is_open(entry: BankEntry) -> bool:
    return entry.meaning == Meaning.UNKNOWN


# Known already


def _find_known(coop: Coop, statement: BankStatement, entries: Sequence[BankEntry]) -> None:
    """The same movement in another file: of the same day and amount, and nothing speaks against it."""
    days = [entry.booked_on for entry in entries]
    booked = BankEntry.objects.filter(
        coop=coop, booked_on__gte=min(days), booked_on__lte=max(days), booked_at__isnull=False
    ).exclude(meaning=Meaning.KNOWN)
    known: dict[tuple[object, int], list[BankEntry]] = defaultdict(list)
    for row in booked.exclude(statement=statement).select_related("statement").order_by("id"):
        known[row.booked_on, row.amount].append(row)
    if not known:
        return
    fresh: dict[tuple[object, int], list[BankEntry]] = defaultdict(list)
    for entry in entries:
        if not entry.not_same:
            fresh[entry.booked_on, entry.amount].append(entry)
    for place, group in fresh.items():
        others = known.get(place, [])
        formats = [other.statement.format == statement.format for other in others]
        for here, there in pair_up(group, others, same_format=formats).items():
            other = others[there]
            say(group[here], Meaning.KNOWN, Why.SAME, str(other.statement.number), certain=True, same_as=other)


def _give_fingerprints(statement: BankStatement, entries: Sequence[BankEntry], coop: Coop) -> None:
    """Entries that cannot be told apart are counted, on from those that are booked."""
    fresh = [entry for entry in entries if entry.meaning != Meaning.KNOWN]
    base = {entry.position: _fingerprint(statement, entry, 0) for entry in fresh}
    taken = {
        mark
        for part in slices(base.values())
        for mark in BankEntry.objects.filter(coop=coop, fingerprint__in=part)
        .exclude(statement=statement)
        .values_list("fingerprint", flat=True)
    }
    counts: dict[str, int] = {}
    for entry in entries:
        entry.fingerprint = ""
    for entry in fresh:
        first = base[entry.position]
        if first not in counts:
            counts[first] = _booked_alike(coop, statement, entry) if first in taken else 0
        entry.fingerprint = first if counts[first] == 0 else _fingerprint(statement, entry, counts[first])
        counts[first] += 1


def _booked_alike(coop: Coop, statement: BankStatement, entry: BankEntry) -> int:
    """The first count that is free: rare, so it may ask for each."""
    count = 1
    while BankEntry.objects.filter(coop=coop, fingerprint=_fingerprint(statement, entry, count)).exists():
        count += 1
    return count


def _fingerprint(statement: BankStatement, entry: BankEntry, ordinal: int) -> str:
    return fingerprint(iban=statement.iban, day=entry.booked_on.isoformat(), movement=entry, ordinal=ordinal)


# Written down by a person before the statement came


def _find_recorded(coop: Coop, entries: Sequence[BankEntry]) -> None:
    if not entries:
        return
    days = [entry.booked_on for entry in entries]
    near = Q(coop=coop, date__gte=min(days) - NEAR, date__lte=max(days) + NEAR)
    in_a_statement = Q(bank_entries__booked_at__isnull=False)
    payments: dict[int, list[Payment]] = defaultdict(list)
    for payment in Payment.objects.filter(near, reversed_at=None).exclude(in_a_statement).select_related("request__party"):
        payments[payment.amount].append(payment)
    refunds: dict[int, list[Refund]] = defaultdict(list)
    for refund in Refund.objects.filter(near, pay_line=None).exclude(in_a_statement).select_related("party"):
        refunds[refund.amount].append(refund)
    for entry in entries:
        if entry.amount > 0:
            said = _references(entry) if entry.amount in payments else []
            for payment in payments.get(entry.amount, []):
                if abs(payment.date - entry.booked_on) <= NEAR and _may_be(payment, entry, said):
                    say(entry, Meaning.RECORDED, Why.AMOUNT, str(payment.number), certain=True, payment=payment)
                    payments[entry.amount].remove(payment)
                    break
        else:
            for refund in refunds.get(-entry.amount, []):
                named = refund.party is None or not entry.name or alike(entry.name, refund.party.name)
                if abs(refund.date - entry.booked_on) <= NEAR and named:
                    say(entry, Meaning.RECORDED, Why.AMOUNT, str(refund.number), certain=True, refund=refund)
                    refunds[-entry.amount].remove(refund)
                    break


def _references(entry: BankEntry) -> list[str]:
    return [entry.reference] if entry.reference else references_in(entry.text)


def _may_be(payment: Payment, entry: BankEntry, said: list[str]) -> bool:
    """A payment with a request must fit the reference, or, where there is none, the name."""
    asked = payment.request
    if asked is None:
        return not payment.note or not entry.name or bool(words_of(payment.note) & words_of(f"{entry.name} {entry.text}"))
    return asked.reference in said if said else (not entry.name or alike(entry.name, asked.party.name))


# Money that was asked for


def _find_requests(coop: Coop, entries: Sequence[BankEntry]) -> None:
    if not entries:
        return
    said = {entry.position: _references(entry) for entry in entries}
    by_reference = {
        asked.reference: asked
        for part in slices(reference for references in said.values() for reference in references)
        for asked in PaymentRequest.objects.filter(coop=coop, reference__in=part).select_related("party", "account")
    }
    rest = []
    for entry in entries:
        asked = next((by_reference[one] for one in said[entry.position] if one in by_reference), None)
        if asked is not None:
            asked.coop = coop
            say(entry, Meaning.REQUEST, Why.REFERENCE, asked.party.name, certain=True, request=asked)
        elif not entry.reference:
            rest.append(entry)
    _propose_requests(coop, rest)


def _propose_requests(coop: Coop, entries: Sequence[BankEntry]) -> None:
    if not entries:
        return
    asked_for = list(PaymentRequest.objects.filter(coop=coop).open().select_related("party", "account"))
    by_number: dict[str, PaymentRequest] = {}
    by_word: dict[tuple[int, str], list[PaymentRequest]] = defaultdict(list)
    by_party: dict[tuple[int, int], list[PaymentRequest]] = defaultdict(list)
    for asked in asked_for:
        left = asked.amount - asked.paid  # type: ignore[attr-defined]
        number = squeezed(asked.subject)
        if len(number) >= 5:
            by_number[number] = asked
        by_party[left, asked.party_id].append(asked)
        for word in words_of(asked.party.name):
            by_word[left, word].append(asked)
    parties = parties_by_iban(coop, entries)
    for entry in entries:
        by_account = [one for party in parties.get(entry.iban, ()) for one in by_party.get((entry.amount, party), ())]
        by_name = {one.pk: one for word in words_of(entry.name) for one in by_word.get((entry.amount, word), ())}
        fitting = [one for one in by_name.values() if alike(entry.name, one.party.name)]
        for why, found in ((Why.NUMBER, _numbered(entry, by_number)), (Why.IBAN, by_account), (Why.NAME, fitting)):
            if len(found) == 1 or (found and len({one.party_id for one in found}) == 1):
                oldest = min(found, key=lambda one: (one.due_date, one.number))
                say(entry, Meaning.REQUEST, why, oldest.party.name, request=oldest)
                break


def _numbered(entry: BankEntry, by_number: dict[str, PaymentRequest]) -> list[PaymentRequest]:
    """Numbers such as 2026-0004 in the text, however they are parted."""
    words = [squeezed(word) for word in re.split(r"[^0-9A-Za-z]+", f"{entry.text} {entry.end_to_end_id}") if word]
    found = {}
    for width in (1, 2, 3):
        for start in range(len(words) - width + 1):
            asked = by_number.get("".join(words[start : start + width]))
            if asked is not None:
                found[asked.pk] = asked
    return list(found.values())


# Money that goes back


def _find_going_back(coop: Coop, entries: Sequence[BankEntry]) -> None:
    if not entries:
        return
    _find_taken_back(coop, [entry for entry in entries if entry.reversal])
    rest = [entry for entry in entries if entry.meaning == Meaning.UNKNOWN and entry.kind != COST]
    if not rest:
        return
    held: dict[int, list[Account]] = defaultdict(list)
    for row in _held(coop):
        held[row.amount].append(row.account)
    parties = parties_by_iban(coop, rest)
    unmatched = _unmatched_with_payer(coop)
    for entry in rest:
        fitting = held.get(entry.amount, [])
        for why, found in (
            (Why.IBAN, [account for account in fitting if account.party_id in parties.get(entry.iban, ())]),
            (Why.NAME, [account for account in fitting if account.party and alike(entry.name, account.party.name)]),
        ):
            if len(found) == 1 and found[0].party is not None:
                say(entry, Meaning.REFUND, why, found[0].party.name, account=found[0])
                fitting.remove(found[0])
                break
        else:
            came = [one for one in unmatched.get(-entry.amount, []) if _same_other_side(one, entry)]
            if len(came) == 1 and came[0].payment is not None:
                say(entry, Meaning.REFUND, Why.IBAN if entry.iban else Why.NAME, came[0].name, payment=came[0].payment)
                unmatched[-entry.amount].remove(came[0])


def _held(coop: Coop) -> list[AccountBalance]:
    return [row for row in ledger_queries.balances(coop, kind=Account.Kind.REFUNDS) if row.amount < 0 and row.account.party]


def _find_part_back(coop: Coop, entries: Sequence[BankEntry]) -> None:
    """A part of what is held for somebody, to their account: one year of a loan, while another payment waits too."""
    if not entries:
        return
    parties = parties_by_iban(coop, entries)
    held = {row.account.party_id: row for row in _held(coop)} if parties else {}
    for entry in entries:
        found = [held[party] for party in parties.get(entry.iban, ()) if party in held and held[party].amount < entry.amount]
        if len(found) == 1 and found[0].account.party is not None:
            say(entry, Meaning.REFUND, Why.IBAN, found[0].account.party.name, account=found[0].account)
            del held[found[0].account.party_id]


def _same_other_side(one: BankEntry, other: BankEntry) -> bool:
    if one.iban and other.iban:
        return one.iban == other.iban
    return bool(one.name and other.name) and alike(one.name, other.name)


def _unmatched_with_payer(coop: Coop) -> dict[int, list[BankEntry]]:
    waiting = BankEntry.objects.filter(coop=coop, payment__request=None, payment__reversed_at=None, payment__refunds=None)
    rows: dict[int, list[BankEntry]] = defaultdict(list)
    for row in waiting.filter(payment__isnull=False, booked_at__isnull=False).select_related("payment"):
        rows[row.amount].append(row)
    return rows


def _find_taken_back(coop: Coop, entries: Sequence[BankEntry]) -> None:
    """The bank takes a payment back: a debit that bounced, a transfer in error. By the payer and the same number."""
    amounts = [-entry.amount for entry in entries]
    came: dict[int, list[BankEntry]] = defaultdict(list)
    for part in slices(amounts):
        paid = BankEntry.objects.filter(Q(payment__reversed_at=None), coop=coop, amount__in=part, payment__isnull=False)
        for row in paid.filter(payment__refunds=None).select_related("payment").order_by("-booked_on", "-id"):
            came[row.amount].append(row)
    for entry in entries:
        for row in came.get(-entry.amount, []):
            same_id = entry.end_to_end_id and entry.end_to_end_id == row.end_to_end_id
            same_reference = entry.reference and entry.reference == row.reference
            if row.booked_on <= entry.booked_on and (same_id or same_reference or _same_other_side(row, entry)):
                why = Why.REFERENCE if same_id or same_reference else Why.AMOUNT
                about = str(row.payment.number) if row.payment else ""
                say(entry, Meaning.TAKEN_BACK, why, about, payment=row.payment)
                came[-entry.amount].remove(row)
                break


def describe(entry: BankEntry, coop: Coop) -> str:
    """What an entry pays, in the words of the app that asked or owes."""
    if entry.owed_kind:
        return payables.get(entry.owed_kind).describe(entry.owed_subject)
    if entry.request is None:
        return ""
    entry.request.coop = coop
    return purposes.get(entry.request.purpose).describe(entry.request)
