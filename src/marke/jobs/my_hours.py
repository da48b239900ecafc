"""What a member worked and earned: today, this week, this month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.clock import local_date, local_midnight
from marke.common.explain import Explanation
from marke.jobs.models import Job
from marke.jobs.settlement_facts import job_facts
from marke.parties.models import Coop, Membership
from marke_core.schemes.job import JOB_SETTLEMENT

State = Job.State
COUNTED = (State.DONE, State.CONFIRMED, State.SETTLED)


@dataclass(frozen=True)
class Period:
    """`pay` in minor units: what is settled, and what will be as promised."""

    label: str
    jobs: int
    minutes: int
    pay: int
    why: Explanation


@dataclass(frozen=True)
class Worked:
    done_on: date
    minutes: int
    pay: int
    settled: bool


def my_hours(membership: Membership, at: datetime) -> list[Period]:
    """Today, this week (from Monday) and this month, by the day on which a job was done. Empty for who did nothing in them."""
    coop = membership.coop
    today = local_date(at, coop.timezone)
    week, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    worked = _worked(membership, local_midnight(min(week, month), coop.timezone))
    if not worked:
        return []
    periods = ((_("Today"), today), (_("This week"), week), (_("This month"), month))
    return [_period(label, [row for row in worked if row.done_on >= since], coop) for label, since in periods]


def _worked(membership: Membership, since: datetime) -> list[Worked]:
    coop = membership.coop
    jobs = Job.objects.filter(coop=coop, worker=membership, state__in=COUNTED, done_at__gte=since).select_related("service")
    done = [(job, job.accepted_at, job.done_at) for job in jobs.order_by("done_at", "id") if job.accepted_at and job.done_at]
    if not done:
        return []
    asked = [(membership.party_id, job.price, at, job.service.job_kind, membership.member_class) for job, at, _done_at in done]
    earned = JOB_SETTLEMENT.compute(job_facts(coop, asked).facts)["earnings"]
    return [
        Worked(local_date(done_at, coop.timezone), _minutes(job), int(pay), job.state == State.SETTLED)
        for (job, _at, done_at), pay in zip(done, earned, strict=True)
    ]


def _minutes(job: Job) -> int:
    """From setting out to done; as planned where only the end was written down."""
    if job.started_at is None or job.done_at is None or job.done_at < job.started_at:
        return job.minutes
    return int((job.done_at - job.started_at).total_seconds()) // 60


def _period(label: str, worked: Sequence[Worked], coop: Coop) -> Period:
    open_ = sum(not row.settled for row in worked)
    formula = _("What each job that you did then earns you, by the rules in force when you accepted it.")
    if open_:
        formula += " " + ngettext(
            "%(n)s of them is not confirmed by its client yet.", "%(n)s of them are not confirmed by their clients yet.", open_
        ) % {"n": open_}
    formula += " " + _("The hours run from setting out until done.")
    return Period(
        label,
        len(worked),
        sum(row.minutes for row in worked),
        sum(row.pay for row in worked),
        Explanation(formula=formula, more=(_("Each entry, and why"), reverse("ledger:mine", args=[coop.slug]))),
    )
