"""Verifies an answer with code of its own: what was done, against what was asked and who was there.

It shares no line with the matcher. Errors are values: each names the condition, the worker, the requests and the moments.
Stricter than the published evaluator of the Grubhub instances, which does not look at service times on the way, at one
source per trip, or at whether a worker was free when told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from marke_core.matching.play import Run
from marke_core.matching.problem import Request, Service, Worker
from marke_core.matching.row import Place
from marke_core.matching.travel import Travel


@dataclass(frozen=True, slots=True)
class Violation:
    """`condition` is the name of the check that failed; `case` says what was found and what would have been right.

    over: by how much, for a window (in units of time) and for a load
    """

    condition: str
    worker: int
    requests: tuple[int, ...]
    case: str
    over: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What was asked and who was there, by number."""

    requests: Mapping[int, Request]
    workers: Mapping[int, Worker]
    travel: Travel

    def way(self, a: Place, b: Place) -> int:
        return int(self.travel(*(np.array([value]) for value in (a.lat, a.lon, b.lat, b.lon)))[0])


def violations(*, runs: Sequence[Run], requests: Sequence[Request], workers: Sequence[Worker], travel: Travel) -> list[Violation]:
    """All violations, in the order of the runs; an empty list is a valid answer."""
    facts = Facts({request.number: request for request in requests}, {worker.number: worker for worker in workers}, travel)
    strangers = list(_strangers(runs, facts))
    if strangers:
        return strangers
    found = list(each_request_is_served_once(runs))
    for run in runs:
        for condition in EACH_RUN:
            found += condition(run, facts)
    by_worker = defaultdict(list)
    for run in runs:
        by_worker[run.worker].append(run)
    for number, theirs in sorted(by_worker.items()):
        found += one_trip_follows_another(sorted(theirs, key=lambda run: run.left_at), facts.workers[number])
    return found


def _strangers(runs: Sequence[Run], facts: Facts) -> Iterator[Violation]:
    for run in runs:
        unknown = tuple(r.number for r in run.route.requests if facts.requests.get(r.number) != r)
        if unknown or run.worker not in facts.workers or not run.route.requests:
            yield Violation("known", run.worker, unknown, "the worker or these requests are not those of the problem")


def _numbers(run: Run) -> tuple[int, ...]:
    return tuple(request.number for request in run.route.requests)


def each_request_is_served_once(runs: Sequence[Run]) -> Iterator[Violation]:
    times = Counter(number for run in runs for number in _numbers(run))
    for run in runs:
        twice = tuple(number for number in _numbers(run) if times[number] > 1)
        if twice:
            yield Violation("once", run.worker, twice, f"served {[times[number] for number in twice]} times")


def nobody_knows_the_future(run: Run, facts: Facts) -> Iterator[Violation]:
    for request, told_at in zip(run.route.requests, run.told_at, strict=True):
        if request.known is not None and told_at < request.known:
            yield Violation("known_first", run.worker, (request.number,), f"told at {told_at}, known from {request.known}")
        if told_at > run.route.picked_up_at:
            yield Violation(
                "told_first", run.worker, (request.number,), f"told at {told_at}, fetched at {run.route.picked_up_at}"
            )


def who_is_under_way_is_not_diverted(run: Run, facts: Facts) -> Iterator[Violation]:
    """The trip begins with a request; what joins it is told at the place, where the worker waits."""
    if run.sent_at > run.left_at:
        yield Violation("told_first", run.worker, _numbers(run), f"left at {run.left_at}, told at {run.sent_at}")
    for number, told_at in zip(_numbers(run), run.told_at, strict=True):
        if run.left_at < told_at < run.route.arrived_at:
            yield Violation(
                "diverted", run.worker, (number,), f"told at {told_at} between {run.left_at} and {run.route.arrived_at}"
            )


def the_way_takes_its_time(run: Run, facts: Facts) -> Iterator[Violation]:
    earliest = run.left_at + facts.way(run.from_place, run.route.requests[0].pickup)
    if run.route.arrived_at < earliest:
        yield Violation("travel", run.worker, _numbers(run), f"at the pickup at {run.route.arrived_at}, possible from {earliest}")


def nothing_is_fetched_before_it_is_ready(run: Run, facts: Facts) -> Iterator[Violation]:
    moment = run.route.picked_up_at
    for request in run.route.requests:
        earliest = max(request.ready, run.route.arrived_at + request.at_pickup.before)
        if moment < earliest:
            yield Violation("ready", run.worker, (request.number,), f"fetched at {moment}, possible from {earliest}")
        if request.start_by is not None and moment > request.start_by:
            case = f"begun at {moment}, wanted by {request.start_by}"
            yield Violation("window", run.worker, (request.number,), case, moment - request.start_by)


def nothing_is_fetched_outside_the_shift(run: Run, facts: Facts) -> Iterator[Violation]:
    worker, moment = facts.workers[run.worker], run.route.picked_up_at
    if run.left_at < max(worker.starts, worker.free_at):
        yield Violation(
            "shift", run.worker, _numbers(run), f"left at {run.left_at}, there from {max(worker.starts, worker.free_at)}"
        )
    if worker.ends is not None and moment > worker.ends:
        yield Violation("shift_end", run.worker, _numbers(run), f"fetched at {moment}, off at {worker.ends}")


def each_door_takes_its_time(run: Run, facts: Facts) -> Iterator[Violation]:
    moment = run.route.picked_up_at + max(request.at_pickup.after for request in run.route.requests)
    here = run.route.requests[0].pickup
    for request, done_at in zip(run.route.requests, run.route.done_at, strict=True):
        service, door = (request.at_drop, request.drop) if request.drop else (Service(), here)
        earliest = moment + facts.way(here, door) + service.before if request.drop else moment
        if done_at < earliest:
            yield Violation("drop", run.worker, (request.number,), f"done at {done_at}, possible from {earliest}")
        if request.done_by is not None and done_at > request.done_by:
            case = f"done at {done_at}, wanted by {request.done_by}"
            yield Violation("window", run.worker, (request.number,), case, done_at - request.done_by)
        moment, here = done_at + service.after, door
    if run.route.free_at < moment:
        yield Violation("drop", run.worker, _numbers(run), f"free at {run.route.free_at}, possible from {moment}")


def a_trip_has_one_source(run: Run, facts: Facts) -> Iterator[Violation]:
    stops = {(request.source, request.pickup) for request in run.route.requests}
    alone = any(request.source is None for request in run.route.requests)
    if len(run.route.requests) > 1 and (len(stops) > 1 or alone):
        yield Violation("source", run.worker, _numbers(run), f"{len(stops)} sources in one trip")


def the_worker_can_do_it(run: Run, facts: Facts) -> Iterator[Violation]:
    worker = facts.workers[run.worker]
    load = sum(request.load for request in run.route.requests)
    if worker.capacity is not None and load > worker.capacity:
        case = f"{load} to carry, {worker.capacity} at most"
        yield Violation("load", run.worker, _numbers(run), case, load - worker.capacity)
    if worker.out:
        yield Violation("out", run.worker, _numbers(run), worker.out)
    for request in run.route.requests:
        for word, missing in (("skill", request.skills - worker.skills), ("access", request.access - worker.access)):
            if missing:
                yield Violation(word, run.worker, (request.number,), f"lacks {sorted(missing)}")
        for word, numbers in (("blocked", request.blocked), ("declined", request.declined)):
            if worker.number in numbers:
                yield Violation(word, run.worker, (request.number,), "is not to be asked")


EACH_RUN = (
    nobody_knows_the_future,
    who_is_under_way_is_not_diverted,
    the_way_takes_its_time,
    nothing_is_fetched_before_it_is_ready,
    nothing_is_fetched_outside_the_shift,
    each_door_takes_its_time,
    a_trip_has_one_source,
    the_worker_can_do_it,
)


def one_trip_follows_another(runs: Sequence[Run], worker: Worker) -> Iterator[Violation]:
    """A worker is told of a trip when the one before is over, and begins it where that one ended."""
    place, free_at = worker.place, worker.free_at
    for run in runs:
        if run.from_place != place:
            yield Violation("place", worker.number, _numbers(run), f"sets out from {run.from_place}, was at {place}")
        if min(run.sent_at, *run.told_at) < free_at:
            yield Violation(
                "free",
                worker.number,
                _numbers(run),
                f"told at {min(run.sent_at, *run.told_at)}, left at {run.left_at}, free at {free_at}",
            )
        last = run.route.requests[-1]
        place, free_at = last.drop or last.pickup, run.route.free_at
