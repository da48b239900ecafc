"""VAT that was handed in and paid."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger import services as ledger
from marke.ledger.closing import NotOverYet, first_open_day
from marke.ledger.periods import Period
from marke.ledger.services import Account, Basis, NewPosting, Transaction
from marke.parties.models import Coop, Party
from marke.rules.queries import rulebook
from marke.treasury.bought import bought_listing
from marke.treasury.models import VatPayment, VatReturn
from marke.treasury.vat import handed_in, vat_listing

RULE = "treasury.vat_period"


class NoVatNumber(Refused):
    """Without a VAT number there is nothing to hand in."""


class NotDeductible(Refused):
    """Less than nothing cannot be taken off."""


class NotAPayment(Refused):
    """Nothing was paid, or on a day that has not come."""


@transaction.atomic
def hand_in_vat(
    *, coop: Coop, period: Period, deductible: int = 0, note: str = "", once_key: str, by: Party | None, at: datetime
) -> VatReturn:
    """Writes down that the VAT of a period was handed in, with its figures as they are. Handing it in again replaces it.

    `deductible`: VAT that the co-op paid besides what stands on papers that were booked here, minor units; it is booked as
    less cost and less VAT to be paid, on the last day of the period or the first one after it that is open. The same
    `once_key` gives what was written first.

    Raises: NoVatNumber, NotOverYet, NotDeductible.
    """
    number = next_number(VatReturn, coop)  # locks the co-op, so that a double click waits here
    if written := VatReturn.objects.filter(coop=coop, once_key=once_key).first():
        return written
    _check(coop, period, deductible, at)
    day = first_open_day(coop, period.until - timedelta(days=1))
    earlier = handed_in(coop, period)
    if earlier and earlier.transaction:
        ledger.reverse(transaction=earlier.transaction, key=f"vat_return:{earlier.number}:1:reversed", date=day, by=by, at=at)
    listing, purchases = vat_listing(coop, period), bought_listing(coop, period)
    return VatReturn.objects.create(
        coop=coop,
        number=number,
        period=period.code,
        since=period.since,
        until=period.until,
        lines=listing.as_data(),
        vat=listing.vat,
        deductible=deductible,
        from_bills=purchases.from_bills,
        from_members=purchases.from_members,
        own_vat=purchases.own,
        bought=purchases.as_data(),
        note=" ".join(note.split())[:400],
        handed_in_at=at,
        handed_in_by=by,
        once_key=once_key,
        transaction=_book_deduction(coop, number, deductible, day, by, at) if deductible else None,
    )


def _check(coop: Coop, period: Period, deductible: int, at: datetime) -> None:
    if not coop.vat_number:
        raise NoVatNumber(
            _("%(coop)s has no VAT number, so there is no VAT to hand in. If it has one now, write it under its details first.")
            % {"coop": coop.name}
        )
    if period.until > local_date(at, coop.timezone):
        raise NotOverYet(
            _("%(period)s is not over yet. Its VAT can be handed in from the first day after it.") % {"period": period.label}
        )
    if deductible < 0:
        raise NotDeductible(
            _("%(amount)s cannot be taken off. Write the VAT that you paid to suppliers, or 0.")
            % {"amount": format_money(deductible, coop.currency)}
        )


def _book_deduction(coop: Coop, number: int, amount: int, day: date, by: Party | None, at: datetime) -> Transaction:
    vat = ledger.open_account(coop=coop, kind=Account.Kind.VAT, at=at)
    cost = ledger.open_account(coop=coop, kind=Account.Kind.EXPENSE, at=at)
    return ledger.post(
        coop=coop,
        kind="vat_return",
        key=f"vat_return:{number}:1",
        date=day,
        postings=[NewPosting(vat, amount, "deducted"), NewPosting(cost, -amount, "less_cost")],
        by=by,
        at=at,
        basis=_basis(coop, "vat_return", at),
        facts={"vat_return": number, "amount": amount},
    )


@transaction.atomic
def record_vat_payment(
    *, vat_return: VatReturn, amount: int, date: date, once_key: str, by: Party | None, at: datetime
) -> VatPayment:
    """Books VAT that was paid to the tax office from the bank; an amount below zero came back from it.

    The same `once_key` gives the payment that was recorded first.

    Raises: NotAPayment; PeriodClosed when the books of that day are closed.
    """
    coop = vat_return.coop
    number = next_number(VatPayment, coop)
    if recorded := VatPayment.objects.filter(coop=coop, once_key=once_key).first():
        return recorded
    today = local_date(at, coop.timezone)
    if not amount or date > today:
        raise NotAPayment(
            _("Write what was paid, more than nothing, and the day on which it left the bank: today (%(today)s) at the latest.")
            % {"today": today.isoformat()}
        )
    vat = ledger.open_account(coop=coop, kind=Account.Kind.VAT, at=at)
    bank = ledger.open_account(coop=coop, kind=Account.Kind.BANK, at=at)
    booked = ledger.post(
        coop=coop,
        kind="vat_payment",
        key=f"vat_payment:{number}:1",
        date=date,
        postings=[NewPosting(vat, amount, "handed_over"), NewPosting(bank, -amount, "paid_out")],
        by=by,
        at=at,
        basis=_basis(coop, "vat_payment", at),
        facts={"vat_return": vat_return.number, "amount": amount},
    )
    return VatPayment.objects.create(
        coop=coop,
        number=number,
        vat_return=vat_return,
        amount=amount,
        date=date,
        recorded_at=at,
        recorded_by=by,
        once_key=once_key,
        transaction=booked,
    )


def _basis(coop: Coop, scheme: str, at: datetime) -> Basis:
    return ledger.record_basis(coop=coop, scheme=scheme, version=1, rule_values=rulebook(coop, at).uids(RULE))
