"""A tip, and what is rounded up for a good cause, by the client's link."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marke.common import clock
from marke.common.money import NotAnAmount, parse_money
from marke.jobs import services
from marke.jobs.services.gifts import gift_of
from marke.jobs.services.tips import NoTip, tip_of
from marke.jobs.views.client import job_by_link
from marke.parties.http import CoopRequest


@require_POST
def tip(request: CoopRequest, token: str) -> HttpResponse:
    """Gives one, or takes back what is not paid."""
    job = job_by_link(request, token)
    if request.POST.get("move") == "withdraw":
        if given := tip_of(job):
            services.withdraw_tip(tip=given, by=request.party, at=clock.now())
        messages.success(request, _("That is fine. There is nothing to pay."))
    else:
        once_key = request.POST.get("once_key", "")[:40]
        services.give_tip(job=job, amount=_amount(request), once_key=once_key, by=request.party, at=clock.now())
        messages.success(request, _("Thank you. Below stands how to pay it."))
    return redirect("jobs:follow", request.coop.slug, job.token)


@require_POST
def gift(request: CoopRequest, token: str) -> HttpResponse:
    """Rounds up, or takes back what is not paid."""
    job = job_by_link(request, token)
    if request.POST.get("move") == "withdraw":
        if given := gift_of(job):
            services.withdraw_gift(gift=given, by=request.party, at=clock.now())
        messages.success(request, _("That is fine. There is nothing to pay."))
    else:
        amount, _between, cause = request.POST.get("up", "").partition(" ")
        services.give_gift(
            job=job, cause=cause, amount=int(amount) if amount.isascii() and amount.isdigit() and len(amount) < 10 else 0,
            once_key=request.POST.get("once_key", "")[:40], by=request.party, at=clock.now(),
        )  # fmt: skip
        messages.success(request, _("Thank you. Below stands how to pay it."))
    return redirect("jobs:follow", request.coop.slug, job.token)


def _amount(request: CoopRequest) -> int:
    """Raises: NoTip for what is no amount."""
    suggested = request.POST.get("suggested", "")
    if suggested.isascii() and suggested.isdigit() and len(suggested) < 10:
        return int(suggested)
    try:
        return parse_money(request.POST.get("amount", ""), request.coop.currency)
    except NotAnAmount as error:
        raise NoTip(str(error)) from None
