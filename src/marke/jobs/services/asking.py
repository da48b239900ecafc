"""Members are asked, answer, or do not. Saying no costs nothing: no count of it is kept, and no rank looks at it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.events import announce
from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.conditions import MoveRefused, check_move
from marke.jobs.events import JobFreed
from marke.jobs.exclusions import reason_for
from marke.jobs.matching import Row, is_matched, row_for
from marke.jobs.models import Agreement, Door, Job, Lock, Offer
from marke.jobs.services.moves import locked, locked_with_trip, move
from marke.jobs.services.offering import (
    OfferIsOver,
    answered_together,
    ask,
    check_open,
    close,
    close_others,
    first,
    give,
    is_over,
    keep_row,
    take_back,
    take_in,
)
from marke.jobs.services.rolling import look
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook

State = Job.State
# A board, and the matcher that looks at all jobs at once, do not ask one after the other.
AT_ONCE = timedelta(0)


class CannotBeAsked(Refused):
    """This member cannot be asked for this job."""


def ask_next(*, job: Job, at: datetime, by: Party | None = None) -> Offer | None:
    """Asks whom the rule in force says. None when nobody is asked: it is left to a human, or to whoever takes it from the
    board, or to the matcher, which looks at all jobs at once, or it is locked, or nobody is left.

    Raises: MoveRefused when the job is not waiting for somebody.
    """
    with transaction.atomic():
        job = locked(job)
        check_move(job, State.OFFERED)
        if Lock.objects.filter(job=job).exists():
            return None
        if is_matched(job, at):
            return _matched(job, at)
        row = row_for(job, at)
        if row.mode == "automatic":
            return _matched(job, at)
        if row.mode == "by_hand" or row.first is None:
            return None
        if row.mode == "open_board":
            keep_row(job, row, by=by, at=at)
            move(job, State.OFFERED, by=by, at=at, door=Door.CLOCK)
            return None
        return ask(job, row, _in_stages(job, row, at), by=by, at=at, door=Door.CLOCK)[0]


def _matched(job: Job, at: datetime) -> Offer | None:
    """What begins soon does not wait for the next look of the matcher."""
    rules = rulebook(job.coop, at)
    soon = rules.value("dispatch.notice") + rules.value("jobs.answer_time", job_kind=job.service.job_kind)
    if job.starts_at - at <= soon + timedelta(hours=1):
        look(coop=job.coop, at=at, soon=True)
    return Offer.objects.filter(job=job, made_at=at, state__in=(Offer.State.OPEN, Offer.State.ACCEPTED)).first()


def _in_stages(job: Job, row: Row, at: datetime) -> list[tuple[Membership, timedelta]]:
    """Whom to ask, and how long after now each hears of it: one at once, or by the staged rule some and then some more."""
    if row.mode != "staged":
        return [(row.free[0], AT_ONCE)]
    rules, kind = rulebook(job.coop, at), job.service.job_kind
    size, gap = rules.value("jobs.stage_size", job_kind=kind), rules.value("jobs.stage_gap", job_kind=kind)
    most = rules.value("jobs.asked_together", job_kind=kind)
    return [(member, gap * (place // size)) for place, member in enumerate(row.free[:most])]


def offer_job(*, job: Job, membership: Membership, by: Party | None, at: datetime, door: str = Door.WEB) -> Offer:
    """A coordinator picks who is asked. Whoever agreed to be given work, as employees do, has it at once.

    Offers to others that are still open are withdrawn. A second click asks once.
    Raises: MoveRefused, CannotBeAsked.
    """
    with transaction.atomic():
        jobs = locked_with_trip(job)
        job = jobs[0]
        open_offers = list(Offer.objects.filter(job=job, state=Offer.State.OPEN).select_related("asking"))
        if len(open_offers) == 1 and open_offers[0].membership_id == membership.pk:
            return open_offers[0]
        check_can_be_asked(job, membership, at)
        if job.state == State.OFFERED:
            take_back(jobs, Offer.State.WITHDRAWN, by=by, at=at, door=door)
            move(job, State.REQUESTED, by=by, at=at, door=door)
        check_move(job, State.OFFERED)
        row = row_for(job, at, mode="by_hand")
        if agrees_to_be_given_work(membership):
            return give(job, row, membership, by=by, at=at, door=door)
        return ask(job, row, [(membership, AT_ONCE)], by=by, at=at, door=door)[0]


def accept_offer(*, offer: Offer, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """The member takes the job: from here on the rules in force now are promised. A second click changes nothing.

    Where several were asked, the first to say yes has it, and the others are told. A trip is accepted whole.
    Raises: OfferIsOver, SomebodyWasFirst.
    """
    with transaction.atomic():
        jobs = locked_with_trip(offer.job)
        offer = Offer.objects.select_related("membership__party", "asking", "trip").get(pk=offer.pk)
        if offer.state == Offer.State.ACCEPTED and jobs[0].worker_id == offer.membership_id:
            return jobs[0]
        check_open(offer, at)
        for each, job in answered_together(offer, jobs):
            close(each, Offer.State.ACCEPTED, at)
            move(job, State.ACCEPTED, by=by, at=at, door=door, worker=offer.membership, accepted_at=at)
            for other in close_others(job, Offer.State.TAKEN, at):
                mails.taken(other, at)
        if offer.trip is not None:
            take_in(offer.trip)
        return jobs[0]


def take_job(*, job: Job, membership: Membership, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """A member takes a job from the board: the first who comes has it. A second click changes nothing.

    Raises: SomebodyWasFirst, MoveRefused, CannotBeAsked.
    """
    with transaction.atomic():
        job = locked(job)
        if job.worker_id is not None:
            if job.worker_id == membership.pk:
                return job
            raise first()
        asking = job.askings.order_by("-made_at", "-id").first()
        if job.state != State.OFFERED or asking is None or asking.mode != "open_board":
            check_move(job, State.ACCEPTED)
            raise CannotBeAsked(_("Job %(number)s is not on the board. Others are asked for it.") % {"number": job.number})
        check_can_be_asked(job, membership, at)
        Offer.objects.create(
            coop=job.coop, job=job, asking=asking, membership=membership, state=Offer.State.ACCEPTED, made_at=at,
            opens_at=at, told_at=at, answered_at=at,
        )  # fmt: skip
        return move(job, State.ACCEPTED, by=by, at=at, door=door, worker=membership, accepted_at=at)


def decline_offer(*, offer: Offer, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "") -> Job:
    """No, thank you. When nobody else is still being asked, the next is asked at once. A trip is declined whole. A second click
    changes nothing.

    Raises: OfferIsOver when it was accepted or withdrawn.
    """
    with transaction.atomic():
        jobs = locked_with_trip(offer.job)
        offer = Offer.objects.get(pk=offer.pk)
        if offer.state == Offer.State.DECLINED:
            return jobs[0]
        check_open(offer, at)
        return _not_taken(offer, jobs, Offer.State.DECLINED, by=by, at=at, door=door, note=note)


def expire_offer(*, offer: Offer, at: datetime) -> Job:
    """The time to answer is over: the next is asked. Nothing happens when it was answered, or there is time left."""
    with transaction.atomic():
        jobs = locked_with_trip(offer.job)
        offer = Offer.objects.get(pk=offer.pk)
        if offer.state != Offer.State.OPEN or not is_over(offer, at=at):
            return jobs[0]
        return _not_taken(offer, jobs, Offer.State.EXPIRED, by=None, at=at, door=Door.CLOCK)


def _not_taken(
    offer: Offer, jobs: list[Job], state: Offer.State, *, by: Party | None, at: datetime, door: str, note: str = ""
) -> Job:
    """One of those who were asked has not said yes: where nobody else is being asked, the next is."""
    free = []
    for each, job in answered_together(offer, jobs):
        close(each, state, at)
        if not Offer.objects.filter(job=job, state=Offer.State.OPEN).exists():
            free.append(move(job, State.REQUESTED, by=by, at=at, door=door, note=note))
    for job in free:
        # Asking for the first of a trip may have found somebody for the others too.
        if locked(job).state == State.REQUESTED:
            ask_next(job=job, at=at)
    return locked(jobs[0])


def withdraw_offer(*, offer: Offer, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """The coordinator takes the question back from everybody; the job waits for somebody again. Raises: OfferIsOver."""
    with transaction.atomic():
        jobs = locked_with_trip(offer.job)
        offer = Offer.objects.get(pk=offer.pk)
        if offer.state == Offer.State.WITHDRAWN:
            return jobs[0]
        check_open(offer, max(at, offer.opens_at), late=True)
        take_back(jobs, Offer.State.WITHDRAWN, by=by, at=at, door=door)
        return move(jobs[0], State.REQUESTED, by=by, at=at, door=door)


def tell_stage(*, offer: Offer, at: datetime) -> bool:
    """A later stage begins: the member gets the letter, once. Nothing happens when somebody has said yes meanwhile."""
    with transaction.atomic():
        locked(offer.job)
        due = Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN, told_at=None, opens_at__lte=at)
        if not due.update(told_at=at):
            return False
        mails.offered(Offer.objects.select_related("job__coop", "job__service", "membership__party").get(pk=offer.pk), at)
        return True


def hand_back(*, job: Job, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "") -> Job:
    """The worker cannot come after all. The next is asked; this member is not asked again for this job.

    Raises: MoveRefused when the job has begun.
    """
    with transaction.atomic():
        job = release(locked(job), by=by, at=at, door=door, note=note)
        ask_next(job=job, at=at)
        return locked(job)


def release(job: Job, *, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "") -> Job:
    """A locked job waits for somebody again. Raises: MoveRefused, OfferIsOver."""
    check_move(job, State.REQUESTED)
    if job.state == State.UNDER_WAY:
        raise MoveRefused(
            _("Job %(number)s has begun. If its worker cannot finish it, the coordinator takes it over.") % {"number": job.number}
        )
    worker = job.worker
    if job.state != State.ACCEPTED or worker is None:
        raise OfferIsOver(_("Job %(number)s has no worker who could hand it back.") % {"number": job.number})
    Offer.objects.filter(job=job, state=Offer.State.ACCEPTED).update(state=Offer.State.DECLINED, answered_at=at)
    move(job, State.REQUESTED, by=by, at=at, door=door, note=note, worker=None, accepted_at=None)
    announce(JobFreed(job, worker, by, at))
    return job


def agrees_to_be_given_work(membership: Membership) -> bool:
    """The member's own last word; without one, employees agree by their contract, and nobody else does."""
    word = Agreement.objects.filter(membership=membership).order_by("-at", "-id").values_list("given", flat=True).first()
    return membership.engagement == Membership.Engagement.EMPLOYEE if word is None else word


def check_can_be_asked(job: Job, membership: Membership, at: datetime) -> None:
    """Raises: CannotBeAsked. Other work at that time, or a no, does not stand against somebody whom a human asks."""
    words = {"name": membership.party.name}
    if membership.coop_id != job.coop_id or membership.state != Membership.State.MEMBER:
        raise CannotBeAsked(_("%(name)s is not a member who can work now. Choose somebody from the list.") % words)
    reason = reason_for(job, membership, at)
    if reason is not None and reason.kind not in ("busy", "declined", "had_it"):
        raise CannotBeAsked(
            _("%(name)s cannot be asked: %(reason)s. Choose somebody else from the list.") % {**words, "reason": reason.words}
        )
