"""Who is free for a job, as far as work itself says: suspended, said no to it, has other work then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from marke.jobs.conditions import AT_WORK
from marke.jobs.exclusions import Exclusion
from marke.jobs.models import Job, Offer
from marke.parties.models import Membership

Slot = tuple[int, datetime, datetime]  # the id of a job, and from when until when it is
BUSY = "busy"
SAID_NO = (Offer.State.DECLINED, Offer.State.EXPIRED)


def find_suspended(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> Mapping[int, set[int]]:
    out = {membership.pk for membership in memberships if membership.state == Membership.State.SUSPENDED}
    return {job.pk: out for job in jobs}


def find_declined(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> Mapping[int, set[int]]:
    """Who said no to this very job, or did not answer: nobody is asked twice for the same one. It counts for no other job."""
    out: dict[int, set[int]] = {}
    for job, member in Offer.objects.filter(job__in=jobs, state__in=SAID_NO).order_by().values_list("job", "membership"):
        out.setdefault(job, set()).add(member)
    return out


def find_busy(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> Mapping[int, set[int]]:
    """Who is at work, or asked for other work, at the time of a job."""
    times = other_work(jobs, at)
    return {job.pk: {member for member, slots in times.items() if overlapping(job, slots)} for job in jobs}


def overlapping(job: Job, slots: Sequence[Slot]) -> set[int]:
    """The ids of those of these jobs that are at the same time as this one."""
    return {pk for pk, begins, finishes in slots if pk != job.pk and begins < ends(job) and finishes > job.starts_at}


def other_work(jobs: Sequence[Job], at: datetime) -> dict[int, list[Slot]]:
    """Membership id → what they do, or are asked for, up to the end of the last of these jobs. Two queries."""
    coop, last_end = jobs[0].coop, max(ends(job) for job in jobs)
    at_work = Job.objects.filter(coop=coop, starts_at__lt=last_end, state__in=AT_WORK).order_by()
    # Whoever is one of several who are asked may be asked for other work meanwhile.
    asked = Offer.objects.filter(
        coop=coop, state=Offer.State.OPEN, opens_at__lte=at, job__state=Job.State.OFFERED, job__starts_at__lt=last_end
    ).exclude(asking__mode="staged")
    times: dict[int, list[Slot]] = {}
    for pk, member, starts_at, minutes in (
        *at_work.values_list("pk", "worker", "starts_at", "minutes"),
        *asked.order_by().values_list("job", "membership", "job__starts_at", "job__minutes"),
    ):
        if member is not None:
            times.setdefault(member, []).append((pk, starts_at, starts_at + timedelta(minutes=minutes)))
    return times


def ends(job: Job) -> datetime:
    return job.starts_at + timedelta(minutes=job.minutes)


EXCLUSIONS = (
    Exclusion("suspended", _("membership suspended"), find_suspended),
    Exclusion("declined", _("declined this job, or did not answer"), find_declined, lasts=True),
    Exclusion(BUSY, _("had other work at that time"), find_busy),
)
