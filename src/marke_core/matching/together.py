"""First offers of several: whoever is to go somewhere may be asked to take along what begins at the same place.

It is the choice by which requests join a trip on its way (`joining`), made before anybody is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from marke_core.matching.dealing import NOBODY, Costs, Deal, Minutes
from marke_core.matching.joining import Going, Joined, Joining
from marke_core.matching.problem import Request, Weights
from marke_core.matching.row import Column

_NOTHING = 1e-9  # minutes


def set_out_together(
    joining: Joining,
    requests: Sequence[Request],
    ready: Column,
    deal: Deal,
    joined: Joined,
    costs: Costs,
    going_of: Callable[[int], Going | None],
) -> dict[int, Going]:
    """Requests go along with others, where that is cheaper for all together.

    requests: the rows of the deal, which is changed, as is `joined`
    going_of: the row as a trip of its own, by whoever has it in the deal now; None where nobody has
    Returns by row of the first request the trips that became trips of several.
    """
    apart, before = deal.copy(), deal.cost(joining.weights.own_trip_minutes)
    new, together = Joined({}, {}), dict[int, Going]()
    for row in _leaders(requests, deal, costs, joining.weights):
        going = None if deal.left[row] else going_of(row)
        if going is None:
            continue
        # It keeps its worker, whoever else moves up while others leave the deal.
        deal.left[row] = True
        if _take_along(joining, requests, ready, deal, new, going):
            together[row] = going
        else:
            deal.left[row] = False
    for row in together:
        deal.left[row] = False
    # Who moves up is found by short chains, which now and then promise more than comes of them.
    after = deal.cost(joining.weights.own_trip_minutes) + sum(join.cost.total for join in new.taken.values())
    if after > before + _NOTHING:
        deal.column, deal.left = apart.column, apart.left
        return {}
    for row, found in new.weighed.items():
        joined.weighed.setdefault(row, []).extend(found)
    joined.taken.update(new.taken)
    return together


def _leaders(requests: Sequence[Request], deal: Deal, costs: Costs, weights: Weights) -> list[int]:
    """The rows in the order in which they may take others along: those that somebody is cheapest for first."""
    if not weights.together_at_first or weights.largest_trip < 2:
        return []
    chosen, total = deal.chosen, costs.total
    rows = [row for row in np.flatnonzero(chosen != NOBODY).tolist() if requests[row].source is not None]
    return sorted(rows, key=lambda row: (float(total[row, chosen[row]]), requests[row].number))


def _take_along(joining: Joining, requests: Sequence[Request], ready: Column, deal: Deal, joined: Joined, going: Going) -> bool:
    """Whether anything goes along; the earliest ready is looked at first."""
    rows = [row for row, request in enumerate(requests) if (request.source, request.pickup) == going.stop and not deal.left[row]]
    all_there = [*(requests[row] for row in rows), *going.route.requests]
    joining.router.look_up((a, b) for a in all_there for b in all_there if a is not b)
    prices: Minutes | None = None
    for row in sorted(rows, key=lambda row: (int(ready[row]), requests[row].number)):
        join = joining.one(requests[row], int(ready[row]), going)
        if join is None:
            continue
        joined.weighed.setdefault(row, []).append(join)
        prices = deal.prices() if prices is None else prices
        if join.cost.total < prices[row] + joining.weights.own_trip_minutes:
            joined.taken[row] = joining.take(join, row, requests[row], deal, prices)
            prices = None
    return len(going.route.requests) > 1
