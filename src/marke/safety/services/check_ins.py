"""Whoever works alone says now and then that all is well, where the rule asks for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from marke.jobs.events import JobDone, JobFreed, JobStarted
from marke.jobs.models import Job
from marke.parties.models import Membership
from marke.rules.queries import rulebook
from marke.safety.models import Alarm, LoneWork


def begin_lone_work(event: JobStarted) -> None:
    """The worker sets out. Nothing begins where the rule does not ask for it."""
    job, worker = event.job, event.job.worker
    rules = rulebook(job.coop, event.at)
    kind = job.service.job_kind
    if worker is None or not rules.value("safety.lone_work", job_kind=kind):
        return
    due = event.at + rules.value("safety.check_in", job_kind=kind)
    LoneWork.objects.get_or_create(
        job=job, membership=worker, ended_at=None, defaults={"coop": job.coop, "since": event.at, "due_at": due}
    )


def end_lone_work(event: JobDone | JobFreed) -> None:
    """Done, or somebody else has the job: nobody waits for a word any more. An alarm that rings goes on ringing."""
    LoneWork.objects.filter(job=event.job, ended_at=None).update(ended_at=event.at)


def all_is_well(*, job: Job, membership: Membership, at: datetime) -> LoneWork | None:
    """One tap. It stops the alarm that rang because nothing was heard. None where nobody waits for a word."""
    with transaction.atomic():
        row = LoneWork.objects.select_for_update().filter(job=job, membership=membership, ended_at=None).first()
        if row is None:
            return None
        row.last_at = at
        row.due_at = at + rulebook(job.coop, at).value("safety.check_in", job_kind=job.service.job_kind)
        row.save(update_fields=["last_at", "due_at"])
        ringing = Alarm.objects.filter(membership=membership, job=job, kind=Alarm.Kind.MISSED, undone_at=None, closed_at=None)
        ringing.update(undone_at=at)
        return row
