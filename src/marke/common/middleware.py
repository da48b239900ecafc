"""What holds for every answer: who may keep a copy of it, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from marke.common.refusal import NotAllowed, Refused
from marke.common.views import render

NUL = "\0"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class NulMiddleware:
    """PostgreSQL keeps no NUL in a text: an address with one leads nowhere; behind the question mark and in a form,
    where nobody types it, it is left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast(Any, request).GET = without_nul(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if any(NUL in str(value) for value in kwargs.values()):
            raise Http404("No address has a NUL in it.")
        if request.content_type in FORMS:
            cast(Any, request).POST = without_nul(request.POST)


def without_nul(sent: QueryDict) -> QueryDict:
    if not any(NUL in value for values in sent.lists() for value in (values[0], *values[1])):
        return sent
    cleaned = QueryDict(mutable=True)
    for name, values in sent.lists():
        cleaned.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    return cleaned


class PrivacyMiddleware:
    """Pages of a person, and pages that a key in their address opens, are kept by nobody: no proxy, no shared browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        opened_by_key = match is not None and "token" in match.kwargs
        personal = opened_by_key or (hasattr(request, "user") and request.user.is_authenticated)
        if personal and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class RefusalMiddleware:
    """A refusal that a view did not answer itself becomes a page with the sentence on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        context = {
            "sentence": str(exception),
            "not_allowed": isinstance(exception, NotAllowed),
            "back": _back(request),
        }
        if getattr(request, "htmx", False):
            response = render(request, "refused.html#notice", context, status=exception.status)
            response["HX-Retarget"] = "#refusals"
            response["HX-Reswap"] = "innerHTML show:top"
            return response
        return render(request, "refused.html", context, status=exception.status)


def _back(request: HttpRequest) -> str:
    """Where the person came from, if that is a page of ours; else the front page."""
    came_from = request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if ours else "/"
