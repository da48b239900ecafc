"""Months, quarters and years as they stand in an address: 2026-03, 2026-q1, 2026."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from marke.common.days import day_in_words
from marke.common.refusal import Refused

_CODE = re.compile(r"(?P<year>[12][0-9]{3})(?:-(?:q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


class NoSuchPeriod(Refused):
    """The address names no month, quarter or year."""

    status = 404


@dataclass(frozen=True)
class Period:
    """Half-open: `since` is in it, `until` is not."""

    code: str
    since: date
    until: date

    @property
    def label(self) -> str:
        if len(self.code) == 4:
            return self.code
        if "q" in self.code:
            return _("quarter %(quarter)s of %(year)s") % {"quarter": self.code[-1], "year": self.code[:4]}
        return day_in_words(self.since, "MMMM y")

    @property
    def before(self) -> Period:
        return _like(self, self.since - timedelta(days=1))

    @property
    def after(self) -> Period:
        return _like(self, self.until)


def month_of(day: date) -> Period:
    return _period(day.year, day.month, 1, f"{day.year}-{day.month:02}")


def quarter_of(day: date) -> Period:
    quarter = (day.month - 1) // 3
    return _period(day.year, quarter * 3 + 1, 3, f"{day.year}-q{quarter + 1}")


def year_of(day: date) -> Period:
    return _period(day.year, 1, 12, str(day.year))


def parse_period(code: str) -> Period:
    """Raises: NoSuchPeriod."""
    found = _CODE.fullmatch(code)
    if found is None or int(found["year"]) < 1900:
        raise NoSuchPeriod(
            _("“%(code)s” is no period. Write a month as 2026-03, a quarter as 2026-q1, a year as 2026.") % {"code": code[:20]}
        )
    year = int(found["year"])
    if found["month"]:
        return month_of(date(year, int(found["month"]), 1))
    return quarter_of(date(year, int(found["quarter"]) * 3, 1)) if found["quarter"] else year_of(date(year, 1, 1))


def _period(year: int, month: int, months: int, code: str) -> Period:
    last = month - 1 + months
    return Period(code, date(year, month, 1), date(year + last // 12, last % 12 + 1, 1))


def _like(period: Period, day: date) -> Period:
    if len(period.code) == 4:
        return year_of(day)
    return quarter_of(day) if "q" in period.code else month_of(day)
