"""What cancelling costs: free until a moment, and then a part of the price, by the rules of the day of the booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from marke.jobs.models import Job, Service
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.queries import rulebook
from marke_core.money import share_of

State = Job.State


@dataclass(frozen=True)
class Terms:
    """`free_until`: None where it is free until the worker sets out · `fee`: the part of the price that is due afterwards."""

    free_until: datetime | None
    fee: Fraction
    rule_value: RuleValue


def terms_of(
    coop: Coop, service: Service, starts_at: datetime, from_at: datetime | None, until_at: datetime | None, booked_at: datetime
) -> Terms:
    rules = rulebook(coop, booked_at)
    kind = service.job_kind
    soon = from_at is not None and until_at is None
    free_until = None if soon else starts_at - rules.value("jobs.cancel_free", job_kind=kind)
    return Terms(free_until, rules.value("jobs.cancel_fee", job_kind=kind), rules.entry("jobs.cancel_fee", job_kind=kind))


def terms(job: Job) -> Terms:
    return terms_of(job.coop, job.service, job.starts_at, job.from_at, job.until_at, job.requested_at)


def fee_at(job: Job, at: datetime) -> int:
    """What cancelling costs the client at a moment, net; 0 where nobody has accepted, or there is time left."""
    if job.state not in (State.ACCEPTED, State.UNDER_WAY):
        return 0
    by = terms(job)
    in_time = job.state == State.ACCEPTED and (by.free_until is None or at <= by.free_until)
    return 0 if in_time else share_of(job.price, by.fee)
