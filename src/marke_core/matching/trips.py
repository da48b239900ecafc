"""One trip from one source: in which order to bring what is fetched there, and what one more request changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from marke_core.matching.columns import FOREVER, RequestColumns, column
from marke_core.matching.problem import Request, Service
from marke_core.matching.travel import Travel


@dataclass(frozen=True, slots=True)
class Route:
    """One trip with its moments; `done_at` stands beside `requests`, in the order of the drops."""

    requests: tuple[Request, ...]
    arrived_at: int
    picked_up_at: int
    done_at: tuple[int, ...]
    free_at: int
    travel: int  # from the pickup to the last drop


@dataclass(frozen=True, slots=True)
class _Order:
    """The best order of the drops of one trip, with moments counted from when it leaves the pickup."""

    requests: tuple[Request, ...]
    done_after: tuple[int, ...]
    free_after: int
    travel: int


class Router:
    """Finds routes, and remembers the orders that were best: they are the same whenever a trip leaves."""

    def __init__(self, travel: Travel) -> None:
        self._travel = travel
        self._orders: dict[tuple[int, ...], _Order] = {}
        self._ways: dict[tuple[int, int], int] = {}  # from the end of one request to that of another, by number

    def remember(self, requests: Sequence[Request], columns: RequestColumns) -> None:
        """Takes the trips of one request each from columns, which stand beside the requests."""
        for request, direct, tail in zip(requests, columns.direct.tolist(), columns.tail.tolist(), strict=True):
            way = direct - request.at_drop.before if request.drop else 0
            self._orders[(request.number,)] = _Order((request,), (direct,), direct + tail, way)

    def look_up(self, pairs: Iterable[tuple[Request, Request]]) -> None:
        """Asks the provider once for all ways from the end of one to that of the other that are not known yet."""
        new = {key: pair for pair in pairs if (key := (pair[0].number, pair[1].number)) not in self._ways}
        if new:
            ends = [(a.drop or a.pickup, b.drop or b.pickup) for a, b in new.values()]
            lat, lon = column(a.lat for a, _ in ends), column(a.lon for a, _ in ends)
            ways = self._travel(lat, lon, column(b.lat for _, b in ends), column(b.lon for _, b in ends))
            self._ways.update(zip(new, ways.tolist(), strict=True))

    def alone(self, request: Request) -> int:
        """When it is done on a trip of its own, counted from when it is ready and somebody is there."""
        return request.at_pickup.after + self._order((request,)).done_after[0]

    def done_alone(self, request: Request, arrived_at: int, ready: int) -> int:
        """When it is done, if who arrives at that moment fetches nothing else."""
        return max(arrived_at + request.at_pickup.before, ready) + self.alone(request)

    def best(self, requests: Sequence[Request], arrived_at: int, ready: Sequence[int]) -> Route:
        """The order with the smallest sum of moments at the doors; then the earliest end; then the lower numbers.

        ready: beside the requests; what a dispatcher knows of it. O(n! n): trips are of a few requests.
        """
        order = self._order(requests)
        picked_up_at = max(arrived_at + requests[0].at_pickup.before, *ready)
        start = picked_up_at + max([request.at_pickup.after for request in requests])
        done_at = tuple([start + after for after in order.done_after])
        return Route(order.requests, arrived_at, picked_up_at, done_at, start + order.free_after, order.travel)

    def _order(self, requests: Sequence[Request]) -> _Order:
        key = tuple([request.number for request in requests])
        order = self._orders.get(key)
        if order is None:
            order = self._orders[key] = self._search(requests) if len(requests) > 1 else self._single(requests[0])
        return order

    def _single(self, request: Request) -> _Order:
        columns = RequestColumns.of([request], self._travel)
        self.remember([request], columns)
        return self._orders[(request.number,)]

    def _search(self, requests: Sequence[Request]) -> _Order:
        ways = self._between(requests)
        best: tuple[int, int, tuple[int, ...], list[int], int] | None = None
        for order in permutations(range(len(requests))):
            done, free, travel = _drive(requests, order, ways)
            if best is None or (sum(done), free) < best[:2]:
                best = (sum(done), free, order, done, travel)
        assert best is not None
        _, free, order, done, travel = best
        return _Order(tuple(requests[i] for i in order), tuple(done), free, travel)

    def _between(self, requests: Sequence[Request]) -> list[list[int]]:
        """Row i: from request i's drop to each drop; the last row: from the pickup."""
        self.look_up((a, b) for a in requests for b in requests if a is not b)
        ways = [[self._ways.get((a.number, b.number), 0) for b in requests] for a in requests]
        return [*ways, [self._order((request,)).travel for request in requests]]


def _drive(requests: Sequence[Request], order: tuple[int, ...], ways: list[list[int]]) -> tuple[list[int], int, int]:
    done, moment, travel, here = [], 0, 0, len(requests)
    for i in order:
        service = requests[i].at_drop if requests[i].drop else Service()
        way = ways[here][i] if requests[i].drop else 0
        travel += way
        moment += way + service.before
        done.append(moment)
        moment += service.after
        here = i
    return done, moment, travel


def fits(route: Route, ends: int, capacity: int | None) -> bool:
    """Whether everybody on the trip is fetched and brought within their windows, the shift and the capacity."""
    if route.picked_up_at > ends or (capacity is not None and sum(r.load for r in route.requests) > capacity):
        return False
    for request, done_at in zip(route.requests, route.done_at, strict=True):
        if route.picked_up_at > _or_never(request.start_by) or done_at > _or_never(request.done_by):
            return False
    return True


def _or_never(moment: int | None) -> int:
    return FOREVER if moment is None else moment
