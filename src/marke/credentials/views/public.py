"""For anybody: who the co-op is, what was withdrawn, what a QR code leads to, and a page that checks whatever is pasted."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.sealing import CannotOpen
from marke.common.views import file_response, render
from marke.credentials.forms import PastedForm
from marke.credentials.identity import LIST, checked, document_of, status_list
from marke.credentials.models import Issued
from marke.credentials.paper import link_of
from marke.credentials.queries import shown_by
from marke.credentials.showing import shown_report
from marke.credentials.telling import period, sections
from marke.parties.http import CoopRequest


class CannotSign(Refused):
    """The list cannot be signed now, so that it would not be believed."""

    status = 503


def open_document(document: dict[str, Any], content_type: str) -> HttpResponse:
    """For programs of other installations too."""
    headers = {"Access-Control-Allow-Origin": "*"}
    return HttpResponse(json.dumps(document, ensure_ascii=False), content_type=content_type, headers=headers)


@require_safe
@cache_control(max_age=300, public=True)
def did(request: CoopRequest) -> HttpResponse:
    """The document of the co-op's did:web: by which keys it signs."""
    document = document_of(request.coop)
    if document is None:
        raise Http404(_("%(coop)s has not signed anything yet.") % {"coop": request.coop.name})
    return open_document(document, "application/did+json")


@require_safe
@cache_control(max_age=300, public=True)
def status(request: CoopRequest, number: int) -> HttpResponse:
    """What was withdrawn, as a list of bits; who asks does not tell about whom."""
    try:
        document = status_list(request.coop, clock.now()) if number == LIST else None
    except CannotOpen:
        raise CannotSign(_("The list cannot be signed now. Somebody in office has to make a new key.")) from None
    if document is None:
        raise Http404(_("There is no such list."))
    return open_document(document, "application/vc")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: CoopRequest) -> HttpResponse:
    """Whatever is pasted, from this co-op or another: nothing of it is kept, nobody is asked."""
    form = PastedForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        context["report"] = shown_report(checked(form.content, reader=request.coop, at=clock.now()))
    return render(request, "credentials/check.html", context, status=422 if form.errors else 200)


def _shown(request: CoopRequest, token: str) -> Issued:
    found = shown_by(request.coop, token[:40])
    if found is None:
        raise Http404(_("Nothing is shown here, or not any more."))
    found.coop = request.coop
    return found


@require_safe
@never_cache
def shown(request: CoopRequest, token: str) -> HttpResponse:
    """What the co-op says of it now, for who holds the paper."""
    issued = _shown(request, token)
    context = {
        "issued": issued,
        "sections": sections(issued.history),
        "reviews": issued.history.get("reviews", []),
        "period": period(issued.history),
        "link": link_of(issued),
        "report": shown_report(checked(issued.signed, reader=request.coop, at=clock.now())),
    }
    response = render(request, "credentials/shown.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@never_cache
def shown_file(request: CoopRequest, token: str) -> HttpResponse:
    issued = _shown(request, token)
    return file_response(f"{request.coop.slug}-{issued.number}-credential.json", issued.signed, "application/vc")
