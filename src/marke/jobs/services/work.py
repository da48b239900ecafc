"""The work itself: begun, done, confirmed by the client or by silence, or expired."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.events import announce
from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.conditions import WITHOUT_WORKER, check_move
from marke.jobs.events import JobDone, JobFreed, JobStarted
from marke.jobs.models import Door, Job, Offer, Stint
from marke.jobs.services.disputes import checked_text
from marke.jobs.services.moves import locked, locked_with_trip, move
from marke.jobs.services.offering import take_back
from marke.jobs.services.proofs import Shown, all_left, leave_stop, settle_proofs
from marke.jobs.services.settlement import settle_locked
from marke.jobs.trips import jobs_on_trip
from marke.parties.models import Party
from marke.rules.queries import rulebook

State = Job.State


class NothingToTakeOver(Refused):
    """Nobody is at work on it."""


def start_job(*, job: Job, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """The worker is on the way, or has begun. A second click changes nothing. Raises: MoveRefused."""
    with transaction.atomic():
        job = locked(job)
        if job.state == State.UNDER_WAY:
            return job
        move(job, State.UNDER_WAY, by=by, at=at, door=door, started_at=at)
        announce(JobStarted(job, by, at))
        return job


def start_trip(*, job: Job, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """The worker sets out for everything that is on the same trip. A second click changes nothing. Raises: MoveRefused."""
    with transaction.atomic():
        for other in jobs_on_trip(job):
            if other.pk != job.pk and other.state == State.ACCEPTED:
                start_job(job=other, by=by, at=at, door=door)
        return start_job(job=job, by=by, at=at, door=door)


def finish_job(*, job: Job, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "", reason: str = "") -> Job:
    """The work is done; the client is asked to confirm. A second click changes nothing.

    `reason`: why there is no proof where the rule asks for one.
    Raises: MoveRefused, ProofNeeded.
    """
    with transaction.atomic():
        job = locked(job)
        if job.state == State.DONE:
            return job
        check_move(job, State.DONE)
        settle_proofs(job, reason=reason, by=by, at=at, door=door)
        move(job, State.DONE, by=by, at=at, door=door, note=note, done_at=at)
        mails.please_confirm(job, at)
        announce(JobDone(job, by, at))
        return job


def done_at_stop(*, job: Job, position: int, shown: Shown, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """Done at one place of the route; at the last one the job is done. A second click changes nothing.

    Raises: NotAtWork, NoSuchStop, ProofNeeded, WrongCode.
    """
    if job.state != State.DONE:
        leave_stop(job=job, position=position, shown=shown, by=by, at=at, door=door)
    return finish_job(job=job, by=by, at=at, door=door) if all_left(job) else job


def take_over(*, job: Job, reason: str, by: Party, at: datetime, door: str = Door.WEB) -> Job:
    """The worker has vanished with the job half done: it waits for somebody else, with all that is known of it.

    The first worker's time is noted, and they are told. A second click changes nothing.
    Raises: ReasonNeeded, NothingToTakeOver.
    """
    reason = checked_text(reason)
    with transaction.atomic():
        job = locked(job)
        if job.state in WITHOUT_WORKER and Stint.objects.filter(job=job).exists():
            return job
        worker, accepted_at, started_at = job.worker, job.accepted_at, job.started_at
        if job.state != State.UNDER_WAY or worker is None or accepted_at is None or started_at is None:
            raise NothingToTakeOver(
                _("Job %(number)s is “%(state)s”. Only one that is under way is taken over.")
                % {"number": job.number, "state": job.get_state_display()}
            )
        Stint.objects.create(
            coop=job.coop, job=job, membership=worker, accepted_at=accepted_at, started_at=started_at, ended_at=at, by=by,
            note=reason,
        )  # fmt: skip
        Offer.objects.filter(job=job, state=Offer.State.ACCEPTED).update(state=Offer.State.WITHDRAWN, answered_at=at)
        move(
            job, State.REQUESTED, by=by, at=at, door=door, note=reason, worker=None, accepted_at=None, started_at=None
        )  # fmt: skip
        announce(JobFreed(job, worker, by, at))
        mails.taken_over(job, worker, reason, at)
        return job


def confirm_job(*, job: Job, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """The client says that it was done as agreed: it is settled in the same transaction. A second click changes nothing.

    Raises: MoveRefused.
    """
    with transaction.atomic():
        job = locked(job)
        if job.state == State.SETTLED:
            return job
        move(job, State.CONFIRMED, by=by, at=at, door=door, confirmed_at=at)
        return settle_locked(job, by=by, at=at, door=door)


def confirm_by_silence(*, job: Job, at: datetime) -> Job:
    """Confirms a job that was done longer ago than the rule gives the client. Nothing happens when there is time left."""
    with transaction.atomic():
        job = locked(job)
        if job.state != State.DONE or not silence_confirms(job, at=at):
            return job
        return confirm_job(job=job, by=None, at=at, door=Door.CLOCK)


def silence_confirms(job: Job, *, at: datetime) -> bool:
    """Whether the time to confirm, by the rule in force when the job was done, has passed."""
    return job.done_at is not None and at >= confirmed_by(job, job.done_at)


def confirmed_by(job: Job, done_at: datetime) -> datetime:
    """The moment at which silence confirms."""
    after = rulebook(job.coop, done_at).value("jobs.confirm_after", job_kind=job.service.job_kind)
    moment: datetime = done_at + after
    return moment


def expire_job(*, job: Job, at: datetime) -> Job:
    """Its time has passed and nobody came: the client is told. Nothing happens when its time has not passed."""
    with transaction.atomic():
        jobs = locked_with_trip(job)
        job = jobs[0]
        if job.state not in (State.REQUESTED, State.OFFERED) or at < ends_at(job):
            return job
        if Stint.objects.filter(job=job).exists():  # somebody had begun: a human sees it through
            return job
        move(job, State.EXPIRED, by=None, at=at, door=Door.CLOCK)
        take_back(jobs, Offer.State.EXPIRED, by=None, at=at, door=Door.CLOCK)
        mails.expired(job, at)
        return job


def ends_at(job: Job) -> datetime:
    """When it should be over: by the end of its window, where it has one."""
    return job.until_at or job.starts_at + timedelta(minutes=job.minutes)
