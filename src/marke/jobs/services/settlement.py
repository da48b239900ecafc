"""The price becomes earnings, contribution and guarantee, and is booked: once per version, by the rules of the promise."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.events import announce
from marke.common.refusal import Refused
from marke.jobs.conditions import check_move
from marke.jobs.events import JobCorrected, JobsSettled
from marke.jobs.models import Door, Job, JobEvent
from marke.jobs.services.catalogue import HIGHEST_PRICE
from marke.jobs.services.moves import locked, move
from marke.jobs.settlement_facts import JobFacts, job_facts
from marke.ledger.closed_days import first_open_day
from marke.ledger.lookup import transaction_of
from marke.ledger.services import (
    Account,
    Basis,
    NewAccount,
    NewPosting,
    NewTransaction,
    open_accounts,
    post_many,
    record_basis,
    reverse,
)
from marke.parties.models import Coop, Party
from marke_core.schemes.job import JOB_SETTLEMENT

State = Job.State
KIND = "job"
MOST_IDS = 5000


class CannotBeCorrected(Refused):
    """A settlement that cannot be made again this way."""


def settlement_key(job: Job, version: int) -> str:
    """What the ledger knows the settlement by: job number and version, the same wherever the co-op moves."""
    return f"{KIND}:{job.number}:{version}"


def settle_job(*, job: Job, by: Party | None, at: datetime, door: str = Door.CLOCK) -> Job:
    """Books a job by the rules in force when it was accepted. A settled job is left as it is.

    Raises: MoveRefused when it is neither confirmed nor disputed.
    """
    with transaction.atomic():
        job = locked(job)
        if job.state == State.SETTLED:
            return job
        return settle_locked(job, by=by, at=at, door=door)


def settle_locked(job: Job, *, by: Party | None, at: datetime, door: str, note: str = "") -> Job:
    """`settle_job` for a job that its caller has locked."""
    check_move(job, State.SETTLED)
    version = job.version + 1
    _post([job], version, by=by, at=at)
    move(job, State.SETTLED, by=by, at=at, door=door, note=note, settled_at=at, version=version)
    announce(JobsSettled([job], by, at))
    return job


def settle_jobs(*, jobs: Sequence[Job], by: Party | None, at: datetime) -> list[Job]:
    """Settles many confirmed jobs of one co-op at once, each booked on the day it was confirmed. Whole or not at all.

    Those that are settled already are left as they are. Raises: MoveRefused for one that is not confirmed.
    """
    if not jobs:
        return []
    with transaction.atomic():
        found = _all_locked(sorted(job.pk for job in jobs))
        todo = [job for job in found if job.state != State.SETTLED]
        for job in todo:
            check_move(job, State.SETTLED)
        _post(todo, 1, by=by, at=at)
        for job in todo:
            job.state, job.settled_at, job.version = State.SETTLED, at, 1
        for part in _parts([job.pk for job in todo]):
            Job.objects.filter(pk__in=part).update(state=State.SETTLED, settled_at=at, version=1)
        JobEvent.objects.bulk_create(
            [JobEvent(coop=job.coop, job=job, state=State.SETTLED, at=at, by=by, door=Door.CLOCK) for job in todo],
            batch_size=1000,
        )
        announce(JobsSettled(todo, by, at))
    return found


def _all_locked(ids: list[int]) -> list[Job]:
    """The jobs as they are now, locked in the order of their ids."""
    found: list[Job] = []
    for part in _parts(ids):
        rows = Job.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk")
        found += rows.select_related("coop", "service", "client__party", "worker__party")
    return found


def _parts(ids: list[int]) -> list[list[int]]:
    """A database takes only so many values in one question."""
    return [ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS)]


def correct_settlement(*, job: Job, price: int, reason: str, by: Party | None, at: datetime) -> Job:
    """Takes the settlement back and books the job again at another price, by the same promised rules. Both stay to be seen.

    Raises: CannotBeCorrected when it is not settled, the price is the same or not possible, or no reason is given.
    """
    reason = reason.strip()
    with transaction.atomic():
        job = locked(job)
        _check_correction(job, price, reason)
        day = local_date(at, job.coop.timezone)
        key = settlement_key(job, job.version)
        if booked := transaction_of(job.coop, key):
            reverse(transaction=booked, key=f"{key}:reversed", date=day, by=by, at=at)
        before, version = job.price, job.version + 1
        job.price, job.surcharge = price, min(job.surcharge, price)
        _post([job], version, by=by, at=at, today=True)
        job.version, job.settled_at = version, at
        job.save(update_fields=["price", "surcharge", "version", "settled_at"])
        JobEvent.objects.create(coop=job.coop, job=job, state=job.state, at=at, by=by, door=Door.WEB, note=reason)
        announce(JobCorrected(job, before, by, at))
        return job


def _check_correction(job: Job, price: int, reason: str) -> None:
    if job.state != State.SETTLED:
        raise CannotBeCorrected(
            _("Job %(number)s is “%(state)s”. Only what is settled can be corrected.")
            % {"number": job.number, "state": State(job.state).label}
        )
    if price == job.price:
        raise CannotBeCorrected(_("This is the price that was settled. Give another one to correct it."))
    if not 0 <= price <= HIGHEST_PRICE:
        raise CannotBeCorrected(
            _("A price of %(price)s is not possible. Give one between 0 and %(most)s.")
            % {"price": price / 100, "most": HIGHEST_PRICE // 100}
        )
    if not reason:
        raise CannotBeCorrected(_("Say why the settlement is corrected; everybody concerned can read it."))


def _post(jobs: Sequence[Job], version: int, *, by: Party | None, at: datetime, today: bool = False) -> None:
    """Books jobs of one co-op. A job without a price moves nothing and is not booked."""
    priced = [job for job in jobs if job.price]
    if not priced:
        return
    coop = priced[0].coop
    counted = job_facts(coop, [_row(job) for job in priced])
    lines = {line: column.tolist() for line, column in JOB_SETTLEMENT.compute(counted.facts).items()}
    accounts, bases = _accounts(coop, priced, at), _Bases(coop, counted)
    # A month may have been closed between the confirmation and this: then it is booked on the first day that is open.
    first_open = first_open_day(coop, date.min)
    transactions = []
    for row, job in enumerate(priced):
        moment = at if today else job.confirmed_at or at
        transactions.append(
            NewTransaction(
                kind=KIND,
                key=settlement_key(job, version),
                date=max(first_open, local_date(moment, coop.timezone)),
                postings=_postings(accounts[row], job.price, {line: values[row] for line, values in lines.items()}),
                basis=bases.of(row),
                facts={"price": job.price},
            )
        )
    post_many(coop=coop, transactions=transactions, by=by, at=at)


def _row(job: Job) -> tuple[int, int, datetime, str, str]:
    assert job.worker is not None and job.accepted_at is not None  # the database refuses a job at work without them
    return job.worker.party_id, job.price, job.accepted_at, job.service.job_kind, job.worker.member_class


def _accounts(coop: Coop, jobs: Sequence[Job], at: datetime) -> list[list[Account]]:
    """For each job where its price comes from and goes to, in the order of the scheme; a few queries for all."""
    wanted: list[NewAccount] = []
    for job in jobs:
        assert job.worker is not None
        wanted += [
            NewAccount(Account.Kind.UNBILLED, job.client.party),
            NewAccount(Account.Kind.EARNINGS, job.worker.party),
            NewAccount(Account.Kind.CONTRIBUTION),
            NewAccount(Account.Kind.FUND, detail="guarantee"),
        ]
    found = open_accounts(coop=coop, accounts=wanted, at=at)
    return [found[start : start + 4] for start in range(0, len(found), 4)]


def _postings(accounts: Sequence[Account], price: int, split: dict[str, int]) -> list[NewPosting]:
    unbilled, earnings, contribution, guarantee = accounts
    return [
        NewPosting(unbilled, price, "price"),
        NewPosting(earnings, -split["earnings"], "earnings"),
        NewPosting(contribution, -split["contribution"], "contribution"),
        NewPosting(guarantee, -split["guarantee"], "guarantee"),
    ]


class _Bases:
    """The bases of one batch: jobs that followed the same values share one."""

    def __init__(self, coop: Coop, counted: JobFacts) -> None:
        self._coop, self._counted = coop, counted
        self._found: dict[tuple[str, ...], Basis] = {}

    def of(self, row: int) -> Basis:
        values = self._counted.basis_of(row)
        key = tuple(values.values())
        if key not in self._found:
            self._found[key] = record_basis(
                coop=self._coop, scheme=JOB_SETTLEMENT.name, version=JOB_SETTLEMENT.version, rule_values=values
            )
        return self._found[key]
