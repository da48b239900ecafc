"""Keys and programs for tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser

from marke.doors.models import ApiKey
from marke.doors.scopes import SCOPES
from marke.doors.services import make_key
from marke.parties.models import Client, Coop
from tests.factories.parties import T0

_keys = count(1)


@dataclass
class Program:
    """Somebody's program with a key: speaks JSON to one co-op."""

    coop: Coop
    key: str
    row: ApiKey | None = None

    def __post_init__(self) -> None:
        self.browser = Browser()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        content = body if isinstance(body, str | bytes) or body is None else json.dumps(body)
        sent = {"Authorization": f"Bearer {self.key}", **headers}
        return self.browser.generic(  # type: ignore[return-value]
            method.upper(), f"/{self.coop.slug}/api/v1{path}", content or "", "application/json", headers=sent
        )

    def get(self, path: str) -> Any:
        answer = self.ask("get", path)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def book(self, body: Any, key: str = "") -> HttpResponse:
        return self.ask("post", "/jobs", body, **{"Idempotency-Key": key or f"booking-{next(_keys)}"})


def make_program(coop: Coop, client: Client | None = None, scopes: tuple[str, ...] = tuple(SCOPES)) -> Program:
    row, key = make_key(coop=coop, name="till", client=client, scopes=scopes, once_key=f"key-{next(_keys)}", by=None, at=T0)
    return Program(coop, key, row)
