"""The rolling horizon: at a moment, given what is open, who should be offered what. Asked again whenever something happened.

Nothing is kept between two questions, so nothing is decided before it must be: a proposal that is not `now` is a plan
that the next moment may better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from marke_core.matching.answer import CONDITIONS, Cost, Explanation, Option, Proposal, Stop
from marke_core.matching.columns import CODE, FOREVER, RequestColumns, WorkerColumns, check, column, excluded
from marke_core.matching.dealing import NOBODY, Costs, Deal, Fairness, costs, remoteness_of
from marke_core.matching.joining import Going, Join, Joined, Joining
from marke_core.matching.problem import DEFAULT_WEIGHTS, Request, Trip, Weights, Worker
from marke_core.matching.row import Column, Place
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
        here = WorkerColumns.of(self.workers)
        self.cost = self._costs(here, travel, lately)
        self.deal = Deal.of(self.cost, weights)
        fairness = Fairness.among(here, self.columns.earns, at, weights)
        self.joined = self._join(trips, travel, fairness)
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

    def _join(self, trips: Sequence[Trip], travel: Travel, fairness: Fairness) -> Joined:
        goings = [going for trip in trips if (going := self._going(trip, travel)) is not None]
        joining = Joining(self.at, self.router, self.weights, fairness)
        return joining.all(self.requests, self.columns.ready, self.deal, goings)

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
        cannot: frozenset[int] = frozenset()
        if self.out is not None:
            cannot = frozenset(self.columns.number[self.out[:, row] > 0].tolist())
        ends = FOREVER if worker.ends is None else worker.ends
        return Going(worker.number, route, in_order, ends, worker.capacity, worker.earned, worker.logged, cannot)

    def proposals(self) -> list[Proposal]:
        alone = [self._alone(row) for row in np.flatnonzero(self.chosen != NOBODY).tolist()]
        return [*alone, *self._joining()]

    def _alone(self, row: int) -> Proposal:
        choice = int(self.chosen[row])
        worker, request, cost = self.workers[choice], self.requests[row], self.cost
        picked_up_at, done_at = int(cost.picked_up_at[row, choice]), int(cost.done_at[row, choice])
        leave_by = picked_up_at - request.at_pickup.before - int(cost.travel[row, choice])
        reachable = self.weights.while_busy or max(worker.free_at, worker.starts) <= self.at
        now = reachable and leave_by - self.weights.answer_minutes * self.weights.per_minute <= self.at
        return Proposal(
            worker=worker.number,
            requests=(request.number,),
            stops=(Stop(request.number, picked_up_at, done_at),),
            joins=False,
            leave_by=leave_by,
            now=now,
            free_at=done_at + int(self.columns.tail[row]),
            cost=self._cost(row, choice),
            explanations=(self.explanation(request.number),) if now else (),
        )

    def _joining(self) -> list[Proposal]:
        """One proposal for each trip that is joined, with all that joins it."""
        rows: dict[int, list[int]] = {}
        for row, choice in self.joined.taken.items():
            rows.setdefault(choice.going.worker, []).append(row)
        proposals = []
        for worker, joining in rows.items():
            route = self.joined.taken[joining[-1]].route
            new = {self.requests[row].number for row in joining}
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
