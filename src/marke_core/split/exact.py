"""Arithmetic on columns that never rounds and never overflows: two limbs, long division, or Python's own integers.

A column is int64, or of Python integers (dtype object) where a value does not fit into int64; both give the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]  # int64, or object holding Python integers
Mask = NDArray[np.bool_]

INT64_MAX = 2**63 - 1
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
# Rows that are worked on together: what stands between is then small, and stays near the processor.
_AT_ONCE = 1 << 16


class CannotDivide(ValueError):
    """These numbers do not say how to divide the total."""


def column_of(values: NDArray[Any] | Sequence[int | Fraction], name: str) -> Column:
    """The values as whole numbers in the same proportions, as a column.

    Raises: CannotDivide when one is negative, or is not a whole number or a fraction.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        column: Column = values if values.dtype == np.int64 else _narrowed(values.tolist())
    else:
        column = _narrowed(_whole(list(values), name))
    if len(column) and column.min() < 0:
        raise CannotDivide(f"{column.min()} cannot be a {name}. Give zero or more.")
    return column


def _whole(values: Sequence[Any], name: str) -> list[int]:
    for value in values:
        if not isinstance(value, int | Fraction | np.integer):
            raise CannotDivide(f"{value!r} cannot be a {name}. Give whole numbers or fractions; nothing here is a float.")
    exact = [Fraction(int(value)) if isinstance(value, np.integer) else Fraction(value) for value in values]
    scale = lcm(*(value.denominator for value in exact)) if exact else 1
    return [value.numerator * (scale // value.denominator) for value in exact]


def _narrowed(whole: list[int]) -> Column:
    fits = all(-INT64_MAX <= value <= INT64_MAX for value in whole)
    return np.array(whole, dtype=np.int64 if fits else object)


def sum_of(column: Column) -> int:
    """The exact sum, also beyond int64."""
    if column.dtype == object:
        return sum(column.tolist())
    return (int((column >> 32).sum()) << 32) + int((column & 0xFFFFFFFF).sum())


def shares_of(size: int, weights: Column, everything: int) -> tuple[NDArray[np.int64], Column]:
    """`size × weight / everything` of each weight: the whole units, and what remains of each, in everything-ths.

    size: 0 … 2⁶³ − 1 · everything: at least each weight, above 0.
    """
    most = int(weights.max()) if len(weights) else 0
    if weights.dtype != object and size * most <= INT64_MAX:
        rests = weights * size
        wholes = np.zeros(len(weights), dtype=np.int64)
        if everything > INT64_MAX:  # larger than any product
            return wholes, rests
        for start in range(0, len(weights), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            wholes[part] = rests[part] // everything
            rests[part] -= wholes[part] * everything
        return wholes, rests
    step = 62 - everything.bit_length()  # so that remainder × 2^step + weight × digit stays inside int64
    if weights.dtype == object or step < 1:
        exact = weights.astype(object) * size
        return (exact // everything).astype(np.int64), exact % everything
    return _long_division(size, weights, everything, step)


def _long_division(size: int, weights: Column, everything: int, step: int) -> tuple[NDArray[np.int64], Column]:
    """As at school, `step` binary digits of the size at a time, the highest first."""
    wholes = np.zeros(len(weights), dtype=np.int64)
    rests = np.zeros(len(weights), dtype=np.int64)
    first = -(-size.bit_length() // step) * step
    for start in range(0, len(weights), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        whole, rest = wholes[part], rests[part]
        for shift in range(first - step, -1, -step):
            digit = (size >> shift) & ((1 << step) - 1)
            rest <<= step
            rest += weights[part] * digit
            times = rest // everything
            rest -= times * everything
            whole <<= step
            whole += times
    return wholes, rests


def compare_products(column: Column, factor: int, other: Column, other_factor: int) -> NDArray[np.int8]:
    """The sign of `column × factor − other × other_factor` of each row, exact: −1, 0 or 1. Nothing is negative."""
    small = max(factor, other_factor) <= INT64_MAX
    if column.dtype == object or other.dtype == object or not small:
        left, right = column.astype(object) * factor, other.astype(object) * other_factor
        return np.array(left > right, dtype=np.int8) - np.array(left < right, dtype=np.int8)
    sign = np.empty(len(column), dtype=np.int8)
    for start in range(0, len(column), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        high, low = _product(column[part], factor)
        other_high, other_low = _product(other[part], other_factor)
        same = high == other_high
        more = (high > other_high) | (same & (low > other_low))
        less = (high < other_high) | (same & (low < other_low))
        sign[part] = more.astype(np.int8) - less.astype(np.int8)
    return sign


def _product(column: Column, factor: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The product of each row with the factor, in two limbs of 64 bits (Knuth, The Art of Computer Programming 2, 4.3.1)."""
    wide = column.astype(np.uint64)
    high, low = wide >> _HALF, wide & _LOW
    factor_high, factor_low = np.uint64(factor >> 32), np.uint64(factor & 0xFFFFFFFF)
    lowest = low * factor_low
    middle = high * factor_low + (lowest >> _HALF)
    other_middle = low * factor_high + (middle & _LOW)
    return high * factor_high + (middle >> _HALF) + (other_middle >> _HALF), (other_middle << _HALF) | (lowest & _LOW)
