"""The tip on the pages of a job: the client gives it, the worker sees that it came."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from marke.jobs.models import Job
from marke.jobs.parts import JobPart, Viewer
from marke.jobs.pricing import vat_of
from marke.jobs.services.tips import can_tip, tip_of
from marke.payments.pay_codes import pay_code_of
from marke.payments.queries import paid_on
from marke_core.money import share_of_integers

SUGGESTED = (5, 10, 15)  # percent of what was paid
STEP = 50  # minor units that a suggestion is a multiple of


def suggestions(job: Job) -> list[int]:
    """Round amounts, each once."""
    gross = job.price + vat_of(job.price, job.vat_permille if job.coop.vat_number else 0)
    return list(dict.fromkeys(max(2 * STEP, STEP * share_of_integers(gross, percent, 100 * STEP)) for percent in SUGGESTED))


def context(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    if not can_tip(job, at):
        return None
    tip = tip_of(job)
    paid = paid_on(tip.payment_request) if tip else 0
    if viewer != Viewer.CLIENT:
        return {"viewer": viewer, "job": job, "tip": tip, "paid": paid} if paid else None
    left = tip.amount - paid if tip else 0
    return {
        "viewer": viewer,
        "job": job,
        "tip": tip,
        "paid": paid,
        "code": pay_code_of(job.coop, tip.payment_request, left) if tip and left else None,
        "suggestions": suggestions(job),
        "once_key": secrets.token_urlsafe(16),
    }


TIP_PART = JobPart("tip", "jobs/_tip.html", context, rank=40)
