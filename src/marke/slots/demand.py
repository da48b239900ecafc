"""How many people are needed, hour by hour of a week, as the work of past weeks says, beside the places that are planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from marke.common.clock import local_date, local_midnight
from marke.common.registry import Registry
from marke.parties.models import Coop
from marke.rules.queries import Rulebook, rulebook
from marke.slots.conditions import DAY, WEEK, Span, moment_on, monday_of, week_of
from marke.slots.queries import AROUND, shifts_between
from marke_core.demand import HOURS, WEEK_MINUTES, Block, Ints, Need, blocks_for, missing, need_of, work_by_hour

# When a piece of work began, and how long it took.
Work = tuple[datetime, timedelta]


@dataclass(frozen=True)
class DemandSource:
    """An app above that knows of work. work(coop, since, until, measured): what began between two moments, and what nobody came
    for; as long as it took, or as it was booked for."""

    kind: str
    work: Callable[[Coop, datetime, datetime, bool], Sequence[Work]]


sources: Registry[DemandSource] = Registry("source of demand")


@dataclass(frozen=True)
class HourOfWeek:
    day: date
    hour: int
    usual: int
    busy: int
    planned: int


@dataclass(frozen=True)
class Demand:
    """A week beside what is needed in it. `weeks`: how many past ones were looked at; none: nothing is known.

    over: how many hours of the week have begun, and need nobody any more
    """

    monday: date
    weeks: int
    need: Need
    planned: tuple[int, ...]
    over: int
    shortest: int
    longest: int

    def lacking(self, *, busy: bool) -> list[int]:
        found = missing(self.need.busy if busy else self.need.usual, self.planned)
        return [0 if hour < self.over else people for hour, people in enumerate(found)]

    def blocks(self, *, busy: bool) -> list[Block]:
        """The shifts that would cover what is lacking."""
        return blocks_for(self.lacking(busy=busy), shortest=self.shortest, longest=self.longest)

    def hours(self) -> Iterator[HourOfWeek]:
        """The hours of the day at which somebody is needed or planned on any day, day by day."""
        in_use = [hour for hour in range(24) if any(any(row[hour::24]) for row in (self.need.busy, self.planned))]
        for day in range(7):
            for hour in in_use:
                at = 24 * day + hour
                yield HourOfWeek(self.monday + day * DAY, hour, self.need.usual[at], self.need.busy[at], self.planned[at])


def demand(coop: Coop, day: date, at: datetime) -> Demand:
    """What the week of `day` needs, as the last whole weeks before `at` say, by the rules in force."""
    rules, monday = rulebook(coop, at), monday_of(day)
    weeks, work = _past(coop, rules, at)
    shortest = rules.value("slots.demand_shortest")
    begun = -(-_on_the_clock(at, monday, coop.timezone) // 60)
    return Demand(
        monday=monday, weeks=weeks, need=need_of(work), planned=_planned(coop, monday), over=min(max(begun, 0), HOURS),
        shortest=shortest, longest=max(shortest, rules.value("slots.demand_longest")),
    )  # fmt: skip


def _past(coop: Coop, rules: Rulebook, at: datetime) -> tuple[int, Ints]:
    """How many weeks, from the first in which there was work, and the minutes of work in their hours."""
    weeks = rules.value("slots.demand_weeks")
    this = monday_of(local_date(at, coop.timezone))
    first = this - weeks * WEEK
    since, until = (local_midnight(each, coop.timezone) for each in (first, this))
    measured = rules.value("slots.demand_job") == "measured"
    # What began the night before the first Monday reaches into it.
    found = [each for source in sources for each in source.work(coop, since - DAY, until, measured)]
    begins = np.array([_on_the_clock(begin, first, coop.timezone) for begin, _length in found], dtype=np.int64)
    lasts = np.array([length // timedelta(minutes=1) for _begin, length in found], dtype=np.int64)
    quiet = min((int(begin) // WEEK_MINUTES for begin in begins if begin >= 0), default=weeks)
    return weeks - quiet, work_by_hour(begins, lasts, weeks)[quiet:]


def _planned(coop: Coop, monday: date) -> tuple[int, ...]:
    """The places of the week's shifts, published or not, in each hour that they cover."""
    week = week_of(monday, coop.timezone)
    rows = shifts_between(coop, week.starts_at - AROUND, week.ends_at, planned=True)
    shifts = list(rows.order_by().values_list("starts_at", "ends_at", "places"))
    begins = np.array([_on_the_clock(begin, monday, coop.timezone) for begin, _end, _places in shifts], dtype=np.int64)
    ends = np.array([_on_the_clock(end, monday, coop.timezone) for _begin, end, _places in shifts], dtype=np.int64)
    places = np.array([places for _begin, _end, places in shifts], dtype=np.int64)
    minutes = work_by_hour(np.repeat(begins, places), np.repeat(ends - begins, places), 1)[0]
    return tuple((minutes // 60).tolist())


def _on_the_clock(moment: datetime, monday: date, timezone: str) -> int:
    """Minutes on the clock since Monday 0:00."""
    local = moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    return int((local - datetime.combine(monday, time())) // timedelta(minutes=1))


def span_of(block: Block, monday: date, timezone: str) -> Span:
    """The hours of the week as they are in that week. An hour that the clocks leave out is as long after midnight."""
    begins, ends = (moment_on(monday + (hour // 24) * DAY, time(hour % 24), timezone) for hour in (block.hour, block.end))
    return Span(begins, ends)
