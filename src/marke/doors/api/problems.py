"""What went wrong, as a program reads it. Source: RFC 9457, problem details."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from marke.common.refusal import Refused

MEDIA_TYPE = "application/problem+json"
LONGEST_VALUE = 100
View = Callable[..., HttpResponse]
PRIVATE = "private, no-store"


class FieldProblem(Schema):
    """One value that does not fit: where it stands, what it was, what is wrong with it."""

    pointer: str
    value: str
    detail: str


class Problem(Schema):
    """`type` names the kind of problem and stays; `detail` says it in words, with the values and what to do."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def problem(status: int, kind: str, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    told = {
        "type": f"urn:marke:problem:{kind}", "title": kind.replace("-", " ").capitalize(), "status": status, "detail": detail,
        "errors": errors or [],
    }  # fmt: skip
    answer = HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    answer["Cache-Control"] = PRIVATE
    return answer


def kind_of(error: type[Exception]) -> str:
    """FeeNotAgreed → fee-not-agreed."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def in_words(view: View) -> View:
    """A view that says also which methods there are as a problem."""

    @wraps(view)
    def told(request: HttpRequest, *places: Any, **named: Any) -> HttpResponse:
        answer = view(request, *places, **named)
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return answer
        words = problem(405, "method-not-allowed", _("This address takes %(methods)s only.") % {"methods": answer["Allow"]})
        words["Allow"] = answer["Allow"]
        return words

    return told


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    return problem(404, "not-found", _("There is nothing at this address."))


def tell_problems(api: NinjaAPI) -> None:
    """Each error becomes a problem; what nobody foresaw stays an error of the server."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(AuthenticationError, _stranger)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _other)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(RequestDataTooBig, _too_big)


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status, kind_of(type(error)), str(error))


def _stranger(request: HttpRequest, error: Any) -> HttpResponse:
    detail = _(
        "This needs a key that is in force: send it as “Authorization: Bearer …”. The coordinator makes keys on the page “Doors”."
    )
    answer = problem(401, "key-needed", detail)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(404, "not-found", str(error) or _("There is nothing at this address."))


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(413, "too-large", _("What you sent is too large. Send at most 2 MB."))


def _other(request: HttpRequest, error: Any) -> HttpResponse:
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return problem(400, "not-json", _("What you sent is not JSON that can be read. Send an object in UTF-8."))
    return problem(error.status_code, "refused", str(error))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    found = [_field_problem(one) for one in error.errors]
    first = found[0] if found else {"pointer": "", "value": "", "detail": ""}
    detail = _("%(where)s: “%(value)s” does not fit. %(why)s.") % {
        "where": first["pointer"], "value": first["value"], "why": first["detail"].rstrip("."),
    }  # fmt: skip
    return problem(422, "invalid", detail, found)


def _field_problem(error: dict[str, Any]) -> dict[str, str]:
    places = [str(place) for place in error.get("loc", ())]
    # The name of the parameter of our own function is nobody's business.
    inner = places[2:] if places[:1] == ["body"] else places[1:]
    value = error.get("input")
    shown = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return {"pointer": "/".join(["", *inner]), "value": shown[:LONGEST_VALUE], "detail": str(error.get("msg", ""))}
