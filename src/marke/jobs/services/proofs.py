"""At the places of a job: there, done there, and what shows it. The rules in force when the job was accepted say what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.photos import Picture
from marke.common.refusal import Refused
from marke.jobs.codes import MOST_WRONG, is_code
from marke.jobs.models import Door, Job, Photo, Proof, StopVisit
from marke.jobs.services.moves import locked
from marke.parties.models import Party
from marke.rules.queries import rulebook

State = Job.State
Kind = Proof.Kind
NONE = "none"


class NotAtWork(Refused):
    """Only a job that is under way goes from place to place."""


class NoSuchStop(Refused):
    """The route has fewer places."""

    status = 404


class ProofNeeded(Refused):
    """The co-op's rule asks for something to be shown, or for the reason why it cannot be."""

    status = 422


class WrongCode(ProofNeeded):
    """These are not the four digits on the client's page."""


@dataclass(frozen=True)
class Shown:
    """What the worker brings along; empty where there is nothing. `reason`: why nothing can be shown."""

    name: str = ""
    code: str = ""
    picture: Picture | None = None
    reason: str = ""


def proofs_asked(job: Job, at: datetime) -> list[str]:
    """For each place of the route what is to be shown there: none, name, code or photo."""
    rules = rulebook(job.coop, job.accepted_at or at)
    kind = job.service.job_kind
    last = str(rules.value("jobs.proof", job_kind=kind))
    first = str(rules.value("jobs.proof_pickup", job_kind=kind)) if job.pickup else last
    return [first if stop.position == 0 else last for stop in job.route]


def arrive(*, job: Job, position: int, by: Party | None, at: datetime) -> StopVisit:
    """The worker is there. A second click changes nothing. Raises: NotAtWork, NoSuchStop."""
    with transaction.atomic():
        job = _at_work(locked(job), position)
        visit = _visit(job, position)
        if visit.arrived_at is None:
            visit.arrived_at = at
            visit.save(update_fields=["arrived_at"])
        return visit


def leave_stop(*, job: Job, position: int, shown: Shown, by: Party | None, at: datetime, door: str = Door.WEB) -> StopVisit:
    """Picked up, or delivered: what is shown is kept. A second click changes nothing.

    Raises: NotAtWork, NoSuchStop, ProofNeeded, WrongCode. A wrong code is counted, also when the rest is taken back.
    """
    with transaction.atomic():
        job = _at_work(locked(job), position)
        visit = _visit(job, position)
        if visit.left_at is not None:
            return visit
        asked = proofs_asked(job, at)[position]
        wrong = asked == Kind.CODE and bool(shown.code.strip()) and not shown.reason.strip() and not _code_fits(visit, shown.code)
        if not wrong:
            _keep(job, position, asked, shown, by=by, at=at, door=door)
            visit.arrived_at, visit.left_at = visit.arrived_at or at, at
            visit.save(update_fields=["arrived_at", "left_at"])
            return visit
    raise WrongCode(_wrong_words(visit))


def all_left(job: Job) -> bool:
    """Whether the worker is done at every place of the route."""
    left = set(StopVisit.objects.filter(job=job, left_at__isnull=False).values_list("position", flat=True))
    return left >= {stop.position for stop in job.route}


def settle_proofs(job: Job, *, reason: str, by: Party | None, at: datetime, door: str) -> None:
    """Called when a job is finished in one step: where something should have been shown and was not, the reason is kept.

    Raises: ProofNeeded.
    """
    left = set(StopVisit.objects.filter(job=job, left_at__isnull=False).values_list("position", flat=True))
    for position, asked in enumerate(proofs_asked(job, at)):
        if position not in left:
            _keep(job, position, asked, Shown(reason=reason), by=by, at=at, door=door)


def _keep(job: Job, position: int, asked: str, shown: Shown, *, by: Party | None, at: datetime, door: str) -> None:
    kinds: list[tuple[str, str, Photo | None]] = []
    if asked == Kind.NAME and shown.name.strip():
        kinds.append((Kind.NAME, shown.name, None))
    if asked == Kind.CODE and shown.code.strip() and not shown.reason.strip():
        kinds.append((Kind.CODE, "", None))
    if shown.picture is not None:
        kinds.append((Kind.PHOTO, "", keep_photo(job, shown.picture, at)))
    if asked not in (NONE, *(kind for kind, _text, _photo in kinds)):
        if not shown.reason.strip():
            raise ProofNeeded(_needed_words(job, position, asked))
        kinds.append((Kind.REASON, shown.reason, None))
    for kind, text, photo in kinds:
        Proof.objects.create(
            coop=job.coop, job=job, position=position, kind=kind, text=text.strip()[:500], photo=photo, at=at, by=by, door=door
        )


def keep_photo(job: Job, picture: Picture, at: datetime) -> Photo:
    return Photo.objects.create(
        coop=job.coop, job=job, content=picture.content, width=picture.width, height=picture.height, at=at
    )


def _at_work(job: Job, position: int) -> Job:
    if job.state != State.UNDER_WAY or job.worker is None:
        raise NotAtWork(
            _("Job %(number)s is “%(state)s”. Only while it is under way can you be at its places.")
            % {"number": job.number, "state": job.get_state_display()}
        )
    if position >= len(job.route):
        raise NoSuchStop(_("Job %(number)s has no place number %(position)s.") % {"number": job.number, "position": position + 1})
    return job


def _visit(job: Job, position: int) -> StopVisit:
    assert job.worker is not None
    visit, _made = StopVisit.objects.get_or_create(
        job=job, position=position, defaults={"coop": job.coop, "membership": job.worker}
    )
    return visit


def _code_fits(visit: StopVisit, said: str) -> bool:
    """Counts a wrong one. Beyond the most, also the right one proves nothing: somebody may have tried them all."""
    if visit.wrong_codes < MOST_WRONG and is_code(visit.job, visit.position, said):
        return True
    visit.wrong_codes = min(visit.wrong_codes + 1, MOST_WRONG)
    visit.save(update_fields=["wrong_codes"])
    return False


def _wrong_words(visit: StopVisit) -> str:
    left = MOST_WRONG - visit.wrong_codes
    if left <= 0:
        return _("The code was wrong %(n)s times and is not looked at any more. Write down why there is none.") % {
            "n": MOST_WRONG
        }
    return _("That is not the code on the client’s page. Ask for it again; you can try %(n)s more times.") % {"n": left}


def _needed_words(job: Job, position: int, asked: str) -> str:
    words = {
        Kind.NAME: _("Write down who received it at %(place)s."),
        Kind.CODE: _("Ask for the code of four digits at %(place)s."),
        Kind.PHOTO: _("Take a photo at %(place)s."),
    }
    sentence = words[Kind(asked)] % {"place": job.route[position].place}
    return sentence + " " + _("If that is not possible, write down why; the coordinator reads it.")
