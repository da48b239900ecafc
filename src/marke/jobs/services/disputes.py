"""Client or worker says that something was not right: a mandated human decides, and the outcome is written down."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs import mails
from marke.jobs.conditions import check_move
from marke.jobs.models import Contest, Door, Job, JobEvent
from marke.jobs.services.catalogue import HIGHEST_PRICE
from marke.jobs.services.moves import locked, move
from marke.jobs.services.settlement import settle_locked
from marke.parties.models import Membership, Party
from marke.rules.queries import rulebook

State = Job.State
LONGEST_TEXT = 4000


class ReasonNeeded(Refused):
    """Nothing, or far too much, was written."""


class OwnCase(Refused):
    """Nobody decides their own case."""

    status = 403


class AlreadyAnswered(Refused):
    """Somebody has answered before."""


class OutcomeDoesNotFit(Refused):
    """A dispute cannot end like this."""


def dispute_job(*, job: Job, reason: str, by: Party | None, at: datetime, door: str = Door.WEB) -> Job:
    """Something was not right. Nothing is settled until somebody with a mandate has decided. A second click changes nothing.

    Raises: MoveRefused, ReasonNeeded.
    """
    reason = checked_text(reason)
    with transaction.atomic():
        job = locked(job)
        if job.state == State.DISPUTED:
            return job
        return move(job, State.DISPUTED, by=by, at=at, door=door, note=reason)


def resolve_dispute(
    *, job: Job, outcome: str, reason: str, price: int | None = None, by: Party, at: datetime, door: str = Door.WEB
) -> Job:
    """Ends a dispute: "settled" at the price agreed on (another `price`, net, if given), or "cancelled": nobody owes anything.

    A second click changes nothing.
    Raises: MoveRefused, ReasonNeeded, OwnCase when the worker would decide, OutcomeDoesNotFit.
    """
    reason = checked_text(reason)
    if outcome not in (State.SETTLED, State.CANCELLED):
        raise OutcomeDoesNotFit(_("A dispute ends as settled or as cancelled, not as “%(outcome)s”.") % {"outcome": outcome})
    with transaction.atomic():
        job = locked(job)
        if job.state == State.DISPUTED and job.worker is not None and job.worker.party_id == by.pk:
            raise OwnCase(_("You did this job yourself. Ask somebody else with a mandate to decide."))
        if _is_decided_so(job, outcome, reason, by):
            return job
        _check_disputed(job)
        if outcome == State.CANCELLED:
            move(job, State.CANCELLED, by=by, at=at, door=door, note=reason)
            mails.resolved(job, reason, at)
            return job
        if price is not None:
            _change_price(job, price)
        settle_locked(job, by=by, at=at, door=door, note=reason)
        mails.resolved(job, reason, at)
        return job


def contest(*, job: Job, membership: Membership, about: str, text: str, by: Party | None, at: datetime) -> Contest:
    """A member does not agree with who was asked, or with what was paid. The same words again are the same contest.

    Raises: ReasonNeeded, OutcomeDoesNotFit.
    """
    text = checked_text(text)
    if about not in Contest.About.values:
        raise OutcomeDoesNotFit(_("Say whether it is about who was asked, or about what was paid."))
    if job.coop_id != membership.coop_id:
        raise OutcomeDoesNotFit(_("This job belongs to another co-op."))
    with transaction.atomic():
        locked(job)
        same = Contest.objects.filter(job=job, membership=membership, about=about, text=text).first()
        if same:
            return same
        due_at = at + rulebook(job.coop, at).value("jobs.contest_time")
        return Contest.objects.create(coop=job.coop, job=job, membership=membership, about=about, text=text, at=at, due_at=due_at)


def answer_contest(*, contest: Contest, outcome: str, answer: str, by: Party, at: datetime) -> Contest:
    """A human with a mandate answers: refused, changed, or upheld though it cannot be undone. Question and answer stay.

    Raises: ReasonNeeded, OutcomeDoesNotFit, OwnCase, AlreadyAnswered.
    """
    answer = checked_text(answer)
    if outcome not in Contest.Outcome.values:
        raise OutcomeDoesNotFit(_("Say how it ends: the member is right, it is changed, or it stays as it was."))
    with transaction.atomic():
        row = (
            Contest.objects.select_for_update(of=("self",)).select_related("membership__party", "coop", "job").get(pk=contest.pk)
        )
        if row.membership.party_id == by.pk:
            raise OwnCase(_("You asked this yourself. Somebody else with a mandate has to answer it."))
        if row.answered_at is not None:
            if (row.answer, row.outcome) == (answer, outcome):
                return row
            raise AlreadyAnswered(_("This was answered before; the answer stays. Speak with the member instead."))
        row.answer, row.outcome, row.answered_by, row.answered_at = answer, outcome, by, at
        row.save(update_fields=["answer", "outcome", "answered_by", "answered_at"])
        mails.contest_answered(row, at)
        return row


def checked_text(text: str) -> str:
    """Raises: ReasonNeeded."""
    text = text.strip()
    if not text:
        raise ReasonNeeded(_("Write down why, in a sentence or two."))
    if len(text) > LONGEST_TEXT:
        raise ReasonNeeded(
            _("The text has %(n)s characters. Shorten it to %(most)s or fewer.") % {"n": len(text), "most": LONGEST_TEXT}
        )
    return text


def _is_decided_so(job: Job, outcome: str, reason: str, by: Party) -> bool:
    return job.state == outcome and JobEvent.objects.filter(job=job, state=outcome, note=reason, by=by).exists()


def _check_disputed(job: Job) -> None:
    """Only a disputed job is resolved, although others may be settled or cancelled too."""
    if job.state != State.DISPUTED:
        check_move(job, State.DISPUTED)
        raise OutcomeDoesNotFit(_("Job %(number)s is not disputed.") % {"number": job.number})


def _change_price(job: Job, price: int) -> None:
    if not 0 <= price <= HIGHEST_PRICE:
        raise OutcomeDoesNotFit(
            _("A price of %(price)s is not possible. Give one between 0 and %(most)s.")
            % {"price": price / 100, "most": HIGHEST_PRICE // 100}
        )
    job.price, job.surcharge = price, min(job.surcharge, price)
    job.save(update_fields=["price", "surcharge"])
