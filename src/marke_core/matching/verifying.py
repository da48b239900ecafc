"""Verifies what the matcher answers before anybody acts on it: each proposal as the run that would come of it.

It shares no line with the matcher: moments are those that the proposal says, ways are asked for anew, and `checker` judges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marke_core.matching.answer import Proposal
from marke_core.matching.checker import Facts, Violation, violations
from marke_core.matching.play import Run
from marke_core.matching.problem import Problem, Request, Trip, Worker
from marke_core.matching.trips import Route


@dataclass(frozen=True, slots=True)
class _Known:
    requests: Mapping[int, Request]
    workers: Mapping[int, Worker]
    trips: Mapping[int, Trip]  # by worker


def faults(problem: Problem, proposals: Sequence[Proposal]) -> list[tuple[Violation, ...]]:
    """What is wrong with each, beside the proposals: empty where it can be done as it says.

    Each is judged by itself, and none may propose what another does. It takes some 0.1 ms for each, and the ways asked for.
    """
    known = _Known(
        {request.number: request for request in problem.requests},
        {worker.number: worker for worker in problem.workers},
        {trip.worker: trip for trip in problem.trips},
    )
    times = Counter(number for proposal in proposals for number in proposal.requests)
    trips = Counter((proposal.worker, proposal.joins) for proposal in proposals)
    return [
        (*_proposed_once(proposal, times, trips[proposal.worker, proposal.joins]), *_by_itself(proposal, problem, known))
        for proposal in proposals
    ]


def _proposed_once(proposal: Proposal, times: Mapping[int, int], trips: int) -> Iterator[Violation]:
    twice = tuple(number for number in proposal.requests if times[number] > 1)
    if twice:
        yield Violation("once", proposal.worker, twice, f"proposed {[times[number] for number in twice]} times")
    if trips > 1:
        yield Violation("free", proposal.worker, proposal.requests, f"proposed for {trips} trips at once")


def _by_itself(proposal: Proposal, problem: Problem, known: _Known) -> Sequence[Violation]:
    worker, trip = known.workers.get(proposal.worker), known.trips.get(proposal.worker)
    strange = tuple(number for number in proposal.requests if number not in known.requests)
    if worker is None or strange or not proposal.requests or (proposal.joins and trip is None):
        case = "the worker, the trip or these requests are not those of the problem"
        return [Violation("known", proposal.worker, strange, case)]
    asked = [known.requests[number] for number in proposal.requests]
    held = trip if proposal.joins else None
    said = list(_contradictions(proposal, held.requests if held else ()))
    if said:
        return said
    if held:
        worker, asked = _when_it_set_out(worker, held, asked)
    run = _run(proposal, problem, worker, asked, held)
    return violations(runs=[run], requests=run.route.requests, workers=[worker], travel=problem.travel)


def _contradictions(proposal: Proposal, held: Sequence[Request]) -> Iterator[Violation]:
    """Its parts have to tell of the same trip. held: what is on it already"""
    before, numbers = {request.number for request in held}, tuple(stop.request for stop in proposal.stops)
    new = tuple(number for number in numbers if number not in before)
    if new != proposal.requests or len(numbers) != len(before) + len(new) or not before <= {*numbers}:
        yield Violation("stops", proposal.worker, proposal.requests, f"stops at {numbers}, holds {sorted(before)}")
    moments = sorted({stop.picked_up_at for stop in proposal.stops})
    if len(moments) != 1:
        yield Violation("stops", proposal.worker, proposal.requests, f"one trip is fetched at one moment, not at {moments}")
    doors = [(stop.request, stop.done_at) for stop in proposal.stops]
    shared = [(each.request, each.done_at) for each in proposal.shared]
    if shared != (doors if len(doors) > 1 else []):
        yield Violation("shared", proposal.worker, proposal.requests, f"told {shared} of the doors, which are {doors}")


def _when_it_set_out(worker: Worker, trip: Trip, asked: Sequence[Request]) -> tuple[Worker, list[Request]]:
    """The worker as the trip that is joined found them, whom that very trip keeps from nothing."""
    free = [
        replace(request, blocked=request.blocked - {worker.number}) if request.number in trip.may_join else request
        for request in asked
    ]
    return replace(worker, place=trip.from_place, free_at=trip.left_at), free


def _run(proposal: Proposal, problem: Problem, worker: Worker, asked: Sequence[Request], held: Trip | None) -> Run:
    """Who sets out leaves at the latest moment that the proposal names; what joins a trip is told at the place."""
    by_number = {request.number: request for request in (*asked, *(held.requests if held else ()))}
    requests = tuple(by_number[stop.request] for stop in proposal.stops)
    left_at = held.left_at if held else proposal.leave_by
    arrived_at = left_at + Facts({}, {}, problem.travel).way(worker.place, requests[0].pickup)
    told_at = max(problem.at, arrived_at if held else worker.free_at)
    route = Route(
        requests=requests,
        arrived_at=arrived_at,
        picked_up_at=proposal.stops[0].picked_up_at,
        done_at=tuple(stop.done_at for stop in proposal.stops),
        free_at=proposal.free_at,
        travel=0,  # the checker asks for the ways itself
    )
    return Run(worker.number, route, (told_at,) * len(requests), left_at, worker.place, left_at if held else told_at)
