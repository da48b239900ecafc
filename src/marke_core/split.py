"""Divide an exact total by weights, to the last unit (INV-SPLIT-1).

Source: Hamilton's method (largest remainder); Balinski & Young 1982, Fair Representation, ch. 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from math import lcm


class Ties(Enum):
    """Who gets the last unit when remainders are equal."""

    FIRST = "first"  # whoever stands first in the order given
    LIGHTEST = "lightest"  # whoever has the least weight; then whoever stands first


class CannotDivide(ValueError):
    """These weights do not say how to divide the total."""


def split(total: int, weights: Sequence[int | Fraction], *, ties: Ties) -> list[int]:
    """The parts of `total` (minor units), one per weight, that sum to it exactly.

    Each part is its exact share rounded down or up: everybody gets the whole units of their share, and the units left
    over go to the largest remainders. A negative total is divided as its opposite, so that a reversal mirrors.

    Keeps INV-SPLIT-1: `sum(parts) == total`, whatever the weights. What is shared out by it (a surplus, a fund) can be
    posted as it stands, because the postings balance.

    Raises: CannotDivide when a weight is negative, or none is above zero although there is something to divide.
    """
    exact = _whole(weights)
    everything = sum(exact)
    if everything == 0:
        if total:
            raise CannotDivide(f"{total} cannot be divided by weights that are all zero. Give at least one above zero.")
        return [0] * len(exact)
    size = abs(total)
    parts = [size * weight // everything for weight in exact]
    remainders = [size * weight % everything for weight in exact]
    left = size - sum(parts)
    for index in sorted(range(len(exact)), key=lambda i: (-remainders[i], _turn(exact[i], ties), i))[:left]:
        parts[index] += 1
    return parts if total >= 0 else [-part for part in parts]


def _turn(weight: int, ties: Ties) -> int:
    return weight if ties is Ties.LIGHTEST else 0


def _whole(weights: Sequence[int | Fraction]) -> list[int]:
    """The weights as whole numbers in the same proportions."""
    for weight in weights:
        if weight < 0:
            raise CannotDivide(f"{weight} cannot be a weight. Give zero or more.")
    scale = lcm(*(weight.denominator for weight in weights)) if weights else 1
    return [weight.numerator * (scale // weight.denominator) for weight in weights]


def adds_up(total: int, parts: Sequence[int]) -> bool:
    """INV-SPLIT-1: the parts sum to the total, to the last unit."""
    return sum(parts) == total
