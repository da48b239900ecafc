"""What a dispatcher does at the board: give a job to somebody else, take it back, leave it where it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.models import Door, Job, JobEvent, Lock, Offer
from marke.jobs.services.asking import offer_job, release
from marke.jobs.services.moves import all_locked, locked, locked_with_trip, move
from marke.jobs.services.offering import take_back
from marke.parties.models import Membership, Party

State = Job.State


class MovedMeanwhile(Refused):
    """Somebody else moved the job after this page was shown."""


class IsLocked(Refused):
    """Somebody decided that the job stays where it is."""


def pass_on(*, job: Job, membership: Membership | None, seen: int, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """Gives a job to a member, or asks them; with None, it waits for somebody again. Whoever had it is told.

    seen: the id of the job's last event when the dispatcher looked at it
    Raises: MovedMeanwhile, IsLocked, MoveRefused, CannotBeAsked.
    """
    with transaction.atomic():
        jobs = locked_with_trip(job)
        job = jobs[0]
        check_can_be_moved(job, seen)
        if membership is not None and job.worker_id == membership.pk:
            return job
        before = job.worker
        if before is not None:
            job = release(job, by=by, at=at, door=door, note=_("moved at the desk"))
        elif job.state == State.OFFERED and membership is None:
            take_back(jobs, Offer.State.WITHDRAWN, by=by, at=at, door=door)
            job = move(job, State.REQUESTED, by=by, at=at, door=door)
        if membership is not None:
            offer_job(job=job, membership=membership, by=by, at=at, door=door)
        if before is not None:
            mails.passed_on([job], before, at)
        return locked(job)


def lock_jobs(*, jobs: Sequence[Job], by: Party | None, at: datetime) -> None:
    """No rule and no drag moves them any more. A second click changes nothing."""
    with transaction.atomic():
        for job in all_locked(job.pk for job in jobs):
            Lock.objects.get_or_create(job=job, defaults={"coop": job.coop, "at": at, "by": by})


def unlock_jobs(*, jobs: Sequence[Job]) -> None:
    with transaction.atomic():
        Lock.objects.filter(job__in=all_locked(job.pk for job in jobs)).delete()


def last_events(jobs: list[Job]) -> dict[int, int]:
    """Job id → the id of its last event: what `pass_on` compares."""
    rows = JobEvent.objects.filter(job__in=jobs).order_by().values_list("job").annotate(last=Max("id"))
    return dict(rows)


def check_can_be_moved(job: Job, seen: int) -> None:
    """Raises: MovedMeanwhile, IsLocked."""
    _check_seen(job, seen)
    if Lock.objects.filter(job=job).exists():
        raise IsLocked(_("Job %(number)s is locked. Take the lock away first.") % {"number": job.number})


def _check_seen(job: Job, seen: int) -> None:
    last = JobEvent.objects.filter(job=job).select_related("by").order_by("-id").first()
    if last is None or last.pk == seen:
        return
    words = {"number": job.number, "state": State(job.state).label, "who": job.worker.party.name if job.worker else ""}
    words["by"] = last.by.name if last.by else _("the rule")
    if job.worker:
        raise MovedMeanwhile(
            _("%(by)s moved job %(number)s meanwhile: it is “%(state)s”, by %(who)s. Nothing of yours was done.") % words
        )
    raise MovedMeanwhile(_("%(by)s moved job %(number)s meanwhile: it is “%(state)s”. Nothing of yours was done.") % words)
