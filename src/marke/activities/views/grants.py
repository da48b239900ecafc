"""Grants to a business: written down by those who handle the money, seen by whoever runs it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marke.activities import queries, services
from marke.activities.forms import GrantForm
from marke.activities.permissions import activity_or_404
from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_office, office_only
from marke.payments.permissions import MONEY_OFFICES

A_MONTH = timedelta(days=30)


@require_http_methods(["GET", "HEAD", "POST"])
def grants(request: CoopRequest, number: int) -> HttpResponse:
    shown, at = activity_or_404(request, number), clock.now()
    officer, today = can_office(request, *MONEY_OFFICES), clock.local_date(at, request.coop.timezone)
    form = GrantForm(coop=request.coop, initial={"granted_on": today, "due_on": today + A_MONTH})
    if request.method == "POST":
        check_office(request, *MONEY_OFFICES)
        assert request.party is not None
        form = GrantForm(request.POST, coop=request.coop)
        if form.is_valid():
            try:
                made = services.record_grant(activity=shown, by=request.party, at=at, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Booked as %(paper)s. The business gets it as an invoice.") % {"paper": made.paper})
                return redirect("activities:grants", request.coop.slug, number)
    page = page_of(request, queries.grants(shown))
    context = {
        "activity": shown,
        "form": form if officer and shown.is_open else None,
        "officer": officer,
        "page": page,
        "unpaid": set(queries.unpaid(request.coop).filter(pk__in=[row.entry_id for row in page]).values_list("pk", flat=True)),
    }
    return render(request, "activities/grants.html", context, status=422 if form.errors else 200)


@require_POST
@office_only(*MONEY_OFFICES)
def grant_return(request: CoopRequest, number: int, grant: int) -> HttpResponse:
    assert request.party is not None
    shown = activity_or_404(request, number)
    found = queries.grants(shown).filter(number=grant).first()
    if found is None:
        raise Http404(_("There is no such grant."))
    services.return_grant(grant=found, by=request.party, at=clock.now())
    messages.success(request, _("Taken back, with every part of it."))
    return redirect("activities:grants", request.coop.slug, number)
