"""Who could do a job: the rows of the database made into candidates for `marke_core.matching`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from marke.common.clock import local_date, local_midnight
from marke.jobs.conditions import WORKED
from marke.jobs.exclusions import excluded
from marke.jobs.models import Job, Offer, OwnMember
from marke.parties.models import Coop, Membership
from marke.places.positions import positions_of
from marke.rules.models import RuleValue
from marke.rules.queries import rulebook
from marke_core.matching import Candidate, Place, Ranked, rank

# Members of this class do the work; other classes (clients who are members, supporters) are not asked.
WORKING_CLASS = "worker"
# What each mode orders by, in the words of `marke_core.matching.row`.
ORDER = {
    "by_hand": "longest_idle",
    "nearest": "nearest",
    "longest_idle": "longest_idle",
    "staged": "nearest",
    "open_board": "longest_idle",
    "rotation": "longest_idle",
    "fixed": "longest_idle",
    "automatic": "nearest",
}
BY_DISTANCE = frozenset(mode for mode, order in ORDER.items() if order == "nearest")


@dataclass(frozen=True)
class Row:
    """Who is asked for a job, in order, and the rule that says so. `memberships`: by member number."""

    mode: str
    rule_value: RuleValue
    answer_time: timedelta
    ranked: list[Ranked]
    memberships: dict[int, Membership]
    # Where costs were weighed: the rule that says how fairness weighs, and the row as it is to be kept.
    fairness_value: RuleValue | None = None
    weighed: list[dict[str, Any]] | None = None
    left_out: int = 0

    @property
    def free(self) -> list[Membership]:
        """Those who can be asked, best first."""
        return [self.memberships[ranked.member] for ranked in self.ranked if not ranked.out]

    @property
    def first(self) -> Membership | None:
        return next(iter(self.free), None)

    def kept(self) -> list[dict[str, Any]]:
        """As it is kept with the offers: member numbers, integers and reasons only."""
        if self.weighed is not None:
            return self.weighed
        return [{"member": r.member, "score": r.score, "unit": r.unit, "out": r.out} for r in self.ranked]


def mode_of(job: Job, at: datetime) -> str:
    """How the rule in force says that somebody is found for it."""
    return str(rulebook(job.coop, at).value("jobs.matching", job_kind=job.service.job_kind))


def row_for(job: Job, at: datetime, mode: str | None = None) -> Row:
    """The row of a job at the moment `at`, by the rule in force then, or as another mode would have it.

    Whom the client asked for, or where the rule says so the client's own member, stands alone in it as long as they can
    be asked; then everybody, as the fallback says.
    """
    rules, kind = rulebook(job.coop, at), job.service.job_kind
    memberships = workers(job.coop)
    out = excluded([job], memberships, at)[job.pk]
    if mode is None:
        mode, memberships = _as_the_rule_says(job, memberships, out, at)
    return Row(
        mode=mode,
        rule_value=rules.entry("jobs.matching", job_kind=kind),
        answer_time=rules.value("jobs.answer_time", job_kind=kind),
        ranked=_ranked(job, memberships, out, mode, at),
        memberships={membership.number: membership for membership in memberships},
    )


def _as_the_rule_says(
    job: Job, memberships: list[Membership], out: Collection[int], at: datetime
) -> tuple[str, list[Membership]]:
    """The mode, and who stands in the row by it."""
    mode = mode_of(job, at)
    own = own_member(job, mode)
    if own is not None and own not in out and mode != "by_hand":
        alone = [membership for membership in memberships if membership.pk == own]
        if alone:
            return "fixed", alone
    if mode == "fixed" or (mode == "automatic" and start_of(job) is None):
        mode = str(rulebook(job.coop, at).value("jobs.fallback", job_kind=job.service.job_kind))
    return mode, memberships


def is_given_by_hand(job: Job, at: datetime) -> bool:
    """Whether the rule leaves it to the coordinator who is asked."""
    return mode_of(job, at) == "by_hand"


def is_matched(job: Job, at: datetime) -> bool:
    """Whether it is clear, without making its row, that the matcher looks for somebody."""
    return job.wanted_id is None and start_of(job) is not None and mode_of(job, at) == "automatic"


def own_member(job: Job, mode: str) -> int | None:
    """The membership that the client asked for, or by the rule the client's own."""
    if job.wanted_id is not None:
        return job.wanted_id
    if mode != "fixed":
        return None
    rows = OwnMember.objects.filter(coop=job.coop, client=job.client_id, ended_at=None, job_kind__in=("", job.service.job_kind))
    return rows.order_by("-job_kind").values_list("membership", flat=True).first()


def start_of(job: Job) -> Place | None:
    """Where the worker has to be first: the pickup, or else the place."""
    if job.pickup_lat_e7 is not None and job.pickup_lon_e7 is not None:
        return Place(job.pickup_lat_e7, job.pickup_lon_e7)
    return place_point(job)


def place_point(job: Job) -> Place | None:
    """Where the work is, or where it is brought to."""
    if job.place_lat_e7 is None or job.place_lon_e7 is None:
        return None
    return Place(job.place_lat_e7, job.place_lon_e7)


def workers(coop: Coop) -> list[Membership]:
    """Everybody who stands in a row, also with a reason not to be asked."""
    states = (Membership.State.MEMBER, Membership.State.SUSPENDED)
    rows = Membership.objects.filter(coop=coop, member_class=WORKING_CLASS, state__in=states).select_related("party")
    found = list(rows.order_by("number"))
    for membership in found:
        membership.coop = coop
    return found


def _ranked(job: Job, memberships: Sequence[Membership], out: dict[int, str], mode: str, at: datetime) -> list[Ranked]:
    """Those who can be asked, in order, and then the others with their reasons."""
    order = ORDER[mode]
    since = last_turns(job.coop) if mode == "rotation" else idle_since(job.coop, memberships)
    places = places_of(job.coop, memberships, at) if order == "nearest" else {}
    reasons = {membership.number: out.get(membership.pk, "") for membership in memberships}
    candidates = [
        Candidate(
            membership.number,
            int((since.get(membership.pk) or membership.admitted_at or membership.applied_at).timestamp()),
            places.get(membership.pk),
        )
        for membership in memberships
    ]
    ranked = rank(candidates, order, int(at.timestamp()), start_of(job))
    told = [replace(each, out=reasons[each.member] or each.out) for each in ranked]
    return sorted(told, key=lambda each: bool(each.out))


def idle_since(coop: Coop, memberships: Collection[Membership]) -> dict[int, datetime]:
    """When each member last took on or finished a job: two looks into an index each, however long the history."""
    mine: QuerySet[Job] = Job.objects.filter(coop=coop, worker=OuterRef("pk"), state__in=WORKED).order_by("-accepted_at")
    rows = Membership.objects.filter(pk__in=[membership.pk for membership in memberships]).annotate(
        taken=Subquery(mine.values("accepted_at")[:1]),
        finished=Subquery(mine.filter(done_at__isnull=False).values("done_at")[:1]),
    )
    found = rows.order_by().values_list("pk", "taken", "finished")
    return {pk: max(moment for moment in (taken, done) if moment) for pk, taken, done in found if taken or done}


def last_turns(coop: Coop) -> dict[int, datetime]:
    """When each member last took a job by turn. Saying no takes no turn; what was handed back or called off gives it back."""
    taken = Offer.objects.filter(coop=coop, state=Offer.State.ACCEPTED, asking__mode="rotation")
    taken = taken.exclude(job__state__in=(Job.State.CANCELLED, Job.State.EXPIRED))
    return dict(taken.order_by().values_list("membership").annotate(last=Max("answered_at")))


def places_of(coop: Coop, memberships: Collection[Membership], at: datetime) -> dict[int, Place]:
    """Where members are, of those who agreed to be looked for: where they share it now, their last job of today, home."""
    live = positions_of(coop, [membership.pk for membership in memberships], at)
    today = local_midnight(local_date(at, coop.timezone), coop.timezone)
    lately = Job.objects.filter(
        Q(done_at__gte=today, done_at__lte=at), coop=coop, state__in=WORKED, starts_at__gte=today - timedelta(days=1)
    )
    done = lately.exclude(place_lat_e7=None).order_by("done_at").values_list("worker", "place_lat_e7", "place_lon_e7")
    last = {worker: Place(lat, lon) for worker, lat, lon in done if worker and lat is not None and lon is not None}
    places = {}
    for membership in memberships:
        if membership.pk in live:
            places[membership.pk] = live[membership.pk].place
        elif membership.home_lat_e7 is not None and membership.home_lon_e7 is not None:
            # Without a shared home base no position is used, also not that of the last job.
            home = Place(membership.home_lat_e7, membership.home_lon_e7)
            places[membership.pk] = last.get(membership.pk, home)
    return places
