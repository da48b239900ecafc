"""The one place that reads the clock. Views, tasks and commands ask here and pass `at` on; the domain never does."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from marke_core.periods import add_months


def now() -> datetime:
    return datetime.now(UTC)


def local_date(at: datetime, timezone: str) -> date:
    """The calendar date at the moment `at` in the co-op's time zone."""
    return at.astimezone(ZoneInfo(timezone)).date()


def local_midnight(day: date, timezone: str) -> datetime:
    """The moment at which `day` begins in the co-op's time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def end_of_today(at: datetime, timezone: str) -> datetime:
    """The moment until which work counts as today's: midnight, but never less than six hours ahead. At ten to twelve, whoever
    drives at night must see the ride at five past."""
    return max(local_midnight(local_date(at, timezone) + timedelta(days=1), timezone), at + timedelta(hours=6))


def twelve_months_before(at: datetime, timezone: str) -> datetime:
    """The moment at which the twelve months began that end with the day of `at` in the co-op's time zone."""
    return local_midnight(add_months(local_date(at, timezone), -12) + timedelta(days=1), timezone)
