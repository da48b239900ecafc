"""One move of one job: locked, checked against the table, written down."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from marke.common.events import announce
from marke.jobs.conditions import check_move
from marke.jobs.events import JobMoved
from marke.jobs.models import Door, Job, JobEvent, Offer
from marke.parties.models import Party


def locked(job: Job) -> Job:
    """The job as it is now, locked until the end of the transaction."""
    return all_locked([job.pk])[0]


def all_locked(jobs: Iterable[int]) -> list[Job]:
    """The jobs of these ids, locked one after the other in one order, so that two who lock some of the same never wait for each other."""
    rows = Job.objects.select_for_update(of=("self",)).filter(pk__in=set(jobs)).order_by("pk")
    return list(rows.select_related("coop", "service", "client__party", "worker__party"))


def locked_with_trip(job: Job) -> list[Job]:
    """The job, first, and those that are on offer with it as one trip."""
    (first,), others = locked_with_trips([job])
    return [first, *others]


def locked_with_trips(jobs: Sequence[Job]) -> tuple[list[Job], list[Job]]:
    """The jobs, in their order, and the others that are on offer with any of them as one trip."""
    wanted = [job.pk for job in jobs]
    open_offers = {"state": Offer.State.OPEN, "trip__offers__state": Offer.State.OPEN}
    on_trip = Offer.objects.filter(**open_offers, trip__offers__job__in=wanted)
    known: set[int] = set()
    # Read again behind the lock: a trip may have been offered in between.
    while not known >= (together := {*wanted, *on_trip.values_list("job", flat=True)}):
        known |= together
        found = {job.pk: job for job in all_locked(known)}
    return [found[pk] for pk in wanted], [job for pk, job in found.items() if pk not in wanted]


def move(job: Job, to: Job.State, *, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "", **fields: Any) -> Job:
    """Makes the move on a locked job and keeps the event. Raises: MoveRefused."""
    check_move(job, to)
    job.state = to
    for name, value in fields.items():
        setattr(job, name, value)
    job.save(update_fields=["state", *fields])
    JobEvent.objects.create(coop=job.coop, job=job, state=to, at=at, by=by, door=door, note=note)
    announce(JobMoved(job, by, at))
    return job
