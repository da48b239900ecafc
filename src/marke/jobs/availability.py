"""Who is free for a job, as far as work itself says: suspended, said no to it, has other work then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from marke.jobs.conditions import AT_WORK
from marke.jobs.exclusions import Exclusion
from marke.jobs.models import Job, Offer
from marke.parties.models import Membership

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
    coop, last_end = jobs[0].coop, max(ends(job) for job in jobs)
    at_work = Job.objects.filter(coop=coop, starts_at__lt=last_end, state__in=AT_WORK).order_by()
    # Whoever is one of several who are asked may be asked for other work meanwhile.
    asked = Offer.objects.filter(
        coop=coop, state=Offer.State.OPEN, opens_at__lte=at, job__state=Job.State.OFFERED, job__starts_at__lt=last_end
    ).exclude(asking__mode="staged")
    times: dict[int, list[tuple[int, datetime, datetime]]] = {}
    for pk, member, starts_at, minutes in (
        *at_work.values_list("pk", "worker", "starts_at", "minutes"),
        *asked.order_by().values_list("job", "membership", "job__starts_at", "job__minutes"),
    ):
        if member is not None:
            times.setdefault(member, []).append((pk, starts_at, starts_at + timedelta(minutes=minutes)))
    return {
        job.pk: {
            member
            for member, slots in times.items()
            if any(pk != job.pk and begins < ends(job) and finishes > job.starts_at for pk, begins, finishes in slots)
        }
        for job in jobs
    }


def ends(job: Job) -> datetime:
    return job.starts_at + timedelta(minutes=job.minutes)


EXCLUSIONS = (
    Exclusion("suspended", _("membership suspended"), find_suspended),
    Exclusion("declined", _("declined this job, or did not answer"), find_declined, lasts=True),
    Exclusion("busy", _("had other work at that time"), find_busy),
)
