"""Exact arithmetic on columns of integers."""

from __future__ import annotations

import numpy as np

from marke_core.money import share_of_integers
from marke_core.schemes import Column

INT64_MAX = 2**63 - 1


def part_of(amounts: Column, numerators: Column, denominators: Column) -> Column:
    """`amount × numerator / denominator` of each row, rounded half up to the unit.

    amounts, numerators: int64[n], not negative · denominators: int64[n], above 0. The result is exact for every int64:
    rows whose product would not fit are computed with Python's own integers.
    Raises: OverflowError when a result itself does not fit into int64.
    """
    if not len(amounts):
        return amounts.copy()
    room = (INT64_MAX - int(denominators.max())) // 2
    top = max(int(numerators.max()), 1)
    fits = (amounts <= room // top) & (denominators <= INT64_MAX // 2)
    safe = np.where(fits, amounts, 0)
    below = np.where(fits, denominators, 1)
    result: Column = (2 * safe * numerators + below) // (2 * below)
    for row in np.flatnonzero(~fits):
        result[row] = share_of_integers(int(amounts[row]), int(numerators[row]), int(denominators[row]))
    return result
