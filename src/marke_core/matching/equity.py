"""How evenly earnings per logged hour lie, with everybody who logged in, also those who had no work.

Source: Gini 1912; the mean difference form, G = sum_i (2i - n - 1) x_i / (n sum x), x in ascending order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marke_core.matching.row import Column

Rates = NDArray[np.float64]


class NobodyLoggedIn(ValueError):
    """There is nobody, or somebody without any time, to compare."""


@dataclass(frozen=True, slots=True)
class Equity:
    """Of earnings per hour, in whole currency units: `gini` 0 is equal; a tenth earns less than `p10`."""

    people: int
    gini: float
    p10: float
    median: float


def equity(*, earned: ArrayLike, logged: ArrayLike, units_per_hour: int) -> Equity:
    """The distribution of earnings per logged hour.

    earned: int64[n], currency units · logged: int64[n], units of time, of which `units_per_hour` make an hour
    Raises: NobodyLoggedIn.
    """
    rates = per_hour(earned=np.asarray(earned), logged=np.asarray(logged), units_per_hour=units_per_hour)
    return Equity(len(rates), gini(rates), float(np.percentile(rates, 10)), float(np.median(rates)))


def per_hour(*, earned: Column, logged: Column, units_per_hour: int) -> Rates:
    """Earnings per logged hour, float64[n]. Raises: NobodyLoggedIn."""
    if not len(logged) or (logged <= 0).any():
        raise NobodyLoggedIn(f"Of {len(logged)} people, {int((logged <= 0).sum())} have no logged time; leave them out.")
    rates: Rates = earned * units_per_hour / logged
    return rates


def gini(values: ArrayLike) -> float:
    """Gini's coefficient of values >= 0; 0.0 where all are zero. Raises: NobodyLoggedIn on an empty array."""
    ascending = np.sort(np.asarray(values, dtype=np.float64))
    n, total = len(ascending), float(ascending.sum())
    if not n:
        raise NobodyLoggedIn("Of 0 people, nothing can be compared.")
    return float((2 * np.arange(1, n + 1) - n - 1) @ ascending) / (n * total) if total else 0.0
