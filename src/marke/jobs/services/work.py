"""The work itself: begun, done, confirmed by the client or by silence, or expired."""

from datetime import datetime, timedelta

from django.db import transaction

from marke.jobs import mails
from marke.jobs.models import Door, Job, Offer
from marke.jobs.services.moves import locked, move
from marke.jobs.services.settlement import settle_locked
from marke.parties.models import Party
from marke.rules.queries import rulebook

State = Job.State


def start_job(*, job: Job, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """The worker is on the way, or has begun. A second click changes nothing. Raises: MoveRefused."""
    with transaction.atomic():
        job = locked(job)
        if job.state == State.UNDER_WAY:
            return job
        return move(job, State.UNDER_WAY, by=by, at=at, door=door, started_at=at)


def finish_job(*, job: Job, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "") -> Job:
    """The work is done; the client is asked to confirm. A second click changes nothing. Raises: MoveRefused."""
    with transaction.atomic():
        job = locked(job)
        if job.state == State.DONE:
            return job
        move(job, State.DONE, by=by, at=at, door=door, note=note, done_at=at)
        mails.please_confirm(job, at)
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
        job = locked(job)
        if job.state not in (State.REQUESTED, State.OFFERED) or at < ends_at(job):
            return job
        move(job, State.EXPIRED, by=None, at=at, door=Door.CLOCK)
        _withdraw_offers(job, at, state=Offer.State.EXPIRED)
        mails.expired(job, at)
        return job


def ends_at(job: Job) -> datetime:
    """When it should be over: by the end of its window, where it has one."""
    return job.until_at or job.starts_at + timedelta(minutes=job.minutes)


def _withdraw_offers(job: Job, at: datetime, state: Offer.State = Offer.State.WITHDRAWN) -> None:
    Offer.objects.filter(job=job, state=Offer.State.OPEN).update(state=state, answered_at=at)
