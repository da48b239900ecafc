"""Shifts for tests, made through the services."""

from datetime import UTC, datetime, timedelta
from typing import Any

from marke.common.clock import local_date
from marke.parties.models import Coop, Membership
from marke.slots import services
from marke.slots.conditions import Span
from marke.slots.models import Shift, SignUp

# A Monday, in the week after the co-ops of the factories began.
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
NOW = MONDAY - timedelta(days=3)


def hours(day: int, begins: float, ends: float) -> Span:
    """Of the day so many days after MONDAY, in hours of UTC."""
    midnight = MONDAY + timedelta(days=day)
    return Span(midnight + timedelta(hours=begins), midnight + timedelta(hours=ends))


def make_shift(
    coop: Coop, span: Span | None = None, *, places: int = 1, title: str = "Lunch", published: bool = True, **plan: Any
) -> Shift:
    span = span or hours(0, 10, 14)
    made = services.plan_shift(coop=coop, plan=services.Plan(title, span, places, **plan), by=None, at=NOW)
    if published:
        services.publish_week(coop=coop, day=local_date(span.starts_at, coop.timezone), by=None, at=NOW)
        made.refresh_from_db()
    made.coop = coop
    return made


def join(shift: Shift, membership: Membership, *, at: datetime = NOW, **how: Any) -> SignUp:
    return services.sign_up(shift=shift, membership=membership, by=membership.party, at=at, **how)
