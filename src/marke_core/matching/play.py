"""A day, or any past stretch of time, played again: requests become known, workers are told, nobody knows the future.

At each step the matcher sees what is known by then. A worker is told when leaving later would be late, and not before
they are free; what joins a trip is told when the worker is at the place, before the pickup. Nobody declines here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from marke_core.matching.columns import CODE, FOREVER, Codes, RequestColumns, WorkerColumns, check, column, excluded
from marke_core.matching.dealing import NOBODY, Costs, Deal, Fairness, Minutes, costs, remoteness_of
from marke_core.matching.joining import Going, Joined, Joining, Stop
from marke_core.matching.preparing import Announced, Preparation, known_at
from marke_core.matching.problem import Request, Weights, Worker
from marke_core.matching.row import Column, Place
from marke_core.matching.together import set_out_together
from marke_core.matching.travel import Travel
from marke_core.matching.trips import Route, Router, fits

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
    end: Place | None = None  # of the trip, as the columns have it

    def run(self) -> Run:
        route = self.going.route
        told_at = tuple(self.told_at[request.number] for request in route.requests)
        return Run(self.going.worker, route, told_at, self.left_at, self.from_place, self.left_at)


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

    skips_quiet: steps at which nothing can have changed are left out
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
        self.router.remember(self.requests, self.of_requests)
        self.start_by: list[int] = self.of_requests.start_by.tolist()
        self.arrivals = np.lexsort((self.of_requests.number, self.known))
        self.arrived = 0
        self.open: list[int] = []
        self.under_way: dict[int, _UnderWay] = {}  # by the worker's row
        self.runs: list[Run] = []
        self.logged_before = self.of_workers.logged.copy()
        self.remoteness: Minutes = np.zeros(len(self.workers))
        self.remote_as_of = 0
        self.moved: set[int] = set()  # the rows of workers who will be elsewhere than when `remoteness` was looked at
        self.leaves_next = FOREVER  # when the first of those who have a plan and have not left has to
        self.undecided = False  # whether there was somebody for whom nobody could be found
        last = max((w.ends if w.ends is not None else FOREVER) for w in self.workers) if self.workers else 0
        self.last = last if last < FOREVER else int(self.of_requests.ready.max(initial=0)) + 24 * 60 * weights.per_minute

    def is_open(self, at: int) -> bool:
        return at <= self.last and (self.arrived < len(self.requests) or bool(self.open) or bool(self.under_way))

    def quiet_until(self, at: int) -> int:
        """The next moment at which something can change: somebody leaves, is free or comes, a request comes or comes near."""
        if self.weights.largest_trip > 1 and self._may_join():
            return at
        moments = [self.leaves_next]
        if self.arrived < len(self.arrivals):
            moments.append(int(self.known[self.arrivals[self.arrived]]))
        horizon = self.weights.horizon_minutes * self.weights.per_minute
        moments += [ready - horizon for row in self.open if (ready := int(self.of_requests.ready[row])) > at + horizon]
        if self.undecided:
            there = np.maximum(self.of_workers.free_at, self.of_workers.starts)
            moments.append(min(int(there.min(initial=FOREVER, where=there > at)), at + 5 * self.weights.per_minute))
        return min(min(moments), self.last + 1)

    def _may_join(self) -> bool:
        """Whether something is open where somebody is on the way to."""
        stops = {trip.going.stop for trip in self.under_way.values()}
        asked = (self.requests[row] for row in self.open)
        return any(request.source is not None and (request.source, request.pickup) in stops for request in asked)

    def end(self) -> Played:
        runs = sorted([*self.runs, *(trip.run() for trip in self.under_way.values())], key=lambda run: (run.left_at, run.worker))
        done = {request.number for run in runs for request in run.route.requests}
        return Played(tuple(runs), tuple(r.number for r in self.requests if r.number not in done))

    def step(self, at: int) -> None:
        while self.arrived < len(self.arrivals) and self.known[self.arrivals[self.arrived]] <= at:
            self.open.append(int(self.arrivals[self.arrived]))
            self.arrived += 1
        self.open = [row for row in self.open if self.start_by[row] >= at]
        self.leaves_next, self.undecided = FOREVER, False
        ready = self.preparation.seen(self.known, self.of_requests.ready, at)
        self._move_on(ready, at)
        if self.preparation.guesses:
            self._take_what_is_ready(ready, at)
        horizon = at + self.weights.horizon_minutes * self.weights.per_minute
        rows = np.array(sorted(self.open), dtype=np.int64)
        rows = rows[ready[rows] <= horizon]
        if len(rows):
            self._deal(rows, ready, at)

    def _move_on(self, ready: Column, at: int) -> None:
        """Trips that have been picked up are done with; the others follow what is now known of their requests."""
        moments, row_of = ready.tolist() if self.preparation.guesses else None, self.row_of
        for row, trip in list(self.under_way.items()):
            going = trip.going
            if moments is not None:
                seen = tuple([moments[row_of[request.number]] for request in going.route.requests])
                if seen != going.ready:
                    _follow(going, seen, self.router)
                    self._put(row, trip)
            if going.route.picked_up_at > going.ends <= at or self._goes_without(going, at):
                self._leave_behind(row, trip, at)
            elif going.route.picked_up_at < at:
                self.runs.append(self.under_way.pop(row).run())

    def _goes_without(self, going: Going, at: int) -> bool:
        """Whether what is ready should not wait any longer, at the pickup, for what only should have been."""
        if len(going.ready) == 1 or not self.preparation.guesses:
            return False
        there = going.route.arrived_at + going.route.requests[0].at_pickup.before <= at
        return there and min(going.ready) <= at < max(going.ready)

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

    def _take_what_is_ready(self, ready: Column, at: int) -> None:
        """Who waits at a pickup for what is not ready takes what is ready there, the longest ready first.

        Somebody else finds theirs when it is: who is on the way there for what was taken, or who is sent later.
        """
        lying = self._lying(ready, at)
        for row, trip in sorted(self.under_way.items()) if lying else ():
            if trip.going.route.arrived_at + trip.going.route.requests[0].at_pickup.before > at or min(trip.going.ready) <= at:
                continue
            for request, holder in lying.get(trip.going.stop, []):
                if self._exchange(row, trip, request, holder, ready, at):
                    lying[trip.going.stop].remove((request, holder))
                    break

    def _lying(self, ready: Column, at: int) -> dict[Stop, list[tuple[int, int | None]]]:
        """By stop, the rows of the requests that are ready and nobody is there for, and of the workers on the way to them."""
        found: list[tuple[int, int | None]] = [(request, None) for request in self.open if ready[request] <= at]
        for row, trip in self.under_way.items():
            if len(trip.going.ready) == 1 and trip.going.ready[0] <= at < trip.going.route.arrived_at:
                found.append((self._row(trip.going.route.requests[0]), row))
        lying: dict[Stop, list[tuple[int, int | None]]] = {}
        for request, holder in sorted(found, key=lambda one: (int(ready[one[0]]), one[0])):
            asked = self.requests[request]
            if asked.source is not None:
                lying.setdefault((asked.source, asked.pickup), []).append((request, holder))
        return lying

    def _exchange(self, row: int, trip: _UnderWay, request: int, holder: int | None, ready: Column, at: int) -> bool:
        """Gives the request to the worker who waits, and theirs to the holder, or back; False where a condition forbids it."""
        theirs = [self._row(asked) for asked in trip.going.route.requests]
        gets = self._with(trip.going, request, max(int(ready[request]), at))
        if gets is None:
            return False
        if holder is None:
            self.open.remove(request)
            self.open += theirs
        else:
            other = self.under_way[holder]
            finds = self._with(other.going, theirs[0], int(ready[theirs[0]])) if len(theirs) == 1 else None
            if finds is None:
                return False
            self._hold(holder, other, finds, at)
        self._hold(row, trip, gets, at)
        return True

    def _with(self, going: Going, request: int, ready: int) -> Going | None:
        """The same way, for this request alone."""
        asked = self.requests[request]
        route = self.router.best((asked,), going.route.arrived_at, (ready,))
        if asked.number in going.cannot or not fits(route, going.ends, going.capacity):
            return None
        more = asked.earns - sum(before.earns for before in going.route.requests)
        return replace(going, route=route, ready=(ready,), earned=going.earned + more)

    def _hold(self, row: int, trip: _UnderWay, going: Going, at: int) -> None:
        self.of_workers.earned[row] += going.earned - trip.going.earned
        trip.going, trip.told_at = going, {going.route.requests[0].number: max(at, going.route.arrived_at)}
        self._put(row, trip)

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
        joining = Joining(at, self.router, self.weights, fairness)
        self._join(joining, rows, requests.ready, deal, at)
        together = self._together(joining, rows, near, requests.ready, cost, deal)
        self._send(rows, near, requests, workers, cost, deal, together, at)

    def _join(self, joining: Joining, rows: Column, ready: Column, deal: Deal, at: int) -> None:
        goings = (trip.going for trip in self.under_way.values())
        joined = joining.all([self.requests[row] for row in rows.tolist()], ready, deal, goings)
        for place, choice in joined.taken.items():
            row = int(np.searchsorted(self.of_workers.number, choice.going.worker))
            request, trip = self.requests[rows[place]], self.under_way[row]
            trip.told_at[request.number] = max(at, choice.route.arrived_at)
            self.of_workers.earned[row] += request.earns
            self._put(row, trip)
            self.open.remove(int(rows[place]))

    def _together(self, joining: Joining, rows: Column, near: Column, ready: Column, cost: Costs, deal: Deal) -> dict[int, Going]:
        """By place in the deal: the trips of several, where the weights have them told together."""
        asked, here = [self.requests[row] for row in rows.tolist()], self.of_workers

        def going_of(place: int) -> Going | None:
            choice = int(deal.column[place])
            if not deal.is_served(place):
                return None
            row = int(near[choice])
            sets_out = max(int(here.free_at[row]), int(here.starts[row]), joining.at)
            return self._going(row, asked[place], int(ready[place]), sets_out + int(cost.travel[place, choice]))

        return set_out_together(joining, asked, ready, deal, Joined({}, {}), cost, going_of)

    def _send(
        self,
        rows: Column,
        near: Column,
        requests: RequestColumns,
        workers: WorkerColumns,
        cost: Costs,
        deal: Deal,
        together: Mapping[int, Going],
        at: int,
    ) -> None:
        """Tells those who have to leave now."""
        self.undecided = bool((deal.chosen == NOBODY).any())
        places = np.flatnonzero(deal.chosen != NOBODY)
        choices = deal.chosen[places]
        ways = cost.travel[places, choices]
        leave_by = cost.picked_up_at[places, choices] - requests.before[places] - ways
        now = np.maximum(np.maximum(workers.free_at, workers.starts)[choices], leave_by) <= at
        self.leaves_next = int(leave_by.min(initial=FOREVER, where=~now))
        sent = (places, near[choices], rows[places], requests.ready[places], ways)
        for place, row, request, ready, way in zip(*(part[now].tolist() for part in sent), strict=True):
            self._set_out(row, together.get(place) or self._going(row, self.requests[request], ready, at + way), at)

    def _going(self, row: int, asked: Request, ready: int, arrived_at: int) -> Going:
        here, worker = self.of_workers, self.workers[row]
        return Going(
            worker.number,
            self.router.best((asked,), arrived_at, (ready,)),
            (ready,),
            ends=int(here.ends[row]),
            capacity=worker.capacity,
            earned=int(here.earned[row]) + asked.earns,
            logged=int(here.logged[row]),
            cannot=self._cannot(row),
        )

    def _set_out(self, row: int, going: Going, at: int) -> None:
        here, told = self.of_workers, going.route.requests
        here.earned[row] = going.earned
        place = Place(int(here.lat[row]), int(here.lon[row]))
        self.under_way[row] = _UnderWay(going, {request.number: at for request in told}, at, place)
        self._put(row, self.under_way[row])
        for request in told:
            self.open.remove(self._row(request))

    def _cannot(self, row: int) -> frozenset[int]:
        if self.out is None:
            return frozenset()
        return frozenset(self.of_requests.number[np.flatnonzero(self.out[:, row] != CODE[""])].tolist())

    def _put(self, row: int, trip: _UnderWay) -> None:
        """The worker is free where and when the trip, as it is now, ends."""
        here, route = self.of_workers, trip.going.route
        end = route.requests[-1].drop or route.requests[-1].pickup
        here.free_at[row] = route.free_at
        if trip.end != end:
            trip.end = end
            here.lat[row], here.lon[row] = end.lat, end.lon
            self.moved.add(row)

    def _look_around(self) -> None:
        """Where work lately began changes slowly: it is looked at again after every tenth request."""
        here, rows = self.of_workers, np.array(sorted(self.moved), dtype=np.int64)
        if self.arrived - self.remote_as_of >= LATELY // 10 or not self.remote_as_of:
            self.remote_as_of = self.arrived
            lately = self.arrivals[max(0, self.arrived - LATELY) : self.arrived]
            self.lately = (self.of_requests.lat[lately], self.of_requests.lon[lately])
            rows = np.arange(len(here.number))
        if len(rows):
            self.remoteness[rows] = remoteness_of(
                here.lat[rows], here.lon[rows], *self.lately, travel=self.travel, weights=self.weights
            )
        self.moved.clear()


def _follow(going: Going, ready: tuple[int, ...], router: Router) -> None:
    """The trip goes by what is now known of when its requests are ready; `ready` stands beside them."""
    before = going.route.requests
    going.route = router.best(before, going.route.arrived_at, ready)
    if len(before) > 1:
        moment = dict(zip((request.number for request in before), ready, strict=True))
        ready = tuple([moment[request.number] for request in going.route.requests])
    going.ready = ready
