"""What it costs that a request joins a trip on its way, beside what it would cost on its own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from marke_core.matching.answer import Cost
from marke_core.matching.columns import FOREVER, column
from marke_core.matching.dealing import Deal, Fairness, Minutes
from marke_core.matching.problem import Request, Weights
from marke_core.matching.row import Column, Place
from marke_core.matching.trips import Route, Router, fits


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

    @property
    def stop(self) -> tuple[Hashable, Place]:
        return self.route.requests[0].source, self.route.requests[0].pickup


@dataclass(frozen=True, slots=True)
class Join:
    """A request added to a trip: the trip as it would be, and what that costs."""

    going: Going
    route: Route
    ready: tuple[int, ...]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Joined:
    """By row of the deal: the joins that were weighed, and those that were taken."""

    weighed: dict[int, list[Join]]
    taken: dict[int, Join]


def by_stop(goings: Iterable[Going]) -> dict[tuple[Hashable, Place], list[Going]]:
    """The trips that may still be joined, by source and place, in the order of the workers' numbers."""
    stops: dict[tuple[Hashable, Place], list[Going]] = {}
    for going in sorted(goings, key=lambda going: going.worker):
        if going.route.requests[0].source is not None:
            stops.setdefault(going.stop, []).append(going)
    return stops


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
        stops, joined = by_stop(goings), Joined({}, {})
        sources = {source for source, _ in stops}
        prices: Minutes | None = None
        for row in np.lexsort((column(request.number for request in requests), ready)).tolist():
            request = requests[row]
            if request.source not in sources:
                continue
            goings_there = stops.get((request.source, request.pickup), [])
            choices = [self.one(request, int(ready[row]), going) for going in goings_there]
            found = [choice for choice in choices if choice is not None]
            if not found:
                continue
            joined.weighed[row] = found
            prices = deal.prices() if prices is None else prices
            best = min(found, key=lambda choice: (choice.cost.total, choice.going.worker))
            if best.cost.total < prices[row] + self.weights.own_trip_minutes:
                deal.leave(row)
                prices = None
                joined.taken[row] = best
                best.going.route, best.going.ready = best.route, best.ready
                best.going.earned += request.earns
        return joined

    def one(self, request: Request, ready: int, going: Going) -> Join | None:
        """The request on that trip, or None where it does not fit or the pickup is over."""
        trip = going.route
        full = len(trip.requests) >= self.weights.largest_trip
        if full or trip.picked_up_at < self.at or request.number in going.cannot:
            return None
        requests, known = (*trip.requests, request), (*going.ready, ready)
        route = self.router.best(requests, trip.arrived_at, known)
        if not fits(route, going.ends, going.capacity):
            return None
        moment = dict(zip((r.number for r in requests), known, strict=True))
        in_order = tuple(moment[r.number] for r in route.requests)
        return Join(going, route, in_order, self._cost(request, ready, going, route))

    def _cost(self, request: Request, ready: int, going: Going, route: Route) -> Cost:
        alone = self.router.best((request,), ready - request.at_pickup.before, (ready,))
        minute, trip = self.weights.per_minute, going.route
        own_service = request.at_drop.before + request.at_drop.after if request.drop else 0
        return Cost(
            approach=self.weights.approach * (route.free_at - trip.free_at - own_service) / minute,
            waiting=(sum(route.done_at) - sum(trip.done_at) - alone.done_at[0]) / minute,
            lateness=self.weights.lateness * (_late(route) - _late(trip)) / minute,
            fairness=self.fairness.minutes_of_one(going.earned, going.logged, request.earns),
        )


def _late(route: Route) -> int:
    pairs = zip(route.requests, route.done_at, strict=True)
    return sum(max(0, done_at - request.due) for request, done_at in pairs if request.due is not None)
