"""Who takes what, exactly, in a city too large for a dense matrix: n requests, m workers, each request with few candidates.

The cheapest assignment on the nearest candidates is optimal for all pairs if no pair that was left out could better it,
and dual prices say so: a pair is worth a look only where it costs less than what the request pays and the worker asks.
Requests for which that may be so get more candidates, and the assignment is made again, until it is proven.
Each request may stay unserved at a declared cost.

Source: Jonker & Volgenant 1987 (shortest augmenting paths, as in scipy); Barnhart et al. 1998 (column generation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from marke_core.matching.candidates import Nearby
from marke_core.matching.row import Column

UNSERVED = -1
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Assignment:
    """worker: int64[n], an index or UNSERVED · cost: metres, the unserved at what was declared

    request_price: int64[n] · worker_price: int64[m], 0 or less, 0 for those who take nothing. No pair costs less than the
    sum of its two prices, no request pays more than being unserved costs, and all prices sum to `cost`: so it is optimal.
    rounds: how often it was made · pairs: how many pairs it was made of
    """

    worker: Column
    cost: int
    request_price: Column
    worker_price: Column
    rounds: int
    pairs: int


@dataclass(slots=True)
class _Pairs:
    """The pairs kept. For each request, of the `looked_at` nearest, those left out cost `reach` or more; the rest `last`."""

    row: Column
    worker: Column
    cost: Column
    reach: Column
    last: Column
    looked_at: Column


def assign_nearest(requests: Points, workers: Points, *, unserved: int, k: int = 8) -> Assignment:
    """The assignment of n requests to m workers with the smallest sum of distances, each worker taking one at most.

    requests, workers: float64[n, 2] and [m, 2], metres on a plane; distances are rounded to whole metres
    unserved: metres, for a request that nobody takes · k: candidates at first
    Raises: NoWorkers.
    """
    near, m = Nearby.of(workers), len(workers)
    first = near.nearest(requests, k)
    # The easy ones first: their paths are short, and the prices they leave shorten those of the others.
    order = np.argsort(first.metres[:, 0], kind="stable")
    pairs = _look(near, requests[order], np.arange(len(order)), k, unserved, None)
    rounds = 0
    while True:
        rounds += 1
        worker, held = _solve(pairs, m, unserved)
        request_price, worker_price = _prices(pairs, worker, held, m)
        if not _widen(pairs, near, requests[order], request_price, worker_price, unserved):
            break
    back = np.argsort(order)
    return Assignment(worker[back], int(held.sum()), request_price[back], worker_price, rounds, len(pairs.row))


def _look(near: Nearby, requests: Points, rows: Column, k: int, unserved: int, worth: tuple[Column, Column] | None) -> _Pairs:
    """The k nearest of these rows, those that cost less than being unserved, and where given, that prices say are worth it."""
    found = near.nearest(requests[rows], k)
    cost = np.rint(found.metres).astype(np.int64)
    possible = cost < unserved
    keep = possible
    if worth is not None:
        request_price, worker_price = worth
        keep = possible & (cost < request_price[rows][:, None] + worker_price[found.index])
    last = cost[:, -1]
    reach = np.minimum(last, np.min(cost, axis=1, initial=unserved, where=possible & ~keep))
    row = np.broadcast_to(rows[:, None], cost.shape)[keep]
    return _Pairs(row, found.index[keep], cost[keep], reach, last, np.full(len(rows), found.k))


def _solve(pairs: _Pairs, m: int, unserved: int) -> tuple[Column, Column]:
    """Exact on the pairs: worker int64[n], and what each request holds. One more column per request means unserved."""
    n = len(pairs.reach)
    row = np.concatenate([pairs.row, np.arange(n)])
    column = np.concatenate([pairs.worker, m + np.arange(n)])
    cost = np.concatenate([pairs.cost, np.full(n, unserved)])
    # scipy takes a weight of zero for no pair; one more for each request changes nothing.
    graph = csr_array(((cost + 1).astype(np.float64), (row, column)), shape=(n, m + n))
    rows, columns = min_weight_full_bipartite_matching(graph)
    columns = columns[np.argsort(rows)].astype(np.int64)
    worker = np.where(columns < m, columns, UNSERVED)
    held = np.full(n, unserved, dtype=np.int64)
    chosen = pairs.worker == worker[pairs.row]
    held[pairs.row[chosen]] = pairs.cost[chosen]
    return worker, held


def _prices(pairs: _Pairs, worker: Column, held: Column, m: int) -> tuple[Column, Column]:
    """Bellman and Ford's relaxation from prices of zero; an optimal assignment has no negative cycle, so it ends."""
    by_worker = np.argsort(pairs.worker, kind="stable")
    row, column = pairs.row[by_worker], pairs.worker[by_worker]
    starts = np.flatnonzero(np.diff(column, prepend=-1))
    seen, change = column[starts], pairs.cost[by_worker] - held[row]
    price = np.zeros(m + 1, dtype=np.int64)  # the last one is UNSERVED's, and stays zero
    while len(seen):
        lowest = np.minimum(price[seen], np.minimum.reduceat(change + price[worker[row]], starts))
        if (lowest == price[seen]).all():
            break
        price[seen] = lowest
    return held - price[worker], price[:m]


def _widen(pairs: _Pairs, near: Nearby, requests: Points, request_price: Column, worker_price: Column, unserved: int) -> bool:
    """Adds the pairs that could better the assignment, looking further where the prices ask for it; whether there are any."""
    m = len(worker_price)
    short = np.flatnonzero(pairs.reach < request_price)
    k = int(pairs.looked_at[short].min(initial=m))
    while len(short):
        k = min(m, 4 * k)
        more = _look(near, requests, short, k, unserved, (request_price, worker_price))
        pairs.reach[short], pairs.last[short], pairs.looked_at[short] = more.reach, more.last, k
        if len(more.row):
            pairs.row = np.concatenate([pairs.row, more.row])
            pairs.worker = np.concatenate([pairs.worker, more.worker])
            pairs.cost = np.concatenate([pairs.cost, more.cost])
            return True
        short = short[(pairs.last[short] < request_price[short]) & (k < m)]
    return False
