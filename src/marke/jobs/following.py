"""What a client sees of a job that goes on: how far it is, who comes, where they are if they share it, and when they will be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from marke.jobs.conditions import AT_WORK, ENDED
from marke.jobs.models import Job
from marke.jobs.proving import sharing_key
from marke.places.map import Map, MapPoint, draw
from marke.places.positions import Position, position_of, sharing_of
from marke.places.travel import way

State = Job.State
STEPS = (State.REQUESTED, State.ACCEPTED, State.UNDER_WAY, State.DONE)
# Where a job stands on the way from request to done, from 1.
STEP_OF = {
    State.REQUESTED: 1, State.OFFERED: 1, State.ACCEPTED: 2, State.UNDER_WAY: 3, State.DONE: 4, State.CONFIRMED: 5, State.SETTLED: 5,
}  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """`step`: from 1, 0 where the job took another way · `poll`: whether something may still happen · `expected_at`: where the
    worker shares where they are."""

    worker_name: str
    steps: list[str]
    step: int
    poll: bool
    seen_at: datetime | None
    expected_at: datetime | None
    map: Map | None


def progress(job: Job, at: datetime) -> Progress:
    name = job.worker.party.first_name if job.worker else ""
    steps = [_("Asked for"), _("%(name)s comes") % {"name": name} if name else _("Somebody comes"), _("Under way"), _("Done")]
    position = _shared(job, at)
    return Progress(
        worker_name=name,
        steps=steps,
        step=0 if job.called_off_at else STEP_OF.get(State(job.state), 0),
        poll=job.state not in ENDED and job.state != State.DISPUTED,
        seen_at=position.at if position else None,
        expected_at=_expected(job, position, at) if position else None,
        map=_map(job, position, name) if position else None,
    )


def _shared(job: Job, at: datetime) -> Position | None:
    """Where the worker is, if they share it for this job."""
    if job.worker is None or job.state not in AT_WORK:
        return None
    job.worker.coop = job.coop
    sharing = sharing_of(job.worker, at)
    if sharing is None or sharing.ends_with != sharing_key(job):
        return None
    return position_of(job.worker, at)


def _expected(job: Job, position: Position, at: datetime) -> datetime | None:
    """When they will be at the first place of the route that is on the map; for who is on the way with something: at the last."""
    points = [stop.point for stop in job.route if stop.point]
    if not points:
        return None
    along = points[-1:] if job.state == State.UNDER_WAY else points[:1]
    left = way(job.coop, [position.place, *along], job.service.job_kind, at=at)
    return position.at + timedelta(seconds=left.seconds)


def _map(job: Job, position: Position, name: str) -> Map:
    route = [
        MapPoint(stop.point, stop.place, "place" if stop.position else "pickup", chr(ord("A") + stop.position % 26))
        for stop in job.route
        if stop.point
    ]
    return draw([*route, MapPoint(position.place, name or _("Who comes"), "worker")], [[point.at for point in route]])
