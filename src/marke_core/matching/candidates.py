"""Who is near: the nearest workers of each request, and all pairs near enough to be worth it at given prices.

Source: Maneewongvatana & Mount 1999 (the sliding midpoint tree), as in scipy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from marke_core.matching.row import Column

Points = NDArray[np.float64]
ROWS_A_BAND, MOST_BANDS = 200, 8


class NoWorkers(ValueError):
    """There is nobody to look for."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The `k` nearest of each request, nearest first. index: int64[n, k] · metres: int64[n, k], rounded"""

    index: Column
    metres: Column

    @property
    def k(self) -> int:
        return int(self.index.shape[1])


@dataclass(frozen=True, slots=True)
class Pairs:
    """Requests and workers side by side, with what they cost together, whole metres."""

    row: Column
    worker: Column
    cost: Column

    def __len__(self) -> int:
        return len(self.row)

    def that(self, mask: NDArray[np.bool_]) -> Pairs:
        return Pairs(self.row[mask], self.worker[mask], self.cost[mask])

    def and_(self, *others: Pairs) -> Pairs:
        all_ = (self, *others)
        return Pairs(*(np.concatenate([getattr(pairs, name) for pairs in all_]) for name in ("row", "worker", "cost")))


@dataclass(frozen=True)
class Nearby:
    """Workers on a plane (see `travel.local_metres`), ready to be asked who is near. points: float64[m, 2], metres"""

    points: Points
    tree: cKDTree

    @classmethod
    def of(cls, points: Points) -> Nearby:
        """Raises: NoWorkers."""
        if not len(points):
            raise NoWorkers("Nobody is at work; ask again when somebody is.")
        return cls(points, cKDTree(points))

    def nearest(self, points: Points, k: int) -> Candidates:
        """The k nearest of each point, or all of them where there are fewer."""
        k = min(k, self.tree.n)
        metres, index = self.tree.query(points, k)
        return Candidates(np.reshape(index, (-1, k)).astype(np.int64), np.rint(np.reshape(metres, (-1, k))).astype(np.int64))

    def worth(self, points: Points, pays: Column, asks: Column) -> Pairs:
        """All pairs that cost less than what the one pays above what the other asks (int64, metres; asks >= 0).

        Both are parted into bands of like prices, because a band is searched as far as its highest payer would go to
        its lowest asker.
        """
        bands = int(np.clip(len(points) // ROWS_A_BAND, 1, MOST_BANDS))
        payers = [(float(pays[rows].max()), rows, cKDTree(points[rows])) for rows in _bands(pays, bands)]
        found = [Pairs(*(np.zeros(0, dtype=np.int64) for _ in range(3)))]
        for askers in _bands(asks, bands):
            least, tree = float(asks[askers].min()), cKDTree(self.points[askers])
            for most, rows, payer_tree in payers:
                if most > least:
                    near = payer_tree.sparse_distance_matrix(tree, most - least, output_type="ndarray")
                    pairs = Pairs(rows[near["i"]], askers[near["j"]], np.rint(near["v"]).astype(np.int64))
                    found.append(pairs.that(pairs.cost < pays[pairs.row] - asks[pairs.worker]))
        return found[0].and_(*found[1:])


def _bands(prices: Column, count: int) -> Iterator[Column]:
    """The places of the prices in each of `count` bands of equal width, those without any left out."""
    low, high = int(prices.min(initial=0)), int(prices.max(initial=0))
    band = (prices - low) * count // (high - low + 1)
    for number in range(count):
        places = np.flatnonzero(band == number)
        if len(places):
            yield places
