"""A co-op that is connected, a business that receives e-invoices, and an access point on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from marke.invoices.models import Invoice
    from marke.parties.models import Client, Coop, Membership

from tests.invoices.conftest import activity, client_, coop, worker  # noqa: F401


@pytest.fixture
def gallery(client_: Client) -> Client:  # noqa: F811
    """A Belgian business."""
    from marke.parties.models import Party

    Party.objects.filter(pk=client_.party_id).update(
        kind="organisation", vat_number="BE0999900348", street="Kade 1", postcode="2000", city="Antwerpen", country="BE"
    )
    client_.refresh_from_db()
    return client_


@pytest.fixture
def issue(coop: Coop, gallery: Client, worker: Membership) -> Callable[..., Invoice]:  # noqa: F811
    from tests.factories.invoices import issued

    def make(*prices: int) -> Invoice:
        return issued(coop, gallery, worker, *prices or (1250,))

    return make


@dataclass
class Point:
    """Somebody's access point: keeps what it got, and answers as it is told."""

    url: str = ""
    status: int = 200
    says_nothing: bool = False  # it takes the file, and the line breaks before it says so
    folder: str = "SENT"
    got: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    inbox: list[dict[str, Any]] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    looked: int = 0  # how often somebody asked what came in


@pytest.fixture
def point(settings: Any) -> Iterator[Point]:
    settings.WEBHOOKS_PRIVATE = True
    known = Point()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, said: object, status: int = 200) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known.keys.append(self.headers["X-Api-Key"])
            if known.status != 200:
                return self.answer({"error": "no such recipient"}, known.status)
            known.got.append(body)
            if known.says_nothing:
                known.says_nothing = False
                self.connection.close()
                return None
            return self.answer({"id": f"m{len(known.got)}"})

        def do_GET(self) -> None:
            if "folder=INBOX" in self.path:
                known.looked += 1
                return self.answer({"items": [each for each in known.inbox if each["id"] not in known.confirmed]})
            if "list" in self.path:
                sent = [{"id": f"m{n}", "fileName": each["fileName"]} for n, each in enumerate(known.got, 1)]
                return self.answer({"items": sent if "folder=SENT" in self.path else []})
            return self.answer({"id": self.path.rsplit("/", 1)[-1], "folder": known.folder})

        def do_PATCH(self) -> None:
            known.confirmed.append(self.path.split("/")[-2])
            self.answer({})

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield known
    server.shutdown()
    server.server_close()
