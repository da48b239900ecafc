"""When engagements are settled: a lump sum for bike and phone on top of the price, and the premium of the insurance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Q

from marke.common.clock import local_date, local_midnight
from marke.engagements.kinds import engagement_kinds
from marke.engagements.queries import SET_ASIDE
from marke.jobs.events import JobsSettled
from marke.jobs.models import Job
from marke.ledger.closed_days import first_open_day
from marke.ledger.services import Account, Basis, NewAccount, NewPosting, NewTransaction, open_accounts, post_many, record_basis
from marke.parties.models import Coop, Party
from marke.rules.queries import Timeline
from marke_core.matching.travel import haversine_metres
from marke_core.schemes import Facts
from marke_core.schemes.engagement import ENGAGEMENT, RULES

KIND = "engagement"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """`on`: the day of the work where the co-op is · `first`: of this member on that day, so that what is by the day counts."""

    job: Job
    on: date
    metres: int
    first: bool
    values: dict[str, int]
    uids: tuple[str, ...]


def settle_engagements(event: JobsSettled) -> None:
    """In the transaction in which the jobs are settled, by the rules in force when each was accepted."""
    jobs = [job for job in event.jobs if job.service.job_kind in engagement_kinds and not withdrawn(job)]
    if jobs:
        coop = jobs[0].coop
        rows = [row for row in rows_of(coop, jobs) if any(row.values.values())]
        if rows:
            _book(coop, rows, event.by, event.at)


def rows_of(coop: Coop, jobs: Sequence[Job]) -> Iterator[Row]:
    timeline, begun = Timeline(coop), _begun(coop, jobs)
    for job in sorted(jobs, key=lambda job: (done(job), job.pk)):
        assert job.accepted_at is not None  # the database refuses a job at work without it
        kind = job.service.job_kind
        on = local_date(done(job), coop.timezone)
        first = (job.worker_id, kind, on) not in begun
        begun.add((job.worker_id, kind, on))
        rules = timeline.at(job.accepted_at)
        values = {key: int(rules.value(key, job_kind=kind)) for key in RULES}
        yield Row(job, on, _metres(job), first, values, tuple(rules.uids(*RULES, job_kind=kind).values()))


def done(job: Job) -> datetime:
    found = job.done_at or job.confirmed_at or job.accepted_at
    assert found is not None
    return found


def withdrawn(job: Job) -> bool:
    """Called off, or corrected to a price of nothing: it did not take place. What was done for nothing from the start did."""
    return job.called_off_at is not None or (job.price == 0 and job.version > 1)


def _begun(coop: Coop, jobs: Sequence[Job]) -> set[tuple[int | None, str, date]]:
    """Who had an engagement settled before, of which kind, on which of these days."""
    days = [local_date(done(job), coop.timezone) for job in jobs]
    begins, ends = (local_midnight(day, coop.timezone) for day in (min(days), max(days) + DAY))
    before = Job.objects.filter(
        coop=coop, state=Job.State.SETTLED, worker__in={job.worker_id for job in jobs}, done_at__gte=begins, done_at__lt=ends,
        service__job_kind__in={job.service.job_kind for job in jobs},
    ).exclude(Q(price=0, version__gt=1) | Q(pk__in=[job.pk for job in jobs]))  # fmt: skip
    zone = ZoneInfo(coop.timezone)
    rows = before.order_by().values_list("worker", "service__job_kind", "done_at")
    return {(worker, kind, done.astimezone(zone).date()) for worker, kind, done in rows if done is not None}


def _metres(job: Job) -> int:
    """From where it is fetched to where it is brought, as the crow flies; 0 where one of them is not on the map."""
    ends = (job.pickup_lat_e7, job.pickup_lon_e7, job.place_lat_e7, job.place_lon_e7)
    if None in ends:
        return 0
    return int(haversine_metres(*(np.array([end], dtype=np.int64) for end in ends))[0])


def _book(coop: Coop, rows: Sequence[Row], by: Party | None, at: datetime) -> None:
    first_open = first_open_day(coop, date.min)
    transactions = [
        NewTransaction(
            key=key_of(row.job, 1), date=max(first_open, local_date(row.job.confirmed_at or at, coop.timezone)), **said
        )
        for row, said in to_book(coop, rows, at)
    ]
    post_many(coop=coop, transactions=transactions, by=by, at=at)


def key_of(job: Job, version: int) -> str:
    """What the ledger knows it by."""
    return f"{KIND}:{job.number}:{version}"


def to_book(coop: Coop, rows: Sequence[Row], at: datetime) -> list[tuple[Row, dict[str, Any]]]:
    """What each engagement brings, as fields of a `NewTransaction`; those that bring nothing are left out."""
    made = {line: column.tolist() for line, column in ENGAGEMENT.compute(_facts(rows)).items()}
    accounts, bases, found = _accounts(coop, rows, at), _Bases(coop), []
    for place, row in enumerate(rows):
        lines = {line: made[line][place] for line in ENGAGEMENT.lines}
        if any(lines.values()):
            facts = {"metres": row.metres, "first": int(row.first), **row.values}
            said = {"kind": KIND, "postings": _postings(accounts[place], lines), "basis": bases.of(row), "facts": facts}
            found.append((row, said))
    return found


def _facts(rows: Sequence[Row]) -> Facts:
    ones = np.ones(len(rows), dtype=np.int64)
    return Facts(
        party=np.array([row.job.worker.party_id if row.job.worker else 0 for row in rows], dtype=np.int64),
        columns={
            "metres": np.array([row.metres for row in rows], dtype=np.int64),
            "first": np.array([row.first for row in rows], dtype=np.int64),
        },
        rules={key: (np.array([row.values[key] for row in rows], dtype=np.int64), ones) for key in RULES},
    )


def _accounts(coop: Coop, rows: Sequence[Row], at: datetime) -> list[list[Account]]:
    """For each what it costs and whom it is owed to; a few queries for all."""
    wanted: list[NewAccount] = []
    for row in rows:
        assert row.job.worker is not None
        wanted += [
            NewAccount(Account.Kind.EARNINGS, row.job.worker.party),
            NewAccount(Account.Kind.EXPENSE, detail="vehicles"),
            NewAccount(Account.Kind.EXPENSE, detail="insurance"),
            NewAccount(Account.Kind.PAYABLE, detail=SET_ASIDE),
        ]
    found = open_accounts(coop=coop, accounts=wanted, at=at)
    return [found[start : start + 4] for start in range(0, len(found), 4)]


def _postings(accounts: Sequence[Account], lines: dict[str, int]) -> list[NewPosting]:
    earnings, vehicles, insurance, aside = accounts
    legs = [
        NewPosting(vehicles, lines["way"] + lines["day"], "expenses"),
        NewPosting(earnings, -lines["way"], "way"),
        NewPosting(earnings, -lines["day"], "day"),
        NewPosting(insurance, lines["premium"], "premium"),
        NewPosting(aside, -lines["premium"], "set_aside"),
    ]
    return [leg for leg in legs if leg.amount]


class _Bases:
    """Those of one batch: engagements that followed the same values share one."""

    def __init__(self, coop: Coop) -> None:
        self._coop = coop
        self._found: dict[tuple[str, ...], Basis] = {}

    def of(self, row: Row) -> Basis:
        if row.uids not in self._found:
            self._found[row.uids] = record_basis(
                coop=self._coop, scheme=ENGAGEMENT.name, version=ENGAGEMENT.version,
                rule_values=dict(zip(RULES, row.uids, strict=True)),
            )  # fmt: skip
        return self._found[row.uids]
