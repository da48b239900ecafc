"""A client says how the work was, a worker what the place is like: once per job or order, and changed for a while."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.feedback.conditions import fits
from marke.feedback.models import Feedback, FeedbackVersion, Scale
from marke.feedback.queries import of_work, place_key
from marke.feedback.rated import Rated, rated
from marke.invoices.models import Quote
from marke.jobs.models import Door, Job
from marke.parties.models import Party
from marke.rules.queries import rulebook
from marke.rules.sentences import write_day

About = Feedback.About


class NotDoneYet(Refused):
    """Only work that was done can be spoken about."""


class TooLate(Refused):
    """The time to say or change it has passed."""


class SaysNothing(Refused):
    """Neither a score nor a word, or a score that the scale does not have."""


@transaction.atomic
def say(
    *,
    work: Job | Quote,
    about: str,
    score: int | None = None,
    sentence: str = "",
    note: str = "",
    door: str = Door.LINK,
    by: Party | None,
    at: datetime,
) -> Feedback:
    """What is said again the same changes nothing; what is said otherwise replaces it, and the earlier stays in the log.

    Raises: NotDoneYet, TooLate, SaysNothing.
    """
    work = _locked(work)
    found = rated(work)
    _check_open(found, at)
    scale = rulebook(found.coop, at).value("feedback.asks") if about == About.WORK else Scale.WORDS.value
    words = (" ".join(sentence.replace("\x00", "").split())[:500], note.replace("\x00", "").strip()[:1_000])
    if not fits(scale, score) or (score is None and not any(words)):
        raise SaysNothing(_("Say how it was: choose one of the answers, or write a sentence."))
    said = of_work(work, about)
    if said is not None and (said.score, said.sentence, said.note) == (score, *words):
        return said
    if said is None:
        said = begun(found, about, by=by, at=at)
    else:
        FeedbackVersion.objects.create(
            coop=found.coop, feedback=said, scale=said.scale, score=said.score, sentence=said.sentence, note=said.note,
            said_at=said.changed_at or said.said_at,
        )  # fmt: skip
        said.changed_at = at
    said.scale, said.score, said.door = scale, score, door
    said.sentence, said.note = words
    said.save()
    return said


def open_until(work: Job | Quote, at: datetime) -> datetime | None:
    """Until when something can be said or changed; None where the work is not done."""
    return _until(rated(work), at)


def _locked(work: Job | Quote) -> Job | Quote:
    """Whoever sends twice at once waits here for the first."""
    if isinstance(work, Job):
        return (
            Job.objects.select_for_update(of=("self",)).select_related("coop", "client__party", "worker__party").get(pk=work.pk)
        )
    orders = Quote.objects.select_for_update(of=("self",))
    return orders.select_related("coop", "client__party", "activity__circle").get(pk=work.pk)


def begun(found: Rated, about: str, *, by: Party | None, at: datetime) -> Feedback:
    author = by or (found.worker.party if about == About.PLACE and found.worker else found.client.party)
    return Feedback(
        coop=found.coop, job=found.job, order=found.order, about=about, client=found.client, worker=found.worker,
        circle=found.circle, author=author, said_at=at, place=place_key(found.job) if about == About.PLACE and found.job else "",
        shuffle=secrets.randbelow(2**31),
    )  # fmt: skip


def _until(found: Rated, at: datetime) -> datetime | None:
    """An order that is invoiced before its last day is done when that day is over, and not before."""
    if found.done_at is None or (found.order is not None and at < found.done_at):
        return None
    until: datetime = found.done_at + rulebook(found.coop, at).value("feedback.change_days")
    return until


def _check_open(found: Rated, at: datetime) -> None:
    until, number = _until(found, at), {"number": found.number}
    if until is None and found.order is not None:
        raise NotDoneYet(
            _("Order %(number)s is not done yet: it is to be invoiced whole, and its last day over. Say how it was then.")
            % number
        )
    if until is None:
        raise NotDoneYet(_("Job %(number)s is not done yet. Say how it was when it is.") % number)
    if at >= until:
        late = _("What is said about job %(number)s could be said and changed until %(day)s.")
        if found.order is not None:
            late = _("What is said about order %(number)s could be said and changed until %(day)s.")
        raise TooLate(late % {**number, "day": write_day(until, found.coop)})
