"""Rounding up on the pages of a job: the client chooses what for, the co-op sees that it came."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explanation
from marke.jobs.models import Gift, Job
from marke.jobs.parts import JobPart, Viewer
from marke.jobs.services.gifts import gift_of, round_ups
from marke.jobs.splits import rule_line
from marke.payments.pay_codes import pay_code_of
from marke.payments.queries import paid_on
from marke.rules.queries import rulebook


def paid_gift(job: Job) -> tuple[Gift, int] | None:
    """What was rounded up and has been paid."""
    gift = gift_of(job)
    paid = paid_on(gift.payment_request) if gift else 0
    return (gift, paid) if gift and paid else None


def why(job: Job, at: datetime) -> Explanation:
    entry = rulebook(job.coop, at).entry("jobs.round_up")
    return Explanation(
        _("All that the client rounded up: nothing of it stays with the co-op, and no VAT is in it"),
        rules=(rule_line(job.coop, entry),),
    )


def context(job: Job, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    gift = gift_of(job)
    paid = paid_on(gift.payment_request) if gift else 0
    if viewer != Viewer.CLIENT:
        return {"viewer": viewer, "gift": gift, "paid": paid, "why": why(job, gift.given_at)} if gift and paid else None
    ups = [] if gift else round_ups(job, at)
    if not gift and not ups:
        return None
    left = gift.amount - paid if gift else 0
    return {
        "viewer": viewer,
        "job": job,
        "gift": gift,
        "paid": paid,
        "code": pay_code_of(job.coop, gift.payment_request, left) if gift and left else None,
        "ups": ups,
        "why": why(job, gift.given_at if gift else at),
        "once_key": secrets.token_urlsafe(16),
    }


GIFT_PART = JobPart("gift", "jobs/_gift.html", context, rank=41)
