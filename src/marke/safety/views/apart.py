"""Keeping apart: a member from a client, a client from a member. Each sees only what they said themselves."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marke.common import clock
from marke.common.views import render
from marke.jobs.models import Job
from marke.jobs.permissions import SomebodyElsesJob, is_worker, job_or_404
from marke.jobs.views.client import job_by_link
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only
from marke.safety import services
from marke.safety.forms import ApartForm
from marke.safety.permissions import check_can_call
from marke.safety.queries import accepted_together, is_blocked


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def member(request: CoopRequest, number: int) -> HttpResponse:
    """A member, from the client of a job that they had."""
    me, found = check_can_call(request), job_or_404(request, number)
    if not is_worker(request, found):
        raise SomebodyElsesJob(_("Job %(number)s is somebody else’s.") % {"number": number})
    found.client.coop = request.coop
    if answer := _said(request, found, by_client=False):
        messages.success(request, answer)
        return redirect("safety:safety", request.coop.slug)
    return _page(request, found, by_client=False, together=accepted_together(found.client, me))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def client(request: CoopRequest, token: str) -> HttpResponse:
    """A client, from who did their job, by the link to it."""
    found = job_by_link(request, token)
    if found.worker is None:
        raise Http404(_("Nobody has this job yet."))
    found.worker.coop = found.client.coop = request.coop
    if answer := _said(request, found, by_client=True):
        messages.success(request, answer)
        return redirect("jobs:follow", request.coop.slug, found.token)
    return _page(request, found, by_client=True, together=accepted_together(found.client, found.worker))


def _said(request: CoopRequest, job: Job, *, by_client: bool) -> str:
    """What was done, in words; "" when nothing was."""
    assert job.worker is not None
    between: dict[str, Any] = {"client": job.client, "membership": job.worker, "by_client": by_client}
    if request.method != "POST":
        return ""
    if request.POST.get("move") == "lift":
        services.lift_block(**between, at=clock.now())
        return _("You may meet again.")
    form = ApartForm(request.POST)
    if not form.is_valid():
        return ""
    services.block(**between, **form.said(), at=clock.now())
    return _("You are not brought together again. Nobody is told who said so.")


def _page(request: CoopRequest, job: Job, *, by_client: bool, together: list[Job]) -> HttpResponse:
    assert job.worker is not None
    context = {
        "job": job,
        "by_client": by_client,
        "name": job.worker.party.name.split(" ")[0] if by_client else job.client.party.name,
        "blocked": is_blocked(job.client, job.worker, by_client=by_client),
        "together": together,
        "form": ApartForm(request.POST or None),
    }
    return render(request, "safety/apart.html", context)
