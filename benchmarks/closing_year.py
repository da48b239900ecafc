"""Prepares a co-op of so many members, or closes its year: prepare|close COUNT → {"seconds": …}. Its own process each time."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.columns import defaults

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marke.site.settings")

START, AFTER = datetime(2025, 1, 6, 9, tzinfo=UTC), datetime(2026, 2, 2, 10, tzinfo=UTC)
YEAR = (date(2025, 1, 1), date(2026, 1, 1))
PER_MEMBER = 137_53  # cents of surplus
# Two reserves, a capped return on capital with tax withheld, the rest by work, 20 % of it in money.
RULES: dict[str, Any] = {
    "surplus.legal_reserve": [15, 100],
    "surplus.statutory_reserve": [50, 100],
    "surplus.capital": "rate",
    "surplus.workers": [1, 1],
    "surplus.cash": [20, 100],
    "surplus.withholding": [30, 100],
    "shares.return_kind": "fixed",
    "shares.return_rate": [3, 100],
    "shares.return_cap": [6, 100],
}


def set_up() -> None:
    import django

    django.setup()


def prepare(count: int) -> None:
    """Members, a job and paid-in capital of each, and a result. Rows are made by the database itself."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from marke.jobs.services import add_service
    from marke.ledger import services as ledger
    from marke.parties.services import create_coop, create_party, ensure_client
    from marke.rules.services import found_rulebook

    call_command("migrate", verbosity=0, skip_checks=True)
    with transaction.atomic():
        coop = create_coop(
            name="Large", slug="large", pack="delivery", country="BE", currency="EUR", timezone="Europe/Brussels", language="en",
            legal_form="cooperative", by=None, at=START, founded=True,
        )  # fmt: skip
        found_rulebook(coop=coop, values=RULES, by=None, at=START, title="Founding")
        service = add_service(
            coop=coop, name="Trip", price=1000, by=None, at=START, job_kind="delivery", per="job", minutes=30, needs_pickup=False
        )
        client = ensure_client(
            coop=coop, party=create_party(kind="organisation", name="Client", email="", language="en", at=START), at=START
        )
        share_class = _share_class(coop)
        with connection.cursor() as cursor:
            for sql in _rows(count, coop.pk, service.pk, client.pk, share_class, connection.vendor):
                cursor.execute(sql)
        bank = ledger.open_account(coop=coop, kind="bank", at=START)
        kept = ledger.open_account(coop=coop, kind="contribution", at=START)
        ledger.post(
            coop=coop, kind="extra", key="extra:1:1", date=date(2025, 6, 30), by=None, at=START,
            postings=[ledger.NewPosting(bank, count * PER_MEMBER, "in"), ledger.NewPosting(kept, -count * PER_MEMBER, "earned")],
        )  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _share_class(coop: Any) -> int:
    from marke.shares.models import ShareClass
    from marke.shares.services.classes import ordinary_class

    found = ordinary_class(coop, START)
    assert isinstance(found, ShareClass)
    return found.pk


def _rows(count: int, coop: int, service: int, client: int, share_class: int, vendor: str) -> list[str]:
    """A few statements that make everything; numbers are mixed so that nobody is like their neighbour."""
    sqlite = vendor == "sqlite"
    uid = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
    series = (
        f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s"
        if sqlite
        else f"generate_series(1::bigint, {count}) AS s(n)"
    )
    at = "'2025-01-06 09:00:00'" if sqlite else "'2025-01-06 09:00:00+00'"
    done = "'2025-05-05 09:00:00'" if sqlite else "'2025-05-05 09:00:00+00'"
    first = f"(SELECT max(id) - {count} FROM parties_party)"
    job = _job(coop, service, client, at, done, "(1000 + (n * 7919) % 999983)")
    return [
        f"INSERT INTO parties_party (uid, kind, name, email, phone, language, street, postcode, city, country, vat_number, created_at)"
        f" SELECT {uid}, 'person', 'Member ' || n, '', '', 'en', '', '', '', '', '', {at} FROM {series}",
        f"INSERT INTO parties_membership (coop_id, party_id, number, member_class, engagement, state, applied_at, admitted_at, motivation,"
        f" join_key) SELECT {coop}, {first} + n, n, 'worker', 'self_employed', 'member', {at}, {at}, '', '' FROM {series}",
        f"INSERT INTO jobs_job ({', '.join(job)}) SELECT {', '.join(job.values())}"
        f" FROM parties_membership m JOIN {series} ON s.n = m.number WHERE m.coop_id = {coop}",
        f"INSERT INTO shares_shareevent (coop_id, number, kind, membership_id, share_class_id, shares, price, amount, at, date)"
        f" SELECT {coop}, n, 'opening', m.id, {share_class}, 1 + n % 7, 5000, 5000 * (1 + n % 7), {at}, '2025-01-06'"
        f" FROM parties_membership m JOIN {series} ON s.n = m.number WHERE m.coop_id = {coop} ORDER BY n",
    ]


def _job(coop: int, service: int, client: int, at: str, done: str, price: str) -> dict[str, str]:
    """Column → expression; what a job has by default stands for what is not named here."""
    said = {
        "number": "n", "token": "'t' || n", "state": "'settled'", "price": price, "vat_category": "'Z'", "vat_permille": "0",
        "minutes": "30 + n % 400", "starts_at": at, "place": "''", "requested_at": at, "accepted_at": at, "done_at": done,
        "confirmed_at": done, "settled_at": done, "version": "1", "once_key": "'k' || n", "coop_id": str(coop),
        "service_id": str(service), "client_id": str(client), "worker_id": "m.id",
    }  # fmt: skip
    return said | defaults("jobs", "Job", but=tuple(said))


def close(count: int) -> dict[str, Any]:
    """The preview, the figures fixed, the whole year booked: the services as they are, in one database transaction."""
    from django.db import transaction

    from marke.ledger.models import Transaction
    from marke.parties.models import Coop
    from marke.rounds.models import Round
    from marke.rounds.services import move_round
    from marke.surplus.models import YearClose
    from marke.surplus.services import close_year, start_year

    coop = Coop.objects.get(slug="large")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started, worked = time.perf_counter(), time.process_time()
    with transaction.atomic():
        year = start_year(coop=coop, since=YEAR[0], until=YEAR[1], by=None, at=AFTER)
        previewed = time.perf_counter()
        year.round = move_round(round=year.round, to=Round.State.CLOSED, by=None, at=AFTER, result_digest=year.digest)
        close_year(year=year, digest=year.digest, by=None, at=AFTER)
        booked = time.perf_counter()
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    posted = Transaction.objects.filter(coop=coop, kind="year_close").count()
    year = YearClose.objects.get(pk=year.pk)
    return {
        "seconds": seconds,
        "cpu": worked,
        "preview": previewed - started,
        "close": booked - previewed,
        "commit": seconds - (booked - started),
        "peak_mb": peak,
        "before_mb": before,
        "transactions": posted,
        "drift": _drift(coop, year),
        "naive_drift": _naive_drift(year),
    }


def _drift(coop: Any, year: Any) -> int:
    """By how many cents the ledger differs from the surplus that was divided: what members got, the reserves, what is carried."""
    from marke.ledger import queries

    totals = {row.kind: -row.amount for row in queries.totals_by_kind(coop)}
    given = sum(totals.get(kind, 0) for kind in ("surplus", "withholding", "allocated", "reserve", "result"))
    carried, open_still = abs(totals.get("result", 0) - year.carried), abs(totals.get("contribution", 0))
    return int(abs(given - year.result) + carried + open_still)


def _naive_drift(year: Any) -> int:
    """What one would be off by, rounding each member's share to the cent in floating point."""
    import numpy as np

    from marke.surplus.models import MemberYear

    part: int = next(step["amount"] for step in year.steps if step["name"] == "workers")
    facts = MemberYear.objects.filter(year=year).values_list("facts", flat=True).iterator(5_000)
    weights = np.fromiter((json.loads(said).get("did_pay", 0) for said in facts), dtype=np.int64, count=year.members)
    shares = np.round(part / 100 * (weights / weights.sum()), 2)
    return round(float(shares.sum()) * 100) - part


def main() -> None:
    what, count = sys.argv[1], int(sys.argv[2])
    set_up()
    started = time.perf_counter()
    if what == "close":
        print(json.dumps(close(count)))
    else:
        prepare(count)
        print(json.dumps({"seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
