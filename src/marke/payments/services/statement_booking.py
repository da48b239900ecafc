"""A bank statement is booked: whole, once, and each entry once whatever file it comes in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.db.large import room_for_much
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.closed_days import first_open_day
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.conditions import CAME_BACK
from marke.payments.models import Payment, PaymentRequest, PayRunLine
from marke.payments.payables import payables
from marke.payments.purposes import purposes
from marke.payments.recognition import recognise
from marke.payments.services.incoming import (
    PaymentInTheFuture,
    check_applies,
    check_unmatched,
    credits,
    lock_coop,
    match_payment,
    payment_facts,
    reverse_payment,
)
from marke.payments.services.outgoing import record_refund, send_back_payment
from marke.payments.services.pay_runs import confirm_pay_run
from marke.payments.services.statements import NotOpen, check_not_booked, decide
from marke.payments.statement_models import BankEntry, BankStatement
from marke.rounds.models import Round

Meaning = BankEntry.Meaning
State = BankStatement.State
RELATED = (
    "request__party",
    "request__account",
    "payment",
    "refund",
    "account__party",
    "pay_line__run",
    "pay_line__account",
    "pay_line__party",
)


class LayoutNotConfirmed(Refused):
    """Nobody has said yet that the columns are read rightly."""


class NothingWaits(Refused):
    """The entry is booked as what it is."""


class NothingToBook(Refused):
    """Every entry is known, or there is none."""


@dataclass
class _Batch:
    """What is collected before it is written in one go."""

    coop: Coop
    by: Party | None
    at: datetime
    statement: BankStatement
    bank: Account
    unmatched: Account
    transactions: list[ledger.NewTransaction] = field(default_factory=list)
    owners: list[BankEntry] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)  # still to be paid, by request

    def refunds(self, party: Party) -> Account:
        return ledger.open_account(coop=self.coop, kind=Account.Kind.REFUNDS, party=party, at=self.at)

    def add(self, entry: BankEntry, new: ledger.NewTransaction) -> None:
        self.transactions.append(new)
        self.owners.append(entry)


def book_statement(*, statement: BankStatement, by: Party | None, at: datetime) -> BankStatement:
    """Books every entry that is not known already, in one transaction. Booking twice is booking once.

    What is certain or was said yes to is booked as what it is; everything else came in or went out “not yet understood”,
    and its proposal stays. Raises: LayoutNotConfirmed, ImportedAlready, NotOpen, NothingToBook, PaymentInTheFuture; what
    the purposes raise; PeriodClosed for an entry in a period that is closed.
    """
    with room_for_much(), transaction.atomic():
        lock_coop(statement.coop_id)
        statement = BankStatement.objects.select_for_update(of=("self",)).select_related("coop").get(pk=statement.pk)
        if statement.state == State.BOOKED:
            return statement
        _check_bookable(statement)
        entries = list(statement.entries.select_related(*RELATED))
        if not entries:
            raise NothingToBook(_("There is no entry in this statement. Choose a period in which something was booked."))
        _check_days(statement, entries, at)
        recognise(statement.coop, statement, entries, at)
        _book(statement, entries, by, at)
        statement.state, statement.booked_at, statement.booked_by = State.BOOKED, at, by
        statement.rows, statement.lines = [], []
        statement.save()
        return statement


def _check_bookable(statement: BankStatement) -> None:
    if statement.state != State.PREVIEW:
        raise NotOpen(
            _("Statement %(number)d is “%(state)s” and cannot be changed any more.")
            % {"number": statement.number, "state": statement.get_state_display().lower()}
        )
    check_not_booked(statement.coop, statement.digest)
    if not statement.layout_confirmed:
        raise LayoutNotConfirmed(_("Look first whether the columns are read rightly, and say so; then it can be booked."))


def _check_days(statement: BankStatement, entries: Sequence[BankEntry], at: datetime) -> None:
    today = clock.local_date(at, statement.coop.timezone)
    late = next((entry for entry in entries if entry.booked_on > today), None)
    if late is not None:
        raise PaymentInTheFuture(
            _("%(day)s has not come yet; today is %(today)s. Write the day on which the bank received the money.")
            % {"day": late.booked_on.isoformat(), "today": today.isoformat()}
        )


def _book(statement: BankStatement, entries: list[BankEntry], by: Party | None, at: datetime) -> None:
    coop = statement.coop
    bank, unmatched = (ledger.open_account(coop=coop, kind=kind, at=at) for kind in (Account.Kind.BANK, Account.Kind.UNMATCHED))
    batch = _Batch(coop, by, at, statement, bank, unmatched)
    batch.left = _left(entries)
    number = next_number(Payment, coop)
    fresh = [entry for entry in entries if entry.meaning != Meaning.KNOWN]
    for entry in fresh:
        number += _collect(batch, entry, number)
    booked = ledger.post_many(coop=coop, transactions=batch.transactions, by=by, at=at)
    for entry, posted in zip(batch.owners, booked, strict=True):
        entry.transaction = posted
    _write_payments(batch)
    for entry in entries:
        entry.booked_at = at
        if entry.meaning != Meaning.UNKNOWN and not entry.is_proposal:
            entry.settled_at = at
    for entry in fresh:
        _book_alone(entry, entry.booked_on, by, at)
    _settle_runs(fresh, by, at)
    # Written anew under their own keys: updating so many columns of each would take ten times as long.
    BankEntry.objects.filter(statement=statement)._raw_delete(BankEntry.objects.db)
    BankEntry.objects.bulk_create(entries, batch_size=1_000)


def _left(entries: Sequence[BankEntry]) -> dict[int, int]:
    """Still to be paid on each request that an entry pays; the requests are locked."""
    ids = sorted({entry.request_id for entry in entries if entry.request_id})
    left: dict[int, int] = {}
    for start in range(0, len(ids), 2_000):
        part = ids[start : start + 2_000]
        list(PaymentRequest.objects.select_for_update().filter(pk__in=part).values_list("pk"))
        left |= {
            asked.pk: asked.amount - asked.paid  # type: ignore[attr-defined]
            for asked in PaymentRequest.objects.filter(pk__in=part).with_paid()
        }
    return left


def _collect(batch: _Batch, entry: BankEntry, number: int) -> int:
    """Puts what one entry books beside the rest. Returns how many payment numbers it took."""
    if entry.meaning == Meaning.RECORDED:
        return 0
    if entry.meaning == Meaning.RETURNED and entry.pay_line is not None:
        batch.add(entry, _returned(batch, entry, entry.pay_line))
        return 0
    if entry.meaning == Meaning.GIVEN_BACK and entry.decided_at is not None:
        return 0  # booked alone
    if entry.amount > 0:
        _collect_payment(batch, entry, number)
        return 1
    if entry.meaning == Meaning.PAY_RUN:
        if entry.pay_line is not None:
            batch.add(entry, _arrived(batch, entry))
        return 0
    if entry.decided_at is not None and entry.meaning == Meaning.COST:
        batch.add(entry, _cost(batch, entry))
    elif entry.decided_at is None or entry.meaning == Meaning.UNKNOWN:
        batch.add(entry, _unknown(batch, entry))
    return 0


def _collect_payment(batch: _Batch, entry: BankEntry, number: int) -> None:
    request, applied = entry.request, 0
    if request is not None and entry.is_proposal:
        request = None
    if request is not None:
        request.coop = batch.coop
        try:
            applied = check_applies(request, batch.left[request.pk], entry.amount, entry.surplus)
            batch.left[request.pk] -= applied
        except Refused:
            # Paid already, withdrawn, or too much and nobody said what happens to the rest: it waits for a person.
            request, entry.certain, entry.decided_at = None, False, None
    postings = [ledger.NewPosting(batch.bank, entry.amount, "received")]
    if request is None:
        postings.append(ledger.NewPosting(batch.unmatched, -entry.amount, "unmatched"))
    else:
        postings += credits(batch.coop, request, entry.amount, applied, entry.surplus, batch.at)
    facts = payment_facts(number, request, entry.amount) | {"statement": batch.statement.number, "entry": entry.position}
    batch.add(entry, ledger.NewTransaction("payment", f"payment:{number}:1", entry.booked_on, postings, facts=facts))
    batch.payments.append(
        Payment(
            coop=batch.coop,
            number=number,
            request=request,
            amount=entry.amount,
            applied=applied,
            surplus=entry.surplus if request is not None and applied < entry.amount else "",
            date=entry.booked_on,
            note=" · ".join(part for part in (entry.name, entry.text) if part)[:140],
            recorded_at=batch.at,
            recorded_by=batch.by,
            once_key=f"bank:{entry.fingerprint[:58]}",
        )
    )
    entry.payment = batch.payments[-1]


def _write_payments(batch: _Batch) -> None:
    paying = [entry for entry in batch.owners if entry.payment is not None and entry.payment.pk is None]
    for entry in paying:
        assert entry.payment is not None and entry.transaction is not None
        entry.payment.transaction = entry.transaction
    made = Payment.objects.bulk_create(batch.payments, batch_size=500)
    for entry, payment in zip(paying, made, strict=True):
        entry.payment = payment
    for payment in made:
        if payment.request is not None:
            asked = payment.request
            purposes.get(asked.purpose).paid(request=asked, payment=payment, by=batch.by, at=batch.at)


def _facts(batch: _Batch, entry: BankEntry) -> dict[str, int]:
    return {"statement": batch.statement.number, "entry": entry.position, "amount": abs(entry.amount)}


def _new(batch: _Batch, entry: BankEntry, postings: list[ledger.NewPosting], **facts: int) -> ledger.NewTransaction:
    key = f"bank_entry:{batch.statement.number}.{entry.position}:1"
    return ledger.NewTransaction("bank_entry", key, entry.booked_on, postings, facts=_facts(batch, entry) | facts)


def _returned(batch: _Batch, entry: BankEntry, line: PayRunLine) -> ledger.NewTransaction:
    """It came back: pay is owed to the member again, and everything else is to be sent again."""
    owed = line.account if line.kind == PayRunLine.PAY else batch.refunds(line.party)
    postings = [
        ledger.NewPosting(batch.bank, entry.amount, "received"),
        ledger.NewPosting(owed, -entry.amount, CAME_BACK),
    ]
    return _new(batch, entry, postings, pay_run=line.run.number, line=line.position)


def _arrived(batch: _Batch, entry: BankEntry) -> ledger.NewTransaction:
    transit = ledger.open_account(coop=batch.coop, kind=Account.Kind.TRANSIT, at=batch.at)
    postings = [
        ledger.NewPosting(transit, -entry.amount, "arrived"),
        ledger.NewPosting(batch.bank, entry.amount, "paid_out"),
    ]
    return _new(batch, entry, postings)


def _cost(batch: _Batch, entry: BankEntry) -> ledger.NewTransaction:
    cost = ledger.open_account(coop=batch.coop, kind=Account.Kind.EXPENSE, detail="bank", at=batch.at)
    postings = [
        ledger.NewPosting(cost, -entry.amount, "bank_cost"),
        ledger.NewPosting(batch.bank, entry.amount, "paid_out"),
    ]
    return _new(batch, entry, postings)


def _unknown(batch: _Batch, entry: BankEntry) -> ledger.NewTransaction:
    postings = [
        ledger.NewPosting(batch.unmatched, -entry.amount, "went_out"),
        ledger.NewPosting(batch.bank, entry.amount, "paid_out"),
    ]
    return _new(batch, entry, postings)


def _book_alone(entry: BankEntry, day: date, by: Party | None, at: datetime) -> None:
    """What has a service of its own: sent back to a payer, taken back by the bank, something else that we owe or are owed."""
    comes_in = entry.meaning == Meaning.GIVEN_BACK
    if entry.decided_at is None or (entry.amount > 0) != comes_in or entry.transaction is not None:
        return
    once_key = f"bank:{entry.fingerprint[:58]}"
    note = _("bank statement %(number)d") % {"number": entry.statement.number}
    if entry.meaning == Meaning.TAKEN_BACK and entry.payment is not None:
        reverse_payment(payment=entry.payment, reason=entry.text or note, date=day, by=by, at=at)
    elif entry.meaning == Meaning.REFUND and entry.payment is not None:
        entry.refund = send_back_payment(payment=entry.payment, date=day, note=note, once_key=once_key, by=by, at=at)
    elif entry.meaning in (Meaning.OWED, Meaning.GIVEN_BACK):
        _book_owed(entry, day, once_key, by, at)
    elif entry.meaning == Meaning.REFUND and entry.account is not None:
        party, amount = entry.account.party, -entry.amount
        entry.refund = record_refund(
            coop=entry.coop,
            party=party,
            account=entry.account,
            amount=amount,
            date=day,
            note=note,
            once_key=once_key,
            by=by,
            at=at,
            seen_by_bank=True,
        )
    if entry.refund is not None:
        entry.transaction = entry.refund.transaction


def _book_owed(entry: BankEntry, day: date, once_key: str, by: Party | None, at: datetime) -> None:
    """As the app that owes it, or is owed it, books it when somebody records it by hand."""
    book, amount = payables.get(entry.owed_kind).book, abs(entry.amount)
    assert book is not None
    done = book(coop=entry.coop, subject=entry.owed_subject, amount=amount, date=day, once_key=once_key, by=by, at=at)
    entry.transaction, entry.refund = done.transaction, done.refund


def _settle_runs(entries: Sequence[BankEntry], by: Party | None, at: datetime) -> None:
    """A run whose last transfer has left is paid."""
    by_run: dict[int, list[BankEntry]] = defaultdict(list)
    for entry in entries:
        if entry.meaning == Meaning.PAY_RUN and entry.run_id:
            by_run[entry.run_id].append(entry)
    for run_id, left in by_run.items():
        run = Round.objects.get(pk=run_id)
        day = max(entry.booked_on for entry in left)
        if any(entry.pay_line_id is None for entry in left):
            confirm_pay_run(run=run, date=day, by=by, at=at)
            continue
        lines = dict(PayRunLine.objects.filter(run=run, left_out="").values_list("pk", "amount"))
        before = BankEntry.objects.filter(pay_line__run=run, meaning=Meaning.PAY_RUN, booked_at__isnull=False)
        arrived = set(before.values_list("pay_line", flat=True)) | {entry.pay_line_id for entry in left}
        if arrived >= set(lines):
            confirm_pay_run(run=run, date=day, arrived=sum(lines.values()), by=by, at=at)


@transaction.atomic
def settle_entry(*, entry: BankEntry, answer: str, surplus: str = "", by: Party | None, at: datetime) -> BankEntry:
    """Says what an entry is that was booked “not yet understood”: the answers are those of `decide_entry`.

    Raises: NothingWaits, CannotDecide; as `match_payment`, `record_refund`, `reverse_payment`.
    """
    lock_coop(entry.coop_id)
    rows = BankEntry.objects.select_for_update(of=("self",)).select_related(
        "coop", "statement", "request", "payment", "account__party", "transaction__coop"
    )
    entry = rows.get(pk=entry.pk)
    if not entry.waits or entry.statement.state != State.BOOKED:
        raise NothingWaits(_("Entry %(n)d is booked as what it is; nothing waits for an answer.") % {"n": entry.position})
    decide(entry=entry, answer=answer, surplus=surplus, by=by, at=at)
    if entry.meaning != Meaning.UNKNOWN:
        _settle(entry, by, at)
        entry.settled_at = at
    else:
        entry.decided_at = None
    entry.save()
    return entry


def _settle(entry: BankEntry, by: Party | None, at: datetime) -> None:
    coop = entry.coop
    # The day itself may be closed by now; then on the first day that is open.
    day = first_open_day(coop, entry.booked_on)
    if entry.meaning == Meaning.GIVEN_BACK and entry.payment is not None:
        check_unmatched(entry.payment)  # somebody may have matched it by hand meanwhile
        reverse_payment(payment=entry.payment, reason=str(Meaning.GIVEN_BACK.label), date=day, by=by, at=at)
        entry.payment = entry.transaction = None
        _book_alone(entry, day, by, at)
        return
    if entry.amount > 0:
        assert entry.payment is not None and entry.request is not None
        entry.payment = match_payment(payment=entry.payment, request=entry.request, surplus=entry.surplus, by=by, at=at)
        return
    assert entry.transaction is not None
    fact = f"bank_entry:{entry.statement.number}.{entry.position}"
    ledger.reverse(transaction=entry.transaction, key=f"{fact}:1:reversed", date=day, by=by, at=at)
    entry.transaction = None
    if entry.meaning == Meaning.COST:
        kinds = (Account.Kind.BANK, Account.Kind.UNMATCHED)
        bank, unmatched = (ledger.open_account(coop=coop, kind=kind, at=at) for kind in kinds)
        new = _cost(_Batch(coop, by, at, entry.statement, bank, unmatched), entry)._replace(key=f"{fact}:2", date=day)
        entry.transaction = ledger.post_many(coop=coop, transactions=[new], by=by, at=at)[0]
    else:
        _book_alone(entry, day, by, at)
