"""Bills that left the bank, and credit notes that took something off them or came back by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.bills.conditions import left_of
from marke.bills.models import Bill, BillPayment, MoneyBack, SetOff, Supplier
from marke.bills.services.filling import lock_bill
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.services import Account
from marke.parties.models import Coop, Party
from marke.payments.models import PayRunLine, Refund
from marke.payments.services import record_refund

MONEY_BACK = "bill_back"


class NotOwed(Refused):
    """Less is to be paid on it, or nothing any more."""


class NotGivenBack(Refused):
    """It is no credit note, or less of it is left."""


def set_off(supplier: Supplier, *, at: datetime) -> None:
    """Credit notes pay the oldest bills first, as far as they go. Both are on one account: nothing is booked."""
    open_rows = [bill for bill in open_bills(supplier) if left_of(bill)]
    credits = [bill for bill in open_rows if left_of(bill) < 0]
    left = {bill.pk: left_of(bill) for bill in open_rows}
    for credit in credits:
        for bill in open_rows:
            if left[bill.pk] > 0 and left[credit.pk] < 0:
                amount = min(left[bill.pk], -left[credit.pk])
                SetOff.objects.create(coop=supplier.coop, credit=credit, bill=bill, amount=amount, at=at)
                left[bill.pk] -= amount
                left[credit.pk] += amount


def open_bills(supplier: Supplier) -> list[Bill]:
    """What was approved, the oldest first."""
    rows = Bill.objects.filter(supplier=supplier, state=Bill.State.APPROVED).with_left()
    return list(rows.order_by("issue_date", "number"))


def pay_lines(
    *, coop: Coop, lines: Sequence[PayRunLine], send: Callable[[], list[Refund]], by: Party | None, at: datetime
) -> None:
    """A pay run leaves with these bills. Raises: NotOwed when less is to be paid on one than its line pays."""
    numbers = [int(line.subject) for line in lines]
    list(Bill.objects.select_for_update().filter(coop=coop, number__in=numbers).values_list("pk"))
    bills = {bill.number: bill for bill in Bill.objects.filter(coop=coop, number__in=numbers).with_left()}
    for line in lines:
        _check_owed(bills[int(line.subject)], line.amount, coop)
    payments = [
        BillPayment(coop=coop, bill=bills[int(line.subject)], amount=line.amount, date=refund.date, refund=refund)
        for line, refund in zip(lines, send(), strict=True)
    ]
    BillPayment.objects.bulk_create(payments, batch_size=500)


@transaction.atomic
def record_bill_payment(
    *, bill: Bill, amount: int, date: date, once_key: str, by: Party | None, at: datetime, seen_by_bank: bool = False
) -> BillPayment:
    """It was paid in another way than by the pay run. The same `once_key` books once.

    Raises: NotOwed, StandsInARun, PaymentInTheFuture.
    """
    ledger.lock_ledger(bill.coop)
    bill = lock_bill(bill)
    if before := BillPayment.objects.filter(coop=bill.coop, refund__once_key=once_key).select_related("refund").first():
        return before
    _check_owed(Bill.objects.with_left().get(pk=bill.pk), amount, bill.coop)
    assert bill.supplier is not None
    account = ledger.open_account(coop=bill.coop, kind=Account.Kind.PAYABLE, party=bill.supplier.party, at=at)
    refund = record_refund(
        coop=bill.coop, party=bill.supplier.party, account=account, amount=amount, date=date, note=bill.paper, once_key=once_key,
        by=by, at=at, seen_by_bank=seen_by_bank,
    )  # fmt: skip
    return BillPayment.objects.create(coop=bill.coop, bill=bill, amount=amount, date=date, refund=refund)


@transaction.atomic
def record_money_back(*, bill: Bill, amount: int, date: date, once_key: str, by: Party | None, at: datetime) -> MoneyBack:
    """The bank says that a supplier transferred what a credit note gives back. The same `once_key` books once.

    Raises: NotGivenBack when less, or nothing, is to come back on it.
    """
    coop = bill.coop
    number = next_number(MoneyBack, coop)
    ledger.lock_ledger(coop)  # nobody sets the credit note off meanwhile
    if before := MoneyBack.objects.filter(coop=coop, once_key=once_key).select_related("transaction").first():
        return before
    bill = lock_bill(bill)
    _check_comes_back(Bill.objects.with_left().get(pk=bill.pk), amount, coop)
    assert bill.supplier is not None
    bank = ledger.open_account(coop=coop, kind=Account.Kind.BANK, at=at)
    owed = ledger.open_account(coop=coop, kind=Account.Kind.PAYABLE, party=bill.supplier.party, at=at)
    booked = ledger.post(
        coop=coop,
        kind=MONEY_BACK,
        key=f"{MONEY_BACK}:{number}:1",
        date=date,
        postings=[ledger.NewPosting(bank, amount, "received"), ledger.NewPosting(owed, -amount, "given_back")],
        by=by,
        at=at,
        facts={"bill": bill.number, "amount": amount},
    )
    return MoneyBack.objects.create(
        coop=coop, number=number, bill=bill, amount=amount, date=date, recorded_at=at, recorded_by=by, once_key=once_key,
        transaction=booked,
    )  # fmt: skip


def _check_comes_back(bill: Bill, amount: int, coop: Coop) -> None:
    left = -left_of(bill)
    if not 0 < amount <= left:
        raise NotGivenBack(
            _("%(amount)s cannot come back on bill %(number)s: %(left)s is to come back.")
            % {
                "amount": format_money(amount, coop.currency),
                "number": bill.number,
                "left": format_money(max(left, 0), coop.currency),
            }
        )


def _check_owed(bill: Bill, amount: int, coop: Coop) -> None:
    left = left_of(bill)
    if not 0 < amount <= left:
        raise NotOwed(
            _("%(amount)s cannot be paid on bill %(number)s: %(left)s is to be paid.")
            % {
                "amount": format_money(amount, coop.currency),
                "number": bill.number,
                "left": format_money(max(left, 0), coop.currency),
            }
        )
