"""Half-open periods: a period begins with its first moment and ends just before its last."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

Point = TypeVar("Point", date, datetime)


@dataclass(frozen=True)
class Period(Generic[Point]):
    """From `starts` up to, but not including, `ends`.

    Raises: ValueError when it ends before it starts.
    """

    starts: Point
    ends: Point

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise ValueError(f"A period cannot end on {self.ends}, before it starts on {self.starts}.")

    def __contains__(self, point: Point) -> bool:
        return self.starts <= point < self.ends

    def overlaps(self, other: Period[Point]) -> bool:
        """Whether they share a moment; neighbours and empty periods share none."""
        return max(self.starts, other.starts) < min(self.ends, other.ends)


def month_of(day: date) -> Period[date]:
    """The calendar month in which `day` lies."""
    first = day.replace(day=1)
    return Period(first, add_months(first, 1))


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later (or earlier), or that month's last day if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months(period: Period[date]) -> Iterator[Period[date]]:
    """The calendar months that the period touches, in order; none when it is empty."""
    month = month_of(period.starts)
    while max(month.starts, period.starts) < period.ends:
        yield month
        month = month_of(month.ends)
