"""Getting what others publish: over the internet with every care, and from the co-ops of this installation without it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from marke.common.outward import NotSent, exchange
from marke.common.sealing import CannotOpen
from marke.credentials.agreement import statement_of
from marke.credentials.identity import document_of
from marke.credentials.reading import MOST_BYTES
from marke.parties.models import Coop

PATIENCE, DEADLINE = 5.0, 10.0  # seconds without a word, seconds in all
WELL = 200


class Fetcher(Protocol):
    def fetch(self, url: str) -> bytes:
        """What stands there. Raises: NotSent."""


class OverTheInternet:
    """Never into our own network, never for long, never on to another address, never more than is read."""

    def fetch(self, url: str) -> bytes:
        answer = exchange(
            "GET", url, None, {"Accept": "application/json"}, most_bytes=MOST_BYTES + 1, patience=PATIENCE, deadline=DEADLINE
        )
        if answer.status != WELL:
            raise NotSent(f"{urlsplit(url).netloc} answered {answer.status}")
        return answer.body


class Neighbours:
    """The other co-ops of this installation: what they would answer, without going out and in again."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._known: dict[str, Callable[[Coop], dict[str, Any] | None]] = {
            "credentials:did": document_of,
            "credentials:statement": lambda coop: statement_of(coop, self.at),
        }

    def fetch(self, url: str) -> bytes:
        try:
            match = resolve(urlsplit(url).path)
            coop = Coop.objects.filter(slug=match.kwargs.get("coop", "")).first()
            make = self._known.get(match.view_name)
            made = make(coop) if make is not None and coop is not None else None
        except (Resolver404, CannotOpen):
            made = None
        if made is None:
            raise NotSent("nothing of the kind stands there")
        return json.dumps(made, ensure_ascii=False).encode()


def is_neighbour(url: str) -> bool:
    return urlsplit(url).netloc == urlsplit(settings.BASE_URL).netloc


def fetcher_for(at: datetime) -> Callable[[str], bytes]:
    def fetch(url: str) -> bytes:
        way: Fetcher = Neighbours(at) if is_neighbour(url) else OverTheInternet()
        return way.fetch(url)

    return fetch
