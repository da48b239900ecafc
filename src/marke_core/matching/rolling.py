"""The rolling horizon: at a moment, given what is open, who should be offered what. Asked again whenever something happened.

Nothing is kept between two questions, so nothing is decided before it must be: a proposal that is not `now` is a plan
that the next moment may better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from marke_core.matching.answer import CONDITIONS, Cost, Explanation, Option, Proposal, Shared, Stop
from marke_core.matching.columns import CODE, FOREVER, RequestColumns, WorkerColumns, check, column, excluded
from marke_core.matching.dealing import NOBODY, Costs, Deal, Fairness, costs, remoteness_of
from marke_core.matching.joining import Going, Join, Joining
from marke_core.matching.problem import DEFAULT_WEIGHTS, Request, Trip, Weights, Worker
from marke_core.matching.row import Column, Place
from marke_core.matching.together import set_out_together
from marke_core.matching.travel import Travel
from marke_core.matching.trips import Route, Router

FAR = len(CODE)  # further away than the nearest who were considered
OWN_WORD = FAR + 1  # the worker's own reason
WORD = ("", *CONDITIONS)


def propose(
    *,
    requests: Sequence[Request],
    workers: Sequence[Worker],
    at: int,
    travel: Travel,
    weights: Weights = DEFAULT_WEIGHTS,
    trips: Sequence[Trip] = (),
    lately: Sequence[Place] = (),
) -> list[Proposal]:
    """Who should be offered what at the moment `at`, in the order of the workers' numbers.

    requests: open and in nobody's hands · trips: under way to a pickup, may be joined by what has the same source
    lately: where the last hundred requests or so began; without them, no place is better than another
    Proposals that are `now`, and all that join a trip, carry the explanations of their requests.
    Raises: NotAProblem.
    """
    moment = _Moment(requests, workers, at, travel, weights, trips, lately)
    return sorted(moment.proposals(), key=lambda proposal: (proposal.worker, proposal.leave_by, proposal.requests))


def explain(
    *,
    requests: Sequence[Request],
    workers: Sequence[Worker],
    at: int,
    travel: Travel,
    weights: Weights = DEFAULT_WEIGHTS,
    trips: Sequence[Trip] = (),
    lately: Sequence[Place] = (),
    only: Sequence[int] | None = None,
) -> dict[int, Explanation]:
    """Why, for each request (or `only` those of these numbers), also those for which nobody is proposed.

    Raises: NotAProblem.
    """
    moment = _Moment(requests, workers, at, travel, weights, trips, lately)
    return {number: moment.explanation(number) for number in (only if only is not None else moment.numbers)}


class _Moment:
    """One question: everything in the order of the numbers, so that the order of the input does not matter."""

    def __init__(
        self,
        requests: Sequence[Request],
        workers: Sequence[Worker],
        at: int,
        travel: Travel,
        weights: Weights,
        trips: Sequence[Trip],
        lately: Sequence[Place],
    ) -> None:
        check(requests, workers)
        self.at, self.weights, self.router = at, weights, Router(travel)
        horizon = at + weights.horizon_minutes * weights.per_minute
        self.later = {r.number for r in requests if r.ready > horizon}
        self.requests = sorted((r for r in requests if r.ready <= horizon), key=lambda request: request.number)
        self.workers = sorted(workers, key=lambda worker: worker.number)
        self.numbers = sorted(request.number for request in requests)
        self.columns = RequestColumns.of(self.requests, travel)
        self.router.remember(self.requests, self.columns)
        here = WorkerColumns.of(self.workers)
        self.cost = self._costs(here, travel, lately)
        self.deal = Deal.of(self.cost, weights)
        fairness = Fairness.among(here, self.columns.earns, at, weights)
        self.joining = Joining(at, self.router, weights, fairness)
        goings = [going for trip in trips if (going := self._going(trip, travel)) is not None]
        self.joined = self.joining.all(self.requests, self.columns.ready, self.deal, goings)
        # By row of the first request: the trips of several.
        self.together = set_out_together(
            self.joining, self.requests, self.columns.ready, self.deal, self.joined, self.cost, self._as_a_trip
        )
        self.chosen = self.deal.chosen

    def _costs(self, here: WorkerColumns, travel: Travel, lately: Sequence[Place]) -> Costs:
        remoteness = None
        if lately:
            lat, lon = column(place.lat for place in lately), column(place.lon for place in lately)
            remoteness = remoteness_of(here.lat, here.lon, lat, lon, travel=travel, weights=self.weights)
        self.out = excluded(self.requests, self.workers)
        cost = costs(self.columns, here, at=self.at, travel=travel, weights=self.weights, remoteness=remoteness, out=self.out)
        soon = self.at + self.weights.busy_minutes * self.weights.per_minute
        busy = np.maximum(here.free_at, here.starts) > soon
        codes = np.where((cost.out == 0) & busy[None], np.int8(CODE["busy"]), cost.out)
        codes[:, np.array([bool(worker.out) for worker in self.workers], dtype=np.bool_)] = OWN_WORD
        return replace(cost, out=self._nearest_only(codes, cost.travel))

    def _nearest_only(
        self, codes: np.ndarray[tuple[int, ...], np.dtype[np.int8]], way: Column
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
        """Those who can and are not among the nearest who can are left out; ties go to the lower number."""
        if self.weights.nearest is None or self.weights.nearest >= len(self.workers):
            return codes
        distance = np.where(codes == 0, way, FOREVER)
        place = np.argsort(np.argsort(distance, axis=1, kind="stable"), axis=1, kind="stable")
        return np.where((codes == 0) & (place >= self.weights.nearest), np.int8(FAR), codes)

    def _as_a_trip(self, row: int) -> Going | None:
        choice = int(self.deal.column[row])
        if not self.deal.is_served(row):
            return None
        request, worker = self.requests[row], self.workers[choice]
        arrived_at = max(worker.free_at, worker.starts, self.at) + int(self.cost.travel[row, choice])
        route = self.router.best((request,), arrived_at, (request.ready,))
        return self._goer(choice, route, (request.ready,), earned=worker.earned + request.earns)

    def _going(self, trip: Trip, travel: Travel) -> Going | None:
        row = next((row for row, worker in enumerate(self.workers) if worker.number == trip.worker), None)
        if row is None or self.workers[row].out:
            return None
        worker, first = self.workers[row], trip.requests[0]
        ways = (trip.from_place.lat, trip.from_place.lon, first.pickup.lat, first.pickup.lon)
        way = int(travel(*(np.array([value]) for value in ways))[0])
        ready = tuple(request.ready for request in trip.requests)
        route = self.router.best(trip.requests, trip.left_at + way, ready)
        in_order = tuple(request.ready for request in route.requests)
        return self._goer(row, route, in_order, worker.earned, trip.may_join)

    def _goer(self, row: int, route: Route, ready: tuple[int, ...], earned: int, may_join: frozenset[int] = frozenset()) -> Going:
        worker, cannot = self.workers[row], frozenset[int]()
        if self.out is not None:
            cannot = frozenset(self.columns.number[self.out[:, row] > 0].tolist()) - may_join
        ends = FOREVER if worker.ends is None else worker.ends
        return Going(worker.number, route, ready, ends, worker.capacity, earned, worker.logged, cannot)

    def proposals(self) -> list[Proposal]:
        rows = np.flatnonzero(self.chosen != NOBODY).tolist()
        first = [self._several(row) if row in self.together else self._alone(row) for row in rows]
        return [*first, *self._joining()]

    def _alone(self, row: int) -> Proposal:
        choice = int(self.chosen[row])
        worker, request, cost = self.workers[choice], self.requests[row], self.cost
        picked_up_at, done_at = int(cost.picked_up_at[row, choice]), int(cost.done_at[row, choice])
        now = self._is_now(row, choice)
        return Proposal(
            worker=worker.number,
            requests=(request.number,),
            stops=(Stop(request.number, picked_up_at, done_at),),
            joins=False,
            leave_by=self._leave_by(row, choice),
            now=now,
            free_at=done_at + int(self.columns.tail[row]),
            cost=self._cost(row, choice),
            explanations=(self.explanation(request.number),) if now else (),
        )

    def _leave_by(self, row: int, choice: int) -> int:
        before = self.requests[row].at_pickup.before
        return int(self.cost.picked_up_at[row, choice]) - before - int(self.cost.travel[row, choice])

    def _is_now(self, row: int, choice: int) -> bool:
        worker = self.workers[choice]
        reachable = self.weights.while_busy or max(worker.free_at, worker.starts) <= self.at
        return reachable and self._leave_by(row, choice) - self.weights.answer_minutes * self.weights.per_minute <= self.at

    def _several(self, row: int) -> Proposal:
        """A trip of several, offered as one."""
        going, choice = self.together[row], int(self.chosen[row])
        numbers = tuple(request.number for request in going.route.requests)
        taken = {self.requests[r].number: join for r, join in self.joined.taken.items() if self.requests[r].number in numbers}
        own, now = self._cost(row, choice), self._is_now(row, choice)
        return Proposal(
            worker=going.worker,
            requests=numbers,
            stops=_stops(going.route),
            joins=False,
            leave_by=self._leave_by(row, choice),
            now=now,
            free_at=going.route.free_at,
            cost=_sum([own, *(join.cost for join in taken.values())]),
            explanations=tuple(self.explanation(number) for number in sorted(numbers)) if now else (),
            shared=self._shared(going, {self.requests[row].number: (own.total, own.total)}, taken),
        )

    def _shared(self, going: Going, own: dict[int, tuple[float, float]], taken: Mapping[int, Join]) -> tuple[Shared, ...]:
        costs: dict[int, tuple[float | None, float | None]] = {**own, **{n: (j.cost.total, j.alone) for n, j in taken.items()}}
        route = going.route
        return tuple(
            Shared(r.number, done, self.router.done_alone(r, route.arrived_at, ready), *costs.get(r.number, (None, None)))
            for r, done, ready in zip(route.requests, route.done_at, going.ready, strict=True)
        )

    def _joining(self) -> list[Proposal]:
        """One proposal for each trip that is joined, with all that joins it."""
        rows: dict[int, list[int]] = {}
        for row, choice in self.joined.taken.items():
            if not any(choice.going is going for going in self.together.values()):
                rows.setdefault(choice.going.worker, []).append(row)
        proposals = []
        for worker, joining in rows.items():
            going = self.joined.taken[joining[-1]].going
            route, new = going.route, {self.requests[row].number: self.joined.taken[row] for row in joining}
            proposals.append(
                Proposal(
                    worker=worker,
                    requests=tuple(request.number for request in route.requests if request.number in new),
                    stops=_stops(route),
                    joins=True,
                    leave_by=route.picked_up_at,
                    now=True,
                    free_at=route.free_at,
                    cost=_sum([self.joined.taken[row].cost for row in joining]),
                    explanations=tuple(self.explanation(self.requests[row].number) for row in sorted(joining)),
                    shared=self._shared(going, {}, new),
                )
            )
        return proposals

    def _cost(self, row: int, choice: int) -> Cost:
        cost = self.cost
        return Cost(
            approach=float(cost.approach[row, choice]),
            waiting=float(cost.waiting[row, choice]),
            lateness=float(cost.lateness[row, choice]) if cost.lateness is not None else 0.0,
            fairness=float(cost.fairness[row, choice]) if cost.fairness is not None else 0.0,
            position=float(cost.position[choice]) if cost.position is not None else 0.0,
        )

    def explanation(self, number: int) -> Explanation:
        if number in self.later:
            return Explanation(number, (), None, "later")
        row = next(row for row, request in enumerate(self.requests) if request.number == number)
        codes = self.cost.out[row]
        options = [self._option(row, choice) for choice in np.flatnonzero(codes != FAR).tolist()]
        options += [self._option_to_join(row, join) for join in self.joined.weighed.get(row, [])]
        options.sort(key=lambda option: (bool(option.out), option.cost.total, option.worker, option.joins))
        chosen = self._chosen(row)
        why_none = "" if chosen is not None else "needed" if any(not option.out for option in options) else "nobody"
        return Explanation(number, tuple(options), chosen, why_none, int((codes == FAR).sum()))

    def _chosen(self, row: int) -> int | None:
        if row in self.joined.taken:
            return self.joined.taken[row].going.worker
        choice = int(self.chosen[row])
        return None if choice == NOBODY else self.workers[choice].number

    def _option(self, row: int, choice: int) -> Option:
        code, worker = int(self.cost.out[row, choice]), self.workers[choice]
        if code:
            return Option(worker.number, worker.out if code == OWN_WORD else WORD[code])
        others = np.flatnonzero(self.chosen == choice)
        return Option(
            worker=worker.number,
            cost=self._cost(row, choice),
            travel=int(self.cost.travel[row, choice]),
            picked_up_at=int(self.cost.picked_up_at[row, choice]),
            done_at=int(self.cost.done_at[row, choice]),
            needed_for=tuple(self.requests[other].number for other in others.tolist() if other != row),
        )

    def _option_to_join(self, row: int, join: Join) -> Option:
        number = self.requests[row].number
        done_at = next(s.done_at for s in _stops(join.route) if s.request == number)
        return Option(join.going.worker, "", True, join.cost, 0, join.route.picked_up_at, done_at)


def _stops(route: Route) -> tuple[Stop, ...]:
    pairs = zip(route.requests, route.done_at, strict=True)
    return tuple(Stop(request.number, route.picked_up_at, done_at) for request, done_at in pairs)


def _sum(parts: Sequence[Cost]) -> Cost:
    names = ("approach", "waiting", "lateness", "fairness", "position")
    return Cost(*(sum(getattr(part, name) for part in parts) for name in names))
