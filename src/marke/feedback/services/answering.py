"""The member or their circle answers; abuse is hidden with a reason, and that can be contested."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import NotAllowed, Refused
from marke.feedback.models import Feedback, FeedbackAnswer, FeedbackHiding
from marke.feedback.queries import is_about, whose_circles
from marke.jobs.permissions import DECIDING
from marke.parties.models import Circle, CircleMembership, Membership
from marke.parties.offices import offices_on


class NotTheirs(NotAllowed):
    """The member whose work it was, or their circle, answers; those with a mandate hide."""


class NothingToContest(Refused):
    """What was said is not hidden, or that was contested before."""


class WordsMissing(Refused):
    """An answer and a reason are words."""


@transaction.atomic
def answer(*, said: Feedback, text: str, circle: Circle | None = None, by: Membership, at: datetime) -> FeedbackAnswer:
    """In public, by the member whose work it was, or for a circle of theirs by anybody in it. The same words twice are one answer.

    Raises: NotTheirs, WordsMissing.
    """
    text = _words(text, 500)
    if circle is None:
        may = said.worker_id == by.pk
    else:
        inside = CircleMembership.objects.filter(circle=circle, membership=by)
        may = inside.exists() and whose_circles(said).filter(pk=circle.pk).exists()
    if not may or by.state != Membership.State.MEMBER:
        raise NotTheirs(_("The member whose work it was answers, or somebody of their circle for the circle."))
    known = FeedbackAnswer.objects.filter(feedback=said, by=by.party, circle=circle, text=text).first()
    return known or FeedbackAnswer.objects.create(coop=said.coop, feedback=said, by=by.party, circle=circle, text=text, at=at)


@transaction.atomic
def hide(*, said: Feedback, reason: str, by: Membership, at: datetime) -> FeedbackHiding:
    """The words are not shown any more; they stay, and so does the score. A second click changes nothing.

    Raises: NotTheirs, WordsMissing.
    """
    said = Feedback.objects.select_for_update().get(pk=said.pk)
    _check_mandate(said, by, at)
    hidden = FeedbackHiding.objects.filter(feedback=said, lifted_at=None).first()
    return hidden or FeedbackHiding.objects.create(coop=said.coop, feedback=said, reason=_words(reason, 500), at=at, by=by.party)


@transaction.atomic
def contest(*, said: Feedback, text: str, at: datetime) -> FeedbackHiding:
    """Who said it does not agree that it is hidden. Raises: NothingToContest, WordsMissing."""
    hidden = FeedbackHiding.objects.select_for_update().filter(feedback=said, lifted_at=None).first()
    if hidden is None or hidden.answered_at is not None:
        raise NothingToContest(_("There is nothing to contest: your words are shown, or it was answered already."))
    if hidden.contested_at is None:
        hidden.contest, hidden.contested_at = _words(text, 1_000), at
        hidden.save(update_fields=["contest", "contested_at"])
    return hidden


@transaction.atomic
def answer_contest(*, said: Feedback, lift: bool, text: str, by: Membership, at: datetime) -> FeedbackHiding:
    """Somebody else with a mandate shows the words again, or says why not. Raises: NotTheirs, NothingToContest, WordsMissing."""
    hidden = FeedbackHiding.objects.select_for_update().filter(feedback=said).order_by("id").last()
    if hidden is None or hidden.contested_at is None:
        raise NothingToContest(_("Nobody has contested that."))
    _check_mandate(said, by, at)
    if hidden.by_id == by.party_id:
        raise NotTheirs(_("You hid these words. Somebody else with a mandate answers."))
    if hidden.answered_at is None:
        hidden.answer, hidden.answered_by, hidden.answered_at = _words(text, 500), by.party, at
        hidden.lifted_at = at if lift else None
        hidden.save(update_fields=["answer", "answered_by", "answered_at", "lifted_at"])
    return hidden


def _words(text: str, most: int) -> str:
    text = text.replace("\x00", "").strip()[:most]
    if not text:
        raise WordsMissing(_("Nothing is written here. Say it in a sentence."))
    return text


def _check_mandate(said: Feedback, by: Membership, at: datetime) -> None:
    """Nobody hides what was said about themselves."""
    held = offices_on(said.coop, clock.local_date(at, said.coop.timezone)).held_by(by)
    if held.isdisjoint(DECIDING) or is_about(said, by):
        raise NotTheirs(_("This is for somebody with a mandate, and not about their own work."))
