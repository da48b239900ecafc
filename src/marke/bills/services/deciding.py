"""A bill is approved and booked, asked about, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities.models import Activity
from marke.bills import rulebook as rules
from marke.bills.conditions import people_needed
from marke.bills.incoming_vat import deductible, reckoned
from marke.bills.models import Approval, Bill, BillAnswer, BillMove, SupplierAccount
from marke.bills.permissions import check_may_approve
from marke.bills.queries import account_known
from marke.bills.services.booking import book_bill
from marke.bills.services.filling import already, check_move, lock_bill
from marke.bills.services.paying import set_off
from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import NotAllowed, Refused
from marke.jobs.vat_rates import rates_of
from marke.ledger import services as ledger
from marke.parties.models import Party
from marke.rules.queries import rulebook
from marke_core.einvoice.response import ACCEPTED, REJECTED, UNDER_QUERY

State = Bill.State
# Codes of OPStatusReason, with which a supplier's program can do something.
REASONS = ("REF", "LEG", "REC", "QUA", "DEL", "PRI", "QTY", "ITM", "PAY", "UNR", "FIN", "PPD", "OTH")


class OwnBill(NotAllowed):
    """Who brought it in does not approve it."""


class AccountChanged(Refused):
    """The bill asks to be paid to another account than the last one."""

    status = 422


class NotDeductible(Refused):
    """More VAT is taken off than stands on the bill."""

    status = 422


class NotOursToReckon(Refused):
    """Reverse charge for no reason, at no rate of the country, or on more than was bought."""

    status = 422


class WhyNot(Refused):
    """A supplier is refused, or asked something, in words."""

    status = 422


class CreditOfABusiness(Refused):
    """What comes back goes to a cost."""

    status = 422


class OtherCurrency(Refused):
    """The books are kept in another one."""


@dataclass(frozen=True)
class OwnVat:
    """`kind`: of `Bill.Own` · `base`: without VAT, above zero also of a credit note · `permille`: the rate."""

    kind: str
    base: int
    permille: int

    @property
    def vat(self) -> int:
        return reckoned(self.base, self.permille)


@dataclass(frozen=True)
class Booking:
    """What it is booked as. `deducted`: VAT that is taken off, above zero, also of a credit note; None: what the rule says;
    `activity` is charged with the rest; `own`: VAT that is ours to reckon."""

    cost: str
    deducted: int | None
    activity: Activity | None = None
    own: OwnVat | None = None
    account_confirmed: bool = False


@transaction.atomic
def approve_bill(*, bill: Bill, booking: Booking, by: Party, at: datetime) -> Bill:
    """One person says yes. When the rule has enough of them it is booked, on its own day or the first that is open.

    Raises: MayNotApprove, OwnBill, BillDecided, AccountChanged, NotDeductible, NotOursToReckon, OtherCurrency; what book_bill
    raises.
    """
    ledger.lock_ledger(bill.coop)
    bill = lock_bill(bill)
    check_may_approve(bill.coop, by, at)
    if Approval.objects.filter(bill=bill, by=by).exists():
        return bill
    check_move(bill, State.APPROVED)
    book = rulebook(bill.coop, at)
    if bill.entered_by_id == by.pk and book.value(rules.OWN) == rules.ANOTHER:
        raise OwnBill(_("You brought this bill in: somebody else approves it."))
    _check(bill, booking)
    _vouch(bill, booking, by, at)
    sign = -1 if bill.is_credit_note else 1
    bill.cost, bill.activity = booking.cost, booking.activity
    _write_vat(bill, booking, sign, at)
    Approval.objects.create(coop=bill.coop, bill=bill, by=by, at=at)
    if Approval.objects.filter(bill=bill).count() < people_needed(bill.payable, book.value(rules.TWO_FROM)):
        bill.save(update_fields=["cost", "activity", "deducted", "own_kind", "own_base", "own_permille", "own_vat"])
        _move(bill, State.WAITING, "", by, at)
        return bill
    assert bill.supplier is not None
    bill.booked_on = clock.local_date(at, bill.coop.timezone)
    bill.transaction = book_bill(bill, by=by, at=at)
    bill.state = State.APPROVED
    bill.save()
    bill.supplier.cost = bill.cost
    bill.supplier.save(update_fields=["cost"])
    _move(bill, State.APPROVED, "", by, at)
    answer(bill, ACCEPTED, at=at)
    set_off(bill.supplier, at=at)
    return bill


def _check(bill: Bill, booking: Booking) -> None:
    if bill.currency != bill.coop.currency:
        raise OtherCurrency(
            _("The bill is in %(theirs)s and our books are in %(ours)s. Type in what it comes to.")
            % {"theirs": bill.currency, "ours": bill.coop.currency}
        )
    own, deducted = booking.own, booking.deducted or 0
    if own is not None:
        _check_own(bill, own)
    if not 0 <= deducted <= abs(bill.vat) + (own.vat if own else 0):
        raise NotDeductible(_("No more VAT can be taken off than stands on the bill, or is ours to reckon."))
    if deducted and not bill.coop.vat_number:
        raise NotDeductible(_("%(coop)s has no VAT number, so no VAT is taken off.") % {"coop": bill.coop.name})
    if booking.activity is not None and bill.is_credit_note:
        raise CreditOfABusiness(_("A credit note is not charged to a business. Choose a cost."))


def _check_own(bill: Bill, own: OwnVat) -> None:
    if not bill.coop.vat_number:
        raise NotOursToReckon(
            _("%(coop)s has no VAT number: ask your accountant how such a bill is declared.") % {"coop": bill.coop.name}
        )
    if own.kind not in Bill.Own.values or not 0 < own.base <= abs(bill.net) or own.permille not in rates_for(bill):
        raise NotOursToReckon(
            _("VAT that is ours to reckon needs a reason, a rate of %(country)s, and an amount of at most %(net)s.")
            % {"country": bill.coop.country, "net": format_money(abs(bill.net), bill.coop.currency)}
        )


def rates_for(bill: Bill) -> tuple[int, ...]:
    """At which we reckon VAT ourselves: those of our country on the day of the bill."""
    return rates_of(bill.coop.country, bill.issue_date) if bill.issue_date else ()


def _write_vat(bill: Bill, booking: Booking, sign: int, at: datetime) -> None:
    """What nobody said is taken off by the rule."""
    own = booking.own
    bill.own_kind, bill.own_permille = (own.kind, own.permille) if own else ("", 0)
    bill.own_base, bill.own_vat = (sign * own.base, sign * own.vat) if own else (0, 0)
    taken_off = booking.deducted
    bill.deducted = deductible(bill.coop, bill.vat + bill.own_vat, at) if taken_off is None else sign * taken_off


def _vouch(bill: Bill, booking: Booking, by: Party, at: datetime) -> None:
    """A changed account is how bills are forged: a person says that they asked, by a way that does not stand on the bill."""
    assert bill.supplier is not None
    known = account_known(bill.supplier)
    bill.iban = bill.iban or known
    if not bill.iban or bill.iban == known or bill.payable <= 0:
        return
    if known and not booking.account_confirmed:
        raise AccountChanged(
            _(
                "%(supplier)s was paid to another account until now. Call them on a number that you know, not the one on the "
                "bill, and say below that you did."
            )
            % {"supplier": bill.supplier.party.name}
        )
    SupplierAccount.objects.create(coop=bill.coop, supplier=bill.supplier, iban=bill.iban, confirmed_at=at, confirmed_by=by)


@transaction.atomic
def ask_about_bill(*, bill: Bill, reason: str = "OTH", text: str, by: Party, at: datetime) -> Bill:
    """The supplier is asked; until somebody goes on with it, it is not paid. Raises: BillDecided, WhyNot, MayNotApprove."""
    return _turn(bill, State.DISPUTED, UNDER_QUERY, reason, text, by, at)


@transaction.atomic
def refuse_bill(*, bill: Bill, reason: str = "OTH", text: str, by: Party, at: datetime) -> Bill:
    """For good: the supplier may send a better one. Raises: BillDecided, WhyNot, MayNotApprove."""
    return _turn(bill, State.REFUSED, REJECTED, reason, text, by, at)


@transaction.atomic
def accept_sale(*, bill: Bill, text: str, by: Party, at: datetime) -> Bill:
    """A sale that the client made out is right: the client is told, and somebody books it by hand; `text` says where.

    Raises: BillDecided, WhyNot, MayNotApprove.
    """
    return _turn(bill, State.SOLD, ACCEPTED, "", text, by, at)


@transaction.atomic
def go_on_with_bill(*, bill: Bill, by: Party, at: datetime) -> Bill:
    """What was asked is answered. Raises: BillDecided, MayNotApprove."""
    bill = lock_bill(bill)
    check_may_approve(bill.coop, by, at)
    if bill.state == State.WAITING:
        return bill
    if bill.state != State.DISPUTED:
        raise already(bill)
    bill.state = State.WAITING
    bill.save(update_fields=["state"])
    _move(bill, State.WAITING, "", by, at)
    return bill


def _turn(bill: Bill, state: str, code: str, reason: str, text: str, by: Party, at: datetime) -> Bill:
    bill = lock_bill(bill)
    check_may_approve(bill.coop, by, at)
    if bill.state == state:
        return bill
    check_move(bill, state)
    text = " ".join(text.split())[:300]
    if not text:
        raise WhyNot(_("Write why: the supplier reads it.") if state != State.SOLD else _("Write where it is booked."))
    bill.state = state
    bill.save(update_fields=["state"])
    Approval.objects.filter(bill=bill).delete()
    _move(bill, state, text, by, at)
    if code == ACCEPTED:
        answer(bill, code, at=at)
    else:
        answer(bill, code, reason=reason if reason in REASONS else "OTH", text=text, at=at)
    return bill


def _move(bill: Bill, state: str, note: str, by: Party | None, at: datetime) -> None:
    BillMove.objects.create(coop=bill.coop, bill=bill, state=state, note=note, at=at, by=by)


def answer(bill: Bill, code: str, *, reason: str = "", text: str = "", at: datetime) -> None:
    """Writes down what is to be told to a supplier whose program can hear it."""
    if bill.source != Bill.Source.NETWORK or not bill.paper:
        return
    if code == UNDER_QUERY:
        BillAnswer.objects.create(coop=bill.coop, bill=bill, code=code, reason=reason, text=text, made_at=at, next_attempt_at=at)
        return
    BillAnswer.objects.get_or_create(
        bill=bill, code=code, defaults={"coop": bill.coop, "reason": reason, "text": text, "made_at": at, "next_attempt_at": at}
    )
