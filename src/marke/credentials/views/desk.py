"""For who holds an office: the platforms that the co-op lists, and work histories that somebody waits for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marke.common import clock
from marke.common.clock import local_midnight
from marke.common.refusal import Refused
from marke.common.views import page_of, pdf_response, render
from marke.credentials import agreement as stating
from marke.credentials import services
from marke.credentials.forms import PlatformForm, RequestForm
from marke.credentials.keeping import listed
from marke.credentials.models import HistoryRequest, Platform
from marke.credentials.paper import history_pdf
from marke.credentials.permissions import OFFICERS
from marke.credentials.queries import waiting
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import office_only


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def platforms(request: CoopRequest) -> HttpResponse:
    """Who is listed; the form reads the statement of another one."""
    form = PlatformForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_platform(
                coop=request.coop, address=form.cleaned_data["address"], by=request.party, at=clock.now()
            )
        except Refused as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(
                request, _("%(name)s is listed: its statement was read, and its signature fits.") % {"name": added.name}
            )
            return redirect("credentials:platforms", request.coop.slug)
    context = {"form": form, "rows": listed(request.coop, clock.now())}
    return render(request, "credentials/platforms.html", context, status=422 if form.errors else 200)


def _platform(request: CoopRequest, number: int) -> Platform:
    found = Platform.objects.filter(coop=request.coop, number=number, ended_at=None).select_related("coop", "added_by").first()
    if found is None:
        raise Http404(_("No platform %(number)s is listed.") % {"number": number})
    return found


@require_POST
@office_only(*OFFICERS)
def reading(request: CoopRequest, number: int) -> HttpResponse:
    found = services.read_again(platform=_platform(request, number), at=clock.now())
    if found.problem:
        messages.warning(request, _("%(name)s: %(why)s") % {"name": found.name, "why": found.problem})
    else:
        messages.success(request, _("%(name)s was read again; its signature fits.") % {"name": found.name})
    return redirect("credentials:platforms", request.coop.slug)


@require_POST
@office_only(*OFFICERS)
def removal(request: CoopRequest, number: int) -> HttpResponse:
    found = _platform(request, number)
    services.take_off(platform=found, by=request.party, at=clock.now())
    messages.success(request, _("%(name)s is listed no more.") % {"name": found.name})
    return redirect("credentials:platforms", request.coop.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def requests(request: CoopRequest) -> HttpResponse:
    """Who waits for a work history; the form notes that somebody asked by letter or phone."""
    form, coop, at = RequestForm(request.POST or None), request.coop, clock.now()
    if request.method == "POST" and form.is_valid():
        member = Membership.objects.filter(coop=coop, number=form.cleaned_data["member"]).select_related("party").first()
        try:
            if member is None:
                form.add_error("member", _("Nobody has this number. Look it up under Members."))
            else:
                asked_at = local_midnight(form.cleaned_data["asked_on"], coop.timezone)
                services.note_request(membership=member, asked_at=asked_at, by=request.party, at=at)
                messages.success(request, _("Noted: %(name)s waits for their work history.") % {"name": member.party.name})
                return redirect("credentials:requests", coop.slug)
        except Refused as refusal:
            form.add_error("asked_on", str(refusal))
    due = at - stating.within(coop, at)
    page = page_of(request, waiting(coop))
    context = {
        "form": form,
        "page": page,
        "late": {row.pk for row in page if row.asked_at < due},
        "within": stating.within(coop, at),
    }
    return render(request, "credentials/requests.html", context, status=422 if form.errors else 200)


@require_POST
@office_only(*OFFICERS)
def handing_over(request: CoopRequest, number: int) -> HttpResponse:
    """The paper for whoever asked for it: everything but what clients wrote. Asked for twice, it is the same paper."""
    rows = HistoryRequest.objects.select_related("membership__coop", "membership__party")
    found = rows.filter(coop=request.coop, number=number, noted_by__isnull=False).first()
    if found is None:
        raise Http404(_("Nobody waits for a work history under the number %(number)s.") % {"number": number})
    issued = services.hand_over(request=found, by=request.party, at=clock.now())
    return pdf_response(f"{request.coop.slug}-work-history-{issued.number}.pdf", history_pdf(issued))
