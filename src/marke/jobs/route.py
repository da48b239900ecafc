"""The route of a job as its worker sees it: what is next, how to get there, what is to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings

from marke.jobs.models import Job, Stop, StopVisit
from marke.jobs.services.proofs import proofs_asked
from marke_core.matching import Place


@dataclass(frozen=True)
class StopRow:
    """`asked`: none, name, code or photo. `pickup`: something is fetched here. `navigate`: opens the phone's own map."""

    stop: Stop
    visit: StopVisit | None
    asked: str
    pickup: bool
    last: bool
    navigate: str

    @property
    def left(self) -> bool:
        return self.visit is not None and self.visit.left_at is not None

    @property
    def arrived(self) -> bool:
        return self.visit is not None and self.visit.arrived_at is not None


@dataclass(frozen=True)
class Route:
    rows: Sequence[StopRow]

    @property
    def next(self) -> StopRow | None:
        """Where the worker is, or goes to now."""
        return next((row for row in self.rows if not row.left), None)

    @property
    def simple(self) -> bool:
        """One place at which nothing has to be shown: one tap does it."""
        return len(self.rows) == 1 and self.rows[0].asked == "none"


def route_of(job: Job, at: datetime) -> Route:
    visits = {visit.position: visit for visit in StopVisit.objects.filter(job=job)}
    stops = job.route
    asked = proofs_asked(job, at)
    return Route([
        StopRow(stop, visits.get(stop.position), asked[stop.position], stop.position == 0 and bool(job.pickup),
                stop.position == len(stops) - 1, navigate_url(stop.place, stop.point))
        for stop in stops
    ])  # fmt: skip


def navigate_url(address: str, point: Place | None) -> str:
    """By the installation's MARKE_NAVIGATE where the place is known, else what opens the phone's own map: a geo: address."""
    if point is not None and settings.NAVIGATE:
        return str(settings.NAVIGATE).replace("{lat}", _degrees(point.lat)).replace("{lon}", _degrees(point.lon))
    where = f"{_degrees(point.lat)},{_degrees(point.lon)}" if point else ""
    return f"geo:{where or '0,0'}?q={where or quote(address)}"


def _degrees(e7: int) -> str:
    sign, whole = "-" if e7 < 0 else "", abs(e7)
    return f"{sign}{whole // 10**7}.{whole % 10**7:07d}"
