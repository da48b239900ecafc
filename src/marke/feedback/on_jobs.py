"""What feedback brings to the page of a job: the client says how it was, the worker reads and writes about the place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marke.feedback.forms import PlaceForm, score_choices
from marke.feedback.queries import PLACE, WORK, hiding_of, notes_about_place, of_job
from marke.feedback.services import open_until
from marke.jobs.models import Job
from marke.jobs.parts import JobPart, Viewer
from marke.rules.queries import rulebook


def _client(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    until = open_until(job, at) if viewer == Viewer.CLIENT else None
    if until is None:
        return None
    said = of_job(job, WORK)
    if said is None and at >= until:
        return None
    scale = rulebook(job.coop, at).value("feedback.asks")
    hidden = hiding_of(said) if said is not None else None
    return {"job": job, "said": said, "hidden": hidden, "open": at < until, "scale": scale, "scores": score_choices(scale)}


def _place(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    """For whoever works there, and nobody else."""
    if viewer != Viewer.WORKER:
        return None
    until = open_until(job, at)
    said = of_job(job, PLACE)
    notes = notes_about_place(job, rulebook(job.coop, at), at)
    form = PlaceForm(initial={"sentence": said.sentence if said else ""}) if until is not None and at < until else None
    return {"job": job, "notes": notes, "form": form} if notes or form else None


def _office(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    said = of_job(job, WORK) if viewer == Viewer.OFFICER else None
    return {"job": job, "said": said} if said is not None else None


CLIENT_PART = JobPart("feedback", "feedback/_client_part.html", _client, rank=10)
PLACE_PART = JobPart("place", "feedback/_place_part.html", _place, rank=60)
OFFICE_PART = JobPart("said", "feedback/_office_part.html", _office, rank=70)
