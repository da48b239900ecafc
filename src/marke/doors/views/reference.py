"""What programs can do here: for people as a page, for programs as an OpenAPI document."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from marke.common.views import render
from marke.doors.api.document import chapters_of, document_of, pieces
from marke.parties.http import CoopRequest


@require_safe
@cache_control(max_age=300)
def openapi(request: CoopRequest) -> HttpResponse:
    return JsonResponse(document_of(request.coop), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def reference(request: CoopRequest) -> HttpResponse:
    document = document_of(request.coop)
    steps, things = chapters_of(document)
    context = {
        "server": document["servers"][0]["url"],
        "paragraphs": pieces(document["info"]["description"]),
        "steps": steps,
        "things": things,
    }
    return render(request, "doors/reference.html", context)
