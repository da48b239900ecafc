"""The division itself: a total, weights, and the bounds that everybody agreed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marke_core.split.exact import INT64_MAX, CannotDivide, Column, Mask, column_of, shares_of, sum_of
from marke_core.split.level import Level, level_of
from marke_core.split.ties import Ties, pick

Numbers = NDArray[np.int64]
Given = NDArray[Any] | Sequence[int | Fraction]
# A carried remainder counts in millionths of a unit.
MILLIONTHS = 1_000_000


class Remainder(Enum):
    """What becomes of the units that are left when everybody's share is rounded down."""

    LARGEST = "largest"  # one each to the largest remainders (Hamilton)
    CARRIED = "carried"  # the same, counting what was carried from the division before, so that over time all is even
    KEPT = "kept"  # nobody gets them: they stay in `left`


@dataclass(frozen=True)
class Explained:
    """Why one party gets its part: the key of a sentence, and the numbers in it.

    key: "share" (the exact share), "share_rounded_down", "share_rounded_up", "tie_won", "tie_lost", "at_cap", "at_floor",
      "below_minimum", "no_weight", "carried"; what the keys of marke_core.split.keys add stands there
    steps: of a part that is the sum of several divisions, each of them
    """

    key: str
    part: int
    numbers: Mapping[str, int | Fraction] = field(default_factory=dict)
    steps: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Division:
    """What came out. `sum(parts) + left == total`, to the last unit (INV-SPLIT-1).

    parts: int64[n], units, of the sign of the total · left: what nobody could take
    carry: int64[n], millionths of a unit: what each part is short of its exact share, for the next division; sums to 0
    """

    total: int
    parts: Numbers
    left: int
    carry: Numbers | None = None
    why: Callable[[int], Explained] = field(default=lambda row: Explained("share", 0), repr=False, compare=False)

    def explain(self, row: int) -> Explained:
        return self.why(row)


def divide(
    total: int,
    weights: Given,
    *,
    caps: Given | None = None,
    floors: Given | None = None,
    minimum: int = 0,
    ties: Ties,
    remainder: Remainder = Remainder.LARGEST,
    order: Given | None = None,
    entry: str = "",
    carried: Numbers | None = None,
) -> Division:
    """Divides the total (units: cents, Wh, boxes, shares) in proportion to the weights, exactly.

    weights: int64[n], or whole numbers and fractions of any size; zero or more
    caps: int64[n], the most each may get; what somebody cannot take is dealt again among the others
    floors: int64[n], the least each gets, also who weighs nothing; the others bear it in proportion
    minimum: who would get less gets nothing, and it is dealt again; the lightest leave first, and equals together
    order: int64[n], the members' numbers, for ties; without them the rows count from 0
    entry: what is divided, in words that nobody chooses afterwards ("close:2026"); asked for by Ties.BY_HASH
    carried: int64[n], the `carry` of the division before; with Remainder.CARRIED

    A negative total is divided as its opposite, so that a reversal mirrors. Everything is O(n), with a minimum O(n log n).
    Raises: CannotDivide when the numbers contradict each other or say nothing: all weights zero, floors above the total or
      above the caps, a total beyond int64, columns of unlike length.
    """
    asked = _Asked(
        size=abs(total),
        weights=column_of(weights, "weight"),
        floors=None if floors is None else column_of(floors, "floor"),
        caps=None if caps is None else column_of(caps, "cap"),
        minimum=minimum,
        ties=ties,
        remainder=remainder,
        order=np.arange(len(weights), dtype=np.int64) if order is None else column_of(order, "member's number"),
        entry=entry,
    )
    asked.check(total, carried)
    sign = -1 if total < 0 else 1
    if carried is not None or remainder is Remainder.CARRIED:
        return asked.carried_on(total, sign, np.zeros(len(asked.weights), dtype=np.int64) if carried is None else carried)
    return asked.divided(total, sign)


def split(total: int, weights: Given, *, ties: Ties) -> list[int]:
    """The parts of `total` (minor units), one per weight, that sum to it exactly: `divide` without any bounds.

    Raises: CannotDivide when a weight is negative, or none is above zero although there is something to divide.
    """
    parts: list[int] = divide(total, weights, ties=ties).parts.tolist()
    return parts


def adds_up(total: int, parts: Sequence[int] | Numbers, left: int = 0) -> bool:
    """INV-SPLIT-1: the parts, and what was left, sum to the total, to the last unit."""
    return (sum_of(parts) if isinstance(parts, np.ndarray) else sum(parts)) + left == total


@dataclass(frozen=True)
class _Asked:
    size: int
    weights: Column
    floors: Column | None
    caps: Column | None
    minimum: int
    ties: Ties
    remainder: Remainder
    order: Column
    entry: str

    def check(self, total: int, carried: Numbers | None) -> None:
        if self.size > INT64_MAX:
            raise CannotDivide(f"{total} is more than can be booked. Give at most {INT64_MAX}.")
        columns = {"floors": self.floors, "caps": self.caps, "members' numbers": self.order, "carried remainders": carried}
        for name, column in columns.items():
            if column is not None and len(column) != len(self.weights):
                raise CannotDivide(f"There are {len(column)} {name} for {len(self.weights)} weights. Give one for each.")
        if self.ties is Ties.BY_HASH and not self.entry:
            raise CannotDivide("Ties by hash are drawn from the entry. Give what is divided, for example close:2026.")
        if self.minimum < 0:
            raise CannotDivide(f"A minimum of {self.minimum} says nothing. Give 0 or more.")
        self._check_bounds(total)
        if carried is not None and self.remainder is not Remainder.CARRIED:
            raise CannotDivide("Remainders are carried only where that is the rule. Give remainder=Remainder.CARRIED.")
        if self.remainder is Remainder.CARRIED and self.minimum:
            raise CannotDivide("A minimum and carried remainders contradict each other. Give one of the two.")

    def _check_bounds(self, total: int) -> None:
        if self.floors is not None:
            if (promised := sum_of(self.floors)) > self.size:
                raise CannotDivide(f"The floors promise {promised}, and {total} is divided. Give floors that fit into it.")
            if self.caps is not None and bool((self.floors > self.caps).any()):
                row = int(np.flatnonzero(self.floors > self.caps)[0])
                raise CannotDivide(f"Row {row} gets at least {self.floors[row]} and at most {self.caps[row]}. Give a cap above.")
            if self.minimum and bool(((self.floors > 0) & (self.floors < self.minimum)).any()):
                raise CannotDivide(f"A floor stands below the minimum of {self.minimum}. Give none, or one that reaches it.")

    def divided(self, total: int, sign: int) -> Division:
        weights, out = self._without_the_least()
        dealt, level = self._level(self.size, weights, self.floors, self.caps)
        parts, rests, up = self._rounded(level, weights)
        parts[up] += 1
        left = self.size - dealt if self.remainder is not Remainder.KEPT else self.size - sum_of(parts)
        reasons = _Reasons(self, sign, level, weights, out, parts, rests, up)
        return Division(total, parts if sign > 0 else -parts, sign * left, why=reasons.of)

    def _level(self, size: int, weights: Column, floors: Column | None, caps: Column | None) -> tuple[int, Level]:
        """How much of the size is dealt, and the level at which it is.

        Raises: CannotDivide when there is something to divide and nobody to get it.
        """
        weighing = weights != 0
        if not weighing.any() and size and not self.minimum:
            if floors is not None and sum_of(floors) == size:
                return size, level_of(size, weights, floors, caps)
            raise CannotDivide(f"{size} cannot be divided by weights that are all zero. Give at least one above zero.")
        most = size if weighing.any() else 0 if floors is None else sum_of(floors)
        if caps is not None:
            most = sum_of(caps[weighing]) + (0 if floors is None else sum_of(floors[~weighing]))
        dealt = min(size, most)
        return dealt, level_of(dealt, weights, floors, caps)

    def _rounded(self, level: Level, weights: Column) -> tuple[Numbers, Column, Mask]:
        """Everybody's share rounded down, what remains of it, and who gets one of the units that are left."""
        parts = np.zeros(len(weights), dtype=np.int64)
        if self.floors is not None:
            parts[level.at_floor] = self.floors[level.at_floor]
        if self.caps is not None:
            parts[level.at_cap] = self.caps[level.at_cap]
        free = level.free
        everybody = bool(free.all())
        whole, rest = shares_of(level.size, weights if everybody else weights[free], max(level.weight, 1))
        rests = rest if everybody else _spread(rest, free)
        if everybody:
            parts = whole
        else:
            parts[free] = whole
        count = level.size - sum_of(whole) if level.weight and self.remainder is not Remainder.KEPT else 0
        return parts, rests, pick(rests, count, weights=weights, order=self.order, ties=self.ties, entry=self.entry)

    def _without_the_least(self) -> tuple[Column, Mask]:
        """The weights, zero for whoever would get less than the minimum; and who that is."""
        nobody = np.zeros(len(self.weights), dtype=bool)
        if self.minimum <= 1 or self.size == 0:
            return self.weights, nobody
        safe = nobody if self.floors is None else self.floors >= self.minimum
        may_stay = self.weights != 0
        if self.caps is not None:
            may_stay &= self.caps >= self.minimum
        candidates = np.unique(self.weights[may_stay & ~safe])
        low, high = 0, len(candidates)  # the first of the weights that gets the minimum when all lighter ones have left
        while low < high:
            middle = (low + high) // 2
            staying = (may_stay & (self.weights >= candidates[middle])) | safe
            _dealt, level = self._level(self.size, np.where(staying, self.weights, 0), self.floors, self.caps)
            if level.reaches(int(candidates[middle]), self.minimum):
                high = middle
            else:
                low = middle + 1
        staying = safe.copy()
        if low < len(candidates):
            staying |= may_stay & (self.weights >= candidates[low])
        return np.where(staying, self.weights, 0), (self.weights != 0) & ~staying

    def carried_on(self, total: int, sign: int, before: Numbers) -> Division:
        """Each one's due in millionths, with what was carried; then whole units, to whoever is furthest behind first."""
        if self.size > INT64_MAX // MILLIONTHS:
            raise CannotDivide(f"{total} is too much to carry remainders of. Give at most {INT64_MAX // MILLIONTHS}.")
        finer = _Asked(
            self.size * MILLIONTHS,
            self.weights,
            None if self.floors is None else self.floors * MILLIONTHS,
            None if self.caps is None else self.caps * MILLIONTHS,
            0,
            self.ties,
            Remainder.LARGEST,
            self.order,
            self.entry,
        )
        due = finer.divided(finer.size, 1)
        claims = due.parts + sign * before
        lowest = np.zeros(len(claims), dtype=np.int64) if self.floors is None else self.floors
        parts = np.maximum(claims // MILLIONTHS, lowest)
        if self.caps is not None:
            parts = np.minimum(parts, self.caps)
        while gap := self.size - due.left // MILLIONTHS - sum_of(parts):
            step = 1 if gap > 0 else -1
            able = parts > lowest if step < 0 else np.ones(len(parts), dtype=bool) if self.caps is None else parts < self.caps
            rows = np.flatnonzero(able)
            behind = step * (claims - parts * MILLIONTHS)[rows]
            chosen = pick(behind, abs(gap), weights=self.weights[rows], order=self.order[rows], ties=self.ties, entry=self.entry)
            parts[rows[chosen]] += step
        carry = sign * (claims - parts * MILLIONTHS)

        def why(row: int) -> Explained:
            numbers = {"due": Fraction(sign * int(due.parts[row]), MILLIONTHS), "carried": Fraction(int(before[row]), MILLIONTHS)}
            numbers["carry"] = Fraction(int(carry[row]), MILLIONTHS)
            return Explained("carried", sign * int(parts[row]), numbers)

        return Division(total, sign * parts, sign * (due.left // MILLIONTHS), carry, why)


@dataclass(frozen=True)
class _Reasons:
    """Why each row gets what it gets; put into words only for whoever asks."""

    asked: _Asked
    sign: int
    level: Level
    weights: Column
    out: Mask
    parts: Numbers
    rests: Column
    up: Mask

    def of(self, row: int) -> Explained:
        part = self.sign * int(self.parts[row])
        asked, level = self.asked, self.level
        numbers: dict[str, int | Fraction] = {"total": self.sign * asked.size, "weight": int(asked.weights[row])}
        if self.out[row]:
            return Explained("below_minimum", part, {**numbers, "minimum": self.sign * asked.minimum})
        if level.at_cap[row] and asked.caps is not None:
            return Explained("at_cap", part, {**numbers, "cap": self.sign * int(asked.caps[row]), **self._would_be(row)})
        if level.at_floor[row]:
            if asked.floors is not None and asked.floors[row]:
                return Explained(
                    "at_floor", part, {**numbers, "floor": self.sign * int(asked.floors[row]), **self._would_be(row)}
                )
            return Explained("no_weight", part, numbers)
        numbers |= {"dealt": self.sign * level.size, "weights": level.weight}
        exact = Fraction(self.sign * level.size * int(self.weights[row]), level.weight)
        return Explained(self._rounding(row), part, {**numbers, "exact": exact})

    def _would_be(self, row: int) -> dict[str, Fraction]:
        """What the level gives to the row, if there were no bound."""
        if not self.level.weight:
            return {}
        return {"exact": Fraction(self.sign * self.level.size * int(self.weights[row]), self.level.weight)}

    def _rounding(self, row: int) -> str:
        rest = self.rests[row]
        if not rest:
            return "share"
        same = self.rests == rest
        tied = bool((same & self.up).any()) and bool((same & ~self.up).any())
        if tied:
            return "tie_won" if self.up[row] else "tie_lost"
        return "share_rounded_up" if self.up[row] else "share_rounded_down"


def _spread(values: Column, places: Mask) -> Column:
    spread = np.zeros(len(places), dtype=values.dtype)
    spread[places] = values
    return spread
