"""A month of an activity ends: its fee, and what is missing to the least amounts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from marke.activities.models import Activity, Entry
from marke.activities.services.booking import book, by_scheme, locked, new_entry
from marke.activities.services.choosing import standing
from marke.common import clock
from marke.parties.models import Coop
from marke.rules.queries import Rulebook, Timeline
from marke_core.periods import add_months
from marke_core.schemes.activity import FEE, FLOOR_MONTH, FLOOR_YEAR

MOST_MONTHS = 24


def end_months(at: datetime) -> int:
    """Books, for every open activity, the months that are over. Each is done once, however often this is called."""
    done = 0
    for coop in Coop.objects.filter(activities__closed_at=None, activities__isnull=False).distinct():
        rules = Timeline(coop)
        for month in _months_over(coop, at):
            if _asks_something(rules.at(_last_moment(coop, month))):
                for activity in _without(coop, month):
                    done += end_month(activity=activity, month=month, at=at) is not None
    return done


def _months_over(coop: Coop, at: datetime) -> list[date]:
    """Their first days, the oldest first; as far back as a stopped clockwork may have slept."""
    this = clock.local_date(at, coop.timezone).replace(day=1)
    return [add_months(this, -back) for back in range(MOST_MONTHS, 0, -1)]


def _asks_something(rules: Rulebook) -> bool:
    return all(rules.has(key) for key in (FEE, FLOOR_MONTH, FLOOR_YEAR)) and any(
        rules.value(key) for key in (FEE, FLOOR_MONTH, FLOOR_YEAR)
    )


def _last_moment(coop: Coop, month: date) -> datetime:
    return clock.local_midnight(add_months(month, 1), coop.timezone) - timedelta(seconds=1)


def _without(coop: Coop, month: date) -> list[Activity]:
    """Open activities that were there in the month and have not given for it."""
    ended = Entry.objects.filter(coop=coop, ends_month=True, at=_last_moment(coop, month)).values("activity")
    rows = Activity.objects.filter(coop=coop, closed_at=None, opened_at__lte=_last_moment(coop, month))
    return list(rows.exclude(pk__in=ended).order_by("number"))


@transaction.atomic
def end_month(*, activity: Activity, month: date, at: datetime) -> Entry | None:
    """The activity gives for the month that begins with this day; None when it has given for it before."""
    activity = locked(activity)
    moment = _last_moment(activity.coop, month)
    if Entry.objects.filter(activity=activity, ends_month=True, at=moment).exists():
        return None
    last = add_months(month, 1) - timedelta(days=1)
    entry = new_entry(activity, Entry.Kind.MONTH, day=last, at=at, by=None, promised_at=moment)
    entry.ends_month, entry.ends_year = True, month.month == 12
    return book(by_scheme(standing(entry), on=last))
