"""One trip from one source: in which order to bring what is fetched there, and what one more request changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from marke_core.matching.columns import FOREVER, column
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

    def best(self, requests: Sequence[Request], arrived_at: int, ready: Sequence[int]) -> Route:
        """The order with the smallest sum of moments at the doors; then the earliest end; then the lower numbers.

        ready: beside the requests; what a dispatcher knows of it. O(n! n): trips are of a few requests.
        """
        key = tuple([request.number for request in requests])
        order = self._orders.get(key)
        if order is None:
            order = self._orders[key] = self._search(requests)
        picked_up_at = max(arrived_at + requests[0].at_pickup.before, *ready)
        start = picked_up_at + max([request.at_pickup.after for request in requests])
        done_at = tuple([start + after for after in order.done_after])
        return Route(order.requests, arrived_at, picked_up_at, done_at, start + order.free_after, order.travel)

    def _search(self, requests: Sequence[Request]) -> _Order:
        ways = self._between(requests)
        best: tuple[int, int, tuple[int, ...], list[int], int] | None = None
        for order in permutations(range(len(requests))) if len(requests) > 1 else ((0,),):
            done, free, travel = _drive(requests, order, ways)
            if best is None or (sum(done), free) < best[:2]:
                best = (sum(done), free, order, done, travel)
        assert best is not None
        _, free, order, done, travel = best
        return _Order(tuple(requests[i] for i in order), tuple(done), free, travel)

    def _between(self, requests: Sequence[Request]) -> list[list[int]]:
        """Row i: from request i's drop to each drop; the last row: from the pickup."""
        ends = [request.drop or request.pickup for request in requests]
        lat, lon = column(end.lat for end in ends), column(end.lon for end in ends)
        from_lat = np.append(lat, requests[0].pickup.lat)[:, None]
        from_lon = np.append(lon, requests[0].pickup.lon)[:, None]
        ways: list[list[int]] = self._travel(from_lat, from_lon, lat[None], lon[None]).tolist()
        return ways


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
