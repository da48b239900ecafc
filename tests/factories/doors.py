"""Keys, programs and a shop that is told, for tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.test import override_settings

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


@dataclass
class Shop:
    """Somebody's server: keeps what it got, and answers as it is told."""

    url: str = ""
    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def events(self) -> list[str]:
        return [json.loads(body)["type"] for _headers, body in self.got]


@contextmanager
def receiving() -> Iterator[Shop]:
    """A shop's server on this machine, to which webhooks may go meanwhile."""
    known = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(known.status)
            if known.status == 302:
                self.send_header("Location", known.url + "elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    with override_settings(WEBHOOKS_PRIVATE=True):
        yield known
    server.shutdown()
    server.server_close()
    thread.join()
