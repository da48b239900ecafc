"""Questions to the share register. Every answer follows from its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from marke.common import clock
from marke.parties.models import Coop, Membership
from marke.payments.models import PaymentRequest
from marke.rules.queries import Rulebook
from marke.shares.exits.queries import SuspendedExit as SuspendedExit
from marke.shares.exits.queries import suspended_exits as suspended_exits
from marke.shares.models import ShareClass, ShareEvent, ShareExit, ShareRequest, ShareTransfer, TransferMove
from marke_core import share_register
from marke_core.share_register import CAPITAL, Event, Lot, Standing, standing

Kind = ShareEvent.Kind
# Why money for shares is held; read by the purpose and by the ledger.
PURPOSE = "share"
CALL_PURPOSE = "share_call"
# Kinds that add to the capital paid in, and kinds that take from it.
ADDS = sorted(kind for kind, sign in CAPITAL.items() if sign > 0)
TAKES = sorted(kind for kind, sign in CAPITAL.items() if sign < 0)


@dataclass(frozen=True)
class Holding:
    """What a member holds on a day, in shares and in what was paid for them; of one class, or of all together."""

    membership: Membership
    shares: int
    amount: int  # minor units
    share_class: ShareClass | None = None


@dataclass(frozen=True)
class RequestStanding:
    """A request and how far it got."""

    request: ShareRequest
    standing: Standing

    @property
    def state(self) -> str:
        now, request = self.standing, self.request
        if now.cancelled:
            return "to_refund" if now.held > 0 else "cancelled"
        if now.allotted:
            return "allotted" if now.capital >= request.cost else "paid_in_part"
        if now.paid >= request.needed:
            return "paid"
        return "part_paid" if now.paid else "requested"

    @property
    def label(self) -> object:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        tones = {"allotted": "good", "cancelled": "plain", "to_refund": "bad"}
        return tones.get(self.state, "warn")

    @property
    def left(self) -> int:
        """What is to be paid now, in minor units: before allotment, or since the rest was called."""
        now, request = self.standing, self.request
        if now.cancelled or (now.allotted and not now.called):
            return 0
        return (request.amount if now.allotted else request.needed) - now.paid

    @property
    def uncalled(self) -> int:
        """What is still to be paid on allotted shares when the co-op calls it, in minor units."""
        now = self.standing
        return 0 if not now.allotted or now.called else self.request.cost - now.capital


STATES = {
    "requested": _("waits for payment"),
    "part_paid": _("partly paid"),
    "paid": _("paid, not given out yet"),
    "paid_in_part": _("given out, not fully paid"),
    "allotted": _("given out"),
    "to_refund": _("to be paid back"),
    "cancelled": _("cancelled"),
}
WAITING = ("requested", "part_paid", "paid")


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
        price=event.price,
    )


def read_events(rows: QuerySet[ShareEvent]) -> list[Event]:
    """Events as the pure functions read them, in their order: memberships by id, classes by code, lots by number; one query."""
    fields = ("number", "kind", "membership_id", "request_id", "shares", "amount", "date", "share_class__code", "lot__number")
    return [Event(*row) for row in rows.order_by("number").values_list(*fields, "price")]


def events(coop: Coop) -> QuerySet[ShareEvent]:
    return ShareEvent.objects.filter(coop=coop).select_related(
        "membership__party", "request", "transaction", "share_class", "transfer", "counterparty__party", "lot"
    )


# Classes


def classes(coop: Coop) -> list[ShareClass]:
    """Every class, in its order; none before the first share was asked for."""
    return list(ShareClass.objects.filter(coop=coop).order_by("position", "id"))


def class_of(coop: Coop, code: str) -> ShareClass | None:
    return ShareClass.objects.filter(coop=coop, code=code).first()


def class_names(coop: Coop) -> dict[str, str]:
    """The classes for which a rule may have a value of its own; none as long as there is one class only."""
    found = {share_class.code: str(share_class) for share_class in classes(coop)}
    return found if len(found) > 1 else {}


# Holdings


def holdings(coop: Coop, at: datetime) -> list[Holding]:
    """Who held how many shares at the end of the day of `at`; one query for the register, one for the people."""
    return holdings_on(coop, clock.local_date(at, coop.timezone))


def holdings_on(coop: Coop, on: date, share_class: ShareClass | None = None) -> list[Holding]:
    """Who held how many shares at the end of a day, of one class or of all together."""
    found = ShareEvent.objects.filter(coop=coop)
    if share_class is not None:
        found = found.filter(share_class=share_class)
    return _held(found, coop, on)


def holdings_by_class(coop: Coop, on: date | None = None, membership: Membership | None = None) -> list[Holding]:
    """Who held how many shares of which class at the end of a day, by member and class."""
    found = ShareEvent.objects.filter(coop=coop)
    if membership is not None:
        found = found.filter(membership=membership)
    held = {key: sums for key, sums in _sums(found, on, "membership", "share_class").items() if sums[0]}
    of = {share_class.pk: share_class for share_class in classes(coop)}
    members = {row.pk: row for row in _members(coop, {member for member, _class in held})}
    rows = [Holding(members[member], *sums, of[share_class]) for (member, share_class), sums in held.items()]
    return sorted(rows, key=lambda row: (row.membership.number, row.share_class.position if row.share_class else 0))


def _held(found: QuerySet[ShareEvent], coop: Coop, on: date | None) -> list[Holding]:
    held = {key[0]: sums for key, sums in _sums(found, on, "membership").items() if sums[0]}
    return [Holding(membership, *held[membership.pk]) for membership in _members(coop, held)]


def _sums(found: QuerySet[ShareEvent], on: date | None, *by: str) -> dict[tuple[int, ...], tuple[int, int]]:
    """Shares and paid-in capital by these columns, at the end of a day; one query."""
    if on is not None:
        found = found.filter(date__lte=on)
    rows = (
        found.filter(kind__in=CAPITAL)
        .order_by()
        .values_list(*by)
        .annotate(
            shares=Sum("shares"), adds=Sum("amount", filter=Q(kind__in=ADDS)), takes=Sum("amount", filter=Q(kind__in=TAKES))
        )
    )
    return {tuple(row[:-3]): (row[-3] or 0, (row[-2] or 0) - (row[-1] or 0)) for row in rows}


def _members(coop: Coop, pks: Iterable[int]) -> QuerySet[Membership]:
    return Membership.objects.filter(coop=coop, pk__in=list(pks)).select_related("party").order_by("number")


def holding_of(membership: Membership, on: date | None = None) -> Holding | None:
    """What one member holds of all classes, at the end of a day or now; None when that is nothing."""
    return next(iter(_held(ShareEvent.objects.filter(membership=membership), membership.coop, on)), None)


def shares_of(membership: Membership, share_class: ShareClass | None = None) -> int:
    """How many shares this member holds now, of one class or of all."""
    found = ShareEvent.objects.filter(membership=membership)
    if share_class is not None:
        found = found.filter(share_class=share_class)
    return found.aggregate(held=Sum("shares"))["held"] or 0


def capital_of(share_class: ShareClass, membership: Membership | None = None) -> int:
    """Paid-in capital of one class, of all members or of one, in minor units."""
    found = ShareEvent.objects.filter(share_class=share_class)
    if membership is not None:
        found = found.filter(membership=membership)
    return sum(paid for _shares, paid in _sums(found, None, "share_class").values())


def capital_by_class(coop: Coop, on: date | None = None) -> dict[int, tuple[int, int]]:
    """Shares and paid-in capital of each class by its id, at the end of a day."""
    return {key[0]: sums for key, sums in _sums(ShareEvent.objects.filter(coop=coop), on, "share_class").items()}


def held_by_member(coop: Coop) -> dict[tuple[int, ...], tuple[int, int]]:
    """Shares and paid-in capital now, by the ids of membership and class; one query for all."""
    return _sums(ShareEvent.objects.filter(coop=coop), None, "membership", "share_class")


def lots_of(membership: Membership, share_class: ShareClass | None = None, on: date | None = None) -> list[Lot]:
    """What a member holds, lot by lot, those held longest first."""
    found = ShareEvent.objects.filter(membership=membership)
    if share_class is not None:
        found = found.filter(share_class=share_class)
    return share_register.lots(read_events(found), on)


def left_of_lot(lot: ShareEvent) -> Lot:
    """What is left of the shares that this event brought; a lot with 0 shares when nothing is."""
    rows = read_events(ShareEvent.objects.filter(Q(pk=lot.pk) | Q(lot=lot)))
    empty = Lot(lot.number, lot.membership_id, "", lot.price, lot.date, lot.request_id, 0, 0)
    return next(iter(share_register.lots(rows)), empty)


def votes_on(coop: Coop, on: date, rules: Rulebook, membership: Membership | None = None) -> dict[int, int]:
    """Votes that come with shares at the end of a day, by membership id, as the rules of each class say."""
    found = ShareEvent.objects.filter(coop=coop)
    if membership is not None:
        found = found.filter(membership=membership)
    codes = {share_class.pk: share_class.code for share_class in classes(coop)}
    sums = _sums(found, on, "membership", "share_class")
    held = {(member, codes[share_class]): shares for (member, share_class), (shares, _paid) in sums.items() if shares}
    ways = {code: rules.value("shares.votes", share_class=code) for code in codes.values()}
    return share_register.votes(held, ways)


# Requests


def standing_of(request: ShareRequest) -> Standing:
    return standing(read_event(event) for event in request.events.order_by("number"))


def of_one_payment(request: PaymentRequest) -> QuerySet[ShareRequest]:
    """What was asked for in one sitting, in its order."""
    return with_people(ShareRequest.objects.filter(payment_request=request)).order_by("number")


def with_people(rows: QuerySet[ShareRequest]) -> QuerySet[ShareRequest]:
    """Requests with everything that allotting them looks at."""
    return rows.select_related("coop", "membership__party", "membership__coop", "share_class__coop", "payer", "rule_value")


def requests(coop: Coop) -> QuerySet[ShareRequest]:
    rows = ShareRequest.objects.filter(coop=coop).select_related(
        "membership__party", "payment_request", "coop", "share_class", "payer"
    )
    return rows.prefetch_related("events").order_by("-number")


def with_standing(rows: Iterable[ShareRequest]) -> list[RequestStanding]:
    """Requests, read with their events, and how far they got."""
    return [
        RequestStanding(request, standing(read_event(event) for event in sorted(request.events.all(), key=lambda e: e.number)))
        for request in rows
    ]


def open_requests(coop: Coop, membership: Membership) -> list[RequestStanding]:
    """What this member asked for and was neither allotted nor cancelled."""
    rows = with_standing(_undecided(requests(coop).filter(membership=membership)))
    return [row for row in rows if row.state in WAITING]


def waiting_requests(coop: Coop) -> list[RequestStanding]:
    """What anybody asked for and was neither allotted nor cancelled, the newest first."""
    return [row for row in with_standing(_undecided(requests(coop))) if row.state in WAITING]


def _undecided(rows: QuerySet[ShareRequest]) -> QuerySet[ShareRequest]:
    """Neither cancelled nor allotted; what was allotted and taken back again is undecided too."""
    return rows.exclude(events__kind=Kind.CANCELLED).annotate(allotted=Sum("events__shares")).filter(allotted=0)


def call_of(request: ShareRequest) -> PaymentRequest | None:
    """The call of the rest that stands for this request, if there is one."""
    found = PaymentRequest.objects.filter(coop_id=request.coop_id, purpose=CALL_PURPOSE, subject=str(request.number))
    return found.filter(withdrawn_at=None).first()


def not_fully_paid(coop: Coop, membership: Membership | None = None) -> list[RequestStanding]:
    """Allotted requests of which a part of the price is still to be paid, the oldest first; ended shares ask for nothing."""
    rows = requests(coop).filter(paid_in__gt=0, events__kind=Kind.ALLOTTED).distinct().order_by("number")
    rows = rows.exclude(events__later__kind=Kind.REDEEMED)
    if membership is not None:
        rows = rows.filter(membership=membership)
    return [row for row in with_standing(rows) if row.state == "paid_in_part"]


def asked_for(share_class: ShareClass, membership: Membership | None = None) -> tuple[int, int]:
    """Shares, and what they cost, that are asked for and neither allotted nor cancelled: by all members, or by one."""
    rows = ShareRequest.objects.filter(share_class=share_class)
    if membership is not None:
        rows = rows.filter(membership=membership)
    waiting = _undecided(rows).order_by().values("pk")
    found = ShareRequest.objects.filter(pk__in=waiting).aggregate(wanted=Sum("shares"), costs=Sum(F("shares") * F("price")))
    return found["wanted"] or 0, found["costs"] or 0


def asked_by_member(coop: Coop) -> dict[tuple[int, int], tuple[int, int]]:
    """What `asked_for` says of one, for all: by the ids of membership and class; one query."""
    waiting = _undecided(ShareRequest.objects.filter(coop=coop)).order_by().values("pk")
    rows = ShareRequest.objects.filter(pk__in=waiting).order_by().values_list("membership", "share_class")
    found = rows.annotate(wanted=Sum("shares"), costs=Sum(F("shares") * F("price")))
    return {(member, share_class): (wanted, costs) for member, share_class, wanted, costs in found}


def refunds_due(coop: Coop) -> list[RequestStanding]:
    """Cancelled requests on which money is held: the treasurer pays it back."""
    rows = requests(coop).filter(events__kind=Kind.CANCELLED).distinct()
    return [row for row in with_standing(rows) if row.state == "to_refund"]


# Transfers


def transfers(coop: Coop) -> QuerySet[ShareTransfer]:
    """Every transfer with its people and its present state, the newest first."""
    latest = TransferMove.objects.filter(transfer=OuterRef("pk")).order_by("-id")
    rows = ShareTransfer.objects.filter(coop=coop).annotate(state=Subquery(latest.values("state")[:1]))  # type: ignore[no-redef]
    people = ("coop", "giver__party", "giver__coop", "receiver__party", "receiver__coop")
    return rows.select_related(*people, "share_class__coop", "to_class__coop").order_by("-number")


def in_state(rows: QuerySet[ShareTransfer], *states: str) -> QuerySet[ShareTransfer]:
    """Those of `transfers` that are in one of these states."""
    return rows.filter(state__in=states)  # type: ignore[misc]  # the annotation of `transfers`


def open_transfers(coop: Coop, membership: Membership | None = None) -> QuerySet[ShareTransfer]:
    """Those that wait for somebody, of all members or of one."""
    rows = in_state(transfers(coop), ShareTransfer.State.ASKED, ShareTransfer.State.AGREED)
    return rows if membership is None else rows.filter(Q(giver=membership) | Q(receiver=membership))


def waiting_for_consent(coop: Coop) -> QuerySet[ShareTransfer]:
    """What a mandated person says yes or no to; an inheritance waits for an admission instead."""
    rows = in_state(transfers(coop), ShareTransfer.State.AGREED)
    return rows.exclude(reason=ShareTransfer.Reason.INHERITANCE)


def free_shares(membership: Membership, share_class: ShareClass, apart_from: ShareTransfer | None = None) -> int:
    """Shares of a class that are neither promised to somebody else nor to be paid back."""
    promised = open_transfers(membership.coop).filter(giver=membership, share_class=share_class)
    if apart_from is not None and apart_from.pk:
        promised = promised.exclude(pk=apart_from.pk)
    ending = ShareExit.objects.filter(membership=membership, share_class=share_class).exclude(
        moves__state__in=[state for state in ShareExit.State if state != ShareExit.State.ASKED]
    )
    bound = sum(promised.values_list("shares", flat=True)) + sum(ending.values_list("shares", flat=True))
    return shares_of(membership, share_class) - bound
