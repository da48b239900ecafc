"""What it costs that a request joins a trip on its way, beside what it would cost on its own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from marke_core.matching.answer import Cost
from marke_core.matching.columns import FOREVER
from marke_core.matching.dealing import Deal, Fairness, Minutes
from marke_core.matching.problem import Request, Weights
from marke_core.matching.row import Column, Place
from marke_core.matching.trips import Route, Router, fits

Stop = tuple[Hashable, Place]  # a source, and where it is
# A trip with one more, when each is ready, and what that costs: approach, waiting, lateness.
Weighed = tuple[Route, tuple[int, ...], tuple[float, float, float]]


@dataclass(slots=True)
class Going:
    """Somebody on the way to a pickup, as the moment finds them."""

    worker: int  # number
    route: Route
    ready: tuple[int, ...]  # beside route.requests: what a dispatcher knows of it
    ends: int = FOREVER
    capacity: int | None = None
    earned: int = 0
    logged: int = 0
    cannot: frozenset[int] = frozenset()  # requests that a condition keeps from this worker
    # By the number of a request that may join: the trip and the moment by which it was weighed, and what came of it.
    weighed: dict[int, tuple[Route, int, Weighed | None]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def stop(self) -> Stop:
        return self.route.requests[0].source, self.route.requests[0].pickup


@dataclass(frozen=True, slots=True)
class Join:
    """A request added to a trip: the trip as it would be, and what that costs.

    alone: where it was taken, what it would cost by itself, in minutes; None where nobody could do it by itself
    """

    going: Going
    route: Route
    ready: tuple[int, ...]
    cost: Cost
    alone: float | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """By row of the deal: the joins that were weighed, and those that were taken."""

    weighed: dict[int, list[Join]]
    taken: dict[int, Join]


def _there(requests: Sequence[Request], goings: Iterable[Going]) -> dict[int, list[Going]]:
    """By row of the requests that may join a trip: the trips to where it begins."""
    sources = {request.source for request in requests} - {None}
    stops: dict[Stop, list[Going]] = {}
    for going in goings:
        if going.route.requests[0].source in sources:
            stops.setdefault(going.stop, []).append(going)
    sources = {source for source, _ in stops}
    found = {row: stops.get((r.source, r.pickup), []) for row, r in enumerate(requests) if r.source in sources}
    return {row: goings for row, goings in found.items() if goings}


def _pairs(requests: Sequence[Request], there: Mapping[int, list[Going]]) -> Iterator[tuple[Request, Request]]:
    """Who may come before whom on a trip, both ways."""
    for row, goings in there.items():
        for going in goings:
            for other in going.route.requests:
                yield requests[row], other
                yield other, requests[row]


@dataclass(frozen=True, slots=True)
class Joining:
    """The trips of a moment, which grow while requests join them."""

    at: int
    router: Router
    weights: Weights
    fairness: Fairness

    def all(self, requests: Sequence[Request], ready: Column, deal: Deal, goings: Iterable[Going]) -> Joined:
        """Requests join trips on their way, the earliest ready first, where that is cheaper for all together.

        requests: the rows of the deal, which is changed, as are the goings that are joined
        """
        there, joined = _there(requests, goings), Joined({}, {})
        self.router.look_up(_pairs(requests, there))
        prices: Minutes | None = None
        for row in sorted(there, key=lambda row: (int(ready[row]), requests[row].number)):
            request = requests[row]
            choices = [self.one(request, int(ready[row]), going) for going in there[row]]
            found = [choice for choice in choices if choice is not None]
            if not found:
                continue
            joined.weighed[row] = found
            prices = deal.prices() if prices is None else prices
            best = min(found, key=lambda choice: (choice.cost.total, choice.going.worker))
            if best.cost.total < prices[row] + self.weights.own_trip_minutes:
                joined.taken[row] = self.take(best, row, request, deal, prices)
                prices = None
        return joined

    def take(self, join: Join, row: int, request: Request, deal: Deal, prices: Minutes) -> Join:
        """The request leaves the deal for the trip, which grows by it."""
        alone = float(prices[row]) + self.weights.own_trip_minutes if deal.is_served(row) else None
        deal.leave(row)
        join.going.route, join.going.ready = join.route, join.ready
        join.going.earned += request.earns
        return replace(join, alone=alone)

    def one(self, request: Request, ready: int, going: Going) -> Join | None:
        """The request on that trip, or None where it does not fit or the pickup is over."""
        trip = going.route
        full = len(trip.requests) >= self.weights.largest_trip
        if full or trip.picked_up_at < self.at or request.number in going.cannot:
            return None
        before = going.weighed.get(request.number)
        if before is None or before[0] is not trip or before[1] != ready:
            before = going.weighed[request.number] = (trip, ready, self._weigh(request, ready, going))
        if before[2] is None:
            return None
        route, in_order, (approach, waiting, lateness) = before[2]
        fairness = self.fairness.minutes_of_one(going.earned, going.logged, request.earns)
        return Join(going, route, in_order, Cost(approach, waiting, lateness, fairness))

    def _weigh(self, request: Request, ready: int, going: Going) -> Weighed | None:
        """What does not change from moment to moment, as long as the trip is the same."""
        trip = going.route
        requests, known = (*trip.requests, request), (*going.ready, ready)
        route = self.router.best(requests, trip.arrived_at, known)
        if not fits(route, going.ends, going.capacity):
            return None
        if self.weights.longer_minutes is not None and not self._soon_enough(route, known, requests):
            return None
        moment = dict(zip((r.number for r in requests), known, strict=True))
        in_order = tuple(moment[r.number] for r in route.requests)
        minute = self.weights.per_minute
        own_service = request.at_drop.before + request.at_drop.after if request.drop else 0
        parts = (
            self.weights.approach * (route.free_at - trip.free_at - own_service) / minute,
            (sum(route.done_at) - sum(trip.done_at) - ready - self.router.alone(request)) / minute,
            self.weights.lateness * (_late(route) - _late(trip)) / minute if self.weights.lateness else 0.0,
        )
        return route, in_order, parts

    def _soon_enough(self, route: Route, ready: Sequence[int], requests: Sequence[Request]) -> bool:
        """Whether nobody waits much longer than alone. `ready` stands beside `requests`."""
        assert self.weights.longer_minutes is not None
        longer = self.weights.longer_minutes * self.weights.per_minute
        done = {request.number: moment for request, moment in zip(route.requests, route.done_at, strict=True)}
        for request, moment in zip(requests, ready, strict=True):
            latest = FOREVER if request.start_by is None else request.start_by + self.router.alone(request)
            alone = self.router.done_alone(request, route.arrived_at, moment)
            if done[request.number] > min(alone + longer, max(latest, alone)):
                return False
        return True


def _late(route: Route) -> int:
    late = 0
    for request, done_at in zip(route.requests, route.done_at, strict=True):
        if request.due is not None and done_at > request.due:
            late += done_at - request.due
    return late
