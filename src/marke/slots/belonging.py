"""Shifts, as the rest of the house meets them: what waits for somebody, my data, and what goes when somebody goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.asks import Ask, Task
from marke.parties.events import MemberLeft, PartyErased
from marke.parties.models import Coop, Membership, Party
from marke.parties.my_data import moment
from marke.slots.conditions import Span
from marke.slots.doubts import words_of
from marke.slots.models import Attendance, AttendanceChange, Availability, DaysOff, Handover, Reservation, Shift, SignUp
from marke.slots.queries import SOON, hours_between, my_shifts, open_handovers, still_needed
from marke.slots.services.locking import alone
from marke.slots.services.signing_up import end_sign_up, move_up

Rows = Iterable[Mapping[str, Any]]
LATELY = timedelta(days=14)


def for_member(membership: Membership, at: datetime) -> Sequence[Task]:
    """The shift of today, and being asked to swap or to stand in."""
    timezone, mine = membership.coop.timezone, reverse("slots:mine", args=[membership.coop.slug])
    today = [
        Task(_("Your shift: %(title)s") % {"title": row.shift.title}, mine, words_of(Span(row.starts_at, row.ends_at), timezone))
        for row in my_shifts(membership, at, until=at + SOON)
        if row.place is not None
    ]
    return today + [
        Task(
            _("Take the shift of %(name)s?") % {"name": asked.given.membership.party.name},
            mine,
            words_of(Span(asked.given.starts_at, asked.given.ends_at), timezone),
        )
        for asked in open_handovers(membership, at)
        if asked.to_id == membership.pk
    ]


def for_planner(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """Places that nobody has yet in the next days, and hours that nobody has clocked."""
    if "coordinator" not in offices or not Shift.objects.filter(coop=coop).exists():
        return []
    tasks = []
    free = sum(row.free for row in still_needed(coop, at))
    if free:
        words = ngettext(
            "%(free)s place on the shifts of the next 7 days is free",
            "%(free)s places on the shifts of the next 7 days are free",
            free,
        )
        tasks.append(Task(words % {"free": free}, reverse("slots:roster", args=[coop.slug])))
    over = [row for row in hours_between(coop, at - LATELY, at, at) if row.sign_up.ends_at <= at]
    unclear = [row for row in over if row.seconds is None or row.sign_up.attendance.went_at is None]
    if unclear:
        words = ngettext("The hours of %(n)s shift are not complete", "The hours of %(n)s shifts are not complete", len(unclear))
        tasks.append(Task(words % {"n": len(unclear)}, reverse("slots:hours", args=[coop.slug])))
    return tasks


ASK = Ask("slots", of_member=for_member, of_offices=for_planner)


def leaving_notes(membership: Membership) -> Sequence[str]:
    ahead = SignUp.objects.filter(membership=membership, ended_at=None, place__isnull=False, shift__cancelled_at=None)
    on = ahead.filter(attendance=None).count()
    if not on:
        return []
    return [ngettext("You are taken off %(n)s shift.", "You are taken off %(n)s shifts.", on) % {"n": on}]


def free_places(event: MemberLeft) -> None:
    """What is ahead is free for others; what was worked stays. What was said of their time goes."""
    membership, at = event.membership, event.at
    with alone(membership.coop):
        ahead = SignUp.objects.filter(membership=membership, ended_at=None, ends_at__gt=at, attendance=None)
        for row in list(ahead.select_related("shift")):
            end_sign_up(sign_up=row, by=event.by, at=at)
            row.shift.coop = membership.coop
            move_up(row.shift, at)
        for asked in (Handover.objects.filter(to=membership), Handover.objects.filter(given__membership=membership)):
            asked.filter(state=Handover.State.OPEN).update(state=Handover.State.WITHDRAWN, answered_at=at, answered_by=event.by)
        Reservation.objects.filter(membership=membership, cancelled_at=None, ends_at__gt=at).update(
            cancelled_at=at, cancelled_by=event.by
        )
        Availability.objects.filter(membership=membership).delete()
        DaysOff.objects.filter(membership=membership).delete()


def forget_erased(event: PartyErased) -> None:
    """Hours are facts of the co-op and name nobody; everything that was said goes."""
    party = event.party
    Availability.objects.filter(membership__party=party).delete()
    DaysOff.objects.filter(membership__party=party).delete()
    Handover.objects.filter(to__party=party).delete()
    Handover.objects.filter(given__membership__party=party).delete()
    Reservation.objects.filter(membership__party=party).update(purpose="")
    AttendanceChange.objects.filter(attendance__membership__party=party).update(reason="")


def shifts(party: Party) -> Rows:
    rows = SignUp.objects.filter(membership__party=party).select_related("coop", "shift", "attendance").order_by("id")
    for row in rows.iterator(2_000):
        here: Attendance | None = getattr(row, "attendance", None)
        yield {
            "co-op": row.coop.name,
            "shift": row.shift.title,
            "starts_at": moment(row.starts_at),
            "ends_at": moment(row.ends_at),
            "signed_up_at": moment(row.since),
            "place": row.place or "waits",
            "ended_at": moment(row.ended_at),
            "came_at": moment(here.came_at if here else None),
            "went_at": moment(here.went_at if here else None),
        }


def corrections(party: Party) -> Rows:
    rows = AttendanceChange.objects.filter(attendance__membership__party=party).select_related("coop", "by").order_by("id")
    for row in rows:
        yield {
            "co-op": row.coop.name,
            "came_before": moment(row.came_before),
            "went_before": moment(row.went_before),
            "at": moment(row.at),
            "by": row.by.name if row.by else "",
            "reason": row.reason,
        }


def availability(party: Party) -> Rows:
    for row in Availability.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {"co-op": row.coop.name, "weekday": row.weekday, "begins": str(row.begins), "ends": str(row.ends)}


def days_off(party: Party) -> Rows:
    for row in DaysOff.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {"co-op": row.coop.name, "since": moment(row.since), "until": moment(row.until), "said_at": moment(row.said_at)}


def reservations(party: Party) -> Rows:
    for row in Reservation.objects.filter(membership__party=party).select_related("coop", "thing").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "thing": row.thing.name,
            "starts_at": moment(row.starts_at),
            "ends_at": moment(row.ends_at),
            "purpose": row.purpose,
            "cancelled_at": moment(row.cancelled_at),
        }


MY_DATA = (
    ("shifts", shifts), ("hours_corrected", corrections), ("availability", availability), ("days_off", days_off),
    ("reservations", reservations),
)  # fmt: skip
