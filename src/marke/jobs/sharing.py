"""What can go on one trip: jobs that begin at one place, and trips that somebody has agreed to and may still add to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import hypot

from django.db.models import Exists, OuterRef

from marke.jobs.availability import BUSY, other_work, overlapping
from marke.jobs.conditions import AT_WORK
from marke.jobs.exclusions import excluded
from marke.jobs.kinds import job_kinds
from marke.jobs.matching import start_of
from marke.jobs.models import ExtraStop, Job, Offer, StopVisit
from marke.jobs.needs import carried_by
from marke.parties.models import Coop, Membership
from marke.rules.queries import Rulebook
from marke_core.matching import Place
from marke_core.matching.columns import column
from marke_core.matching.travel import local_metres


@dataclass(frozen=True)
class Shared:
    """How a job stands among those it may share a trip with. `place`: the one from which all of them are fetched."""

    source: int
    place: Place
    stop_seconds: int
    load_kg: int


@dataclass(frozen=True)
class Agreed:
    """What somebody has agreed to and not fetched yet: one trip, of one job or several."""

    member: Membership
    jobs: list[Job]


@dataclass(frozen=True)
class Sharing:
    """Empty where the rule offers every job by itself, or nothing begins where something else does.

    shared: by job id · carries: membership id → kilos · may_join: membership id → the jobs that would be busy only because of their trip
    """

    shared: Mapping[int, Shared] = field(default_factory=dict)
    agreed: Sequence[Agreed] = ()
    carries: Mapping[int, int] = field(default_factory=dict)
    may_join: Mapping[int, frozenset[int]] = field(default_factory=dict)


def sharing(coop: Coop, rules: Rulebook, jobs: Sequence[Job], members: Sequence[Membership], at: datetime) -> Sharing:
    """What of these waiting jobs may go together, and with which trips that were agreed; in a constant number of queries."""
    if rules.value("dispatch.trip_jobs") < 2 or not jobs:
        return Sharing()
    agreed = _agreed(coop, members)
    held = [job for trip in agreed for job in trip.jobs]
    carries = carried_by(coop, members, at)
    shared = in_common(rules, [*held, *that_go_together(jobs)], min(carries.values(), default=0))
    agreed = [trip for trip in agreed if all(job.pk in shared for job in trip.jobs)]
    return Sharing(shared, agreed, carries, _may_join([job for job in jobs if job.pk in shared], agreed, at))


def that_go_together(jobs: Sequence[Job]) -> list[Job]:
    """Things that are fetched at one place and brought to another, and nowhere between."""
    between = set(ExtraStop.objects.filter(job__in=jobs).values_list("job", flat=True))
    return [job for job in jobs if _goes_together(job) and job.pk not in between]


def _goes_together(job: Job) -> bool:
    kind = job.service.job_kind
    on_map = job.pickup_lat_e7 is not None and job.place_lat_e7 is not None
    return on_map and kind in job_kinds and job_kinds.get(kind).together


def _agreed(coop: Coop, members: Sequence[Membership]) -> list[Agreed]:
    """The next trip of each, where it is not fetched yet and they are on no other."""
    fetched = StopVisit.objects.filter(job=OuterRef("pk"), position=0, left_at__isnull=False)
    more = ExtraStop.objects.filter(job=OuterRef("pk"))
    rows = Job.objects.filter(coop=coop, state__in=AT_WORK, worker__in=members).select_related("service")
    work: dict[int, list[Job]] = {}
    for job in rows.annotate(fetched=Exists(fetched), between=Exists(more)).order_by("starts_at", "number"):
        if job.worker_id is not None:
            work.setdefault(job.worker_id, []).append(job)
    if not work:
        return []
    trips = trips_of([job for theirs in work.values() for job in theirs])
    found = []
    for member in members:
        theirs = work.get(member.pk, [])
        trip = [job for job in theirs if job is theirs[0] or trips.get(job.pk, -1) == trips.get(theirs[0].pk)]
        others_begun = any(job.state == Job.State.UNDER_WAY and job not in trip for job in theirs)
        if trip and not others_begun and all(_can_wait(job) for job in trip):
            found.append(Agreed(member, trip))
    return found


def _can_wait(job: Job) -> bool:
    return _goes_together(job) and not vars(job)["fetched"] and not vars(job)["between"]


def trips_of(jobs: Iterable[Job]) -> dict[int, int]:
    """Job id → the trip on which whoever does it does it, where it is on one."""
    rows = Offer.objects.filter(job__in=list(jobs), state=Offer.State.ACCEPTED, trip__isnull=False)
    return dict(rows.order_by().values_list("job", "trip"))


def in_common(rules: Rulebook, jobs: Sequence[Job], least_carried: int | None) -> dict[int, Shared]:
    """Jobs of one kind that begin near each other, by id; who is near the first of a place belongs to it.

    What is heavier than what everybody carries goes alone: where the rule only warns of a load, whoever is asked decides.
    With None, a human does, who is told.
    """
    stop = int(rules.value("dispatch.trip_stop").total_seconds())
    rows = [job for job in jobs if least_carried is None or job.load_kg <= least_carried or not _only_warns(rules, job)]
    firsts = _first_of_each_place(rows, rules.value("dispatch.trip_near"))
    several = {first for first, count in Counter(firsts).items() if count > 1}
    return {
        job.pk: Shared(first + 1, _start(rows[first]), stop, job.load_kg)
        for job, first in zip(rows, firsts, strict=True)
        if first in several
    }


def _first_of_each_place(jobs: Sequence[Job], metres: int) -> list[int]:
    """Beside the jobs: the row of the first that is so near. Looked for in squares of that size, in time linear in the jobs."""
    if not jobs:
        return []
    starts, size = [_start(job) for job in jobs], max(metres, 1)
    lat, lon = column(place.lat for place in starts), column(place.lon for place in starts)
    x, y = (axis.tolist() for axis in local_metres(lat, lon, around=starts[0]))
    squares: dict[tuple[str, int, int], list[int]] = {}
    firsts = []
    for row, job in enumerate(jobs):
        kind, across, up = job.service.job_kind, int(x[row] // size), int(y[row] // size)
        around = [(kind, across + i, up + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        near = [
            other
            for square in around
            for other in squares.get(square, [])
            if hypot(x[row] - x[other], y[row] - y[other]) <= metres
        ]
        first = min(near, default=row)
        if first == row:
            squares.setdefault((kind, across, up), []).append(row)
        firsts.append(first)
    return firsts


def _start(job: Job) -> Place:
    place = start_of(job)
    assert place is not None
    return place


def _only_warns(rules: Rulebook, job: Job) -> bool:
    return bool(rules.value("jobs.lacking", job_kind=job.service.job_kind) != "leave_out")


def _may_join(jobs: Sequence[Job], agreed: Sequence[Agreed], at: datetime) -> dict[int, frozenset[int]]:
    """Who is busy at the time of a job only with the trip that it would join, and could do it otherwise."""
    if not jobs or not agreed:
        return {}
    members = [trip.member for trip in agreed]
    out, work = excluded(jobs, members, at, apart_from=(BUSY,)), other_work(jobs, at)
    return {
        trip.member.pk: frozenset(
            job.number
            for job in jobs
            if trip.member.pk not in out[job.pk]
            and overlapping(job, work.get(trip.member.pk, [])) <= {held.pk for held in trip.jobs}
        )
        for trip in agreed
    }


def reason_to_join(job: Job, member: Membership, trip: Sequence[Job], at: datetime) -> str:
    """Why this member may not be asked for a job beside those that they have agreed to; empty when nothing stands against it."""
    if not trip:
        return excluded([job], [member], at)[job.pk].get(member.pk, "")
    if overlapping(job, other_work([job], at).get(member.pk, [])) - {held.pk for held in trip}:
        return BUSY
    return excluded([job], [member], at, apart_from=(BUSY,))[job.pk].get(member.pk, "")
