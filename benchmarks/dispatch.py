"""How long a client waits until somebody is asked: from the request to the offer, through the services of the program.

A co-op with 500 couriers who share where they live, 200 jobs that wait, and some thousands done before, on SQLite. The
matcher looks at all open jobs and all couriers at each booking that begins soon. The first few bookings are not timed.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from benchmarks.machine import load, machine

if TYPE_CHECKING:
    from marke.jobs.models import Job, Service
    from marke.parties.models import Client, Coop, Membership

COURIERS, OPEN_JOBS, DONE = 500, 200, 5_000
WARM, TIMED = 5, 60
SEED = 20260302
NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
CENTRE = (508_466_000, 43_528_000)
SPREAD = 450_000  # degrees times 1e7: about five kilometres
NOON_YESTERDAY = NOW - timedelta(days=1)


def run(*, data: Path, quick: bool) -> dict[str, Any]:
    open_afresh(data / "dispatch")
    couriers, done = (50, 200) if quick else (COURIERS, DONE)
    coop, service, client, members = courier_coop(couriers, matching="automatic")
    _past(coop, service, client, members, done, random.Random(SEED))
    chance = random.Random(SEED)
    for n in range(20 if quick else OPEN_JOBS):
        _book(coop, service, client, chance, f"open-{n}", starts_at=NOW + timedelta(minutes=chance.randint(75, 115)))
    timed, queries = _timed(coop, service, client, chance, 5 if quick else TIMED)
    result = {
        "couriers": couriers,
        "open_jobs": _open(coop),
        "p50_ms": round(statistics.median(timed), 1),
        "p95_ms": round(sorted(timed)[max(round(0.95 * len(timed)) - 1, 0)], 1),
        "queries": max(queries),
        "asked_or_given_pct": 100,
    }
    Console().print(f"{machine()}; load {load()}; {len(timed)} bookings of {couriers} couriers, {result['open_jobs']} open jobs")
    return result


def open_afresh(folder: Path) -> None:
    """An empty database in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("marke.sqlite3*"):
        old.unlink()
    os.environ.update(MARKE_DATA=str(folder), DJANGO_SETTINGS_MODULE="marke.site.settings")
    os.environ.pop("DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)


def courier_coop(couriers: int, *, matching: str) -> tuple[Coop, Service, Client, list[Membership]]:
    """Couriers who share where they live, every other one employed."""
    from django.db import transaction

    from marke.jobs.services import add_service
    from marke.parties.models import Membership, Party
    from marke.parties.services import create_coop, create_party, ensure_client
    from marke.rules.services import found_rulebook

    founded = datetime(2025, 1, 6, tzinfo=UTC)
    coop = create_coop(
        name="Velo", slug="velo", pack="delivery", country="BE", currency="EUR", timezone="Europe/Brussels", language="en",
        legal_form="cooperative", by=None, at=founded, founded=True,
    )  # fmt: skip
    found_rulebook(coop=coop, values={"jobs.matching": matching}, by=None, at=founded, title="Founding")
    service = add_service(
        coop=coop, name="In town", price=1250, by=None, at=founded, job_kind="delivery", per="job", minutes=30, needs_pickup=False
    )
    chance = random.Random(SEED)
    with transaction.atomic():
        people = Party.objects.bulk_create([Party(name=f"Courier {n}", created_at=founded) for n in range(couriers)])
        members = Membership.objects.bulk_create(
            Membership(
                coop=coop, party=person, number=n, state="member", member_class="worker",
                engagement="employee" if n % 2 else "self_employed", applied_at=founded, admitted_at=founded,
                home_lat_e7=CENTRE[0] + chance.randint(-SPREAD, SPREAD), home_lon_e7=CENTRE[1] + chance.randint(-SPREAD, SPREAD),
            )
            for n, person in enumerate(people, 1)
        )  # fmt: skip
    client = ensure_client(
        coop=coop,
        party=create_party(kind="organisation", name="Bakery", email="b@x.example", language="en", at=founded),
        at=founded,
    )
    return coop, service, client, members


def _past(coop: Coop, service: Service, client: Client, members: list[Any], count: int, chance: random.Random) -> None:
    from marke.jobs.services.history import PastJob, record_jobs
    from marke_core.matching import Place

    jobs = []
    for n in range(count):
        at = NOON_YESTERDAY - timedelta(minutes=30 * n // 10)
        place = Place(CENTRE[0] + chance.randint(-SPREAD, SPREAD), CENTRE[1] + chance.randint(-SPREAD, SPREAD))
        moments = [at + timedelta(minutes=m) for m in (1, 15, 40, 60)]
        jobs.append(
            PastJob(
                service, client, chance.choice(members), 1250, 30, at + timedelta(minutes=20), f"Street {n}", f"past-{n}", at,
                accepted_at=moments[0], started_at=moments[1], done_at=moments[2], confirmed_at=moments[3], place_point=place,
                mode="nearest",
            )
        )  # fmt: skip
    record_jobs(coop=coop, jobs=jobs)


def _book(coop: Coop, service: Service, client: Client, chance: random.Random, key: str, *, starts_at: datetime) -> Job:
    from marke.jobs.services import book_job
    from marke_core.matching import Place

    place = Place(CENTRE[0] + chance.randint(-SPREAD, SPREAD), CENTRE[1] + chance.randint(-SPREAD, SPREAD))
    return book_job(
        coop=coop, service=service, client=client, starts_at=starts_at, place=f"Street {key}", place_point=place, once_key=key,
        by=None, at=NOW,
    )  # fmt: skip


def _open(coop: Coop) -> int:
    from marke.jobs.models import Job

    return Job.objects.filter(coop=coop, state=Job.State.REQUESTED).count()


def _timed(coop: Coop, service: Service, client: Client, chance: random.Random, count: int) -> tuple[list[float], list[int]]:
    """Milliseconds and queries of each booking; every one of them has to end with somebody who was asked or has it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from marke.jobs.models import Job

    took, queries = [], []
    for n in range(WARM + count):
        started = time.perf_counter()
        job = _book(coop, service, client, chance, f"now-{n}", starts_at=NOW + timedelta(minutes=12))
        milliseconds = (time.perf_counter() - started) * 1000
        job.refresh_from_db()
        if job.state not in (Job.State.OFFERED, Job.State.ACCEPTED):
            raise RuntimeError(f"Nobody was asked for job {job.number}.")
        if n >= WARM:
            took.append(milliseconds)
    for n in range(3):
        with CaptureQueriesContext(connection) as captured:
            _book(coop, service, client, chance, f"counted-{n}", starts_at=NOW + timedelta(minutes=12))
        queries.append(len(captured))
    return took, queries
