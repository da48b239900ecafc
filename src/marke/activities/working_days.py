"""Which days count as working days in a country."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

SATURDAY = 5
# Nobody counts working days of a year in which no calendar knows a holiday, and after which there is soon no day left.
FAR_AWAY = 9_000


def after(day: date, days: int, country: str) -> date:
    """The day on which so many working days have passed since `day`; itself, or the next working day, for none."""
    if day.year >= FAR_AWAY:
        return day
    while not is_working_day(day, country):
        day += timedelta(days=1)
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, country)
    return day


def is_working_day(day: date, country: str) -> bool:
    return day.weekday() < SATURDAY and day not in _public_holidays(country, day.year)


@lru_cache(maxsize=256)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    """None where the library does not know the country: then only weekends are free."""
    import holidays  # only where something is to be paid out

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
