"""One business of the co-op offers work to another, which orders it; it is invoiced in parts or wholly, and taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.activities.models import Activity
from marke.activities.services import check_open, pay_inside
from marke.common import clock
from marke.common.money import format_money
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.invoices.internal_queries import left_of
from marke.invoices.models import InternalInvoice, InternalOrder
from marke.invoices.services.numbers import take_number
from marke.invoices.services.snapshots import seller_of
from marke.ledger import services as ledger
from marke.parties.models import Party

State = InternalOrder.State
PREFIX, KIND = "IN", "internal_invoice"
MOVES: dict[State, frozenset[State]] = {
    State.OFFERED: frozenset({State.ORDERED, State.DECLINED, State.WITHDRAWN}),
    State.ORDERED: frozenset({State.CLOSED}),
    State.DECLINED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.CLOSED: frozenset(),
}


class NotToBeOffered(Refused):
    """To itself, about nothing, or for nothing."""


class CannotMove(Refused):
    """The order does not stand where it could go there."""


class MoreThanAgreed(Refused):
    """The invoices together are not more than the order."""


class TakenBackAlready(Refused):
    """It was credited, or is a credit note itself."""


class NoReason(Refused):
    """The other business and the books ask why."""


@transaction.atomic
def offer_inside(
    *, seller: Activity, buyer: Activity, what: str, amount: int, once_key: str, by: Party | None, at: datetime
) -> InternalOrder:
    """The same `once_key` makes one. Raises: NotToBeOffered, ActivityClosed."""
    coop, what = seller.coop, " ".join(what.split())[:200]
    if seller.pk == buyer.pk or seller.coop_id != buyer.coop_id or not what or amount <= 0:
        raise NotToBeOffered(_("Offer another business of the co-op something, for more than nothing."))
    number = next_number(InternalOrder, coop)
    if (made := InternalOrder.objects.filter(coop=coop, once_key=once_key).first()) is not None:
        return made
    check_open(seller)
    check_open(buyer)
    return InternalOrder.objects.create(
        coop=coop, number=number, seller=seller, buyer=buyer, what=what, amount=amount, offered_at=at, offered_by=by,
        once_key=once_key,
    )  # fmt: skip


@transaction.atomic
def move_order(*, order: InternalOrder, to: State, by: Party | None, at: datetime) -> InternalOrder:
    """The buyer orders or declines, the seller withdraws; what is left of an order is closed. Raises: CannotMove."""
    order = _locked(order)
    if order.state == to:
        return order
    if to not in MOVES[State(order.state)]:
        raise CannotMove(
            _("Order %(number)s is “%(state)s”: this is not possible any more.")
            % {"number": order.number, "state": State(order.state).label}
        )
    order.state = to
    if to in (State.ORDERED, State.DECLINED):
        order.answered_at, order.answered_by = at, by
    else:
        order.closed_at = at
    order.save(update_fields=["state", "answered_at", "answered_by", "closed_at"])
    return order


@transaction.atomic
def invoice_inside(*, order: InternalOrder, amount: int, seen: int, by: Party | None, at: datetime) -> InternalInvoice:
    """Paid at once from the buyer's account. `seen`: what was left as the person read it, so that a double click is noticed.

    Raises: CannotMove, MoreThanAgreed, NotEnough, ActivityClosed, EarlierThanTheLast.
    """
    ledger.lock_ledger(order.coop)
    order, left = _locked(order), left_of(order)
    if order.state != State.ORDERED:
        raise CannotMove(
            _("Order %(number)s was not ordered, or is closed: there is nothing to invoice.") % {"number": order.number}
        )
    if not 0 < amount <= left or seen != left:
        raise MoreThanAgreed(
            _("Of order %(number)s %(left)s is left to invoice. Invoice that or less.")
            % {"number": order.number, "left": format_money(left, order.coop.currency)}
        )
    return _issue(order, amount, None, "", by, at)


@transaction.atomic
def credit_inside(*, invoice: InternalInvoice, reason: str, by: Party | None, at: datetime) -> InternalInvoice:
    """Pays the whole invoice back from the seller's account; it can be invoiced again.

    Raises: TakenBackAlready, NoReason, NotEnough, EarlierThanTheLast.
    """
    ledger.lock_ledger(invoice.coop)
    reason = " ".join(reason.split())[:300]
    if invoice.is_credit_note or InternalInvoice.objects.filter(credits=invoice).exists():
        raise TakenBackAlready(_("%(number)s was taken back, or is a credit note itself.") % {"number": invoice.number})
    if not reason:
        raise NoReason(_("Write why %(number)s is taken back: the other business reads it.") % {"number": invoice.number})
    return _issue(_locked(invoice.order), -invoice.net, invoice, reason, by, at)


def _issue(
    order: InternalOrder, net: int, credits: InternalInvoice | None, reason: str, by: Party | None, at: datetime
) -> InternalInvoice:
    coop, day = order.coop, clock.local_date(at, order.coop.timezone)
    series, number = take_number(coop, day, PREFIX, InternalInvoice)
    paid = pay_inside(
        seller=order.seller,
        buyer=order.buyer,
        paper=number,
        net=net,
        of=credits.number if credits else "",
        date=day,
        by=by,
        at=at,
    )
    booked = ledger.post(
        coop=coop, kind=KIND, key=f"{KIND}:{number}:1", date=day, postings=paid.postings, by=by, at=at, basis=paid.basis,
        facts=paid.facts,
    )  # fmt: skip
    invoice = InternalInvoice(
        coop=coop, order=order, series=series, serial=series.last, number=number, credits=credits, issue_date=day,
        seller=_party(order.seller), buyer=_party(order.buyer), text=order.what, reason=reason, currency=coop.currency,
        language=coop.language, net=net, issued_at=at, issued_by=by, transaction=booked,
    )  # fmt: skip
    invoice.save(force_insert=True)
    return invoice


def _party(activity: Activity) -> dict[str, object]:
    return seller_of(activity.coop, activity) | {"number": activity.number}


def _locked(order: InternalOrder) -> InternalOrder:
    rows = InternalOrder.objects.select_for_update(of=("self",))
    return rows.select_related("coop", "seller__coop", "seller__party", "buyer__coop", "buyer__party").get(pk=order.pk)
