"""Questions about work between businesses of the co-op."""

from __future__ import annotations

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from marke.activities.models import Activity
from marke.activities.queries import activities, of_member
from marke.invoices.models import InternalInvoice, InternalOrder
from marke.parties.models import Coop, Membership

State = InternalOrder.State
TONES = {State.OFFERED: "warn", State.ORDERED: "good", State.DECLINED: "bad"}


def orders(coop: Coop) -> QuerySet[InternalOrder]:
    """With `invoiced`, less what was taken back, and `left`."""
    billed = InternalInvoice.objects.filter(order=OuterRef("pk")).order_by().values("order").annotate(net=Sum("net"))
    rows = InternalOrder.objects.filter(coop=coop).annotate(
        invoiced=Coalesce(Subquery(billed.values("net"), output_field=BigIntegerField()), 0)
    )
    return rows.annotate(left=F("amount") - F("invoiced")).select_related("coop", "seller", "buyer", "offered_by", "answered_by")


def may_be_seen(rows: QuerySet[InternalOrder], membership: Membership) -> QuerySet[InternalOrder]:
    """Those of which the member runs one side, alone or in a team."""
    mine = of_member(membership).values("pk")
    return rows.filter(Q(seller__in=mine) | Q(buyer__in=mine))


def left_of(order: InternalOrder) -> int:
    """What of it is not invoiced."""
    invoiced = InternalInvoice.objects.filter(order=order).aggregate(net=Sum("net"))["net"] or 0
    return order.amount - invoiced


def sellers_of(membership: Membership) -> list[Activity]:
    return list(of_member(membership).filter(closed_at=None))


def buyers(coop: Coop) -> list[Activity]:
    """Every open business: what it is called and whose it is, members may know."""
    return list(activities(coop).filter(closed_at=None).order_by("number"))


def invoices_of(order: InternalOrder) -> QuerySet[InternalInvoice]:
    return InternalInvoice.objects.filter(order=order).select_related("credits", "credit_note").order_by("id")


def to_answer(membership: Membership) -> QuerySet[InternalOrder]:
    """Offers to the member's own businesses."""
    mine = of_member(membership).values("pk")
    return InternalOrder.objects.filter(coop=membership.coop, state=State.OFFERED, buyer__in=mine).select_related("seller")
