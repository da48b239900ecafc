"""A day, or any past stretch of time, played again: requests become known, workers are told, nobody knows the future.

At each step the matcher sees what is known by then. A worker is told when leaving later would be late, and not before
they are free; what joins a trip is told when the worker is at the place, before the pickup. Nobody declines here.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from marke_core.matching.columns import CODE, FOREVER, Codes, RequestColumns, WorkerColumns, check, column, excluded
from marke_core.matching.dealing import NOBODY, Costs, Deal, Fairness, Minutes, costs, remoteness_of
from marke_core.matching.joining import Going, Joining
from marke_core.matching.problem import Request, Weights, Worker
from marke_core.matching.row import Column, Place
from marke_core.matching.travel import Travel
from marke_core.matching.trips import Route, Router

LATELY = 100  # requests whose pickups say where work lately began


@dataclass(frozen=True, slots=True)
class Run:
    """A trip as it happened. `told_at` stands beside `route.requests`: when the worker was told of each."""

    worker: int
    route: Route
    told_at: tuple[int, ...]
    left_at: int
    from_place: Place
    sent_at: int  # when the worker was told to go there


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it. `unserved`: the numbers of the requests that nobody could do."""

    runs: tuple[Run, ...]
    unserved: tuple[int, ...]


@dataclass(slots=True)
class _UnderWay:
    """A trip that is not picked up yet, and when its worker was told of each request."""

    going: Going
    told_at: dict[int, int]
    left_at: int
    from_place: Place

    def run(self) -> Run:
        route = self.going.route
        told_at = tuple(self.told_at[request.number] for request in route.requests)
        return Run(self.going.worker, route, told_at, self.left_at, self.from_place, self.left_at)


class Preparation(Protocol):
    """What a dispatcher at a moment believes of when requests are ready."""

    guesses: bool

    def seen(self, known: Column, ready: Column, at: int) -> Column: ...


class Announced:
    """The moment is known with the request."""

    guesses = False

    def seen(self, known: Column, ready: Column, at: int) -> Column:
        return ready


class RunningMedian:
    """Until it is ready: when it became known, plus the median of the preparations that have finished so far.

    What should have been ready by then may be so at any moment, and its client has waited long: it is expected when the
    first quarter of those that took longer were ready, because a worker's minute weighs less than theirs.
    """

    guesses = True

    def __init__(self, requests: Sequence[Request], *, first: int) -> None:
        self._coming = sorted((r.ready, r.ready - known_at(r)) for r in requests)
        self._finished: list[int] = []
        self._first = first
        self._next = 0

    def seen(self, known: Column, ready: Column, at: int) -> Column:
        while self._next < len(self._coming) and self._coming[self._next][0] <= at:
            insort(self._finished, self._coming[self._next][1])
            self._next += 1
        finished = np.array(self._finished or [self._first], dtype=np.int64)
        usual = known + finished[len(finished) // 2]
        longer = np.searchsorted(finished, at - known, side="right")
        overdue = known + finished[np.minimum((3 * longer + len(finished)) // 4, len(finished) - 1)]
        return np.where(ready <= at, ready, np.maximum(np.where(usual > at, usual, overdue), at + 1))


def known_at(request: Request) -> int:
    return request.ready if request.known is None else request.known


def play(
    *,
    requests: Sequence[Request],
    workers: Sequence[Worker],
    travel: Travel,
    weights: Weights,
    step: int = 1,
    preparation: Preparation | None = None,
    skips_quiet: bool = False,
) -> Played:
    """Plays from the first request to the last pickup, deciding every `step` units of time.

    skips_quiet: steps at which nothing can have changed are left out; only where no trips are shared
    Raises: NotAProblem.
    """
    check(requests, workers)
    day = _Day(requests, workers, travel, weights, preparation or Announced())
    if requests:
        at = min(known_at(request) for request in requests)
        while day.is_open(at):
            day.step(at)
            steps = -(-(day.quiet_until(at) - at) // step) if skips_quiet else 1
            at += max(steps, 1) * step
    return day.end()


class _Day:
    """The state of a day that is being played; all columns in the order of the numbers."""

    def __init__(
        self, requests: Sequence[Request], workers: Sequence[Worker], travel: Travel, weights: Weights, preparation: Preparation
    ) -> None:
        self.requests = sorted(requests, key=lambda request: request.number)
        self.workers = sorted(workers, key=lambda worker: worker.number)
        self.travel, self.weights, self.preparation = travel, weights, preparation
        self.of_requests = RequestColumns.of(self.requests, travel)
        self.of_workers = WorkerColumns.of(self.workers)
        self.known = column(known_at(request) for request in self.requests)
        self.out = excluded(self.requests, self.workers)
        self.row_of = {request.number: row for row, request in enumerate(self.requests)}
        self.router = Router(travel)
        self.arrivals = np.lexsort((self.of_requests.number, self.known))
        self.arrived = 0
        self.open: list[int] = []
        self.under_way: dict[int, _UnderWay] = {}  # by the worker's row
        self.runs: list[Run] = []
        self.logged_before = self.of_workers.logged.copy()
        self.remoteness: Minutes = np.zeros(len(self.workers))
        self.remote_as_of = 0
        self.leaves_next = FOREVER  # when the first of those who have a plan and have not left has to
        self.undecided = False  # whether there was somebody for whom nobody could be found
        last = max((w.ends if w.ends is not None else FOREVER) for w in self.workers) if self.workers else 0
        self.last = last if last < FOREVER else int(self.of_requests.ready.max(initial=0)) + 24 * 60 * weights.per_minute

    def is_open(self, at: int) -> bool:
        return at <= self.last and (self.arrived < len(self.requests) or bool(self.open) or bool(self.under_way))

    def quiet_until(self, at: int) -> int:
        """The next moment at which something can change: somebody leaves, is free or comes, a request comes or comes near."""
        moments = [self.leaves_next]
        if self.arrived < len(self.arrivals):
            moments.append(int(self.known[self.arrivals[self.arrived]]))
        horizon = self.weights.horizon_minutes * self.weights.per_minute
        moments += [ready - horizon for row in self.open if (ready := int(self.of_requests.ready[row])) > at + horizon]
        if self.undecided:
            there = np.maximum(self.of_workers.free_at, self.of_workers.starts)
            moments.append(min(int(there.min(initial=FOREVER, where=there > at)), at + 5 * self.weights.per_minute))
        return min(min(moments), self.last + 1)

    def end(self) -> Played:
        runs = sorted([*self.runs, *(trip.run() for trip in self.under_way.values())], key=lambda run: (run.left_at, run.worker))
        done = {request.number for run in runs for request in run.route.requests}
        return Played(tuple(runs), tuple(r.number for r in self.requests if r.number not in done))

    def step(self, at: int) -> None:
        while self.arrived < len(self.arrivals) and self.known[self.arrivals[self.arrived]] <= at:
            self.open.append(int(self.arrivals[self.arrived]))
            self.arrived += 1
        self.open = [row for row in self.open if self.of_requests.start_by[row] >= at]
        self.leaves_next, self.undecided = FOREVER, False
        ready = self.preparation.seen(self.known, self.of_requests.ready, at)
        self._move_on(ready, at)
        horizon = at + self.weights.horizon_minutes * self.weights.per_minute
        rows = np.array(sorted(row for row in self.open if ready[row] <= horizon), dtype=np.int64)
        if len(rows):
            self._deal(rows, ready, at)

    def _move_on(self, ready: Column, at: int) -> None:
        """Trips that have been picked up are done with; the others follow what is now known of their requests."""
        moments = ready.tolist() if self.preparation.guesses else None
        for row, trip in list(self.under_way.items()):
            if moments is not None:
                seen = tuple([moments[self._row(request)] for request in trip.going.route.requests])
                if seen != trip.going.ready:
                    _follow(trip.going, seen, self.router)
                    self._put(row, trip)
            if trip.going.route.picked_up_at > trip.going.ends <= at or self._goes_without(trip.going, at):
                self._leave_behind(row, trip, at)
            elif trip.going.route.picked_up_at < at:
                self.runs.append(self.under_way.pop(row).run())

    def _goes_without(self, going: Going, at: int) -> bool:
        """Whether what is ready should not wait any longer, at the pickup, for what only should have been."""
        there = going.route.arrived_at + going.route.requests[0].at_pickup.before <= at
        return self.preparation.guesses and there and min(going.ready) <= at < max(going.ready)

    def _leave_behind(self, row: int, trip: _UnderWay, at: int) -> None:
        """What is ready is taken along, the rest is open again."""
        going = trip.going
        late = {request.number for request, ready in zip(going.route.requests, going.ready, strict=True) if ready > at}
        for request in going.route.requests:
            if request.number in late:
                self.open.append(self._row(request))
                self.of_workers.earned[row] -= request.earns
        del self.under_way[row]
        kept = tuple(request for request in going.route.requests if request.number not in late)
        if kept:
            route = self.router.best(kept, going.route.arrived_at, (at,) * len(kept))
            trip.going = replace(going, route=route, ready=(at,) * len(kept))
            self._put(row, trip)
            self.runs.append(trip.run())

    def _row(self, request: Request) -> int:
        return self.row_of[request.number]

    def _deal(self, rows: Column, ready: Column, at: int) -> None:
        here = self.of_workers
        here.logged[:] = self.logged_before + np.maximum(at - here.starts, 0)
        busy_until = at + self.weights.busy_minutes * self.weights.per_minute
        near = np.flatnonzero((np.maximum(here.free_at, here.starts) <= busy_until) & (here.ends >= at))
        self._look_around()
        requests, workers = replace(self.of_requests.take(rows), ready=ready[rows]), here.take(near)
        out: Codes | None = None if self.out is None else self.out[np.ix_(rows, near)]
        cost = costs(
            requests, workers, at=at, travel=self.travel, weights=self.weights, remoteness=self.remoteness[near], out=out
        )
        deal = Deal.of(cost, self.weights)
        fairness = Fairness.among(workers, requests.earns, at, self.weights)
        self._join(rows, requests.ready, deal, fairness, at)
        self._send(rows, near, requests, workers, cost, deal, at)

    def _join(self, rows: Column, ready: Column, deal: Deal, fairness: Fairness, at: int) -> None:
        joining = Joining(at, self.router, self.weights, fairness)
        goings = (trip.going for trip in self.under_way.values())
        joined = joining.all([self.requests[row] for row in rows.tolist()], ready, deal, goings)
        for place, choice in joined.taken.items():
            row = int(np.searchsorted(self.of_workers.number, choice.going.worker))
            request, trip = self.requests[rows[place]], self.under_way[row]
            trip.told_at[request.number] = max(at, choice.route.arrived_at)
            self.of_workers.earned[row] += request.earns
            self._put(row, trip)
            self.open.remove(int(rows[place]))

    def _send(
        self, rows: Column, near: Column, requests: RequestColumns, workers: WorkerColumns, cost: Costs, deal: Deal, at: int
    ) -> None:
        """Tells those who have to leave now."""
        chosen = deal.chosen
        self.undecided = bool((chosen == NOBODY).any())
        for place in np.flatnonzero(chosen != NOBODY).tolist():
            choice = int(chosen[place])
            way = int(cost.travel[place, choice])
            leave_by = int(cost.picked_up_at[place, choice]) - int(requests.before[place]) - way
            if workers.free_at[choice] <= at and workers.starts[choice] <= at and leave_by <= at:
                self._set_out(int(near[choice]), int(rows[place]), int(requests.ready[place]), way, at)
            else:
                self.leaves_next = min(self.leaves_next, leave_by)

    def _set_out(self, row: int, request: int, ready: int, way: int, at: int) -> None:
        here, asked = self.of_workers, self.requests[request]
        route = self.router.best((asked,), at + way, (ready,))
        here.earned[row] += asked.earns
        worker = self.workers[row]
        going = Going(
            worker.number,
            route,
            (ready,),
            ends=int(here.ends[row]),
            capacity=worker.capacity,
            earned=int(here.earned[row]),
            logged=int(here.logged[row]),
            cannot=self._cannot(row),
        )
        self.under_way[row] = _UnderWay(going, {asked.number: at}, at, Place(int(here.lat[row]), int(here.lon[row])))
        self._put(row, self.under_way[row])
        self.open.remove(request)

    def _cannot(self, row: int) -> frozenset[int]:
        if self.out is None:
            return frozenset()
        return frozenset(self.of_requests.number[np.flatnonzero(self.out[:, row] != CODE[""])].tolist())

    def _put(self, row: int, trip: _UnderWay) -> None:
        """The worker is free where and when the trip, as it is now, ends."""
        here, route = self.of_workers, trip.going.route
        end = route.requests[-1].drop or route.requests[-1].pickup
        here.free_at[row] = route.free_at
        if (here.lat[row], here.lon[row]) != (end.lat, end.lon):
            here.lat[row], here.lon[row] = end.lat, end.lon
            self._see_from(row)

    def _look_around(self) -> None:
        """Where work lately began changes slowly: it is looked at again after every tenth request."""
        if self.arrived - self.remote_as_of < LATELY // 10 and self.remote_as_of:
            return
        self.remote_as_of = self.arrived
        lately = self.arrivals[max(0, self.arrived - LATELY) : self.arrived]
        self.lately = (self.of_requests.lat[lately], self.of_requests.lon[lately])
        here = self.of_workers
        self.remoteness = remoteness_of(here.lat, here.lon, *self.lately, travel=self.travel, weights=self.weights)

    def _see_from(self, row: int) -> None:
        here = self.of_workers
        at = slice(row, row + 1)
        self.remoteness[at] = remoteness_of(here.lat[at], here.lon[at], *self.lately, travel=self.travel, weights=self.weights)


def _follow(going: Going, ready: tuple[int, ...], router: Router) -> None:
    """The trip goes by what is now known of when its requests are ready; `ready` stands beside them."""
    before = going.route.requests
    going.route = router.best(before, going.route.arrived_at, ready)
    if len(before) > 1:
        moment = dict(zip((request.number for request in before), ready, strict=True))
        ready = tuple([moment[request.number] for request in going.route.requests])
    going.ready = ready
