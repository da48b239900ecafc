"""When a settled engagement is corrected: what it brought besides its price is taken back and booked anew, where it is another now.

An engagement that did not take place brings nothing; what is by the day goes over to the next one of that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from marke.common.clock import local_date, local_midnight
from marke.engagements.kinds import engagement_kinds
from marke.engagements.services.settling import Row, done, key_of, rows_of, to_book, withdrawn
from marke.jobs.events import JobCorrected
from marke.jobs.models import Job
from marke.ledger.closed_days import first_open_day
from marke.ledger.lookup import transaction_of
from marke.ledger.services import NewTransaction, Transaction, post_many, reverse
from marke.parties.models import Coop, Party

DAY = timedelta(days=1)


def correct_engagement(event: JobCorrected) -> None:
    """In the transaction in which the job is corrected. What is the same as before stays as it is booked."""
    job = event.job
    if job.service.job_kind not in engagement_kinds:
        return
    coop, jobs = job.coop, _of_that_day(job)
    standing = {each.pk: _standing(coop, each) for each in jobs}
    wanted = {row.job.pk: said for row, said in to_book(coop, _rows(coop, jobs, standing), event.at)}
    for each in jobs:
        _book_anew(each, standing[each.pk], wanted.get(each.pk), event.by, event.at)


def _of_that_day(job: Job) -> list[Job]:
    """The settled engagements of this kind that the same member had that day, this one as it is now."""
    day = local_date(done(job), job.coop.timezone)
    begins, ends = (local_midnight(each, job.coop.timezone) for each in (day, day + DAY))
    others = Job.objects.filter(
        coop=job.coop, worker=job.worker, state=Job.State.SETTLED, service__job_kind=job.service.job_kind, done_at__gte=begins,
        done_at__lt=ends,
    ).exclude(pk=job.pk)  # fmt: skip
    rows = others.select_related("coop", "service", "worker__party")
    return [job, *rows]


def _standing(coop: Coop, job: Job) -> tuple[Transaction | None, int]:
    """What of it stands in the books, and under which version it is booked next."""
    standing, version = None, 1
    while (booked := transaction_of(coop, key_of(job, version))) is not None:
        standing = None if transaction_of(coop, _reversed(job, version)) else booked
        version += 1
    return standing, version


def _reversed(job: Job, version: int) -> str:
    return f"{key_of(job, version)}:reversed"


def _rows(coop: Coop, jobs: Sequence[Job], standing: dict[int, tuple[Transaction | None, int]]) -> list[Row]:
    """What is by the day stays with the one that has it, as long as that one took place."""
    took_place = [job for job in jobs if not withdrawn(job)]
    rows = list(rows_of(coop, took_place)) if took_place else []
    holders = [row.job.pk for row in rows if (booked := standing[row.job.pk][0]) and booked.facts["first"]]
    holder = next(iter(holders or [row.job.pk for row in rows]), None)
    return [replace(row, first=row.job.pk == holder) for row in rows]


def _book_anew(
    job: Job, standing: tuple[Transaction | None, int], wanted: dict[str, Any] | None, by: Party | None, at: datetime
) -> None:
    booked, version = standing
    if (booked.facts if booked else None) == (wanted["facts"] if wanted else None):
        return
    coop = job.coop
    day = max(first_open_day(coop, date.min), local_date(at, coop.timezone))
    if booked is not None:
        reverse(transaction=booked, key=_reversed(job, version - 1), date=day, by=by, at=at)
    if wanted is not None:
        post_many(coop=coop, transactions=[NewTransaction(key=key_of(job, version), date=day, **wanted)], by=by, at=at)
