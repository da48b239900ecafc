"""When work is too much, too soon or at the wrong time. Pure: spans of time, no clock and no rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from marke.common.clock import local_date, local_midnight

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, order=True)
class Span:
    """From one moment up to another."""

    starts_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    def meets(self, other: Span) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def within(self, other: Span) -> timedelta:
        """How much of it lies in the other."""
        return max(min(self.ends_at, other.ends_at) - max(self.starts_at, other.starts_at), timedelta(0))


def moment_on(day: date, local: time, timezone: str) -> datetime:
    """`local` on the clock of that day, summer or winter. An hour that comes twice is the first; where the clocks leave it
    out, it is as long after midnight.
    """
    return datetime.combine(day, local, tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def span_on(day: date, begins: time, ends: time, timezone: str) -> Span:
    """From `begins` on that day to `ends` on the clock; not later than it begins means the next day."""
    last = day if ends > begins else day + DAY
    return _on_the_clock(datetime.combine(day, begins), datetime.combine(last, ends), timezone)


def _on_the_clock(begins: datetime, ends: datetime, timezone: str) -> Span:
    """Where the clocks leave out the hour in which it begins, and it would end before that, it lasts as long as on other days."""
    starts_at, ends_at = (moment_on(each.date(), each.time(), timezone) for each in (begins, ends))
    return Span(starts_at, ends_at if ends_at > starts_at else starts_at + (ends - begins))


def on_other_day(span: Span, days: int, timezone: str) -> Span:
    """The same times on the clock, so many days later: a night on which the clocks change is an hour shorter or longer."""
    zone = ZoneInfo(timezone)
    begins, ends = (moment.astimezone(zone).replace(tzinfo=None, fold=0) for moment in (span.starts_at, span.ends_at))
    later = timedelta(days=days)
    if ends <= begins:  # within the hour that comes twice
        ends = begins + span.length
    return _on_the_clock(begins + later, ends + later, timezone)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(day: date, timezone: str) -> Span:
    """From midnight before the Monday to midnight after the Sunday."""
    monday = monday_of(day)
    return Span(local_midnight(monday, timezone), local_midnight(monday + WEEK, timezone))


def weeks_touched(span: Span, timezone: str) -> Iterator[Span]:
    week = week_of(local_date(span.starts_at, timezone), timezone)
    while week.starts_at < span.ends_at:
        yield week
        week = week_of(local_date(week.ends_at, timezone), timezone)


def work_day_of(new: Span, others: Iterable[Span], rest: timedelta) -> Span:
    """From the first beginning to the last end, with no rest of that length between."""
    spans = sorted([new, *others])
    found = new
    for span in reversed(spans):
        if span.starts_at < found.starts_at and found.starts_at - span.ends_at < rest:
            found = Span(span.starts_at, max(span.ends_at, found.ends_at))
    for span in spans:
        if span.ends_at > found.ends_at and span.starts_at - found.ends_at < rest:
            found = Span(min(span.starts_at, found.starts_at), span.ends_at)
    return found


def too_little_rest(new: Span, others: Iterable[Span], rest: timedelta) -> Span | None:
    """The work day that leaves less than `rest` of the 24 hours from its beginning in one piece; None where all is well.

    Two shifts on one day are no breach as long as they lie near enough together.
    """
    work_day = work_day_of(new, others, rest)
    return work_day if rest and work_day.length > DAY - rest else None


def week_too_full(new: Span, others: Sequence[Span], most: timedelta, timezone: str) -> tuple[Span, timedelta] | None:
    """The week, and the work in it, that exceed `most`."""
    for week in weeks_touched(new, timezone):
        work = sum((span.within(week) for span in (new, *others)), timedelta(0))
        if work > most:
            return week, work
    return None


@dataclass(frozen=True)
class TooFull:
    """More work than the rule allows: on average in a week, over `weeks` of them. `work`: in one week, or the average."""

    over: Span
    work: timedelta


def average_too_high(
    new: Span,
    others: Sequence[Span],
    most: timedelta,
    weeks: int,
    timezone: str,
    *,
    away: Collection[date] = (),
    since: date | None = None,
) -> TooFull | None:
    """So many weeks in a row, from Monday to Sunday, with `new` in them, in which the work on average exceeds `most` a week.

    All such stretches are looked at, so that no average is kept by where the counting begins. Days away count neither as work nor
    as time, unless work lies on them; nor do days before `since`. Of one week, all days count.
    Source: Directive 2003/88/EC, articles 6 (b) and 16 (b); on stretches that overlap, Court of Justice, C-254/18.
    """
    if weeks == 1:
        full = week_too_full(new, others, most, timezone)
        return TooFull(*full) if full else None
    for week in weeks_touched(new, timezone):
        monday = local_date(week.starts_at, timezone)
        for before in range(weeks - 1, -1, -1):
            first = monday - before * WEEK
            found = _average(new, others, first, weeks, timezone, away, since)
            if found.work > most:
                return found
    return None


def _average(
    new: Span, others: Sequence[Span], first: date, weeks: int, timezone: str, away: Collection[date], since: date | None
) -> TooFull:
    over = Span(local_midnight(first, timezone), local_midnight(first + weeks * WEEK, timezone))
    at_work = [span for span in (new, *others) if span.meets(over)]
    worked = {local_date(moment, timezone) for span in at_work for moment in (span.starts_at, span.ends_at)}
    days = [first + number * DAY for number in range(7 * weeks)]
    left_out = sum(day not in worked and (day in away or (since is not None and day < since)) for day in days)
    work = sum((span.within(over) for span in at_work), timedelta(0))
    # Whoever has just come, or was away for all of it, has worked in one week at least.
    return TooFull(over, work * 7 / max(len(days) - left_out, 7))


def is_covered(span: Span, available: Sequence[tuple[int, time, time]], timezone: str) -> bool:
    """Whether somebody who can on these weekdays at these times can all the while. Who said nothing can always."""
    if not available:
        return True
    day = local_date(span.starts_at, timezone)
    by_weekday = {weekday: (begins, ends) for weekday, begins, ends in available}
    reached = span.starts_at
    for each in (day - DAY, day, day + DAY):
        if each.weekday() in by_weekday:
            window = span_on(each, *by_weekday[each.weekday()], timezone)
            if window.starts_at <= reached < window.ends_at:
                reached = window.ends_at
    return reached >= span.ends_at
