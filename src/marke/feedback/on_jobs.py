"""What feedback brings to the pages of jobs and orders: the client says how it was, the worker reads and writes about the place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from marke.feedback.forms import PlaceForm, score_choices
from marke.feedback.queries import PLACE, WORK, hiding_of, notes_about_place, of_work
from marke.feedback.services import open_until
from marke.invoices.models import Quote
from marke.invoices.parts import OrderPart
from marke.jobs.models import Job
from marke.jobs.parts import JobPart, Viewer
from marke.rules.queries import rulebook


def _client(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    return _how_it_was(job, "feedback:say", at) if viewer == Viewer.CLIENT else None


def _order(order: Quote, at: datetime) -> dict[str, Any] | None:
    return _how_it_was(order, "feedback:say_order", at)


def _how_it_was(work: Job | Quote, page: str, at: datetime) -> dict[str, Any] | None:
    until = open_until(work, at)
    said = of_work(work, WORK) if until is not None else None
    if until is None or (said is None and at >= until):
        return None
    scale = rulebook(work.coop, at).value("feedback.asks")
    return {
        "here": reverse(page, args=[work.coop.slug, work.token]),
        "said": said,
        "hidden": hiding_of(said) if said is not None else None,
        "open": at < until,
        "scale": scale,
        "scores": score_choices(scale),
    }


def _place(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    """For whoever works there, and nobody else."""
    if viewer != Viewer.WORKER:
        return None
    until = open_until(job, at)
    said = of_work(job, PLACE)
    notes = notes_about_place(job, rulebook(job.coop, at), at)
    form = PlaceForm(initial={"sentence": said.sentence if said else ""}) if until is not None and at < until else None
    return {"job": job, "notes": notes, "form": form} if notes or form else None


def _office(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    said = of_work(job, WORK) if viewer == Viewer.OFFICER else None
    return {"job": job, "said": said} if said is not None else None


ORDER_PART = OrderPart("feedback", "feedback/_client_part.html", _order)
CLIENT_PART = JobPart("feedback", "feedback/_client_part.html", _client, rank=10)
PLACE_PART = JobPart("place", "feedback/_place_part.html", _place, rank=60)
OFFICE_PART = JobPart("said", "feedback/_office_part.html", _office, rank=70)
