"""What a dispatcher has chosen on the board: one job, several, or a whole trip."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.jobs.models import Job
from marke.jobs.queries import jobs
from marke.parties.models import Coop

MOST = 100


class TooManyChosen(Refused):
    """More than the board moves at once."""

    status = 422


class NothingChosen(Refused):
    """A button was pressed, and no job was chosen before."""

    status = 422


@dataclass(frozen=True)
class Chosen:
    """`seen`: job id → the last event of it that the dispatcher has seen · `whole`: ids of the trips that were chosen as a whole."""

    jobs: list[Job]
    seen: dict[int, int]
    whole: list[int]

    @property
    def is_one(self) -> bool:
        return len(self.jobs) == 1

    @property
    def numbers(self) -> str:
        return ", ".join(str(job.number) for job in self.jobs)


def chosen(coop: Coop, values: Iterable[str]) -> Chosen:
    """What stands in the boxes that are ticked: “12-345” is job 12 after event 345, “trip-7 12-345 13-346” all of a trip.

    Raises: NothingChosen, TooManyChosen.
    """
    pairs = [word.partition("-")[::2] for word in " ".join(values).split()]
    seen = {number(head): number(tail) for head, tail in pairs if head != "trip"}
    if len(seen) > MOST:
        raise TooManyChosen(_("%(count)s jobs are chosen. Choose at most %(most)s.") % {"count": len(seen), "most": MOST})
    found = list(jobs(coop).filter(number__in=list(seen)).order_by("starts_at", "number"))
    if not found:
        raise NothingChosen(_("Choose a job first: tick it, and then press the button."))
    for job in found:
        job.coop = coop
    return Chosen(found, {job.pk: seen[job.number] for job in found}, [number(tail) for head, tail in pairs if head == "trip"])


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
