"""The shifts of a demo co-op: last week worked, this one and the next published, the one after being planned. All made up."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction

from marke.common.clock import local_date
from marke.common.refusal import Refused
from marke.packs.demo import DemoCoop
from marke.parties.models import Coop, Membership, Party
from marke.slots import services
from marke.slots.conditions import Span, monday_of, span_on
from marke.slots.models import Shift, SignUp, Thing

if TYPE_CHECKING:
    from marke.site.demo.year import Year

WEEK, DAY = timedelta(days=7), timedelta(days=1)


def plan_shifts(year: Year, at: datetime) -> None:
    """One transaction: whoever looks on meanwhile sees all of it or nothing."""
    demo, coop, planner = year.demo, year.coop, year.people.office("coordinator")
    with transaction.atomic():
        if demo.shifts:
            _weeks(coop, demo, year.people.members, planner, at)
        for name, kind, note in demo.things:
            services.add_thing(coop=coop, name=name, kind=kind, note=note, by=planner, at=at)
        if demo.things:
            _reserve(coop, year.people.members, at)


def _weeks(coop: Coop, demo: DemoCoop, members: dict[int, Membership], planner: Party | None, at: datetime) -> None:
    monday = monday_of(local_date(at, coop.timezone)) - WEEK
    then = at - 2 * WEEK
    for shift in demo.shifts:
        for weekday in shift.weekdays:
            day = monday + timedelta(days=weekday)
            span = span_on(day, time(shift.begins), time(shift.ends), coop.timezone)
            plan = services.Plan(shift.title, span, shift.places, shift.place)
            planned = services.plan_shift(coop=coop, plan=plan, by=planner, at=then)
            planned.coop = coop
            _fill(planned, weekday, demo, members, then)
    services.repeat_week(coop=coop, day=monday, weeks=3, people=True, by=planner, at=then)
    for week in range(3):
        services.publish_week(coop=coop, day=monday + week * WEEK, by=planner, at=then)
    _loosen(coop, monday + WEEK, at)
    _clock(coop, at)


def _fill(shift: Shift, weekday: int, demo: DemoCoop, members: dict[int, Membership], at: datetime) -> None:
    """Those who work on that weekday, in turn; whom the rules forbid it is left out."""
    there = [member for place, member in sorted(members.items()) if weekday in demo.people[place].works]
    turn = shift.number % max(len(there), 1)
    found = 0
    for member in [*there[turn:], *there[:turn]]:
        if found == shift.places:
            return
        try:
            services.sign_up(shift=shift, membership=member, by=member.party, at=at, planned=True)
            found += 1
        except Refused:
            continue


def _loosen(coop: Coop, monday: date, at: datetime) -> None:
    """A few places become free, somebody looks for a stand-in, somebody is away."""
    ahead = SignUp.objects.filter(coop=coop, ended_at=None, starts_at__gt=at + 2 * DAY, shift__published_at__isnull=False)
    rows = list(ahead.select_related("shift", "membership__party").order_by("starts_at", "id"))
    for row in rows[::6]:
        row.shift.coop = coop
        services.leave_shift(shift=row.shift, membership=row.membership, by=row.membership.party, at=at)
    if len(rows) > 3:
        rows[3].coop = coop
        services.ask_handover(sign_up=rows[3], by=rows[3].membership.party, at=at)
        away = rows[2].membership
        away.coop = coop
        first = monday + 3 * WEEK
        services.say_away(membership=away, since=first, until=first + 7 * DAY, at=at)


def _clock(coop: Coop, at: datetime) -> None:
    chance = Random(f"shifts {coop.slug}")
    rows = SignUp.objects.filter(
        coop=coop, ended_at=None, place__isnull=False, starts_at__lte=at, shift__published_at__isnull=False
    )
    for row in rows.select_related("coop", "shift").order_by("starts_at", "id"):
        came = row.starts_at + timedelta(minutes=chance.randrange(-8, 6))
        if came > at:
            continue
        services.clock_in(sign_up=row, at=came)
        if row.ends_at + timedelta(minutes=12) <= at:
            services.clock_out(sign_up=row, at=row.ends_at + timedelta(minutes=chance.randrange(-10, 12)))


def _reserve(coop: Coop, members: dict[int, Membership], at: datetime) -> None:
    things = list(Thing.objects.filter(coop=coop).order_by("id"))
    begins = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=20)
    for number, (_place, member) in enumerate(sorted(members.items())[: 2 * len(things)]):
        starts = begins + number * timedelta(hours=5)
        span = Span(starts, starts + timedelta(hours=3))
        services.reserve(thing=things[number % len(things)], membership=member, span=span, by=member.party, at=at)
