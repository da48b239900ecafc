"""A guess of what workers are worth, made by letting requests bid for them: quick, near the truth, and never relied on.

Where requests outnumber the workers near them, the exact assignment has to know how far a shortage spreads; prices say
so. Everybody who is overbid bids again, all at once, so that a round is a few operations on columns. Coarse bids first.

Source: Bertsekas 1988, The auction algorithm (the Jacobi version, with epsilon scaling).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marke_core.matching.row import Column

NOBODY = -1
FIRST_LOOK = 16  # of the nearest, while bids are coarse
COARSE, FINE = 32, 256  # bids rise by at least this part of what being unserved costs
TAKEN_BACK = 4  # coarse bids overshoot by a few of their steps


def guess_asks(worker: Column, cost: Column, m: int, unserved: int) -> tuple[Column, NDArray[np.bool_]]:
    """What each of m workers asks, int64[m], 0 or more: nearly what the cheapest assignment makes them worth.

    worker, cost: int64[n, k], the candidates of each request, nearest first, and what they cost, metres
    unserved: metres; who would pay more goes without
    """
    asks = np.zeros(m, dtype=np.int64)
    coarse, fine = max(unserved // COARSE, 1), max(unserved // FINE, 1)
    near = np.s_[:, :FIRST_LOOK]
    _bid(np.ascontiguousarray(worker[near]), np.ascontiguousarray(cost[near]), asks, unserved, coarse)
    np.maximum(asks - TAKEN_BACK * coarse, 0, out=asks)
    holder = _bid(worker, cost, asks, unserved, fine)
    return asks, holder == NOBODY


def _bid(worker: Column, cost: Column, asks: Column, unserved: int, step: int) -> Column:
    """Raises the asks until nobody is overbid: each bids what makes the best as dear as the second best, and a step."""
    holder = np.full(len(asks), NOBODY, dtype=np.int64)
    bidding = np.arange(len(worker))
    while len(bidding):
        choices = worker[bidding]
        pays = cost[bidding] + asks[choices]
        places = np.arange(len(bidding))
        best = pays.argmin(axis=1)
        lowest = pays[places, best]
        pays[places, best] = unserved
        second = np.minimum(pays.min(axis=1), unserved)
        still = lowest < unserved
        bidding, chosen = bidding[still], choices[places, best][still]
        bid = asks[chosen] + (second - lowest)[still] + step
        rising = bid.argsort()  # of several bids for one, the highest is written last
        before = holder[chosen]
        holder[chosen[rising]] = bidding[rising]
        asks[chosen[rising]] = bid[rising]
        won = holder[chosen] == bidding
        overbid = before[won]
        bidding = np.concatenate([bidding[~won], overbid[overbid >= 0]])
    return holder
