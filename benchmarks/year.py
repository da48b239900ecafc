"""A year of a large co-op in a real database of ours, and what a replay of it takes: build|measure MEMBERS FACTS SAMPLE."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.columns import defaults

if TYPE_CHECKING:
    from marke.parties.models import Coop
    from marke_core.replay import Replay
    from marke_core.schemes import Facts

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marke.site.settings")

FOUNDED = datetime(2025, 12, 1, 9, tzinfo=UTC)
CHANGED = datetime(2026, 6, 30, 22, tzinfo=UTC)  # midnight in Brussels
NOW = datetime(2026, 12, 20, 9, tzinfo=UTC)
FIRST, LAST = np.datetime64("2026-01-02T06:00:00"), np.datetime64("2026-12-19T22:00:00")
KEY, PROPOSED = "jobs.contribution", [9, 100]
CLIENTS = 200
TIMES = 3


def build(members: int, facts: int) -> dict[str, float]:
    """Founded by the services; members and jobs written by the column, since nobody waits two hours for a measurement."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from marke.common.db.large import room_for_much
    from marke.jobs.services import add_service
    from marke.parties.services import create_coop
    from marke.rules.services import found_rulebook, record_decision, set_rule

    call_command("migrate", verbosity=0, skip_checks=True)
    coop = create_coop(
        name="Velo", slug="velo", pack="delivery", country="BE", currency="EUR", timezone="Europe/Brussels", language="en",
        legal_form="cooperative", by=None, at=FOUNDED, founded=True,
    )  # fmt: skip
    found_rulebook(coop=coop, values={}, by=None, at=FOUNDED, title="Founding")
    less = record_decision(coop=coop, kind="vote", title="A little less", by=None, at=FOUNDED)
    set_rule(coop=coop, key=KEY, value=[11, 100], valid_from=CHANGED, decision=less, at=FOUNDED)
    services = [
        add_service(
            coop=coop, name=name, price=1250, by=None, at=FOUNDED, job_kind="delivery", per="job", minutes=30, needs_pickup=False
        )
        for name in ("In town", "Out of town", "Heavy")
    ]
    started = time.perf_counter()
    with transaction.atomic(), room_for_much():
        workers, clients = _people(coop, members)
        with connection.cursor() as cursor:
            cursor.executemany(_insert(), _jobs(coop.pk, facts, workers, clients, [service.pk for service in services]))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"seconds": time.perf_counter() - started}


def _people(coop: Coop, count: int) -> tuple[list[int], list[int]]:
    from marke.parties.models import Client, Membership, Party

    people = Party.objects.bulk_create(
        [Party(name=f"Person {n}", created_at=FOUNDED) for n in range(count + CLIENTS)], batch_size=5_000
    )
    members = Membership.objects.bulk_create(
        [
            Membership(coop=coop, party=person, number=n, state="member", engagement="self_employed", applied_at=FOUNDED, admitted_at=FOUNDED)
            for n, person in enumerate(people[:count], 1)
        ],
        batch_size=5_000,
    )  # fmt: skip
    clients = Client.objects.bulk_create(
        [
            Client(coop=coop, party=person, number=n, token=f"c{n}", created_at=FOUNDED)
            for n, person in enumerate(people[count:], 1)
        ]
    )
    return [member.pk for member in members], [client.pk for client in clients]


_COLUMNS = (
    "coop_id", "number", "service_id", "client_id", "token", "state", "price", "surcharge", "vat_category", "vat_permille",
    "minutes", "note", "starts_at", "pickup", "place", "worker_id", "requested_at", "accepted_at", "confirmed_at", "settled_at",
    "version", "once_key",
)  # fmt: skip


def _insert() -> str:
    rest = defaults("jobs", "Job", but=_COLUMNS)
    return (
        f"INSERT INTO jobs_job ({', '.join([*_COLUMNS, *rest])}) VALUES ({', '.join([*['%s'] * len(_COLUMNS), *rest.values()])})"
    )


def _jobs(coop: int, count: int, workers: list[int], clients: list[int], services: list[int]) -> Iterator[tuple[Any, ...]]:
    """In the order of acceptance, with prices in whole cents between 5.00 and 60.00."""
    chance = np.random.default_rng(2026)
    seconds = np.sort(chance.integers(0, int((LAST - FIRST) / np.timedelta64(1, "s")), count))
    moments = np.datetime_as_string(FIRST + seconds.astype("timedelta64[s]"))
    drawn = zip(
        moments.tolist(),
        chance.choice(np.array(workers), count).tolist(),
        chance.choice(np.array(clients), count).tolist(),
        chance.choice(np.array(services), count).tolist(),
        chance.integers(500, 6_001, count).tolist(),
        strict=True,
    )
    for number, (moment, worker, client, service, price) in enumerate(drawn, 1):
        at = moment.replace("T", " ")
        yield (
            coop, number, service, client, f"t{number}", "settled", price, 0, "S", 210, 30, "", at, "", "Rue du Midi 12", worker,
            at, at, at, at, 1, f"k{number}",
        )  # fmt: skip


def measure(sample: int) -> dict[str, Any]:
    from marke.decisions.what_if import what_if
    from marke.jobs.settlement_facts import read
    from marke.parties.models import Coop

    coop = Coop.objects.get()
    asked = [_timed(lambda: what_if(coop=coop, key=KEY, value=PROPOSED, viewer=None, at=NOW)) for _ in range(TIMES)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # On a machine that others use too, what the processor did says more than the clock.
    asked_cpu = min(
        _timed(lambda: what_if(coop=coop, key=KEY, value=PROPOSED, viewer=None, at=NOW), time.process_time)[0] for _ in range(2)
    )
    read_s, facts = min((_timed(lambda: read(coop, FOUNDED, NOW)) for _ in range(TIMES)), key=lambda pair: pair[0])
    replay_s, year = min((_timed(lambda: _replayed(facts)) for _ in range(TIMES)), key=lambda pair: pair[0])
    shown = asked[0][1]
    posted_s, posted_right = _posted(coop, facts, sample)
    return {
        "members": len(year.people),
        "facts": len(facts),
        "read_s": read_s,
        "replay_s": replay_s,
        "asked_s": min(seconds for seconds, _shown in asked),
        "asked_cpu_s": asked_cpu,
        "posted_s": posted_s,
        "equal": _equal_one_by_one(facts, year, sample) and posted_right and (shown.common, shown.own) == (year.common, year.own),
        "peak_mb": peak,
        "kept_before": year.common.before,
        "kept_after": year.common.after,
    }


def _timed(run: Any, clock: Callable[[], float] = time.perf_counter) -> tuple[float, Any]:
    started = clock()
    found = run()
    return clock() - started, found


def _replayed(facts: Facts) -> Replay:
    from marke_core.replay import Batch, replay
    from marke_core.schemes.job import JOB_SETTLEMENT

    count = len(facts)
    month = facts.columns["at"].view("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    after = tuple(np.full(count, number, dtype=np.int64) for number in PROPOSED)
    return replay([Batch(JOB_SETTLEMENT, facts, (after[0], after[1]), month - month.min())], KEY, 13)


def _equal_one_by_one(facts: Facts, year: Replay, sample: int) -> bool:
    """Each fact alone: every one with Python's own integers, per person and per line; a sample through the scheme itself."""
    from marke_core.money import share_of_integers
    from marke_core.schemes.job import CONTRIBUTION, GUARANTEE, JOB_SETTLEMENT

    right = True
    for side, rules in (("before", facts.rules), ("after", facts.under(KEY, *_proposed(len(facts))).rules)):
        earned: dict[int, int] = {}
        lines = {"earnings": 0, "contribution": 0, "guarantee": 0}
        columns = [facts.party, facts.columns["price"], *rules[CONTRIBUTION], *rules[GUARANTEE]]
        for party, price, above, below, above_2, below_2 in zip(*(column.tolist() for column in columns), strict=True):
            contribution = share_of_integers(price, above, below)
            guarantee = min(share_of_integers(price, above_2, below_2), price - contribution)
            earnings = price - contribution - guarantee
            earned[party] = earned.get(party, 0) + earnings
            lines["earnings"] += earnings
            lines["contribution"] += contribution
            lines["guarantee"] += guarantee
        right &= earned == {party: getattr(change, side) for party, change in year.people.items()}
        right &= lines == {line: getattr(change, side) for line, change in year.lines.items()}
    together = JOB_SETTLEMENT.compute(facts)
    rows = np.linspace(0, len(facts) - 1, sample).astype(np.int64).tolist()
    return right and all(
        int(column[0]) == int(together[line][row])
        for row in rows
        for line, column in JOB_SETTLEMENT.compute(facts.row(row)).items()
    )


def _proposed(count: int) -> tuple[Any, Any]:
    return np.full(count, PROPOSED[0], dtype=np.int64), np.full(count, PROPOSED[1], dtype=np.int64)


def _posted(coop: Coop, facts: Facts, sample: int) -> tuple[float, bool]:
    """A sample computed and posted one by one, each committed; and whether the ledger then says what the scheme says."""
    from marke.ledger.queries import totals_by_kind
    from marke.ledger.services import Account, NewPosting, open_account, post, record_basis
    from marke.parties.models import Party
    from marke_core.schemes.job import JOB_SETTLEMENT

    rows = np.linspace(0, len(facts) - 1, sample).astype(np.int64)
    unbilled, kept = (open_account(coop=coop, kind=kind, at=NOW) for kind in (Account.Kind.UNBILLED, Account.Kind.CONTRIBUTION))
    fund = open_account(coop=coop, kind=Account.Kind.FUND, detail="guarantee", at=NOW)
    people = Party.objects.in_bulk(np.unique(facts.party[rows]).tolist())
    earnings = {key: open_account(coop=coop, kind=Account.Kind.EARNINGS, party=person, at=NOW) for key, person in people.items()}
    basis = record_basis(coop=coop, scheme="job", version=1, rule_values={})
    started = time.perf_counter()
    for number, row in enumerate(rows.tolist()):
        alone = facts.row(row)
        split = {line: int(column[0]) for line, column in JOB_SETTLEMENT.compute(alone).items()}
        price = int(alone.columns["price"][0])
        postings = (
            NewPosting(unbilled, price, "price"),
            NewPosting(earnings[int(alone.party[0])], -split["earnings"], "earnings"),
            NewPosting(kept, -split["contribution"], "contribution"),
            NewPosting(fund, -split["guarantee"], "guarantee"),
        )
        post(coop=coop, kind="job", key=f"job:{number}:1", date=NOW.date(), postings=postings, by=None, at=NOW, basis=basis, facts={"price": price})  # fmt: skip
    seconds = time.perf_counter() - started
    held = {total.kind: -total.amount for total in totals_by_kind(coop)}
    wanted = JOB_SETTLEMENT.compute(facts.rows(rows))
    kinds = {"earnings": Account.Kind.EARNINGS, "contribution": Account.Kind.CONTRIBUTION, "guarantee": Account.Kind.FUND}
    return seconds, all(held[kinds[line]] == int(column.sum()) for line, column in wanted.items())


if __name__ == "__main__":
    import django

    Path(os.environ["MARKE_DATA"]).mkdir(parents=True, exist_ok=True)
    django.setup()
    what, *numbers = sys.argv[1:]
    print(json.dumps({"build": build, "measure": measure}[what](*map(int, numbers))))  # type: ignore[operator]
