"""A trip that a human puts together: in which order it is done best, and what the checker finds wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from marke_core.matching.checker import Violation, violations
from marke_core.matching.play import Run
from marke_core.matching.problem import NotAProblem, Request, Worker
from marke_core.matching.travel import Travel
from marke_core.matching.trips import Route, Router


@dataclass(frozen=True, slots=True)
class Planned:
    """`alone_at` stands beside `route.requests`: when the same worker would be done with each, had they fetched nothing else.

    faults: what the trip breaks; empty where nothing stands against it
    """

    route: Route
    alone_at: tuple[int, ...]
    faults: tuple[Violation, ...]


def plan_by_hand(*, requests: Sequence[Request], worker: Worker, travel: Travel, at: int) -> Planned:
    """All of it in the order that is best for those who wait, by a worker who sets out so as to be there when the last is ready.

    Nobody sets out before `at`, or before they are free. O(n! n): a trip is of a few requests.
    Raises: NotAProblem when there is nothing to do.
    """
    if not requests:
        raise NotAProblem("a trip of no requests")
    router, first = Router(travel), requests[0]
    way = int(
        travel(*(np.array([value]) for value in (worker.place.lat, worker.place.lon, first.pickup.lat, first.pickup.lon)))[0]
    )
    ready = [request.ready for request in requests]
    earliest = max(at, worker.free_at, worker.starts)
    left_at = max(earliest, max(ready) - first.at_pickup.before - way)
    route = router.best(requests, left_at + way, ready)
    told_at = (left_at,) * len(requests)
    run = Run(worker.number, route, told_at, left_at, worker.place, left_at)
    return Planned(
        route=route,
        alone_at=tuple(router.done_alone(request, earliest + way, request.ready) for request in route.requests),
        faults=tuple(violations(runs=[run], requests=requests, workers=[worker], travel=travel)),
    )
