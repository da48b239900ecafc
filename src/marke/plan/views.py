"""The pages of the plan of a co-op that runs. Before the founding they stand in the founding's pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.views import csv_response, pdf_response, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only
from marke.plan.pages import csv_of_plan, page_of_plan, page_or_answer, values_of
from marke.plan.paper import plan_pdf
from marke.plan.queries import start_of
from marke.plan.services import propose_rules


@require_safe
@members_only
def plan(request: CoopRequest) -> HttpResponse:
    """36 months from next month on; every slider stands in the address, so that a plan can be passed on."""
    context = page_of_plan(start_of(request.coop, clock.now()), request.GET)
    context |= {
        "here": request.path,
        "csv_url": reverse("plan:csv", args=[request.coop.slug]),
        "paper_url": reverse("plan:paper", args=[request.coop.slug]),
    }
    return render(request, page_or_answer(request), context)


@require_safe
@members_only
def plan_csv(request: CoopRequest) -> HttpResponse:
    """The months, in minor units of the co-op's currency."""
    header, rows = csv_of_plan(start_of(request.coop, clock.now()), request.GET)
    return csv_response(f"plan-{request.coop.slug}.csv", header, rows)


@require_safe
@members_only
def plan_paper(request: CoopRequest) -> HttpResponse:
    """The financial plan as PDF."""
    at = clock.now()
    start = start_of(request.coop, at)
    written = plan_pdf(start, values_of(start, request.GET), at)
    return pdf_response(f"plan-{request.coop.slug}.pdf", written)


@require_POST
@members_only
def propose(request: CoopRequest) -> HttpResponse:
    """A draft proposal for every rule that the plan changes."""
    assert request.party is not None
    at = clock.now()
    start = start_of(request.coop, at)
    before = {name: slider.start for name, slider in start.sliders.items()}
    made = propose_rules(
        coop=request.coop,
        values=values_of(start, request.POST),
        before=before,
        once_key=request.POST.get("once_key", ""),
        by=request.party,
        at=at,
    )
    said = ngettext(
        "%(n)s draft is ready. Only you see it until you put it up for discussion.",
        "%(n)s drafts are ready. Only you see them until you put them up for discussion.",
        len(made),
    )
    messages.success(request, said % {"n": len(made)})
    return redirect("decisions:proposals", coop=request.coop.slug)
