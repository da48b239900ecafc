"""The nearest workers of each request, by KD-tree: O((n + m) log m) for n requests and m workers.

Source: Maneewongvatana & Mount 1999 (the sliding midpoint tree), as in scipy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from marke_core.matching.row import Column

Points = NDArray[np.float64]


class NoWorkers(ValueError):
    """There is nobody to look for."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The `k` nearest of each request, nearest first. index: int64[n, k] · metres: float64[n, k]"""

    index: Column
    metres: Points

    @property
    def k(self) -> int:
        return int(self.index.shape[1])


@dataclass(frozen=True)
class Nearby:
    """Workers on a plane (see `travel.local_metres`), ready to be asked who is near. points: float64[m, 2], metres"""

    tree: cKDTree

    @classmethod
    def of(cls, points: Points) -> Nearby:
        """Raises: NoWorkers."""
        if not len(points):
            raise NoWorkers("Nobody is at work; ask again when somebody is.")
        return cls(cKDTree(points))

    def nearest(self, points: Points, k: int) -> Candidates:
        """The k nearest of each point, or all of them where there are fewer."""
        k = min(k, self.tree.n)
        metres, index = self.tree.query(points, k)
        return Candidates(np.reshape(index, (-1, k)).astype(np.int64), np.reshape(metres, (-1, k)))

    def enough(self, points: Points, k: int, able: NDArray[np.bool_], wanted: int = 1) -> Candidates:
        """As `nearest`, with k doubled until each request has `wanted` who are able, or all have been looked at.

        able: bool[n, m], who can do what at all
        """
        while True:
            found = self.nearest(points, k)
            can = np.take_along_axis(able, found.index, axis=1).sum(axis=1)
            if found.k == self.tree.n or (can >= np.minimum(wanted, able.sum(axis=1))).all():
                return found
            k *= 2
