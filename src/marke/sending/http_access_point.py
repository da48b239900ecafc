"""An access point that is spoken to over HTTP with JSON and a key, in the shape of Peppyrus, a free Belgian one.

POST message · GET message/{id} · GET message/list?folder=…&confirmed=… · PATCH message/{id}/confirm. Other providers differ in
names; one that differs gets a module like this one.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from marke.common.outward import NotSent, exchange
from marke.common.sealing import CannotOpen, open_sealed
from marke.sending.access_point import Arrived, Envelope, Fate, NotTaken
from marke.sending.models import AccessKey

if TYPE_CHECKING:
    from marke.sending.models import Connection

PATIENCE = 20.0  # seconds without a word
MOST_BYTES = 40 * 2**20
TRY_AGAIN = frozenset({408, 425, 429})
FATES = {"SENT": Fate.DELIVERED, "FAILED": Fate.REFUSED}
DOCUMENTS, PROCESSES = "busdox-docid-qns::", "cenbii-procid-ubl::"


class HttpAccessPoint:
    def __init__(self, *, url: str, key: str) -> None:
        self._url, self._key = url.rstrip("/"), key

    def send(self, envelope: Envelope) -> str:
        body = {
            "sender": envelope.sender,
            "recipient": envelope.recipient,
            "processType": PROCESSES + envelope.process,
            "documentType": DOCUMENTS + envelope.document_type,
            "fileName": _file_name(envelope),
            "fileContent": base64.b64encode(envelope.content).decode(),
        }
        return _text(self._ask("POST", "message", body, {"Idempotency-Key": str(envelope.uid)}), "id")

    def find(self, envelope: Envelope) -> str | None:
        for folder in ("OUTBOX", "SENT", "FAILED"):
            asked = urlencode({"folder": folder, "recipient": envelope.recipient, "perPage": 100})
            for item in _items(self._ask("GET", f"message/list?{asked}")):
                if item.get("fileName") == _file_name(envelope):
                    return _text(item, "id")
        return None

    def fate(self, transmission: str) -> tuple[Fate, str]:
        told = self._ask("GET", f"message/{quote(transmission, safe='')}")
        said = told.get("error") or told.get("reason") or ""
        return FATES.get(str(told.get("folder", "")).upper(), Fate.UNDERWAY), str(said)[:300]

    def arrived(self) -> list[Arrived]:
        listed = self._ask("GET", "message/list?" + urlencode({"folder": "INBOX", "confirmed": "false", "perPage": 100}))
        return [self._arrived(item) for item in _items(listed)]

    def take(self, message: str) -> None:
        self._ask("PATCH", f"message/{quote(message, safe='')}/confirm")

    def _arrived(self, item: dict[str, Any]) -> Arrived:
        message = _text(item, "id")
        if "fileContent" not in item:  # a list may leave the file out
            item = self._ask("GET", f"message/{quote(message, safe='')}")
        try:
            content = base64.b64decode(_text(item, "fileContent"), validate=True)
        except binascii.Error as error:
            raise NotTaken(f"message {message} holds no file: {error}") from error
        return Arrived(
            message, _text(item, "sender"), _text(item, "recipient"), _text(item, "documentType").removeprefix(DOCUMENTS), content
        )

    def _ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """Raises: NotTaken."""
        try:
            answer = exchange(
                method, f"{self._url}/{path}", None if body is None else json.dumps(body).encode(),
                {"X-Api-Key": self._key, **(headers or {})}, most_bytes=MOST_BYTES + 1, patience=PATIENCE, deadline=2 * PATIENCE,
            )  # fmt: skip
        except NotSent as failure:
            raise NotTaken(str(failure)) from failure
        if not 200 <= answer.status < 300:
            final = 400 <= answer.status < 500 and answer.status not in TRY_AGAIN
            raise NotTaken(f"{answer.status} {answer.text}".strip(), final=final)
        return _read(answer.body)


def _read(told: bytes) -> dict[str, Any]:
    """Raises: NotTaken."""
    if len(told) > MOST_BYTES:
        raise NotTaken(f"the answer is longer than {MOST_BYTES} bytes")
    try:
        found = json.loads(told or b"{}")
    except ValueError as error:
        raise NotTaken(f"the answer is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise NotTaken("the answer is no JSON object")
    return found


def _items(told: dict[str, Any]) -> list[dict[str, Any]]:
    items = told.get("items", [])
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _text(told: dict[str, Any], name: str) -> str:
    """Raises: NotTaken where nothing is said."""
    value = told.get(name)
    if not isinstance(value, str | int) or not str(value):
        raise NotTaken(f"the answer names no {name}")
    return str(value)


def _file_name(envelope: Envelope) -> str:
    return f"{envelope.uid}.xml"


def open_http(connection: Connection) -> HttpAccessPoint:
    """Without its key, as in a co-op that moved here, nothing is taken until it is connected anew. Raises: NotTaken."""
    row = AccessKey.objects.filter(connection=connection).first()
    try:
        return HttpAccessPoint(url=connection.url, key=open_sealed(row.sealed).decode() if row else "")
    except CannotOpen as error:
        raise NotTaken("the key of the access point was sealed under another secret; connect it anew") from error
