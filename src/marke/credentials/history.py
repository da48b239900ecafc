"""A work history as JSON: for programs, under the signature, and as what pages and papers are made from.

It holds at least what the French Code du travail, article D7342-6, lets workers of platforms take along: registration, first day
of the contract, kind, number and hours of the services, hours of the day, area, distance, income after the platform's share,
assessments of the last twelve months. Amounts are whole minor units, averages are decimal text: nothing is rounded twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from marke.common.clock import local_date, local_midnight
from marke.credentials.assignments import Stretch
from marke.credentials.conditions import AREA, ASSESSMENTS, DISTANCE, INCOME, SERVICES, SLOTS, Choice, whole_months_before
from marke.credentials.work import Work, work_of
from marke.feedback.conditions import COOP, MEMBER
from marke.feedback.models import Feedback
from marke.feedback.queries import about_work, sentences, tallies
from marke.jobs.kinds import label_of
from marke.parties.models import Membership
from marke.rules.queries import rulebook

FORMAT = "marke-work-history/1"
MOST_REVIEWS = 60

History = dict[str, Any]


def history_of(membership: Membership, choice: Choice, at: datetime) -> History:
    """What the member chose to tell."""
    work = work_of(membership, choice.since, choice.until, at)
    history: History = {
        "format": FORMAT,
        "cooperative": _cooperative(membership),
        "worker": _worker(membership),
        "period": {"from": choice.since.isoformat(), "to": (choice.until - timedelta(days=1)).isoformat()},
    }
    for field, told in _TOLD.items():
        if field in choice.fields and (value := told(membership, work)) is not None:
            history[field] = value
    if ASSESSMENTS in choice.fields and (said := _assessments(membership, at)):
        history[ASSESSMENTS] = said
    if reviews := [row.sentence for row in reviews_of(membership, at) if row.pk in choice.reviews]:
        history["reviews"] = reviews
    return history


def has_worked(history: Mapping[str, Any]) -> bool:
    return bool(set(history) & {*_TOLD, ASSESSMENTS, "reviews"})


def _cooperative(membership: Membership) -> History:
    coop = membership.coop
    return {"name": coop.name, "registration_number": coop.registration_number, "town": coop.city, "country": coop.country}


def _worker(membership: Membership) -> History:
    timezone = membership.coop.timezone

    def day(at: datetime | None) -> str | None:
        return local_date(at, timezone).isoformat() if at is not None else None

    return {
        "name": membership.party.name,
        "registration": membership.number,
        "engagement": membership.engagement,
        "contract_began": day(membership.admitted_at),
        "contract_ended": day(membership.left_at),
    }


def _services(membership: Membership, work: Work) -> History | None:
    if not work.number and not work.shift_minutes and work.business is None:
        return None
    kinds = [
        {
            "kind": each.kind,
            "name": label_of(each.kind),
            "number": each.number,
            "minutes": each.minutes,
            "average_minutes": each.minutes // each.number,
        }
        for each in work.kinds
    ]
    return {
        "number": work.number,
        "minutes": work.minutes,
        "days": work.days,
        "shift_minutes": work.shift_minutes,
        "kinds": kinds,
        **_of_business(work),
    }


def _of_business(work: Work) -> History:
    """Assignments, and what teams shared: how many, and from when to when. For whom is never told."""
    if work.business is None:
        return {}
    found = {"assignments": work.business.done, "teams": work.business.teams}
    return {key: _stretch(each) for key, each in found.items() if each is not None}


def _stretch(each: Stretch) -> History:
    return {"number": each.number, "from": each.first.isoformat(), "to": each.last.isoformat()}


def _slots(_membership: Membership, work: Work) -> History | None:
    if work.begins is None or work.ends is None:
        return None
    return {"average_begin": _hour(work.begins), "average_end": _hour(work.ends), "services_by_part_of_day": work.parts}


def _hour(seconds: int) -> str:
    return f"{seconds // 3_600:02}:{seconds // 60 % 60:02}"


def _area(membership: Membership, work: Work) -> History | None:
    if work.area is None:
        return None
    centre = {"latitude": _degrees(work.area.lat_e7), "longitude": _degrees(work.area.lon_e7)}
    return {
        "town": membership.coop.city,
        "country": membership.coop.country,
        "centre": centre,
        "kilometres": work.area.kilometres,
    }


def _degrees(e7: int) -> str:
    tenths = abs(e7) // 1_000_000
    return f"{'-' if e7 < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def _distance(_membership: Membership, work: Work) -> History | None:
    return {"average_metres": work.metres, "services": work.measured} if work.metres is not None else None


def _income(membership: Membership, work: Work) -> History | None:
    """All together, and of it what an own business and teams brought."""
    business, currency = work.business, membership.coop.currency
    if work.income is None and business is None:
        return None
    total = (work.income or 0) + (business.income if business else 0)
    told: History = {"minor_units": total, "currency": currency, "after": "contribution"}
    if business and business.done:
        told["assignments"] = {"invoiced": business.invoiced, "minor_units": business.remained, "currency": currency}
    if business and business.teams:
        told["teams"] = {"minor_units": business.shared, "currency": currency}
    return told


_TOLD: Mapping[str, Callable[[Membership, Work], History | None]] = {
    SERVICES: _services,
    SLOTS: _slots,
    AREA: _area,
    DISTANCE: _distance,
    INCOME: _income,
}


def _assessments(membership: Membership, at: datetime) -> History | None:
    """Of the twelve whole months before this one, without the newest that are held back: as the pages count them."""
    coop, rules = membership.coop, rulebook(membership.coop, at)
    since, until = whole_months_before(local_date(at, coop.timezone))
    starts_at, ends_at = (local_midnight(day, coop.timezone) for day in (since, until))
    rows = about_work(coop).filter(worker=membership, said_at__gte=starts_at, said_at__lt=ends_at)
    tally = tallies(rows, COOP, rules.value("feedback.asks"), rules.value("feedback.least")).get(0)
    if tally is None or tally.average is None:
        return None
    return {
        "from": since.isoformat(),
        "to": (until - timedelta(days=1)).isoformat(),
        "scale": tally.scale,
        "number": tally.count,
        "average": _decimal(tally.average),
        "counts": {str(score): number for score, number in sorted(tally.counts.items()) if number},
    }


def _decimal(value: Fraction) -> str:
    """To two decimals, halves up."""
    hundredths = int(value * 100 + Fraction(1, 2))
    return f"{hundredths // 100}.{hundredths % 100:02}"


def reviews_of(membership: Membership, at: datetime) -> list[Feedback]:
    """The sentences that the member can see, and so can choose; in no order that tells which is the latest."""
    least = rulebook(membership.coop, at).value("feedback.least")
    return list(sentences(about_work(membership.coop).filter(worker=membership), MEMBER, least)[:MOST_REVIEWS])


def default_choice(membership: Membership, at: datetime) -> tuple[date, date]:
    """From the first day of the contract until today."""
    timezone = membership.coop.timezone
    today = local_date(at, timezone)
    began = local_date(membership.admitted_at or membership.applied_at, timezone)
    return min(began, today), today
