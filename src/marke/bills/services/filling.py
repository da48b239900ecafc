"""What a photo or a plain PDF says, typed in by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.bills.conditions import MOVES
from marke.bills.models import Approval, Bill, BillMove
from marke.bills.services.receiving import ensure_supplier, same_paper
from marke.bills.understanding import Seller
from marke.common import clock
from marke.common.refusal import Refused
from marke.parties.models import Party

State = Bill.State


class BillDecided(Refused):
    """Somebody decided on it before."""


class KnownAlready(Refused):
    """The same paper of the same supplier is here."""


class DoesNotAddUp(Refused):
    """Amounts or days that no bill has."""

    status = 422


@dataclass(frozen=True)
class Typed:
    """As somebody reads it from the paper; amounts above zero, also of a credit note."""

    seller: Seller
    paper: str
    issue_date: date
    due_date: date | None
    net: int
    vat: int
    is_credit_note: bool = False
    iban: str = ""
    reference: str = ""


def lock_bill(bill: Bill) -> Bill:
    rows = Bill.objects.select_for_update(of=("self",)).select_related("coop", "supplier__party", "activity")
    return rows.get(pk=bill.pk)


def check_move(bill: Bill, state: str) -> None:
    """Raises: BillDecided."""
    if state not in MOVES[bill.state]:
        raise already(bill)


def already(bill: Bill) -> BillDecided:
    if bill.state == State.SALE:
        return BillDecided(
            _("Number %(number)s is a sale of our own that the client made out, and no bill: accept it as that, or refuse it.")
            % {"number": bill.number}
        )
    return BillDecided(_("Bill %(number)s is “%(state)s” already.") % {"number": bill.number, "state": State(bill.state).label})


@transaction.atomic
def fill_in_bill(*, bill: Bill, typed: Typed, by: Party, at: datetime) -> Bill:
    """From now on it waits for approval; who typed it in counts as having brought it in. The same form sent twice writes it once.

    Raises: BillDecided, DoesNotAddUp, KnownAlready.
    """
    bill = lock_bill(bill)
    check_move(bill, State.WAITING)
    if bill.verdict and bill.state != State.INCOMPLETE:
        raise BillDecided(_("What an e-invoice says is not typed in: refuse it, or ask the supplier for another one."))
    _check(typed, clock.local_date(at, bill.coop.timezone))
    supplier = ensure_supplier(coop=bill.coop, seller=typed.seller, at=at)
    if same := same_paper(supplier, typed.paper, but=bill):
        raise KnownAlready(
            _("%(supplier)s’s bill %(paper)s is here already, as number %(number)s. Refuse this one.")
            % {"supplier": supplier.party.name, "paper": typed.paper, "number": same.number}
        )
    before = _said(bill)
    sign = -1 if typed.is_credit_note else 1
    bill.supplier, bill.name, bill.paper = supplier, typed.seller.name, typed.paper
    bill.type_code, bill.is_credit_note = "381" if typed.is_credit_note else "380", typed.is_credit_note
    bill.issue_date, bill.due_date, bill.iban, bill.reference = typed.issue_date, typed.due_date, typed.iban, typed.reference
    bill.currency, bill.net, bill.vat = bill.coop.currency, sign * typed.net, sign * typed.vat
    bill.payable, bill.entered_by, bill.state = bill.net + bill.vat, by, State.WAITING
    bill.cost = bill.cost or supplier.cost
    if _said(bill) == before:
        return bill
    bill.save()
    Approval.objects.filter(bill=bill).delete()  # they said yes to something else
    BillMove.objects.create(coop=bill.coop, bill=bill, state=bill.state, at=at, by=by)
    return bill


def _said(bill: Bill) -> dict[str, object]:
    return {field.attname: getattr(bill, field.attname) for field in bill._meta.concrete_fields}


def _check(typed: Typed, today: date) -> None:
    if typed.net < 0 or typed.vat < 0 or not typed.net + typed.vat:
        raise DoesNotAddUp(_("Write the amounts above zero; that it is a credit note, say below."))
    if typed.vat > typed.net:
        raise DoesNotAddUp(_("The VAT cannot be more than the amount without it."))
    if typed.issue_date > today or (typed.due_date and typed.due_date < typed.issue_date):
        raise DoesNotAddUp(_("A bill is not of tomorrow, and not due before its own day."))
