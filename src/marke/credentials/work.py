"""What a member did here in a time, out of the books: jobs that clients confirmed, hours, hours of the day, places, pay.

What they did in a business of their own stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from marke.common.clock import local_midnight
from marke.credentials.assignments import Business, business_of
from marke.jobs.kinds import between_them
from marke.jobs.models import Job
from marke.jobs.settlement_facts import job_facts
from marke.parties.models import Membership
from marke.rules.queries import rulebook
from marke.slots.queries import hours_between
from marke_core.matching.travel import haversine_metres
from marke_core.schemes.job import JOB_SETTLEMENT

CONFIRMED = (Job.State.CONFIRMED, Job.State.SETTLED)
PARTS = ("night", "morning", "afternoon", "evening")  # six hours each, from midnight
DAY = 86_400
TENTH = 1_000_000  # of a degree, where degrees are kept times 1e7


@dataclass(frozen=True)
class OfKind:
    kind: str
    number: int
    minutes: int


@dataclass(frozen=True)
class Area:
    """Around which point, to a tenth of a degree (times 1e7), nine of ten jobs lie, within how many kilometres."""

    lat_e7: int
    lon_e7: int
    kilometres: int


@dataclass(frozen=True)
class Work:
    """`begins`, `ends`: of the average day, in seconds since its midnight. `income`: of jobs, in minor units, after the contribution.

    `shift_minutes`: clocked on shifts, whatever was done in them. None: nothing is known of it.
    """

    kinds: list[OfKind]
    days: int
    shift_minutes: int
    begins: int | None
    ends: int | None
    parts: dict[str, int]
    area: Area | None
    metres: int | None
    measured: int
    income: int | None
    business: Business | None

    @property
    def number(self) -> int:
        return sum(each.number for each in self.kinds)

    @property
    def minutes(self) -> int:
        return sum(each.minutes for each in self.kinds)


@dataclass(frozen=True)
class _Done:
    """One job, with its hours where the co-op is."""

    kind: str
    price: int
    accepted_at: datetime
    begins: datetime
    ends: datetime
    pickup: tuple[int | None, int | None]
    place: tuple[int | None, int | None]

    @property
    def minutes(self) -> int:
        return int((self.ends - self.begins).total_seconds()) // 60


def work_of(membership: Membership, since: date, until: date, at: datetime) -> Work:
    """`until` is exclusive; what counts is the day on which a job was done. As many queries for a job as for a thousand."""
    timezone = membership.coop.timezone
    starts_at, ends_at = local_midnight(since, timezone), local_midnight(until, timezone)
    done = _jobs(membership, starts_at, ends_at)
    begins, ends, days = _average_day(done)
    metres, measured = _distance(done)
    least = rulebook(membership.coop, at).value("credentials.least_places")
    shifts = hours_between(membership.coop, starts_at, ends_at, at, membership)
    return Work(
        _by_kind(done), days, sum(row.minutes or 0 for row in shifts), begins, ends, _parts(done), _area(done, least), metres, measured,
        _income(membership, done), business_of(membership, since, until, at),
    )  # fmt: skip


_COLUMNS = (
    "service__job_kind", "price", "accepted_at", "started_at", "done_at", "minutes", "pickup_lat_e7", "pickup_lon_e7",
    "place_lat_e7", "place_lon_e7",
)  # fmt: skip


def _jobs(membership: Membership, starts_at: datetime, ends_at: datetime) -> list[_Done]:
    rows = Job.objects.filter(
        coop=membership.coop, worker=membership, state__in=CONFIRMED, accepted_at__isnull=False, done_at__gte=starts_at,
        done_at__lt=ends_at,
    )  # fmt: skip
    zone, found = ZoneInfo(membership.coop.timezone), []
    for kind, price, accepted, started, done, minutes, *places in rows.order_by("done_at", "id").values_list(*_COLUMNS):
        # As planned, where only the end was written down.
        begins = started if started is not None and started <= done else done - timedelta(minutes=minutes)
        found.append(
            _Done(
                kind, price, accepted, begins.astimezone(zone), done.astimezone(zone), (places[0], places[1]),
                (places[2], places[3]),
            )
        )  # fmt: skip
    return found


def _by_kind(done: Sequence[_Done]) -> list[OfKind]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for job in done:
        found[job.kind].append(job.minutes)
    return [OfKind(kind, len(minutes), sum(minutes)) for kind, minutes in sorted(found.items(), key=lambda item: -len(item[1]))]


def _average_day(done: Sequence[_Done]) -> tuple[int | None, int | None, int]:
    """When a day begins with its first job and ends with its last, on average; and how many days there were."""
    days: dict[date, tuple[int, int]] = {}
    for job in done:
        first = job.begins.hour * 3_600 + job.begins.minute * 60
        last = first + job.minutes * 60
        day = job.begins.date()
        was = days.get(day, (first, last))
        days[day] = (min(was[0], first), max(was[1], last))
    if not days:
        return None, None, 0
    begins, ends = (sum(day[side] for day in days.values()) // len(days) for side in (0, 1))
    return begins, ends % DAY, len(days)


def _parts(done: Sequence[_Done]) -> dict[str, int]:
    found = dict.fromkeys(PARTS, 0)
    for job in done:
        found[PARTS[job.begins.hour // 6]] += 1
    return found


def _area(done: Sequence[_Done], least: int) -> Area | None:
    """None where there are so few places that one could tell where a client lives."""
    points = [job.place for job in done if None not in job.place]
    if len(set(points)) < least:
        return None
    lat, lon = (np.array([point[side] for point in points], dtype=np.int64) for side in (0, 1))
    middle = [round(int(column.mean()) / TENTH) * TENTH for column in (lat, lon)]
    away = np.sort(haversine_metres(lat, lon, np.array(middle[0]), np.array(middle[1])))
    return Area(middle[0], middle[1], -(-int(away[(len(away) * 9 - 1) // 10]) // 1_000))


def _distance(done: Sequence[_Done]) -> tuple[int | None, int]:
    """Metres from where it was fetched to where it was brought, as the crow flies, on average."""
    ways = [(*job.pickup, *job.place) for job in done if None not in (*job.pickup, *job.place)]
    if not ways:
        return None, 0
    ends = np.array(ways, dtype=np.int64).T
    return round(int(haversine_metres(*ends).sum()) / len(ways)), len(ways)


def _income(membership: Membership, done: Sequence[_Done]) -> int | None:
    """By the rules in force when each job was accepted, as it is booked. What is settled between them is in no book."""
    booked = [job for job in done if not between_them(job.kind)]
    if not booked:
        return None
    asked = [(membership.party_id, job.price, job.accepted_at, job.kind, membership.member_class) for job in booked]
    return int(JOB_SETTLEMENT.compute(job_facts(membership.coop, asked).facts)["earnings"].sum())
