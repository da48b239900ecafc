"""What was said before it was written down here: on paper cards, in another program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.feedback.conditions import fits
from marke.feedback.models import Feedback, FeedbackAnswer, Scale
from marke.feedback.rated import Rated, rated
from marke.feedback.services.saying import begun
from marke.invoices.models import Quote
from marke.jobs.models import Door, Job
from marke.parties.models import Coop

BATCH = 500
About = Feedback.About


class SaidDoesNotFit(Refused):
    """About a job or an order of another co-op, or one that was not done, or with a score that its scale does not have."""


@dataclass(frozen=True)
class Said:
    """What a client (or with `about` "place" the worker) said about a job or an order that was done. It has coop, client and worker."""

    work: Job | Quote
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
    """Writes down many at once. What a job or an order has already in that direction is left as it is. Raises: SaidDoesNotFit."""
    found = [rated(each.work) for each in said]
    for of, each in zip(found, said, strict=True):
        _check(coop, of, each)
    known = set(Feedback.objects.filter(coop=coop).values_list("job_id", "order_id", "about"))
    new = [(of, each) for of, each in zip(found, said, strict=True) if (_key(of.job), _key(of.order), each.about) not in known]
    rows = Feedback.objects.bulk_create([_row(of, each, door) for of, each in new], batch_size=BATCH)
    FeedbackAnswer.objects.bulk_create(
        [
            FeedbackAnswer(coop=coop, feedback=row, by=row.worker.party, text=each.answer[:500], at=each.at)
            for row, (_of, each) in zip(rows, new, strict=True)
            if each.answer and row.worker
        ],
        batch_size=BATCH,
    )
    return rows


def _key(work: Job | Quote | None) -> int | None:
    return work.pk if work is not None else None


def _check(coop: Coop, of: Rated, each: Said) -> None:
    if of.coop.pk != coop.pk or of.done_at is None or each.at < of.done_at:
        words = {"number": of.number, "coop": coop.name}
        if of.order is not None:
            raise SaidDoesNotFit(_("Order %(number)s was not done at %(coop)s before.") % words)
        raise SaidDoesNotFit(_("Job %(number)s was not done at %(coop)s before.") % words)
    if not fits(each.scale, each.score):
        raise SaidDoesNotFit(_("“%(score)s” is no answer that a client can give.") % {"score": each.score})


def _row(of: Rated, each: Said, door: str) -> Feedback:
    at_work = each.about == About.WORK
    row = begun(of, each.about, by=None, at=each.at)
    row.scale, row.score = (each.scale, each.score) if at_work else (Scale.WORDS, None)
    row.sentence, row.note, row.door = each.sentence[:500], each.note[:1_000], door
    return row
