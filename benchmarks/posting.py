"""One measurement of ours on the database that the environment names: single|batch|balances COUNT → {"seconds": …}."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marke.ledger.models import Account, Basis
    from marke.ledger.services import NewPosting
    from marke.parties.models import Coop

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marke.site.settings")

WORKERS = 50
ACCOUNTS_FOR_BALANCES = 1_000
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = date(2026, 1, 5)


def _set_up() -> None:
    import django

    Path(os.environ["MARKE_DATA"]).mkdir(parents=True, exist_ok=True)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)


def _coop(workers: int) -> tuple[Coop, Account, Account, list[Account], Basis]:
    from marke.ledger.services import open_account, record_basis
    from marke.parties.models import Coop, Party

    coop = Coop.objects.create(
        slug="velo", name="Velo", pack="delivery", country="BE", currency="EUR", timezone="Europe/Brussels", created_at=AT
    )
    people = [Party.objects.create(name=f"Worker {number}", created_at=AT) for number in range(workers)]
    return (
        coop,
        open_account(coop=coop, kind="unbilled", at=AT),
        open_account(coop=coop, kind="contribution", at=AT),
        [open_account(coop=coop, kind="earnings", party=person, at=AT) for person in people],
        record_basis(coop=coop, scheme="job", version=1, rule_values={"jobs.contribution": "0"}),
    )


def _legs(client: Account, share: Account, worker: Account) -> tuple[NewPosting, NewPosting, NewPosting]:
    from marke.ledger.services import NewPosting

    return (NewPosting(client, 1250, "price"), NewPosting(worker, -1100, "earnings"), NewPosting(share, -150, "contribution"))


def single(count: int) -> float:
    """Each transaction committed on its own."""
    from marke.ledger.services import post

    coop, client, share, workers, basis = _coop(WORKERS)
    started = time.perf_counter()
    for number in range(count):
        post(
            coop=coop,
            kind="job",
            key=f"job:{number}:1",
            date=DAY,
            postings=_legs(client, share, workers[number % WORKERS]),
            by=None,
            at=AT,
            basis=basis,
            facts={"price": 1250},
        )
    return time.perf_counter() - started


def batch(count: int, workers: int = WORKERS) -> float:
    """5,000 transactions in each database transaction, built while they are written."""
    from marke.ledger.services import NewTransaction, post_many

    coop, client, share, accounts, basis = _coop(workers)
    started = time.perf_counter()
    for start in range(0, count, 5_000):
        new = (
            NewTransaction("job", f"job:{n}:1", DAY, _legs(client, share, accounts[n % workers]), basis, {"price": 1250})
            for n in range(start, min(start + 5_000, count))
        )
        post_many(coop=coop, transactions=new, by=None, at=AT)
    return time.perf_counter() - started


def balances(count: int) -> float:
    """The balance of every account, after `count` transactions on a thousand accounts; the median of five."""
    from django.db import connection

    from marke.ledger import queries
    from marke.parties.models import Coop

    batch(count, ACCOUNTS_FOR_BALANCES)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as autovacuum does by itself within minutes
    coop = Coop.objects.get()
    measured = []
    for _round in range(5):
        started = time.perf_counter()
        found = queries.balances(coop)
        measured.append(time.perf_counter() - started)
    assert sum(row.amount for row in found) == 0
    return sorted(measured)[2]


if __name__ == "__main__":
    _set_up()
    seconds = {"single": single, "batch": batch, "balances": balances}[sys.argv[1]](int(sys.argv[2]))
    print(json.dumps({"seconds": seconds}))
