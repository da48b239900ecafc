"""One move of one job: locked, checked against the table, written down."""

from datetime import datetime
from typing import Any

from marke.common.events import announce
from marke.jobs.conditions import check_move
from marke.jobs.events import JobMoved
from marke.jobs.models import Door, Job, JobEvent
from marke.parties.models import Party


def locked(job: Job) -> Job:
    """The job as it is now, locked until the end of the transaction."""
    rows = Job.objects.select_for_update(of=("self",))
    return rows.select_related("coop", "service", "client__party", "worker__party").get(pk=job.pk)


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
