"""Questions about shifts: a week's roster, what is mine, who is there, the hours that were worked, a calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from marke.common.clock import local_date
from marke.parties.models import Coop, Membership
from marke.rules.queries import rulebook
from marke.slots.conditions import Span, week_of
from marke.slots.models import Attendance, DaysOff, Handover, Reservation, Shift, SignUp

# Of a shift for more people than this, a roster gives the number and not the names.
NAMED = 12
# Nobody clocks in or out further than this from a shift.
AROUND = timedelta(hours=36)
AHEAD = timedelta(days=60)
# So long before it begins, a shift stands on the first pages.
SOON = timedelta(hours=12)


@dataclass(frozen=True)
class Row:
    """A shift in a roster, and how the reader stands to it."""

    shift: Shift
    on: int
    waiting: int
    names: list[str]
    mine: SignUp | None

    @property
    def free(self) -> int:
        return max(self.shift.places - self.on, 0)

    @property
    def seats(self) -> range:
        """As many as are free."""
        return range(self.free)

    @property
    def is_named(self) -> bool:
        return self.shift.places <= NAMED


@dataclass(frozen=True)
class Day:
    day: date
    rows: list[Row]
    off: bool


def shifts_between(coop: Coop, since: datetime, until: datetime, *, planned: bool = False) -> QuerySet[Shift]:
    """Published and not cancelled, beginning from `since` and before `until`; with `planned` those not published too."""
    rows = Shift.objects.filter(coop=coop, starts_at__gte=since, starts_at__lt=until, cancelled_at=None)
    return rows if planned else rows.filter(published_at__isnull=False)


def roster(membership: Membership, day: date, *, planned: bool) -> list[Day]:
    """The seven days of the week of `day`. Five queries, whatever is in it."""
    coop = membership.coop
    week = week_of(day, coop.timezone)
    rows = rows_of(list(shifts_between(coop, week.starts_at, week.ends_at, planned=planned)), membership)
    monday = local_date(week.starts_at, coop.timezone)
    days = [monday + timedelta(days=number) for number in range(7)]
    away = list(DaysOff.objects.filter(membership=membership, since__lte=days[-1], until__gt=monday))
    by_day: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        by_day[local_date(row.shift.starts_at, coop.timezone)].append(row)
    return [Day(each, by_day[each], any(off.since <= each < off.until for off in away)) for each in days]


def rows_of(shifts: Sequence[Shift], membership: Membership) -> list[Row]:
    """Who is on each of them: two queries for any number of shifts."""
    counted: dict[int, list[int]] = {shift.pk: [0, 0] for shift in shifts}
    signed = SignUp.objects.filter(shift__in=shifts, ended_at=None)
    for shift_id, place in signed.order_by().values_list("shift", "place"):
        counted[shift_id][place is None] += 1
    named = [shift.pk for shift in shifts if shift.places <= NAMED]
    shown = signed.filter(Q(shift__in=named, place__isnull=False) | Q(membership=membership))
    names: dict[int, list[str]] = defaultdict(list)
    mine: dict[int, SignUp] = {}
    for row in shown.select_related("membership__party", "attendance").order_by("place", "since", "id"):
        if row.place is not None:
            names[row.shift_id].append(row.membership.party.name)
        if row.membership_id == membership.pk:
            mine[row.shift_id] = row
    for shift in shifts:
        shift.coop = membership.coop
    return [Row(shift, counted[shift.pk][0], counted[shift.pk][1], names[shift.pk], mine.get(shift.pk)) for shift in shifts]


def on_shift(shift: Shift) -> list[SignUp]:
    """Who is on it and who waits, in order; with their hours."""
    rows = SignUp.objects.filter(shift=shift, ended_at=None).select_related(
        "membership__party", "stands_in_for__party", "attendance"
    )
    return sorted(rows, key=lambda row: (row.place is None, row.place or 0, row.since, row.pk))


def my_sign_up(shift: Shift, membership: Membership) -> SignUp | None:
    return SignUp.objects.filter(shift=shift, membership=membership, ended_at=None).select_related("attendance").first()


def my_shifts(membership: Membership, at: datetime, *, until: datetime | None = None) -> list[SignUp]:
    """What is ahead of somebody and what runs now, the waits too; for two months, or what begins before `until`."""
    rows = SignUp.objects.filter(
        membership=membership, ended_at=None, ends_at__gt=at, starts_at__lt=until or at + AHEAD,
        shift__published_at__isnull=False, shift__cancelled_at=None,
    )  # fmt: skip
    return list(rows.select_related("shift", "attendance").order_by("starts_at", "id"))


def clocking(rows: Sequence[SignUp], coop: Coop, at: datetime) -> None:
    """Sets from when on the member can clock in, on those that begin within hours."""
    if soon := [row for row in rows if row.starts_at < at + SOON]:
        early = rulebook(coop, at).value("slots.clock_in")
        for row in soon:
            row.clocks_from = row.starts_at - early


def shift_today(membership: Membership, at: datetime) -> SignUp | None:
    """The one somebody is on now, or the next that begins within hours."""
    found = [row for row in my_shifts(membership, at, until=at + SOON) if row.place is not None][:1]
    clocking(found, membership.coop, at)
    return next(iter(found), None)


def open_handovers(membership: Membership, at: datetime) -> list[Handover]:
    """What somebody is asked: to swap, to stand in, or with everybody to stand in for whoever looks for somebody."""
    rows = Handover.objects.filter(
        Q(to=membership) | Q(to=None), coop=membership.coop, state=Handover.State.OPEN, given__starts_at__gt=at,
        given__ended_at=None, given__shift__cancelled_at=None,
    ).exclude(given__membership=membership)  # fmt: skip
    found = rows.select_related("given__shift", "given__membership__party", "in_return__shift").order_by("given__starts_at", "id")
    mine = set(
        SignUp.objects.filter(membership=membership, ended_at=None, place__isnull=False, ends_at__gt=at).values_list(
            "shift", flat=True
        )
    )
    return [row for row in found if row.given.shift_id not in mine]


def still_needed(coop: Coop, at: datetime, *, days: int = 7) -> list[Row]:
    """Published shifts of the next days that still have a place free."""
    shifts = [*shifts_between(coop, at, at + timedelta(days=days))[:500]]
    counted: dict[int, list[int]] = {shift.pk: [0, 0] for shift in shifts}
    for shift_id, place in SignUp.objects.filter(shift__in=shifts, ended_at=None).order_by().values_list("shift", "place"):
        counted[shift_id][place is None] += 1
    rows = [Row(shift, counted[shift.pk][0], counted[shift.pk][1], [], None) for shift in shifts]
    return [row for row in rows if row.free]


# Who is there, for the apps that give work.


@dataclass(frozen=True)
class Presence:
    """Who is on a shift when, in the weeks for which shifts are published."""

    weeks: tuple[Span, ...]
    spans: dict[int, list[Span]]  # by membership id

    def applies_at(self, moment: datetime) -> bool:
        return any(week.starts_at <= moment < week.ends_at for week in self.weeks)

    def there_at(self, moment: datetime) -> frozenset[int]:
        """Ids of the memberships that are on a shift then."""
        return frozenset(
            member for member, spans in self.spans.items() if any(span.starts_at <= moment < span.ends_at for span in spans)
        )


def presence(coop: Coop, moments: Collection[datetime], at: datetime) -> Presence | None:
    """Who is there at the moments, as one knows at `at`; None where the co-op does not work with shifts, or its rule says that
    jobs and shifts have nothing to do with each other. Three queries at most.

    Whoever clocked in is there from then on until they clock out; who is to come, while the shift lasts.
    """
    weeks = _weeks(coop, moments)
    begins = list(
        shifts_between(coop, weeks[0].starts_at, weeks[-1].ends_at).order_by().values_list("starts_at", flat=True).distinct()
    )
    planned = tuple(week for week in weeks if any(week.starts_at <= moment < week.ends_at for moment in begins))
    if not planned or not rulebook(coop, at).value("slots.jobs"):
        return None
    since, until = min(moments) - AROUND, max(moments) + AROUND
    rows = SignUp.objects.filter(
        coop=coop, ended_at=None, place__isnull=False, starts_at__lt=until, ends_at__gt=since, shift__cancelled_at=None,
        shift__published_at__isnull=False,
    )  # fmt: skip
    spans: dict[int, list[Span]] = defaultdict(list)
    for member, starts_at, ends_at, came_at, went_at in rows.order_by().values_list(
        "membership", "starts_at", "ends_at", "attendance__came_at", "attendance__went_at"
    ):
        spans[member].append(Span(min(came_at or starts_at, starts_at), went_at or ends_at))
    return Presence(planned, dict(spans))


def _weeks(coop: Coop, moments: Collection[datetime]) -> list[Span]:
    found = {week_of(local_date(moment, coop.timezone), coop.timezone) for moment in moments}
    return sorted(found)


# Hours that were worked: facts.


@dataclass(frozen=True)
class Worked:
    """One member on one shift. `seconds` are those between coming and going; None: nobody has clocked."""

    sign_up: SignUp
    seconds: int | None

    @property
    def minutes(self) -> int | None:
        return None if self.seconds is None else self.seconds // 60

    @property
    def hours(self) -> str:
        return "" if self.minutes is None else in_hours(self.minutes)


def in_hours(minutes: int) -> str:
    """3:54, also beyond a day."""
    return f"{minutes // 60}:{minutes % 60:02}"


def seconds_worked(attendance: Attendance, ends_at: datetime, at: datetime) -> int:
    """From coming to going; who has not clocked out counts until now, and no longer than the shift."""
    went = attendance.went_at or max(min(ends_at, at), attendance.came_at)
    return int((went - attendance.came_at).total_seconds())


def clocked_spans(coop: Coop, since: datetime, until: datetime, at: datetime) -> list[tuple[int, Span]]:
    """(membership id, when they were there) of all who came between two moments, or little before. One query."""
    rows = Attendance.objects.filter(coop=coop, came_at__lt=until, sign_up__ends_at__gt=since - timedelta(days=1))
    return [
        (member, Span(came_at, went_at or max(min(ends_at, at), came_at)))
        for member, came_at, went_at, ends_at in rows.order_by("came_at", "id").values_list(
            "membership", "came_at", "went_at", "sign_up__ends_at"
        )
    ]


def here_until(coop: Coop, at: datetime) -> dict[int, datetime]:
    """Who has clocked in and not out, by membership id, and when their shift ends."""
    rows = Attendance.objects.filter(
        coop=coop, came_at__gt=at - AROUND, came_at__lte=at, went_at=None, sign_up__ended_at=None, sign_up__ends_at__gt=at,
        sign_up__shift__cancelled_at=None,
    )  # fmt: skip
    return dict(rows.order_by("sign_up__ends_at").values_list("membership", "sign_up__ends_at"))


def clocked_seconds(coop: Coop, since: datetime, until: datetime, at: datetime) -> dict[int, int]:
    """Membership id → seconds clocked between two moments. One query."""
    found: dict[int, int] = defaultdict(int)
    for member, span in clocked_spans(coop, since, until, at):
        found[member] += int(span.within(Span(since, until)).total_seconds())
    return dict(found)


def hours_between(
    coop: Coop, since: datetime, until: datetime, at: datetime, membership: Membership | None = None
) -> list[Worked]:
    """Every place on a shift that began between two moments and was somebody's, and what was worked on it."""
    rows = SignUp.objects.filter(
        coop=coop, ended_at=None, place__isnull=False, starts_at__gte=since, starts_at__lt=until, shift__cancelled_at=None,
        shift__published_at__isnull=False,
    )  # fmt: skip
    if membership is not None:
        rows = rows.filter(membership=membership)
    found = rows.select_related("shift", "membership__party", "attendance").order_by("starts_at", "id")
    return [Worked(row, seconds_worked(row.attendance, row.ends_at, at) if hasattr(row, "attendance") else None) for row in found]


# What somebody else's calendar shows.


@dataclass(frozen=True)
class CalendarEntry:
    """`uid` stays the same for ever, also when the co-op moves house. `changed_at`: when anything of it last changed."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    changed_at: datetime


def calendar_of(*, membership: Membership, since: datetime, until: datetime) -> list[CalendarEntry]:
    """The shifts that a member is on and what they have reserved, of what is going on between two moments, in order.

    What was cancelled, and what one only waits for, is not in it. Two queries.
    """
    coop = membership.coop
    going_on = {"membership": membership, "starts_at__lt": until, "ends_at__gt": since}
    shifts = SignUp.objects.filter(
        **going_on, ended_at=None, place__isnull=False, shift__cancelled_at=None, shift__published_at__isnull=False
    ).select_related("shift")
    things = Reservation.objects.filter(**going_on, cancelled_at=None).select_related("thing")
    entries = [
        CalendarEntry(
            f"shift-{row.shift.number}-{membership.number}@{coop.uid}", row.starts_at, row.ends_at, row.shift.title, row.shift.place,
            max(row.shift.changed_at, row.moved_up_at or row.since),
        )
        for row in shifts
    ]  # fmt: skip
    entries += [
        CalendarEntry(
            f"reservation-{row.number}@{coop.uid}", row.starts_at, row.ends_at, row.thing.name, row.thing.note, row.made_at
        )
        for row in things
    ]
    return sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))
