"""All open jobs of a co-op and all its members at once, as the question that `marke_core.matching.rolling` answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Sum

from marke.common.clock import local_date, local_midnight
from marke.jobs.conditions import WORKED
from marke.jobs.exclusions import excluded
from marke.jobs.kinds import kinds_of
from marke.jobs.matching import WORKING_CLASS, Row, place_point, places_of, start_of, workers
from marke.jobs.models import Job
from marke.jobs.sharing import Agreed, Shared, Sharing, sharing
from marke.jobs.shifts import clocked_so_far
from marke.parties.models import Coop, Membership
from marke.places.travel import travel
from marke.rules.queries import Rulebook, rulebook
from marke_core.matching import Explanation, Option, Place, Problem, Proposal, Request, Service, Trip, Weights, Worker
from marke_core.matching.rolling import propose
from marke_core.matching.travel import Travel

# How many are looked at for one job, the nearest who can; the explanation counts the others.
NEAREST = 30
MOST_JOBS = 1_000


@dataclass(frozen=True)
class View:
    """What the matcher sees at one moment. `out`: job id → membership id → the reason."""

    at: datetime
    rules: Rulebook
    jobs: dict[int, Job]  # by number, with what its members have agreed to and may still be added to
    members: dict[int, Membership]  # by number
    out: dict[int, dict[int, str]]
    earned: dict[int, int]  # by membership id, minor units
    problem: Problem  # that the proposals answer
    proposals: list[Proposal]
    agreed: Mapping[int, Agreed] = field(default_factory=dict)  # by member number


def view(coop: Coop, at: datetime) -> View:
    """What the matcher proposes now, in a constant number of queries."""
    rules = rulebook(coop, at)
    jobs = waiting_jobs(coop, rules, at)
    members = workers(coop) if jobs else []
    places = places_of(coop, members, at)
    out = excluded(jobs, members, at)
    earned = earned_so_far(coop, rules, at)
    clocked = clocked_so_far(coop, _monday(coop, at), at)
    numbers = {member.pk: member.number for member in members}
    present = [member for member in members if member.pk in places]
    found, here = sharing(coop, rules, jobs, present, at), dict(places)
    carries = found.carries
    problem = Problem(
        requests=[request_of(job, rules, out[job.pk], numbers, found.shared.get(job.pk)) for job in jobs],
        workers=[
            _worker(member, places[member.pk], earned, clocked, carries.get(member.pk), at)
            for member in freed(coop, present, places, at)
        ],
        at=int(at.timestamp()),
        travel=_travel(rules, jobs),
        trips=[_trip(each, rules, here[each.member.pk], found, at) for each in found.agreed],
    )
    proposals = propose(
        requests=problem.requests, workers=problem.workers, at=problem.at, travel=problem.travel, trips=problem.trips,
        weights=weights_of(rules, sorted({job.service.job_kind for job in jobs})),
    )  # fmt: skip
    return View(
        at=at,
        rules=rules,
        jobs={job.number: job for job in (*jobs, *(held for trip in found.agreed for held in trip.jobs))},
        members={member.number: member for member in members},
        out=out,
        earned=earned,
        problem=problem,
        proposals=proposals,
        agreed={trip.member.number: trip for trip in found.agreed},
    )


def _trip(agreed: Agreed, rules: Rulebook, place: Place, found: Sharing, at: datetime) -> Trip:
    """As if they set out now for what they have agreed to."""
    return Trip(
        worker=agreed.member.number,
        requests=tuple(request_of(job, rules, {}, {}, found.shared[job.pk]) for job in agreed.jobs),
        left_at=int(at.timestamp()),
        from_place=place,
        may_join=found.may_join.get(agreed.member.pk, frozenset()),
    )


def waiting_jobs(coop: Coop, rules: Rulebook, at: datetime) -> list[Job]:
    """Open jobs of the kinds that the rule leaves to the matcher, that are on the map and not locked."""
    kinds = [k.kind for k in kinds_of(coop.pack) if rules.value("jobs.matching", job_kind=k.kind) == "automatic"]
    horizon = at + _ahead(rules, kinds)
    rows = Job.objects.filter(
        coop=coop, state=Job.State.REQUESTED, service__job_kind__in=kinds, starts_at__lte=horizon, lock=None,
        starts_at__gte=at - rules.value("dispatch.latest_start"),
    )  # fmt: skip
    found = rows.select_related("service", "client__party", "coop").order_by("starts_at", "number")[:MOST_JOBS]
    return [job for job in found if start_of(job) is not None]


def lead(view: View, job: Job, *, asked: bool) -> timedelta:
    """How long before leaving it has to be decided: the notice, and the time to answer for who is asked."""
    answer = view.rules.value("jobs.answer_time", job_kind=job.service.job_kind) if asked else timedelta(0)
    notice: timedelta = view.rules.value("dispatch.notice") + answer
    return notice


def row_of(view: View, proposal: Proposal, job: Job) -> Row:
    """The row as it is kept: everybody who was weighed for this job, part by part, in whole seconds and minor units."""
    explanation = next(found for found in proposal.explanations if found.request == job.number)
    kind = job.service.job_kind
    return Row(
        mode="automatic",
        rule_value=view.rules.entry("jobs.matching", job_kind=kind),
        answer_time=view.rules.value("jobs.answer_time", job_kind=kind),
        ranked=[],
        memberships=view.members,
        fairness_value=view.rules.entry("dispatch.fairness"),
        weighed=_kept(view, job, explanation, together=bool(proposal.shared)),
        left_out=explanation.left_out,
    )


def _kept(view: View, job: Job, explanation: Explanation, *, together: bool) -> list[dict[str, Any]]:
    rows, weighed = [], set()
    for option in _once(explanation, together):
        member = view.members[option.worker]
        weighed.add(option.worker)
        entry: dict[str, Any] = {"member": option.worker, "score": None, "unit": "cost", "out": option.out}
        if option.out == "blocked":
            entry["out"] = view.out[job.pk].get(member.pk, "blocked")
        elif not option.out:
            parts = ("approach", "waiting", "lateness", "fairness", "position")
            entry.update({part: round(getattr(option.cost, part) * 60) for part in parts})
            entry.update(score=round(option.cost.total * 60), earned=view.earned.get(member.pk, 0))
            if option.joins:
                entry["joins"] = 1
            elif option.needed_for:
                entry["needed"] = list(option.needed_for)
        rows.append(entry)
    rest = [number for number in view.members if number not in weighed]
    if explanation.left_out:  # further away than all who were weighed: counted, not listed
        rest = []
    return rows + [
        {"member": n, "score": None, "unit": "cost", "out": view.out[job.pk].get(view.members[n].pk, "no_position")} for n in rest
    ]


def _once(explanation: Explanation, together: bool) -> list[Option]:
    """Each worker once, best first: whoever would take it along, and could do it by itself too, as they are asked."""
    found: dict[int, Option] = {}
    for option in explanation.options:
        as_asked = option.worker == explanation.chosen and option.joins == together
        if as_asked or option.worker not in found:
            found[option.worker] = option
    return list(found.values())


def earned_so_far(coop: Coop, rules: Rulebook, at: datetime) -> dict[int, int]:
    """Membership id → what this week's jobs bring them, of the prices agreed, without what the co-op keeps."""
    monday = _monday(coop, at)
    rows = Job.objects.filter(coop=coop, accepted_at__gte=monday, accepted_at__lte=at, state__in=WORKED, worker__isnull=False)
    sums = rows.order_by().values_list("worker", "service__job_kind", "worker__member_class").annotate(sum=Sum("price"))
    earned: dict[int, int] = {}
    for worker, kind, member_class, price in sums:
        scope = {"job_kind": kind, "member_class": member_class}
        earned[worker] = earned.get(worker, 0) + _share(price, rules, scope)
    return earned


def _share(price: int, rules: Rulebook, scope: dict[str, str]) -> int:
    kept: Fraction = rules.value("jobs.contribution", **scope) + rules.value("jobs.guarantee", **scope)
    return int(price * (1 - kept))


def _monday(coop: Coop, at: datetime) -> datetime:
    today = local_date(at, coop.timezone)
    return local_midnight(today - timedelta(days=today.weekday()), coop.timezone)


def request_of(
    job: Job, rules: Rulebook, out: Mapping[int, str], numbers: Mapping[int, int], shared: Shared | None = None
) -> Request:
    """`blocked` carries every reason not to ask; which one it was is put back when the row is kept.

    numbers: of the members, by membership id · shared: where it may go on one trip with others
    """
    pickup, drop = start_of(job), place_point(job)
    assert pickup is not None
    starts = job.from_at or job.starts_at
    latest = job.until_at - timedelta(minutes=job.minutes) if job.until_at else starts + rules.value("dispatch.latest_start")
    moves = drop is not None and drop != pickup
    request = Request(
        number=job.number,
        pickup=pickup,
        ready=int(starts.timestamp()),
        drop=drop if moves else None,
        start_by=int(max(latest, starts).timestamp()),
        at_pickup=Service() if moves else Service(after=job.minutes * 60),
        blocked=frozenset(numbers[pk] for pk in out.keys() & numbers.keys()),
        earns=_share(job.price, rules, {"job_kind": job.service.job_kind, "member_class": WORKING_CLASS}),
    )
    if shared is None:
        return request
    return replace(
        request,
        pickup=shared.place,
        source=shared.source,
        load=shared.load_kg,
        at_pickup=Service(after=shared.stop_seconds),
        at_drop=Service(before=shared.stop_seconds),
    )


def freed(coop: Coop, members: list[Membership], places: dict[int, Place], at: datetime) -> list[Membership]:
    """Sets who is under way to where and when they will be free."""
    rows = Job.objects.filter(coop=coop, state=Job.State.UNDER_WAY, worker__in=members)
    # Of several on one trip, the one that is planned to end last.
    under_way = {job.worker_id: job for job in sorted(rows, key=lambda job: job.starts_at + timedelta(minutes=job.minutes))}
    for member in members:
        job = under_way.get(member.pk)
        ends = job.starts_at + timedelta(minutes=job.minutes) if job else at
        vars(member)["free_at"] = max(ends, at)
        if job and (place := place_point(job)):
            places[member.pk] = place
    return members


def _worker(
    member: Membership,
    place: Place,
    earned: Mapping[int, int],
    clocked: Mapping[int, int] | None,
    carries: int | None,
    at: datetime,
) -> Worker:
    """Without shifts on which anybody clocks, all are counted as there the whole week, or since they came."""
    since = max(_monday(member.coop, at), member.admitted_at or member.applied_at)
    return Worker(
        number=member.number,
        place=place,
        free_at=int(vars(member)["free_at"].timestamp()),
        starts=int(at.timestamp()),
        capacity=carries,
        earned=earned.get(member.pk, 0),
        logged=max(int((at - since).total_seconds()), 0) if clocked is None else clocked.get(member.pk, 0),
    )


def _travel(rules: Rulebook, jobs: Sequence[Job]) -> Travel:
    return travel(rules, jobs[0].service.job_kind if jobs else "")


def _longest_lead(rules: Rulebook, kinds: Sequence[str]) -> timedelta:
    """How long before leaving anything has to be decided at the earliest: the notice, and the longest time to answer."""
    answers = [rules.value("jobs.answer_time", job_kind=kind) for kind in kinds]
    longest: timedelta = rules.value("dispatch.notice") + max(answers, default=timedelta(0))
    return longest


def _ahead(rules: Rulebook, kinds: Sequence[str]) -> timedelta:
    """How far ahead the matcher looks: as the rule says, and further where deciding and the way there take longer."""
    horizon: timedelta = rules.value("dispatch.horizon")
    return max(horizon, _longest_lead(rules, kinds) + timedelta(hours=1))


def weights_of(rules: Rulebook, kinds: Sequence[str]) -> Weights:
    """How the rules weigh for these kinds of work."""
    ahead = _ahead(rules, kinds)
    return Weights(
        fairness=float(rules.value("dispatch.fairness")),
        newcomer_minutes=rules.value("dispatch.smoothing") // timedelta(minutes=1),
        horizon_minutes=ahead // timedelta(minutes=1),
        busy_minutes=ahead // timedelta(minutes=1),
        answer_minutes=-(-_longest_lead(rules, kinds) // timedelta(minutes=1)),
        while_busy=True,
        position=0.0,
        nearest=NEAREST,
        largest_trip=rules.value("dispatch.trip_jobs"),
        longer_minutes=rules.value("dispatch.trip_wait") // timedelta(minutes=1),
        together_at_first=True,
    )
