"""How long the server takes for each page of the demo, how heavy it is, and how many queries it asks.

Every page that the demo's people reach by links is visited by each of them, through the whole stack of the program in
this process: first once, then five times timed. `heaviest_kb` is what goes over the wire at a first load, compressed:
the page with its style sheets and scripts.
"""

from __future__ import annotations

import gzip
import os
import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

TIMES = 5
MOST_PAGES = 400
LINK = re.compile(r'href="(/[^"#]*)"')
ASSET = re.compile(r'(?:<link[^>]+rel="(?:stylesheet|icon)"[^>]+href|<script[^>]+src)="(/[^"]+)"')
# A page like another, with other numbers in its address, tells nothing new.
NUMBER = re.compile(r"/(?:\d+|[0-9a-f-]{36}|[\w-]*\d[\w-]*)(?=/|\.|$)")
# Files to take along and ways out are no pages.
SKIPPED = re.compile(r"\.(csv|pdf|xml|beancount|xlsx|png|svg|ico)$|/logout/|/static/|/language/")


@dataclass(frozen=True)
class Visit:
    who: str
    path: str
    milliseconds: float
    kilobytes: float
    queries: int


def run(*, data: Path, quick: bool) -> dict[str, float | int]:
    """Makes the demo in `data` when it is not there yet, and visits its pages."""
    os.environ.update(MARKE_DATA=str(data / "pages"), MARKE_DEMO="1")
    os.environ.pop("DATABASE_URL", None)
    from marke.site.cli import main

    if main(["demo", "--no-serve"]):
        raise SystemExit(1)
    visits = [visit for who, client in _people() for visit in _visit_all(who, client, 1 if quick else TIMES)]
    _show(visits)
    return {
        "pages": len({NUMBER.sub("/…", visit.path) for visit in visits}),
        "median_ms": round(statistics.median(visit.milliseconds for visit in visits), 1),
        "worst_ms": round(max(visit.milliseconds for visit in visits), 1),
        "heaviest_kb": round(max(visit.kilobytes for visit in visits), 1),
        "queries_max": max(visit.queries for visit in visits),
    }


def _people() -> Iterator[tuple[str, Any]]:
    """A stranger, and everybody whom the demo's sign-in page offers."""
    from django.conf import settings
    from django.test import Client

    from marke.parties.demo import demo_people

    settings.ALLOWED_HOSTS = ["testserver"]
    yield "stranger", Client()
    for person in demo_people():
        client = Client()
        assert person.party.user is not None  # the demo lists only those who sign in
        client.force_login(person.party.user, "django.contrib.auth.backends.ModelBackend")
        yield f"{person.role} of {person.coop.name}", client


def _visit_all(who: str, client: Any, times: int) -> Iterator[Visit]:
    """Follows links from the front page; of pages that differ in a number only, the first."""
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        response = client.get(path)
        if response.status_code in (301, 302) and response["Location"].startswith("/"):
            found = [response["Location"]]
        elif response.status_code == 200 and response.get("Content-Type", "").startswith("text/html"):
            text = response.content.decode()
            found = LINK.findall(text)
            yield _measure(who, client, path, text, times)
        else:
            found = []
        for link in found:
            link = link.replace("&amp;", "&")
            shape = NUMBER.sub("/…", link.partition("?")[0])
            if shape not in seen and not SKIPPED.search(link.partition("?")[0]):
                seen.add(shape)
                waiting.append(link)


def _measure(who: str, client: Any, path: str, text: str, times: int) -> Visit:
    from django.db import connection

    queries = 0

    def count(execute: Any, *statement: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*statement)

    with connection.execute_wrapper(count):
        client.get(path)
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        client.get(path)
        taken.append(1000 * (time.perf_counter() - began))
    bytes_sent = len(gzip.compress(text.encode(), 6)) + sum(_asset_bytes(client, asset) for asset in set(ASSET.findall(text)))
    return Visit(who, path, statistics.median(taken), bytes_sent / 1000, queries)


_assets: dict[str, int] = {}


def _asset_bytes(client: Any, address: str) -> int:
    """Compressed, as the server sends it."""
    from django.conf import settings
    from django.contrib.staticfiles import finders

    static = f"/{settings.STATIC_URL.strip('/')}/"
    if address not in _assets:
        if address.startswith(static):
            found = finders.find(address.partition("?")[0].removeprefix(static))
            content = Path(found).read_bytes() if found else b""
        else:
            content = b"".join(client.get(address))
        _assets[address] = len(gzip.compress(content, 6))
    return _assets[address]


def _show(visits: list[Visit]) -> None:
    table = Table(title="The slowest, heaviest and busiest pages of the demo")
    for heading in ("who", "page", "ms", "kB", "queries"):
        table.add_column(heading, justify="left" if heading in ("who", "page") else "right")
    worst = {max(visits, key=key) for key in (lambda v: v.milliseconds, lambda v: v.kilobytes, lambda v: v.queries)}
    worst |= set(sorted(visits, key=lambda visit: -visit.milliseconds)[:8])
    for visit in sorted(worst, key=lambda visit: -visit.milliseconds):
        table.add_row(visit.who, visit.path, f"{visit.milliseconds:.1f}", f"{visit.kilobytes:.1f}", str(visit.queries))
    Console().print(table)
