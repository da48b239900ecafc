"""Who comes in by a key, and what is read of what they send."""

from __future__ import annotations

import json
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.security import HttpBearer

from marke.common import clock
from marke.doors.api.problems import PRIVATE
from marke.doors.models import ApiKey
from marke.doors.services import key_by
from marke.parties.http import CoopRequest


class KeyRequest(CoopRequest):
    """A request below a co-op's name that came in by a key."""

    auth: ApiKey


class ByKey(HttpBearer):
    """The key stands in the header Authorization: nothing of a browser's session counts here."""

    openapi_name = "key"

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        if "accept-language" in request.headers:
            translation.activate(translation.get_language_from_request(request))
        asked = cast(CoopRequest, request)
        return key_by(coop=asked.coop, key=token.strip(), at=clock.now())


class CarefulParser(Parser):
    """Reads JSON in UTF-8 that a database can keep: no zero bytes, no halves of letters, no numbers that are none."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body = request.body
        read = json.loads(body.decode("utf-8"), parse_constant=_refuse)
        text = json.dumps(read, ensure_ascii=False)
        if "\\u0000" in text:
            raise ValueError("a zero byte")
        text.encode("utf-8")
        return cast(dict[str, Any], read)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


class Api(NinjaAPI):
    """What a key opens is kept by no proxy."""

    def create_response(self, request: HttpRequest, data: Any, **how: Any) -> HttpResponse:
        answer = super().create_response(request, data, **how)
        answer["Cache-Control"] = PRIVATE
        return answer
