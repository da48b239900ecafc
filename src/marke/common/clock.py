"""The one place that reads the clock. Views, tasks and commands ask here and pass `at` on; the domain never does."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def local_date(at: datetime, timezone: str) -> date:
    """The calendar date at the moment `at` in the co-op's time zone."""
    return at.astimezone(ZoneInfo(timezone)).date()


def local_midnight(day: date, timezone: str) -> datetime:
    """The moment at which `day` begins in the co-op's time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
