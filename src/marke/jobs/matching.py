"""Who could do a job: the rows of the database made into candidates for `marke_core.matching`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from marke.common.clock import local_date, local_midnight
from marke.jobs.conditions import AT_WORK, WORKED
from marke.jobs.models import Job, Offer
from marke.parties.models import Membership
from marke.rules.models import RuleValue
from marke.rules.queries import rulebook
from marke_core.matching import Candidate, Place, Ranked, rank

# Members of this class do the work; other classes (clients who are members, supporters) are not asked.
WORKING_CLASS = "worker"


@dataclass(frozen=True)
class Row:
    """Who is asked for a job, in order, and the rule that says so."""

    mode: str
    rule_value: RuleValue
    answer_time: timedelta
    ranked: list[Ranked]
    memberships: dict[int, Membership]

    @property
    def first(self) -> Membership | None:
        return self.memberships[self.ranked[0].member] if self.ranked and not self.ranked[0].out else None

    def kept(self) -> list[dict[str, Any]]:
        """As it is kept with the offer: member numbers and integers only."""
        return [{"member": r.member, "score": r.score, "unit": r.unit, "out": r.out} for r in self.ranked]


def row_for(job: Job, at: datetime, mode: str | None = None) -> Row:
    """The row of a job at the moment `at`, by the rule in force then, or as another mode would have it."""
    rules = rulebook(job.coop, at)
    kind = job.service.job_kind
    wanted = mode or str(rules.value("jobs.matching", job_kind=kind))
    memberships = _workers(job)
    candidates = _candidates(job, list(memberships.values()), at, with_places=wanted == "nearest")
    return Row(
        mode=wanted,
        rule_value=rules.entry("jobs.matching", job_kind=kind),
        answer_time=rules.value("jobs.answer_time", job_kind=kind),
        ranked=rank(candidates, wanted, int(at.timestamp()), start_of(job)),
        memberships=memberships,
    )


def is_given_by_hand(job: Job, at: datetime) -> bool:
    """Whether the rule leaves it to the coordinator who is asked."""
    return str(rulebook(job.coop, at).value("jobs.matching", job_kind=job.service.job_kind)) == "by_hand"


def start_of(job: Job) -> Place | None:
    """Where the worker has to be first: the pickup, or else the place."""
    for lat, lon in ((job.pickup_lat_e7, job.pickup_lon_e7), (job.place_lat_e7, job.place_lon_e7)):
        if lat is not None and lon is not None:
            return Place(lat, lon)
    return None


def _workers(job: Job) -> dict[int, Membership]:
    states = (Membership.State.MEMBER, Membership.State.SUSPENDED)
    rows = Membership.objects.filter(coop=job.coop, member_class=WORKING_CLASS, state__in=states).select_related("party")
    return {membership.number: membership for membership in rows}


def _candidates(job: Job, memberships: list[Membership], at: datetime, *, with_places: bool) -> list[Candidate]:
    idle, busy, declined = _idle_since(job), _busy(job), _declined(job)
    last_places = _last_places(job, at) if with_places else {}
    candidates = []
    for membership in memberships:
        out = ""
        if membership.state == Membership.State.SUSPENDED:
            out = "suspended"
        elif membership.pk in declined:
            out = "declined"
        elif membership.pk in busy:
            out = "busy"
        since = idle.get(membership.pk) or membership.admitted_at or membership.applied_at
        place = _position(membership, last_places)
        candidates.append(Candidate(membership.number, int(since.timestamp()), place, out))
    return candidates


def _idle_since(job: Job) -> dict[int, datetime]:
    """When each member last took on or finished a job."""
    rows = (
        Job.objects.filter(coop=job.coop, worker__isnull=False, state__in=WORKED)
        .order_by()
        .values_list("worker")
        .annotate(taken=Max("accepted_at"), done=Max("done_at"))
    )
    return {worker: max(moment for moment in (taken, done) if moment) for worker, taken, done in rows}


def _busy(job: Job) -> set[int]:
    """Who is at work, or asked for other work, at the time of this job."""
    ends_at = job.starts_at + timedelta(minutes=job.minutes)
    others = Job.objects.filter(coop=job.coop, starts_at__lt=ends_at).exclude(pk=job.pk)
    at_work = others.filter(state__in=AT_WORK).values_list("worker", "starts_at", "minutes")
    asked = others.filter(state=Job.State.OFFERED, offers__state=Offer.State.OPEN).values_list(
        "offers__membership", "starts_at", "minutes"
    )
    return {
        worker
        for worker, starts_at, minutes in (*at_work, *asked)
        if worker is not None and starts_at + timedelta(minutes=minutes) > job.starts_at
    }


def _declined(job: Job) -> set[int]:
    """Who said no to this very job, or did not answer: nobody is asked twice for the same one."""
    said_no = (Offer.State.DECLINED, Offer.State.EXPIRED)
    return set(Offer.objects.filter(coop=job.coop, job=job, state__in=said_no).values_list("membership", flat=True))


def _last_places(job: Job, at: datetime) -> dict[int, Place]:
    """Where each member finished their last job of today."""
    today = local_midnight(local_date(at, job.coop.timezone), job.coop.timezone)
    rows = (
        Job.objects.filter(coop=job.coop, done_at__gte=today, done_at__lte=at, place_lat_e7__isnull=False)
        .order_by("done_at")
        .values_list("worker", "place_lat_e7", "place_lon_e7")
    )
    return {worker: Place(lat, lon) for worker, lat, lon in rows if worker and lat is not None and lon is not None}


def _position(membership: Membership, last_places: dict[int, Place]) -> Place | None:
    """Only of those who share a home base: without that consent, no position is used, also not that of the last job."""
    if membership.home_lat_e7 is None or membership.home_lon_e7 is None:
        return None
    return last_places.get(membership.pk) or Place(membership.home_lat_e7, membership.home_lon_e7)
