"""Jobs where the co-op works with shifts: who is there for one, the hours so far, who has which skill, and how much work there was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from marke.jobs.conditions import WORKED
from marke.jobs.exclusions import Exclusion
from marke.jobs.models import Capability, Job
from marke.jobs.needs import held_on
from marke.parties.models import Coop, Membership
from marke.slots.demand import DemandSource, Work
from marke.slots.queries import clocked_seconds, presence
from marke.slots.skills import Skills


def find_off_shift(jobs: Sequence[Job], memberships: Sequence[Membership], at: datetime) -> Mapping[int, set[int]]:
    """Who is on no shift when a job begins, in weeks for which shifts are published. Three queries at most."""
    moments = {job.pk: max(job.starts_at, at) for job in jobs}
    there = presence(jobs[0].coop, list(moments.values()), at)
    if there is None:
        return {}
    everybody = {membership.pk for membership in memberships}
    out = {moment: everybody - there.there_at(moment) for moment in set(moments.values()) if there.applies_at(moment)}
    return {job: out[moment] for job, moment in moments.items() if moment in out}


OFF_SHIFT = Exclusion("off_shift", _("you were on no shift then"), find_off_shift)


def clocked_so_far(coop: Coop, since: datetime, at: datetime) -> dict[int, int] | None:
    """Membership id → seconds on shifts since then; None where no shifts are published for this week."""
    return clocked_seconds(coop, since, at, at) if presence(coop, [at], at) is not None else None


def _names(coop: Coop) -> list[str]:
    rows = Capability.objects.filter(coop=coop, ended_at=None).exclude(kind=Capability.Kind.ACCESS)
    return list(rows.values_list("name", flat=True))


def _held(coop: Coop, memberships: Sequence[Membership], at: datetime) -> dict[int, set[str]]:
    rows = held_on(coop, at).filter(membership__in=[each.pk for each in memberships], capability__ended_at=None)
    found: dict[int, set[str]] = {}
    for member, name in rows.order_by().values_list("membership", "capability__name"):
        found.setdefault(member, set()).add(name)
    return found


CAPABILITIES = Skills("capabilities", _names, _held)


# Work that seems to have taken so many times as long as it was booked for: somebody forgot to say that it was done.
FORGOTTEN = 3


def _work(coop: Coop, since: datetime, until: datetime, measured: bool) -> list[Work]:
    """The jobs that were done, and those for which nobody came. One query.

    Measured, a job lasts from when its worker began it, or was done with the one before of the same trip, until it was done.
    """
    states = (*WORKED, Job.State.EXPIRED, Job.State.DISPUTED)
    came = Job.objects.filter(coop=coop, starts_at__gte=since, starts_at__lt=until, state__in=states, called_off_at=None)
    rows = came.order_by("done_at", "id")
    last: dict[int | None, datetime] = {}
    found = []
    for worker, starts_at, minutes, started_at, done_at in rows.values_list(
        "worker", "starts_at", "minutes", "started_at", "done_at"
    ):
        begins, length = starts_at, timedelta(minutes=minutes)
        if measured and started_at is not None and done_at is not None:
            begins = min(max(started_at, last.get(worker, started_at)), done_at)
            length = done_at - begins if done_at - begins <= FORGOTTEN * length else length
            last[worker] = done_at
        found.append((begins, length))
    return found


DEMAND = DemandSource("jobs", _work)
