"""What the law adds when a business pays late: interest for each day, reckoned exactly, and a fixed sum. Pure.

Source: Directive 2011/7/EU, arts. 2(5)-(7) (the reference rate of each half-year, plus a spread), 3(1) and 6 (interest and
compensation without a reminder). The Directive says nothing about the length of a year; a day is 1/365 of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

DAYS_OF_A_YEAR = 365
DAY = timedelta(days=1)


class Change(NamedTuple):
    """On this day so much less was owed: a payment or a credit note; minor units."""

    date: date
    less: int


@dataclass(frozen=True)
class Stretch:
    """Days on which the same was owed at the same rate; `until` is the last of them."""

    since: date
    until: date
    owed: int
    rate: Fraction  # a year

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def interest(self) -> Fraction:
        return self.owed * self.rate * self.days / DAYS_OF_A_YEAR


def half_year(day: date) -> date:
    """The day on which its half-year began, whose reference rate holds."""
    return date(day.year, 1 if day.month < 7 else 7, 1)


def reference_rate(rates: Iterable[tuple[str, Fraction]], day: date) -> Fraction | None:
    """Of the half-year of this day; what was told last goes on. `rates`: ("2026-01", rate). None before the first."""
    began = f"{half_year(day):%Y-%m}"
    known = sorted(row for row in rates if row[0] <= began)
    return known[-1][1] if known else None


def stretches(
    *, gross: int, due: date, on: date, changes: Sequence[Change], rates: Sequence[tuple[str, Fraction]], spread: Fraction
) -> list[Stretch]:
    """From the day after `due` to `on`. On the day of a payment the amount before it is still owed."""
    found: list[Stretch] = []
    owed = gross - sum(change.less for change in changes if change.date <= due)
    turns = {change.date + DAY for change in changes if due < change.date <= on}
    turns |= {
        turn for year in range(due.year, on.year + 1) for turn in (date(year, 1, 1), date(year, 7, 1)) if due + DAY < turn <= on
    }
    since = due + DAY
    for turn in [*sorted(turns - {since}), on + DAY]:
        owed_now = owed - sum(change.less for change in changes if due < change.date < since)
        reference = reference_rate(rates, since)
        if turn > since and owed_now > 0 and reference is not None:
            found.append(Stretch(since, turn - DAY, owed_now, max(Fraction(0), reference + spread)))
        since = turn
    return found


def interest_of(found: Iterable[Stretch]) -> int:
    """Together, in minor units; rounded once, half up."""
    exact = sum((stretch.interest for stretch in found), Fraction(0))
    return int(exact + Fraction(1, 2))
