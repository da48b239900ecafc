"""The dispatcher's board with 500 open jobs and 500 couriers: on the server, over the wire, and in Chromium.

The server draws one page of the jobs and of the couriers; the browser asks every few seconds whether anything has changed, exchanges
what differs, and keeps what was chosen. `…_cpu_ms` is processor time, which a busy machine does not stretch. `longest_task_ms` is how long the page was deaf to keys and mouse at most, over all of it.
"""

from __future__ import annotations

import gzip
import os
import random
import statistics
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from benchmarks.dispatch import courier_coop, open_afresh
from benchmarks.machine import load, machine

if TYPE_CHECKING:
    from django.test import Client as Browser

    from marke.parties.models import Coop

JOBS, COURIERS, HELD = 500, 500, 20
TIMES = 10
# Until something is drawn, or said.
SHOWN = """(selector) => new Promise((done) => {
  const look = () => document.querySelector(selector) ? done() : requestAnimationFrame(look); look(); })"""
SAID = """(words) => new Promise((done) => {
  const look = () => document.getElementById("desk-said").textContent.includes(words) ? done() : requestAnimationFrame(look); look(); })"""
TASKS = """() => { window.longest = 0;
  new PerformanceObserver((list) => { for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration); })
    .observe({ type: "longtask" }); }"""


def run(*, data: Path, quick: bool) -> dict[str, Any]:
    open_afresh(data / "desk")
    from marke.common import clock

    couriers, jobs = (40, 70) if quick else (COURIERS, JOBS)
    coop, browser = _board(couriers, jobs)
    times = 3 if quick else TIMES
    address, at = f"/{coop.slug}/desk/", clock.now()
    drawn, page = _timed(browser, address, times)
    etag = str(browser.get(f"{address}rows/")["ETag"])
    unchanged, _nothing = _timed(browser, f"{address}rows/", times, **{"If-None-Match": etag})
    result = {
        "open_jobs": jobs,
        "couriers": couriers,
        "page_cpu_ms": round(drawn, 1),
        "unchanged_cpu_ms": round(unchanged, 1),
        "page_kb": round(len(gzip.compress(page, 6)) / 1000, 1),
        "queries": _queries(browser, address),
        **_in_chromium(coop, browser, times, at),
    }
    Console().print(f"{machine()}; load {load()}; {times} times each")
    return result


def _board(couriers: int, jobs: int) -> tuple[Coop, Browser]:
    """Some have work already; the coordinator is signed in."""
    from django.conf import settings
    from django.db import transaction
    from django.test import Client as Browser

    from marke.common import clock
    from marke.jobs.services import book_job, offer_job
    from marke.parties.services import create_party, give_sign_in
    from marke_core.matching import Place

    settings.ALLOWED_HOSTS = ["*"]
    at, chance = clock.now(), random.Random(1)
    coop, service, client, members = courier_coop(couriers, matching="by_hand")
    party = create_party(kind="person", name="Carla", email="carla@velo.example", language="en", at=at)
    give_sign_in(party=party, verified=True, at=at)
    _make_coordinator(coop, party, at)
    employed = [each for each in members if each.engagement == "employee"][: HELD // 2]
    with transaction.atomic():
        for n in range(jobs + HELD):
            job = book_job(
                coop=coop, service=service, client=client, starts_at=at + timedelta(minutes=chance.randint(30, 120)), place=f"Street {n}",
                place_point=Place(508_466_000 + chance.randint(-450_000, 450_000), 43_528_000 + chance.randint(-450_000, 450_000)),
                once_key=f"desk-{n}", by=None, at=at,
            )  # fmt: skip
            if n >= jobs:
                offer_job(job=job, membership=employed[n % len(employed)], by=party, at=at)
    browser = Browser()
    assert party.user is not None
    browser.force_login(party.user, "django.contrib.auth.backends.ModelBackend")
    return coop, browser


def _make_coordinator(coop: Coop, party: Any, at: Any) -> None:
    from marke.parties.services import admit_member, apply_for_membership, give_mandate

    membership = apply_for_membership(coop=coop, party=party, engagement="employee", by=party, at=at)
    admit_member(membership=membership, by=None, at=at)
    give_mandate(
        coop=coop, membership=membership, office="coordinator", starts_on=at.date(), ends_on=at.date() + timedelta(days=365), by=None,
        at=at, reason="chosen",
    )  # fmt: skip


def _timed(browser: Browser, address: str, times: int, **headers: str) -> tuple[float, bytes]:
    took = []
    for _ in range(times + 1):
        began = time.process_time()
        answer = browser.get(address, headers=headers)
        took.append(1000 * (time.process_time() - began))
    return statistics.median(took[1:]), answer.content


def _queries(browser: Browser, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        browser.get(address)
    return len(captured)


def _in_chromium(coop: Coop, browser: Browser, times: int, at: Any) -> dict[str, Any]:
    """How long until a colleague's move and one's own by keyboard are on the board, from the moment the browser asks."""
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer
    from django.test.testcases import QuietWSGIRequestHandler
    from playwright.sync_api import sync_playwright

    from marke.site.wsgi import application

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler)
    server.set_app(StaticFilesHandler(application))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"http://127.0.0.1:{server.server_port}"
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=os.environ.get("MARKE_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
            )
            page = chromium.new_page()
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": host}])
            page.goto(f"{host}/{coop.slug}/desk/")
            page.evaluate(TASKS)
            processor = Processor(page)
            refreshes = [_refresh(coop, page, n, at) for n in range(times)]
            refreshed = processor.spent()
            moves = [_move_by_keyboard(page, n) for n in range(times)]
            moved = processor.spent()
            longest = page.evaluate("window.longest")
            chromium.close()
    finally:
        server.shutdown()
    return {
        "refresh_ms": round(statistics.median(refreshes), 1),
        "refresh_browser_cpu_ms": round(refreshed / times, 1),
        "move_ms": round(statistics.median(moves), 1),
        "move_browser_cpu_ms": round(moved / times, 1),
        "longest_task_ms": round(longest, 1),
    }


class Processor:
    """How much processor time the page's own thread took since it was last asked, in milliseconds."""

    def __init__(self, page: Any) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.before = self._total()

    def spent(self) -> float:
        before, self.before = self.before, self._total()
        return self.before - before

    def _total(self) -> float:
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def _refresh(coop: Coop, page: Any, n: int, at: Any) -> float:
    """Somebody else locks a job; the board asks and shows it."""
    from marke.jobs.models import Job
    from marke.jobs.services import lock_jobs

    number = page.locator(".desk-waiting .desk-task").nth(n).get_attribute("data-key").split("-")[0]
    lock_jobs(jobs=[Job.objects.get(coop=coop, number=number)], by=None, at=at)
    began = time.perf_counter()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate(SHOWN, f".desk-waiting [data-key^='{number}-']:not([draggable])")
    return 1000 * (time.perf_counter() - began)


def _move_by_keyboard(page: Any, n: int) -> float:
    """Space chooses a job that waits, another one each time from the end; Enter on a courier's button gives or asks."""
    waiting = page.locator(".desk-waiting [draggable=true] input")
    job = waiting.nth(waiting.count() - 1 - n)
    number = str(job.get_attribute("value")).split("-")[0]
    job.focus()
    page.keyboard.press("Space")
    page.locator(".desk-rider button").nth(20).focus()
    began = time.perf_counter()
    page.keyboard.press("Enter")
    page.evaluate(SAID, number)
    return 1000 * (time.perf_counter() - began)
