"""What each entry of a statement is: looked up among what is asked, was paid, is on its way and was booked before.

A fixed number of queries, however many entries. What rests on a number of our own is certain; what rests on likeness is
a proposal that a person says yes to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q, Sum

from marke.ledger import queries as ledger_queries
from marke.ledger.services import Account
from marke.parties.models import Coop
from marke.payments.conditions import PAY_RUN
from marke.payments.models import BankAccount, Payment, PaymentRequest, PayRunLine, Refund
from marke.payments.purposes import purposes
from marke.payments.statement_models import BankEntry, BankStatement
from marke.rounds.models import Round
from marke_core.banking.recognising import alike, fingerprint, pair_up, references_in, squeezed, words_of
from marke_core.banking.statements import COST

Meaning, Why = BankEntry.Meaning, BankEntry.Why
_OWN_PAY = re.compile(r"PAY-(\d{1,9})-(\d{1,9})")
NEAR = timedelta(days=5)
SLICE = 2_000


def recognise(coop: Coop, statement: BankStatement, entries: Sequence[BankEntry]) -> None:
    """Says in each entry what it is; those that a person decided keep what was said, unless they are known already."""
    if not entries:
        return
    for entry in entries:
        if entry.decided_at is None:
            _forget(entry)
    _find_known(coop, statement, entries)
    _give_fingerprints(statement, entries, coop)
    open_ = [entry for entry in entries if entry.meaning == Meaning.UNKNOWN and entry.decided_at is None]
    _find_recorded(coop, [entry for entry in open_ if not entry.not_same])
    incoming = [entry for entry in open_ if entry.amount > 0 and entry.meaning == Meaning.UNKNOWN]
    outgoing = [entry for entry in open_ if entry.amount < 0 and entry.meaning == Meaning.UNKNOWN]
    _find_own_transfers(coop, [*incoming, *outgoing])
    _find_requests(coop, [entry for entry in incoming if entry.meaning == Meaning.UNKNOWN])
    _find_going_back(coop, [entry for entry in outgoing if entry.meaning == Meaning.UNKNOWN])
    for entry in outgoing:
        if entry.meaning == Meaning.UNKNOWN and entry.kind == COST:
            entry.meaning, entry.why = Meaning.COST, Why.KIND


def _forget(entry: BankEntry) -> None:
    entry.meaning, entry.certain, entry.why, entry.about = Meaning.UNKNOWN, False, "", ""
    entry.same_as = entry.request = entry.run = entry.pay_line = entry.account = entry.payment = entry.refund = None


def _say(entry: BankEntry, meaning: str, why: str, about: str = "", *, certain: bool = False, **what: Any) -> None:
    entry.meaning, entry.why, entry.about, entry.certain = meaning, why, about[:140], certain
    for name, value in what.items():
        setattr(entry, name, value)


def _slices(values: Iterable[Any]) -> Iterator[list[Any]]:
    """A database takes only so many values in one question."""
    known = list(dict.fromkeys(values))
    for start in range(0, len(known), SLICE):
        yield known[start : start + SLICE]


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
            _say(group[here], Meaning.KNOWN, Why.SAME, str(other.statement.number), certain=True, same_as=other)


def _give_fingerprints(statement: BankStatement, entries: Sequence[BankEntry], coop: Coop) -> None:
    """Entries that cannot be told apart are counted, on from those that are booked."""
    fresh = [entry for entry in entries if entry.meaning != Meaning.KNOWN]
    base = {entry.position: _fingerprint(statement, entry, 0) for entry in fresh}
    taken = {
        mark
        for part in _slices(base.values())
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
    for refund in Refund.objects.filter(near).exclude(in_a_statement).select_related("party"):
        refunds[refund.amount].append(refund)
    for entry in entries:
        if entry.amount > 0:
            for payment in payments.get(entry.amount, []):
                if abs(payment.date - entry.booked_on) <= NEAR and _may_be(payment, entry):
                    _say(entry, Meaning.RECORDED, Why.AMOUNT, str(payment.number), certain=True, payment=payment)
                    payments[entry.amount].remove(payment)
                    break
        else:
            for refund in refunds.get(-entry.amount, []):
                named = refund.party is None or not entry.name or alike(entry.name, refund.party.name)
                if abs(refund.date - entry.booked_on) <= NEAR and named:
                    _say(entry, Meaning.RECORDED, Why.AMOUNT, str(refund.number), certain=True, refund=refund)
                    refunds[-entry.amount].remove(refund)
                    break


def _may_be(payment: Payment, entry: BankEntry) -> bool:
    """A payment with a request must fit the reference, or, where there is none, the name."""
    asked = payment.request
    if asked is None:
        return not payment.note or not entry.name or bool(words_of(payment.note) & words_of(f"{entry.name} {entry.text}"))
    said = [entry.reference] if entry.reference else references_in(entry.text)
    return asked.reference in said if said else (not entry.name or alike(entry.name, asked.party.name))


# Our own transfers


def _find_own_transfers(coop: Coop, entries: Sequence[BankEntry]) -> None:
    """Pay runs that left, whole or line by line, and pay that came back."""
    named: dict[tuple[int, int], list[BankEntry]] = defaultdict(list)
    for entry in entries:
        if found := _OWN_PAY.search(f"{entry.end_to_end_id} {entry.text}"):
            named[int(found[1]), int(found[2])].append(entry)
    runs = {run.number: run for run in Round.objects.filter(coop=coop, kind=PAY_RUN, state__in=("sent", "settled"))}
    wanted = {place for place in named if place[0] in runs}
    for line in _pay_lines(coop, wanted):
        for entry in named[line.run.number, line.position]:
            if entry.amount == -line.amount and line.run.state == "sent":
                _say(entry, Meaning.PAY_RUN, Why.OWN_ID, line.party.name, certain=True, run=line.run, pay_line=line)
            elif entry.amount == line.amount:
                _say(entry, Meaning.RETURNED, Why.OWN_ID, line.party.name, certain=True, run=line.run, pay_line=line)
    _find_whole_runs(coop, [entry for entry in entries if entry.amount < 0 and entry.meaning == Meaning.UNKNOWN], runs)


def _pay_lines(coop: Coop, places: set[tuple[int, int]]) -> Iterator[PayRunLine]:
    if places:
        numbers = {number for number, _position in places}
        lines = PayRunLine.objects.filter(coop=coop, run__number__in=numbers, left_out="")
        for line in lines.select_related("run", "party", "account"):
            if (line.run.number, line.position) in places:
                yield line


def _find_whole_runs(coop: Coop, entries: Sequence[BankEntry], runs: dict[int, Round]) -> None:
    """One entry for all transfers of a run: by our name for the file, or by the total of a run that is on its way."""
    if not entries or not runs:
        return
    totals = dict(
        PayRunLine.objects.filter(coop=coop, left_out="", run__in=runs.values())
        .values_list("run__number")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    seen = set(BankEntry.objects.filter(coop=coop, run__isnull=False, booked_at__isnull=False).values_list("run_id", flat=True))
    messages = {f"MARKE-{coop.uid.hex[:12]}-{number}": number for number in runs}
    free = {number for number, run in runs.items() if run.pk not in seen}
    for entry in entries:
        named = messages.get(entry.batch_id) or messages.get(entry.end_to_end_id)
        fitting = [named] if named else [number for number in sorted(free) if totals.get(number) == -entry.amount]
        for number in fitting:
            run = runs[number]
            if number in free and totals.get(number) == -entry.amount and (named or _near_run(run, entry)):
                meaning = Meaning.PAY_RUN if run.state == "sent" else Meaning.RECORDED
                _say(entry, meaning, Why.OWN_ID if named else Why.AMOUNT, str(number), certain=True, run=run)
                free.discard(number)
                break


def _near_run(run: Round, entry: BankEntry) -> bool:
    """Sent a while ago at most, or told to be paid on about this day."""
    if run.state == "settled":
        told = run.moves.filter(state="settled").order_by("-id").first()
        day = told.date or told.at.date() if told else None
        return day is not None and abs(day - entry.booked_on) <= NEAR
    sent = run.moves.filter(state="sent").order_by("-id").first()
    return sent is not None and sent.at.date() - timedelta(days=1) <= entry.booked_on <= sent.at.date() + timedelta(days=30)


# Money that was asked for


def _find_requests(coop: Coop, entries: Sequence[BankEntry]) -> None:
    if not entries:
        return
    said = {entry.position: [entry.reference] if entry.reference else references_in(entry.text) for entry in entries}
    by_reference = {
        asked.reference: asked
        for part in _slices(reference for references in said.values() for reference in references)
        for asked in PaymentRequest.objects.filter(coop=coop, reference__in=part).select_related("party", "account")
    }
    rest = []
    for entry in entries:
        asked = next((by_reference[one] for one in said[entry.position] if one in by_reference), None)
        if asked is not None:
            asked.coop = coop
            _say(entry, Meaning.REQUEST, Why.REFERENCE, asked.party.name, certain=True, request=asked)
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
    parties = _parties_by_iban(coop, entries)
    for entry in entries:
        by_account = [one for party in parties.get(entry.iban, ()) for one in by_party.get((entry.amount, party), ())]
        by_name = {one.pk: one for word in words_of(entry.name) for one in by_word.get((entry.amount, word), ())}
        fitting = [one for one in by_name.values() if alike(entry.name, one.party.name)]
        for why, found in ((Why.NUMBER, _numbered(entry, by_number)), (Why.IBAN, by_account), (Why.NAME, fitting)):
            if len(found) == 1 or (found and len({one.party_id for one in found}) == 1):
                oldest = min(found, key=lambda one: (one.due_date, one.number))
                _say(entry, Meaning.REQUEST, why, oldest.party.name, request=oldest)
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


def _parties_by_iban(coop: Coop, entries: Sequence[BankEntry]) -> dict[str, set[int]]:
    """Whose account a number is: as members gave it, or as it paid before."""
    parties: dict[str, set[int]] = defaultdict(set)
    for part in _slices(entry.iban for entry in entries if entry.iban):
        given = BankAccount.objects.filter(coop=coop, iban__in=part, cancelled_at=None, confirmed_at__isnull=False)
        before = BankEntry.objects.filter(coop=coop, iban__in=part, payment__request__isnull=False, payment__reversed_at=None)
        for iban, party in (*given.values_list("iban", "party"), *before.values_list("iban", "payment__request__party")):
            parties[iban].add(party)
    return parties


# Money that goes back


def _find_going_back(coop: Coop, entries: Sequence[BankEntry]) -> None:
    if not entries:
        return
    _find_taken_back(coop, [entry for entry in entries if entry.reversal])
    rest = [entry for entry in entries if entry.meaning == Meaning.UNKNOWN and entry.kind != COST]
    if not rest:
        return
    held = [row for row in ledger_queries.balances(coop, kind=Account.Kind.REFUNDS) if row.amount < 0 and row.account.party]
    parties = _parties_by_iban(coop, rest)
    unmatched = _unmatched_with_payer(coop)
    for entry in rest:
        fitting = [row for row in held if row.amount == entry.amount and row.account.party]
        for why, found in (
            (Why.IBAN, [row for row in fitting if row.account.party_id in parties.get(entry.iban, ())]),
            (Why.NAME, [row for row in fitting if row.account.party and alike(entry.name, row.account.party.name)]),
        ):
            if len(found) == 1:
                party = found[0].account.party
                _say(entry, Meaning.REFUND, why, party.name if party else "", account=found[0].account)
                held.remove(found[0])
                break
        else:
            came = [one for one in unmatched.get(-entry.amount, []) if _same_other_side(one, entry)]
            if len(came) == 1 and came[0].payment is not None:
                _say(entry, Meaning.REFUND, Why.IBAN if entry.iban else Why.NAME, came[0].name, payment=came[0].payment)
                unmatched[-entry.amount].remove(came[0])


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
    for part in _slices(amounts):
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
                _say(entry, Meaning.TAKEN_BACK, why, about, payment=row.payment)
                came[-entry.amount].remove(row)
                break


def describe(entry: BankEntry, coop: Coop) -> str:
    """The request that an entry pays, in the words of the app that asked."""
    if entry.request is None:
        return ""
    entry.request.coop = coop
    return purposes.get(entry.request.purpose).describe(entry.request)
