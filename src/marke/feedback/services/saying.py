"""A client says how the work was, a worker what the place is like: once per job, and changed for a while."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.feedback.conditions import fits
from marke.feedback.models import Feedback, FeedbackVersion, Scale
from marke.feedback.queries import place_key
from marke.jobs.models import Door, Job
from marke.parties.models import Membership, Party
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
    job: Job,
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
    job = Job.objects.select_for_update(of=("self",)).select_related("coop", "client__party", "worker__party").get(pk=job.pk)
    worker = _check_done(job, at)
    scale = rulebook(job.coop, at).value("feedback.asks") if about == About.WORK else Scale.WORDS.value
    words = (" ".join(sentence.replace("\x00", "").split())[:500], note.replace("\x00", "").strip()[:1_000])
    if not fits(scale, score) or (score is None and not any(words)):
        raise SaysNothing(_("Say how it was: choose one of the answers, or write a sentence."))
    said = Feedback.objects.filter(job=job, about=about).first()
    if said is not None and (said.score, said.sentence, said.note) == (score, *words):
        return said
    if said is None:
        author = by or (job.client.party if about == About.WORK else worker.party)
        said = Feedback(
            coop=job.coop, job=job, about=about, client=job.client, worker=worker, author=author, said_at=at,
            place=place_key(job) if about == About.PLACE else "", shuffle=secrets.randbelow(2**31),
        )  # fmt: skip
    else:
        FeedbackVersion.objects.create(
            coop=job.coop, feedback=said, scale=said.scale, score=said.score, sentence=said.sentence, note=said.note,
            said_at=said.changed_at or said.said_at,
        )  # fmt: skip
        said.changed_at = at
    said.scale, said.score, said.door = scale, score, door
    said.sentence, said.note = words
    said.save()
    return said


def open_until(job: Job, at: datetime) -> datetime | None:
    """Until when something can be said or changed; None where the work is not done."""
    if job.done_at is None or job.worker_id is None or job.state == Job.State.CANCELLED:
        return None
    until: datetime = job.done_at + rulebook(job.coop, at).value("feedback.change_days")
    return until


def _check_done(job: Job, at: datetime) -> Membership:
    until = open_until(job, at)
    if until is None or job.worker is None:
        raise NotDoneYet(_("Job %(number)s is not done yet. Say how it was when it is.") % {"number": job.number})
    if at >= until:
        raise TooLate(
            _("What is said about job %(number)s could be said and changed until %(day)s.")
            % {"number": job.number, "day": write_day(until, job.coop)}
        )
    return job.worker
