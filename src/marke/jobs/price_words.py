"""Why a job has its price: what was promised at the booking, part by part."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from marke.common.explain import Explanation, RuleLine
from marke.common.money import format_money
from marke.common.templatetags.marke import minutes
from marke.jobs.models import Job, JobEvent
from marke.jobs.splits import rule_line
from marke.rules.queries import rulebook


def price_why(job: Job, events: Iterable[JobEvent], *, vat: int = 0) -> Explanation:
    """`vat` is what comes on top for the client; members see prices without it."""
    if job.version > 1 or any(event.state == Job.State.DISPUTED for event in events):
        return Explanation(
            formula=_("The price as it was settled after a question or a correction: it stands under What happened.")
        )
    return Explanation(formula=_formula(job), values=_values(job, vat), rules=_rules(job))


def _formula(job: Job) -> str:
    if job.service.per == "hour":
        return _("The price an hour, times the hours, as promised at the booking")
    return _("The price of the service, as promised at the booking")


def _values(job: Job, vat: int) -> tuple[tuple[str, str], ...]:
    parts = [(f"{job.service.name}, {minutes(job.minutes)}", job.price - job.surcharge)]
    if job.surcharge:
        parts.append((_("Surcharge for this day and hour"), job.surcharge))
    if vat:
        parts.append((_("VAT"), vat))
    return tuple((label, format_money(amount, job.coop.currency)) for label, amount in parts)


def _rules(job: Job) -> tuple[RuleLine, ...]:
    if not job.surcharge:
        return ()
    return (rule_line(job.coop, rulebook(job.coop, job.requested_at).entry("jobs.surcharges", job_kind=job.service.job_kind)),)
