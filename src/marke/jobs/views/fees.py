"""The fee for cancelling late, as a page shows it and a form sends it back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explanation
from marke.jobs.cancelling import fee_at, terms
from marke.jobs.models import Job
from marke.jobs.pricing import vat_of
from marke.jobs.splits import rule_line
from marke.parties.http import CoopRequest


def fee_shown(job: Job, at: datetime) -> dict[str, Any]:
    """What whoever cancels is told before the click."""
    fee, by = fee_at(job, at), terms(job)
    vat = vat_of(fee, job.vat_permille if job.coop.vat_number else 0)
    why = Explanation(formula=_("The price times the fee for cancelling late"), rules=(rule_line(job.coop, by.rule_value),))
    return {"fee": fee, "fee_gross": fee + vat, "fee_vat": vat, "fee_why": why, "terms": by}


def agreed_fee(request: CoopRequest) -> int:
    """What the page had shown; nothing where a form came without it, so that nobody pays what they did not see."""
    shown = request.POST.get("fee", "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 15 else 0
