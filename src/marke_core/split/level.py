"""How high the water stands: one price per unit of weight, so that everybody gets weight × price between floor and cap.

Finding it is finding where a growing sum meets the total. The sum bends at each floor ÷ weight and cap ÷ weight. Each
round takes the middle one of the bends that are still open, compares the sum there with the total, exactly, and closes
the half on the other side: O(n) together. Floating numbers choose which bend is looked at next, never what comes out.
Source: the bounded proportional allocation of Ibaraki & Katoh 1988, Resource Allocation Problems, ch. 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marke_core.split.exact import Column, Mask, compare_products, sum_of


@dataclass(frozen=True)
class Level:
    """What everybody who is neither at their floor nor at their cap gets of: `size` among weights that sum to `weight`.

    at_cap, at_floor: who stands outside, with exactly their cap or floor.
    """

    size: int
    weight: int
    at_cap: Mask
    at_floor: Mask

    @property
    def free(self) -> Mask:
        free: Mask = ~(self.at_cap | self.at_floor)
        return free

    def reaches(self, weight: int, amount: int) -> bool:
        """Whether this weight gets at least this amount, if it has neither floor nor cap."""
        return self.weight == 0 or self.size * weight >= amount * self.weight


def level_of(size: int, weights: Column, floors: Column | None, caps: Column | None) -> Level:
    """The level at which the parts sum to `size`, which is at least the sum of the floors and at most that of the caps.

    Who weighs nothing has their floor; the caps count only for those who weigh something.
    """
    weightless: Mask = weights == 0
    if floors is None and caps is None:
        return Level(size, sum_of(weights), np.zeros(len(weights), dtype=bool), weightless)
    search = _Search(size, weights, floors, caps)
    search.run()
    at_cap = search.at_cap & ~weightless
    at_floor = (search.at_floor | weightless) & ~at_cap
    outside = (sum_of(caps[at_cap]) if caps is not None else 0) + (sum_of(floors[at_floor]) if floors is not None else 0)
    return Level(size - outside, sum_of(weights[~(at_cap | at_floor)]), at_cap, at_floor)


# Bends among which the middle one is looked for: of a million, every hundredth tells it near enough, and takes no room.
_SEEN = 10_000


class _Search:
    """Halves the open bends until none is left."""

    def __init__(self, size: int, weights: Column, floors: Column | None, caps: Column | None) -> None:
        self.size, self.weights = size, weights
        self.floors = np.zeros(len(weights), dtype=np.int64) if floors is None else floors
        self.caps = caps
        self.at_cap: Mask = np.zeros(len(weights), dtype=bool)
        self.at_floor: Mask = np.zeros(len(weights), dtype=bool)
        heavy = weights != 0
        self.open_floors: NDArray[np.intp] = np.flatnonzero(heavy & (self.floors > 0))
        self.open_caps: NDArray[np.intp] = np.flatnonzero(heavy) if caps is not None else np.zeros(0, dtype=np.intp)
        # What the closed bends already say of the sum: so much for certain, and so much per unit of the level.
        self.certain = sum_of(self.floors[weights == 0])
        self.sloped = sum_of(weights[heavy & (self.floors == 0)])

    def run(self) -> None:
        while len(self.open_floors) + len(self.open_caps):
            amount, weight = self._middle()
            floor_side = compare_products(self.weights[self.open_floors], amount, self.floors[self.open_floors], weight)
            cap_side = self._cap_side(amount, weight)
            over = self._sum(floor_side, cap_side, weight, amount) - self.size * weight
            if over >= 0:  # the level is here or lower: who is at their floor here stays there, who is under the cap too
                self._close_floors(floor_side <= 0, below=True)
                self._close_caps(cap_side <= 0, below=True)
            if over <= 0:  # here or higher: who is above their floor stays above, who is at the cap too
                floor_side, cap_side = (
                    (floor_side[floor_side > 0], cap_side[cap_side > 0]) if over == 0 else (floor_side, cap_side)
                )
                self._close_floors(floor_side >= 0, below=False)
                self._close_caps(cap_side >= 0, below=False)

    def _cap_side(self, amount: int, weight: int) -> NDArray[np.int8]:
        if self.caps is None:
            return np.zeros(0, dtype=np.int8)
        return compare_products(self.weights[self.open_caps], amount, self.caps[self.open_caps], weight)

    def _middle(self) -> tuple[int, int]:
        """The amount and the weight of the bend in the middle, near enough."""
        which, bounds = self.open_floors, self.floors
        if self.caps is not None and len(self.open_caps) >= len(which):
            which, bounds = self.open_caps, self.caps
        if bounds.dtype == object or self.weights.dtype == object:
            row = which[len(which) // 2]  # too large for floating numbers; any bend will do
            return int(bounds[row]), int(self.weights[row])
        some = which[:: max(len(which) // _SEEN, 1)]
        ratios = bounds[some].astype(np.float64) / self.weights[some].astype(np.float64)
        row = some[np.argpartition(ratios, len(ratios) // 2)[len(ratios) // 2]]
        return int(bounds[row]), int(self.weights[row])

    def _sum(self, floor_side: NDArray[np.int8], cap_side: NDArray[np.int8], weight: int, amount: int) -> int:
        """What everybody gets at the level amount ÷ weight, times weight."""
        still, above = self.open_floors[floor_side < 0], self.open_floors[floor_side >= 0]
        capped = self.open_caps[cap_side >= 0]
        certain = self.certain + sum_of(self.floors[still])
        slope = self.sloped + sum_of(self.weights[above]) - sum_of(self.weights[capped])
        if self.caps is not None:
            certain += sum_of(self.caps[capped])
        return certain * weight + slope * amount

    def _close_floors(self, closed: Mask, *, below: bool) -> None:
        rows, self.open_floors = self.open_floors[closed], self.open_floors[~closed]
        if below:
            self.at_floor[rows] = True
            self.certain += sum_of(self.floors[rows])
        else:
            self.sloped += sum_of(self.weights[rows])

    def _close_caps(self, closed: Mask, *, below: bool) -> None:
        rows, self.open_caps = self.open_caps[closed], self.open_caps[~closed]
        if not below and self.caps is not None:
            self.at_cap[rows] = True
            self.certain += sum_of(self.caps[rows])
            self.sloped -= sum_of(self.weights[rows])
