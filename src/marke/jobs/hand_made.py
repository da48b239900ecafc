"""Jobs that a dispatcher puts on one trip: what cannot go together, and what somebody should know before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.refusal import Refused
from marke.jobs.matching import places_of, start_of
from marke.jobs.models import Job
from marke.jobs.needs import carried_by
from marke.jobs.rolling import freed, request_of
from marke.jobs.sharing import Shared, in_common, that_go_together
from marke.parties.models import Membership
from marke.places.travel import travel
from marke.rules.queries import Rulebook
from marke_core.matching import Request, Worker
from marke_core.matching.by_hand import Planned, plan_by_hand
from marke_core.matching.checker import Violation


class CannotShareTrip(Refused):
    """These jobs cannot be done on one trip by this member."""


@dataclass(frozen=True)
class HandMade:
    """`plan`: as a trip keeps it. `warnings`: sentences about what it breaks, which forbid nothing."""

    plan: list[dict[str, Any]]
    warnings: list[str]


def put_together(jobs: Sequence[Job], member: Membership, held: Collection[int], rules: Rulebook, at: datetime) -> HandMade:
    """The jobs on one trip of this member, in the order that is best for those who wait.

    held: the ids of those that the member has agreed to already
    Raises: CannotShareTrip.
    """
    _check_kinds(jobs)
    planned = plan_by_hand(
        requests=_requests(jobs, rules), worker=_worker(jobs, member, at), travel=travel(rules, jobs[0].service.job_kind),
        at=int(at.timestamp()),
    )  # fmt: skip
    known = {job.number: job for job in jobs}
    warnings = [words for fault in planned.faults if (words := _judged(fault, known, member, rules))]
    return HandMade(_plan(planned, known, held), [*dict.fromkeys([*warnings, *_waits(planned, rules)])])


def check_size(count: int, rules: Rulebook) -> None:
    """Raises: CannotShareTrip."""
    most = rules.value("dispatch.trip_jobs")
    if count > most:
        raise CannotShareTrip(
            ngettext(
                "By the rule, every job goes by itself; these are %(count)s. Give them one by one, or propose another number under “How many jobs on one trip”.",
                "By the rule, up to %(most)s jobs go on one trip; these are %(count)s. Choose fewer, or propose another number under “How many jobs on one trip”.",
                most,
            )
            % {"most": most, "count": count}
        )


def _check_kinds(jobs: Sequence[Job]) -> None:
    fit = {job.pk for job in that_go_together(jobs)}
    if others := [str(job.number) for job in jobs if job.pk not in fit]:
        raise CannotShareTrip(
            ngettext(
                "Job %(numbers)s goes by itself: only things that are fetched at one place on the map and brought to another, with no stop between, share a trip.",
                "Jobs %(numbers)s go by themselves: only things that are fetched at one place on the map and brought to another, with no stop between, share a trip.",
                len(others),
            )
            % {"numbers": ", ".join(others)}
        )


def _requests(jobs: Sequence[Job], rules: Rulebook) -> list[Request]:
    shared = in_common(rules, jobs, None)
    return [_request(job, rules, shared.get(job.pk)) for job in jobs]


def _request(job: Job, rules: Rulebook, shared: Shared | None) -> Request:
    """What begins near nothing else has a source of its own. What has a window is to be over by its end."""
    start = start_of(job)
    assert start is not None
    stop = int(rules.value("dispatch.trip_stop").total_seconds())
    request = request_of(job, rules, {}, {}, shared or Shared(-job.number, start, stop, job.load_kg))
    return replace(request, start_by=None, done_by=int(job.until_at.timestamp())) if job.until_at else request


def _worker(jobs: Sequence[Job], member: Membership, at: datetime) -> Worker:
    """From where they are, as far as they share it: else as if they stood at the pick-up."""
    places = places_of(member.coop, [member], at)
    freed(member.coop, [member], places, at)
    start = places.get(member.pk) or start_of(jobs[0])
    assert start is not None
    return Worker(
        number=member.number, place=start, free_at=int(vars(member)["free_at"].timestamp()), starts=int(at.timestamp()),
        capacity=carried_by(member.coop, [member], at)[member.pk],
    )  # fmt: skip


def _judged(fault: Violation, known: dict[int, Job], member: Membership, rules: Rulebook) -> str:
    """The fault in words, where it only warns. Raises: CannotShareTrip."""
    numbers = ", ".join(str(number) for number in fault.requests)
    if fault.condition == "source":
        raise CannotShareTrip(
            _(
                "Jobs %(numbers)s are not fetched at one place: the rule counts %(metres)s metres as near enough. Put only those on one trip that are."
            )
            % {"numbers": numbers, "metres": rules.value("dispatch.trip_near")}
        )
    if fault.condition == "load":
        return _too_heavy(fault, known, member, rules)
    late = -(-fault.over // 60)
    words = ngettext("Job %(number)s comes %(n)s minute too late.", "Job %(number)s comes %(n)s minutes too late.", late)
    return words % {"number": numbers, "n": late}


def _too_heavy(fault: Violation, known: dict[int, Job], member: Membership, rules: Rulebook) -> str:
    """Together they are too heavy: as the rule of their kind says, that leaves out or warns."""
    load = sum(known[number].load_kg for number in fault.requests)
    words = {"name": member.party.name, "load": load, "most": load - fault.over}
    kind = known[fault.requests[0]].service.job_kind
    if rules.value("jobs.lacking", job_kind=kind) == "leave_out":
        raise CannotShareTrip(
            _("Together that is %(load)s kg, and for %(name)s %(most)s kg is written down. Put fewer on the trip.") % words
        )
    return _("Together that is %(load)s kg, and for %(name)s %(most)s kg is written down.") % words


def _waits(planned: Planned, rules: Rulebook) -> list[str]:
    """Who waits longer because of the others than the rule says."""
    most = int(rules.value("dispatch.trip_wait").total_seconds())
    found = []
    route = planned.route
    for request, done_at, alone_at in zip(route.requests, route.done_at, planned.alone_at, strict=True):
        if done_at - alone_at > most:
            words = _("Because of the others, job %(number)s comes %(n)s minutes later than by itself; the rule allows %(most)s.")
            found.append(words % {"number": request.number, "n": -(-(done_at - alone_at) // 60), "most": most // 60})
    return found


def _plan(planned: Planned, known: dict[int, Job], held: Collection[int]) -> list[dict[str, Any]]:
    route = planned.route
    return [
        {
            "job": request.number, "picked_up_at": route.picked_up_at, "done_at": done_at, "alone_at": alone_at, "cost": None,
            "cost_alone": None, "agreed": known[request.number].pk in held,
        }
        for request, done_at, alone_at in zip(route.requests, route.done_at, planned.alone_at, strict=True)
    ]  # fmt: skip
