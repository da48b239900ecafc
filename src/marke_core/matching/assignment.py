"""Who takes what, exactly, in a city too large for a dense matrix: n requests, m workers, each request with few candidates.

Guessed prices (`bidding`) say which pairs can be in the cheapest assignment; scipy finds it on those few; exact prices
follow from it, and say of every pair that was left out whether it could better the whole. Where one could, it is added,
and the assignment is made again, until it is proven. Each request may stay unserved at a declared cost.

Source: Jonker & Volgenant 1987 (shortest augmenting paths, as in scipy); Barnhart et al. 1998 (column generation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from marke_core.matching.bidding import guess_asks
from marke_core.matching.candidates import Candidates, Nearby, Pairs
from marke_core.matching.row import Column

UNSERVED = -1
Points = NDArray[np.float64]
FEW, MANY = 12, 40  # candidates where workers are plenty, and where most of them are needed
MARGIN = 50  # pairs are kept that cost at most this part of being unserved more than the guess says
MOST_RELAXATIONS = 40  # of prices, before a pair that betters the assignment is expected


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


def assign_nearest(requests: Points, workers: Points, *, unserved: int, k: int | None = None) -> Assignment:
    """The assignment of n requests to m workers with the smallest sum of distances, each worker taking one at most.

    requests, workers: float64[n, 2] and [m, 2], metres on a plane; distances are rounded to whole metres
    unserved: metres, for a request that nobody takes · k: candidates at first, None: by how scarce workers are
    Raises: NoWorkers.
    """
    near, m = Nearby.of(workers), len(workers)
    first = near.nearest(requests, k or (FEW if 2 * len(requests) < m else MANY))
    search = _Search(near, requests, first, unserved)
    asks, idle = guess_asks(first.index, first.metres, m, unserved)
    pays = np.min(first.metres + asks[first.index], axis=1, initial=unserved)
    pairs = search.worth(pays + unserved // MARGIN + 2, np.where(idle, 0, asks))
    rounds, prices, asked = 0, _Prices(pays, -asks, 0), np.zeros(m, dtype=np.int64)
    while True:
        rounds += 1
        worker = _solve(pairs, prices, asked)
        risen = np.arange(len(requests))
        found = _Prices.of(pairs, worker, prices.worker)
        while found is not None:
            better = search.worth(found.request, -found.worker, risen)
            if not len(better):
                taken = np.where(worker == m, UNSERVED, worker)
                return Assignment(taken, found.cost, found.request, found.worker, rounds, len(pairs))
            prices, pairs = found, pairs.and_(better)
            asked = np.maximum(-prices.worker - unserved // MARGIN, 0)
            found = _Prices.of(pairs, worker, prices.worker, most=MOST_RELAXATIONS)
            risen = _risen(prices, found)


@dataclass(frozen=True, slots=True)
class _Search:
    """Finds pairs: among the candidates of a request where those reach far enough, and among all workers elsewhere."""

    near: Nearby
    requests: Points
    first: Candidates
    unserved: int

    def worth(self, pays: Column, asks: Column, rows: Column | None = None) -> Pairs:
        """All pairs (of these requests) that cost less than what the one pays above what the other asks.

        Being unserved is a pair too: with worker m, who takes any number and asks nothing.
        """
        rows, m = np.arange(len(pays)) if rows is None else rows, len(asks)
        pays, cost, worker = pays[rows], self.first.metres[rows], self.first.index[rows]
        short = (cost[:, -1] < pays) & (self.first.k < m)
        near = (cost < np.minimum(pays[:, None] - asks[worker], self.unserved)) & ~short[:, None]
        far = self.near.worth(self.requests[rows[short]], pays[short], asks)
        far = far.that(far.cost < self.unserved)
        without = rows[pays > self.unserved]
        return Pairs(rows[np.nonzero(near)[0]], worker[near], cost[near]).and_(
            Pairs(rows[short][far.row], far.worker, far.cost),
            Pairs(without, np.full(len(without), m), np.full(len(without), self.unserved)),
        )


@dataclass(frozen=True, slots=True)
class _Prices:
    """As in `Assignment`, with the cost of what they belong to."""

    request: Column
    worker: Column
    cost: int

    @classmethod
    def of(cls, pairs: Pairs, worker: Column, near: Column, *, most: int | None = None) -> _Prices | None:
        """The prices that belong to an assignment, not above those `near`; None where it is not the cheapest of these pairs.

        Bellman and Ford's relaxation: where a request could take a worker and let its own go, that limits what the price
        of the one may be above the other's. Only a better assignment makes such a chain endless, so that `most` is
        needed only where there may be one.
        """
        n, m = len(worker), len(near)
        held = np.zeros(n, dtype=np.int64)
        chosen = pairs.worker == worker[pairs.row]
        held[pairs.row[chosen]] = pairs.cost[chosen]
        by_worker = np.argsort(pairs.worker, kind="stable")
        row, column = pairs.row[by_worker], pairs.worker[by_worker]
        change, own = pairs.cost[by_worker] - held[row], worker[row]
        starts = np.flatnonzero(np.diff(column, prepend=-1))
        seen, idle = column[starts], np.setdiff1d(np.arange(m), worker)
        price = np.append(near, 0)
        price[idle] = 0
        for _ in range(most or n + m + 2):
            before = price.copy()
            price[seen] = np.minimum(price[seen], np.minimum.reduceat(change + before[own], starts))
            price[m] = np.min(price[idle], initial=price[m])
            np.minimum(price, price[m], out=price)
            if (price == before).all():
                price -= price[m]
                return cls(held - price[worker], price[:m], int(held.sum()))
        return None


def _risen(before: _Prices, after: _Prices | None) -> Column:
    """The requests that may be in pairs which become worth it: those that pay more, or all where workers ask less."""
    if after is None or (after.worker > before.worker).any():
        return np.arange(len(before.request))
    return np.flatnonzero(after.request > before.request)


def _solve(pairs: Pairs, prices: _Prices, asked: Column) -> Column:
    """Exact on the pairs: worker int64[n], or m for being unserved, of which each request has a column of its own.

    asked: int64[m], added to what a worker costs, which makes paths short. It is the same for every assignment that takes
        all who ask something; where one of them is left, it is made again without.
    """
    n, m = len(prices.request), len(prices.worker)
    # Who pays little comes first: their paths are short, and shorten those of the others.
    order = np.argsort(prices.request, kind="stable")
    place = np.argsort(order, kind="stable")
    taken, column = np.unique(np.where(pairs.worker == m, m + pairs.row, pairs.worker), return_inverse=True)
    # scipy takes a weight of zero for no pair; one more for each request changes nothing.
    weight = (pairs.cost + np.append(asked, 0)[pairs.worker] + 1).astype(np.float64)
    graph = csr_array((weight, (place[pairs.row], column)), shape=(n, len(taken)))
    rows, columns = min_weight_full_bipartite_matching(graph)
    worker = np.empty(n, dtype=np.int64)
    worker[order[rows]] = np.minimum(taken[columns], m)
    all_taken = np.isin(np.flatnonzero(asked), worker).all()
    return worker if all_taken else _solve(pairs, prices, np.zeros(m, dtype=np.int64))
