"""What left our account because we said so: pay runs, whole or line by line, what came back of them, and what else we owe."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Sum

from marke.parties.models import Coop
from marke.payments.conditions import PAY_RUN
from marke.payments.models import PayRunLine
from marke.payments.payables import Due, Payable, Recorded, payables
from marke.payments.statement_models import BankEntry
from marke.payments.telling import parties_by_iban, say
from marke.rounds.models import Round
from marke_core.banking.recognising import alike, references_in, squeezed

Meaning, Why = BankEntry.Meaning, BankEntry.Why
_OWN_PAY = re.compile(r"PAY-(\d{1,9})-(\d{1,9})")
NEAR = timedelta(days=5)


def find_own_transfers(coop: Coop, entries: Sequence[BankEntry]) -> None:
    """Pay runs that left, whole or line by line, and pay that came back."""
    named: dict[tuple[int, int], list[BankEntry]] = defaultdict(list)
    for entry in entries:
        if found := _OWN_PAY.search(f"{entry.end_to_end_id} {entry.text}"):
            named[int(found[1]), int(found[2])].append(entry)
    runs = {run.number: run for run in Round.objects.filter(coop=coop, kind=PAY_RUN, state__in=("sent", "settled"))}
    wanted = {place for place in named if place[0] in runs}
    left = _lines_that_left(coop, wanted)
    for line in _pay_lines(coop, wanted):
        for entry in named[line.run.number, line.position]:
            if entry.amount == -line.amount and (line.run.state == "sent" or line.pk not in left):
                # Somebody wrote the whole run down as paid before the bank said it of each line.
                meaning = Meaning.PAY_RUN if line.run.state == "sent" else Meaning.RECORDED
                say(entry, meaning, Why.OWN_ID, line.party.name, certain=True, run=line.run, pay_line=line)
            elif entry.amount == line.amount:
                say(entry, Meaning.RETURNED, Why.OWN_ID, line.party.name, certain=True, run=line.run, pay_line=line)
    _find_whole_runs(coop, [entry for entry in entries if entry.amount < 0 and entry.meaning == Meaning.UNKNOWN], runs)


def _lines_that_left(coop: Coop, places: set[tuple[int, int]]) -> set[int | None]:
    """Those of which a statement said it before; all of a run that left as one."""
    numbers = {number for number, _position in places}
    told = BankEntry.objects.filter(coop=coop, booked_at__isnull=False, amount__lt=0, run__kind=PAY_RUN, run__number__in=numbers)
    lines: set[int | None] = set(told.values_list("pay_line", flat=True))
    whole = PayRunLine.objects.filter(run__in=told.filter(pay_line=None).values("run")).values_list("pk", flat=True)
    return lines.union(whole)


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
                say(entry, meaning, Why.OWN_ID if named else Why.AMOUNT, str(number), certain=True, run=run)
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


# What else we owe, paid by hand in the bank's own app


def find_recorded(coop: Coop, entries: Sequence[BankEntry]) -> None:
    """A person wrote down before the statement came that it was paid."""
    if not entries:
        return
    days = [entry.booked_on for entry in entries]
    since, until = min(days) - NEAR, max(days) + NEAR
    rows = [(kind, row) for kind in payables if kind.recorded for row in kind.recorded(coop, since, until)]
    if not rows:
        return
    said = [row.transaction for _kind, row in rows]
    told = BankEntry.objects.filter(coop=coop, transaction__in=said, booked_at__isnull=False)
    in_a_statement = set(told.values_list("transaction", flat=True))
    free: dict[int, list[tuple[Payable, Recorded]]] = defaultdict(list)
    for kind, row in rows:
        if row.transaction.pk not in in_a_statement:
            free[row.amount].append((kind, row))
    for entry in entries:
        for kind, row in free.get(-entry.amount, []):
            if abs(row.date - entry.booked_on) <= NEAR:
                say(entry, Meaning.RECORDED, Why.AMOUNT, row.about, certain=True, transaction=row.transaction)
                free[-entry.amount].remove((kind, row))
                break


def find_owed(coop: Coop, entries: Sequence[BankEntry], at: datetime, *, comes_in: bool = False) -> None:
    """Proposes what is due now: by the reference under which it is expected, by the number of their paper, or by the amount and
    who got it. `comes_in`: what is owed to us, of entries that came in."""
    named = [entry for entry in entries if not _OWN_PAY.search(f"{entry.end_to_end_id} {entry.text}")]
    if not named:
        return
    owed = [(kind, due) for kind in payables if kind.book and kind.comes_in == comes_in for due in kind.due(coop, at)]
    if not owed:
        return
    by_amount: dict[int, list[tuple[Payable, Due]]] = defaultdict(list)
    by_reference: dict[str, list[tuple[Payable, Due]]] = defaultdict(list)
    for one in owed:
        by_amount[one[1].amount].append(one)
        by_reference[one[1].reference].append(one)
    parties = parties_by_iban(coop, named)
    for entry in named:
        said = [entry.reference] if entry.reference else references_in(entry.text)
        why, found = _whichever(
            entry, by_amount[abs(entry.amount)], [one for text in said for one in by_reference[text]], parties
        )
        if found is None:
            continue
        kind, due = found
        about = due.party.name if due.party else entry.name
        meaning = Meaning.GIVEN_BACK if comes_in else Meaning.OWED
        say(entry, meaning, why, about, owed_kind=kind.kind, owed_subject=due.subject)
        by_amount[due.amount].remove(found)
        by_reference[due.reference].remove(found)


def _whichever(
    entry: BankEntry,
    fitting: list[tuple[Payable, Due]],
    referred: list[tuple[Payable, Due]],
    parties: dict[str, set[int]],
) -> tuple[str, tuple[Payable, Due] | None]:
    """The one that it must be, and why; None where there is none, or more than one."""
    referred = [one for one in referred if abs(entry.amount) <= one[1].amount]
    if referred:
        return Why.REFERENCE, next((one for one in referred if one in fitting), referred[0])
    unknown = not entry.reference and not parties.get(entry.iban)
    for why, found in (
        (Why.NUMBER, [one for one in fitting if _names(entry, one[1])]),
        (Why.IBAN, [one for one in fitting if _same_account(one[1], entry, parties)]),
        (Why.NAME, [one for one in fitting if one[1].party and alike(entry.name, one[1].party.name)]),
        # Somebody who is no party has no name that we know: the amount to the cent is what there is.
        (Why.AMOUNT, [one for one in fitting if one[1].party is None and unknown]),
    ):
        if len(found) == 1:
            return why, found[0]
    return "", None


def _names(entry: BankEntry, due: Due) -> bool:
    """Their number stands in the words, however it is parted. A short one may stand there by chance."""
    number = squeezed(due.paper)
    return len(number) >= 5 and number in squeezed(f"{entry.text} {entry.end_to_end_id}")


def _same_account(due: Due, entry: BankEntry, parties: dict[str, set[int]]) -> bool:
    if not entry.iban:
        return False
    return entry.iban == due.iban or (due.party is not None and due.party.pk in parties.get(entry.iban, ()))
