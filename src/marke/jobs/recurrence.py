"""The days of a booking that comes again. Pure: a calendar and a wish, no clock and no rows."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice, takewhile
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
LAST_YEAR = date.max.year - 1


def days(every: str, weekdays: Collection[int], since: date) -> Iterator[date]:
    """Without end: weekly and fortnightly on the weekdays (0 is Monday), monthly on the day of the month of `since`.

    A month that has no such day has it on its last.
    """
    if every == "month":
        yield from _monthly(since)
        return
    monday = since - timedelta(days=since.weekday())
    step = 2 if every == "fortnight" else 1
    for week in count(0, step):
        begin = monday + week * WEEK
        if begin.year >= LAST_YEAR:
            return
        yield from (day for day in (begin + timedelta(days=weekday) for weekday in sorted(weekdays)) if day >= since)


def _monthly(since: date) -> Iterator[date]:
    for month in count(since.month - 1):
        year, number = since.year + month // 12, month % 12 + 1
        if year >= LAST_YEAR:
            return
        yield date(year, number, min(since.day, monthrange(year, number)[1]))


def days_of(
    every: str, weekdays: Collection[int], since: date, *, until: date | None = None, times: int | None = None
) -> Iterator[date]:
    """The days up to and including `until`, or so many of them."""
    found = days(every, weekdays, since)
    if times is not None:
        found = islice(found, times)
    return takewhile(lambda day: day <= until, found) if until is not None else found


def moment_on(day: date, local: time, timezone: str) -> datetime:
    """`local` on the clock of that day, summer or winter. Where the clocks leave that hour out, as long after midnight."""
    return datetime.combine(day, local, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
