"""Questions to the share register. Every answer follows from its events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from marke.common import clock
from marke.parties.models import Coop, Membership
from marke.payments.models import PaymentRequest
from marke.shares.models import ShareEvent, ShareRequest
from marke_core.share_register import Event, Standing, standing

Kind = ShareEvent.Kind
# Why money for shares is held; read by the purpose and by the ledger.
PURPOSE = "share"


@dataclass(frozen=True)
class Holding:
    """What a member holds on a day, in shares and in what was paid for them."""

    membership: Membership
    shares: int
    amount: int  # minor units


@dataclass(frozen=True)
class RequestStanding:
    """A request and how far it got."""

    request: ShareRequest
    standing: Standing

    @property
    def state(self) -> str:
        if self.standing.cancelled:
            return "to_refund" if self.standing.held > 0 else "cancelled"
        if self.standing.allotted:
            return "allotted"
        if self.standing.paid >= self.request.amount:
            return "paid"
        return "part_paid" if self.standing.paid else "requested"

    @property
    def label(self) -> object:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        tones = {"allotted": "good", "cancelled": "plain", "to_refund": "bad"}
        return tones.get(self.state, "warn")


STATES = {
    "requested": _("waits for payment"),
    "part_paid": _("partly paid"),
    "paid": _("paid, waits for admission"),
    "allotted": _("allotted"),
    "to_refund": _("to be paid back"),
    "cancelled": _("cancelled"),
}


def read_event(event: ShareEvent, member: int | None = None, request: int | None = None) -> Event:
    """The event as the pure functions read it; ids stand in for numbers where those are not needed."""
    return Event(
        event.number,
        event.kind,
        event.membership_id if member is None else member,
        event.request_id if request is None else request,
        event.shares,
        event.amount,
        event.date,
    )


def events(coop: Coop) -> QuerySet[ShareEvent]:
    return ShareEvent.objects.filter(coop=coop).select_related("membership__party", "request", "transaction")


def holdings(coop: Coop, at: datetime) -> list[Holding]:
    """Who held how many shares at the end of the day of `at`; one query for the register, one for the people."""
    return holdings_on(coop, clock.local_date(at, coop.timezone))


def holdings_on(coop: Coop, on: date) -> list[Holding]:
    """Who held how many shares at the end of a day."""
    return _held(ShareEvent.objects.filter(coop=coop), coop, on)


def _held(found: QuerySet[ShareEvent], coop: Coop, on: date | None) -> list[Holding]:
    if on is not None:
        found = found.filter(date__lte=on)
    changes = (
        found.filter(kind__in=(Kind.ALLOTTED, Kind.UNALLOTTED, Kind.OPENING))
        .order_by()
        .values("membership", "kind")
        .annotate(shares=Sum("shares"), amount=Sum("amount"))
    )
    shares: dict[int, int] = defaultdict(int)
    amounts: dict[int, int] = defaultdict(int)
    for change in changes:
        shares[change["membership"]] += change["shares"]
        amounts[change["membership"]] += change["amount"] * (-1 if change["kind"] == Kind.UNALLOTTED else 1)
    held = {membership: count for membership, count in shares.items() if count}
    members = Membership.objects.filter(coop=coop, pk__in=held).select_related("party").order_by("number")
    return [Holding(membership, held[membership.pk], amounts[membership.pk]) for membership in members]


def holding_of(membership: Membership, on: date | None = None) -> Holding | None:
    """What one member holds, at the end of a day or now; None when that is nothing."""
    return next(iter(_held(ShareEvent.objects.filter(membership=membership), membership.coop, on)), None)


def shares_of(membership: Membership) -> int:
    """How many shares this member holds now."""
    return ShareEvent.objects.filter(membership=membership).aggregate(held=Sum("shares"))["held"] or 0


def standing_of(request: ShareRequest) -> Standing:
    return standing(read_event(event) for event in request.events.order_by("number"))


def requests(coop: Coop) -> QuerySet[ShareRequest]:
    rows = ShareRequest.objects.filter(coop=coop).select_related("membership__party", "payment_request", "coop")
    return rows.prefetch_related("events").order_by("-number")


def with_standing(rows: Iterable[ShareRequest]) -> list[RequestStanding]:
    """Requests, read with their events, and how far they got."""
    return [
        RequestStanding(request, standing(read_event(event) for event in sorted(request.events.all(), key=lambda e: e.number)))
        for request in rows
    ]


def request_of(payment_request: PaymentRequest) -> ShareRequest:
    return ShareRequest.objects.select_related("coop", "membership__party").get(payment_request=payment_request)


def open_requests(coop: Coop, membership: Membership) -> list[RequestStanding]:
    """What this member asked for and was neither allotted nor cancelled."""
    rows = with_standing(requests(coop).filter(membership=membership))
    return [row for row in rows if row.state in ("requested", "part_paid", "paid")]


def refunds_due(coop: Coop) -> list[RequestStanding]:
    """Cancelled requests on which money is held: the treasurer pays it back."""
    rows = requests(coop).filter(events__kind=Kind.CANCELLED).distinct()
    return [row for row in with_standing(rows) if row.state == "to_refund"]
