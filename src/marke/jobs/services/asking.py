"""Members are asked, answer, or do not. Saying no costs nothing: no count of it is kept, and no rank looks at it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.conditions import check_move
from marke.jobs.matching import Row, row_for
from marke.jobs.models import Door, Job, Offer
from marke.jobs.services.moves import locked, move
from marke.parties.models import Membership, Party

State = Job.State


class CannotBeAsked(Refused):
    """This member cannot be asked for this job."""


class OfferIsOver(Refused):
    """The offer was answered, withdrawn, or not answered in time."""


def ask_next(*, job: Job, at: datetime, by: Party | None = None) -> Offer | None:
    """Asks the first in the row, by the rule in force. None when the rule leaves it to a human, or nobody is left.

    The job stays requested then, and stands in the coordinator's queue.
    Raises: MoveRefused when the job is not waiting for somebody.
    """
    with transaction.atomic():
        job = locked(job)
        check_move(job, State.OFFERED)
        row = row_for(job, at)
        if row.mode == "by_hand" or row.first is None:
            return None
        return _ask(job, row, row.first, by=by, at=at, door=Door.CLOCK)


def offer_job(*, job: Job, membership: Membership, by: Party | None, at: datetime, door: str = Door.WEB) -> Offer:
    """A coordinator picks who is asked. An employee has agreed to be given work, so for them it is accepted at once.

    An offer to somebody else that is still open is withdrawn. A second click asks once.
    Raises: MoveRefused, CannotBeAsked.
    """
    with transaction.atomic():
        job = locked(job)
        open_offer = Offer.objects.filter(job=job, state=Offer.State.OPEN).first()
        if open_offer and open_offer.membership_id == membership.pk:
            return open_offer
        _check_can_be_asked(job, membership)
        if open_offer:
            _close(open_offer, Offer.State.WITHDRAWN, at)
            move(job, State.REQUESTED, by=by, at=at, door=door)
        check_move(job, State.OFFERED)
        offer = _ask(job, row_for(job, at, mode="by_hand"), membership, by=by, at=at, door=door)
        if membership.engagement == Membership.Engagement.EMPLOYEE:
            _accept(job, offer, by=by, at=at, door=door)
        return offer


def accept_offer(*, offer: Offer, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """The member takes the job: from here on the rules in force now are promised. A second click changes nothing.

    Raises: OfferIsOver.
    """
    with transaction.atomic():
        job = locked(offer.job)
        offer = Offer.objects.select_related("membership__party").get(pk=offer.pk)
        if offer.state == Offer.State.ACCEPTED and job.worker_id == offer.membership_id:
            return job
        _check_open(offer, at)
        return _accept(job, offer, by=by, at=at, door=door)


def decline_offer(*, offer: Offer, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "") -> Job:
    """No, thank you. The next is asked at once. A second click changes nothing.

    Raises: OfferIsOver when it was accepted or withdrawn.
    """
    with transaction.atomic():
        job = locked(offer.job)
        offer = Offer.objects.get(pk=offer.pk)
        if offer.state == Offer.State.DECLINED:
            return job
        _check_open(offer, at)
        _close(offer, Offer.State.DECLINED, at)
        move(job, State.REQUESTED, by=by, at=at, door=door, note=note)
        ask_next(job=job, at=at)
        return locked(job)


def expire_offer(*, offer: Offer, at: datetime) -> Job:
    """The time to answer is over: the next is asked. Nothing happens when it was answered, or there is time left."""
    with transaction.atomic():
        job = locked(offer.job)
        offer = Offer.objects.get(pk=offer.pk)
        if offer.state != Offer.State.OPEN or not is_over(offer, at=at):
            return job
        _close(offer, Offer.State.EXPIRED, at)
        move(job, State.REQUESTED, by=None, at=at, door=Door.CLOCK)
        ask_next(job=job, at=at)
        return locked(job)


def withdraw_offer(*, offer: Offer, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """The coordinator takes the question back; the job waits for somebody again. Raises: OfferIsOver."""
    with transaction.atomic():
        job = locked(offer.job)
        offer = Offer.objects.get(pk=offer.pk)
        if offer.state == Offer.State.WITHDRAWN:
            return job
        _check_open(offer, at, late=True)
        _close(offer, Offer.State.WITHDRAWN, at)
        return move(job, State.REQUESTED, by=by, at=at, door=door)


def hand_back(*, job: Job, by: Party | None, at: datetime, door: str = Door.WEB, note: str = "") -> Job:
    """The worker cannot come after all. The next is asked; this member is not asked again for this job.

    Raises: MoveRefused when the job has begun.
    """
    with transaction.atomic():
        job = locked(job)
        check_move(job, State.REQUESTED)
        if job.state != State.ACCEPTED:
            raise OfferIsOver(_("Job %(number)s has no worker who could hand it back.") % {"number": job.number})
        Offer.objects.filter(job=job, state=Offer.State.ACCEPTED).update(state=Offer.State.DECLINED, answered_at=at)
        move(job, State.REQUESTED, by=by, at=at, door=door, note=note, worker=None, accepted_at=None)
        ask_next(job=job, at=at)
        return locked(job)


def is_over(offer: Offer, *, at: datetime) -> bool:
    """Whether the time to answer has passed, also when nobody has written it down yet."""
    return offer.expires_at is not None and at >= offer.expires_at


def _ask(job: Job, row: Row, membership: Membership, *, by: Party | None, at: datetime, door: str) -> Offer:
    offer = Offer.objects.create(
        coop=job.coop, job=job, membership=membership, mode=row.mode, rule_value=row.rule_value, candidates=row.kept(),
        made_at=at, made_by=by, expires_at=at + row.answer_time,
    )  # fmt: skip
    move(job, State.OFFERED, by=by, at=at, door=door)
    if membership.engagement != Membership.Engagement.EMPLOYEE or by is None:
        mails.offered(offer, at)
    return offer


def _accept(job: Job, offer: Offer, *, by: Party | None, at: datetime, door: str) -> Job:
    _close(offer, Offer.State.ACCEPTED, at)
    return move(job, State.ACCEPTED, by=by, at=at, door=door, worker=offer.membership, accepted_at=at)


def _close(offer: Offer, state: Offer.State, at: datetime) -> None:
    offer.state = state
    offer.answered_at = at
    offer.save(update_fields=["state", "answered_at"])


def _check_open(offer: Offer, at: datetime, *, late: bool = False) -> None:
    if offer.state != Offer.State.OPEN:
        raise OfferIsOver(
            _("This offer is over: %(state)s. What is still to be done stands under Jobs.")
            % {"state": str(Offer.State(offer.state).label).lower()}
        )
    if is_over(offer, at=at) and not late:
        raise OfferIsOver(_("The time to answer this offer has passed, and the next member is asked. That costs you nothing."))


def _check_can_be_asked(job: Job, membership: Membership) -> None:
    if membership.coop_id != job.coop_id or membership.state != Membership.State.MEMBER:
        raise CannotBeAsked(
            _("%(name)s is not a member who can work now. Choose somebody from the list.") % {"name": membership.party.name}
        )
