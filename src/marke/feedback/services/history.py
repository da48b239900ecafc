"""What was said before it was written down here: on paper cards, in another program."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.feedback.conditions import fits
from marke.feedback.models import Feedback, FeedbackAnswer, Scale
from marke.feedback.queries import place_key
from marke.jobs.models import Door, Job
from marke.parties.models import Coop

BATCH = 500
About = Feedback.About


class SaidDoesNotFit(Refused):
    """About a job of another co-op, or one that was not done, or with a score that its scale does not have."""


@dataclass(frozen=True)
class Said:
    """What a client (or with `about` "place" the worker) said about a job that was done. The job has coop, client and worker."""

    job: Job
    at: datetime
    score: int | None = None
    sentence: str = ""
    note: str = ""
    about: str = About.WORK
    scale: str = Scale.STARS
    # What the worker answered.
    answer: str = ""


@transaction.atomic
def record(*, coop: Coop, said: Sequence[Said], door: str = Door.PAPER) -> list[Feedback]:
    """Writes down many at once. What a job has already in that direction is left as it is. Raises: SaidDoesNotFit."""
    for each in said:
        _check(coop, each)
    known = set(Feedback.objects.filter(coop=coop).values_list("job_id", "about"))
    new = [each for each in said if (each.job.pk, each.about) not in known]
    rows = Feedback.objects.bulk_create([_row(coop, each, door) for each in new], batch_size=BATCH)
    FeedbackAnswer.objects.bulk_create(
        [
            FeedbackAnswer(coop=coop, feedback=row, by=row.worker.party, text=each.answer[:500], at=each.at)
            for row, each in zip(rows, new, strict=True)
            if each.answer
        ],
        batch_size=BATCH,
    )
    return rows


def _check(coop: Coop, each: Said) -> None:
    job = each.job
    if job.coop_id != coop.pk or job.worker is None or job.done_at is None or each.at < job.done_at:
        raise SaidDoesNotFit(_("Job %(number)s was not done at %(coop)s before.") % {"number": job.number, "coop": coop.name})
    if not fits(each.scale, each.score):
        raise SaidDoesNotFit(_("“%(score)s” is no answer that a client can give.") % {"score": each.score})


def _row(coop: Coop, each: Said, door: str) -> Feedback:
    job = each.job
    assert job.worker is not None
    at_work = each.about == About.WORK
    return Feedback(
        coop=coop, job=job, about=each.about, client=job.client, worker=job.worker,
        author=job.client.party if at_work else job.worker.party, place="" if at_work else place_key(job),
        scale=each.scale if at_work else Scale.WORDS, score=each.score if at_work else None,
        sentence=each.sentence[:500], note=each.note[:1_000], said_at=each.at, door=door, shuffle=secrets.randbelow(2**31),
    )  # fmt: skip
