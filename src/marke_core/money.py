"""Money is a whole number of minor units, a ratio is two whole numbers; nothing here is ever a float."""

from fractions import Fraction
from typing import NewType

Cents = NewType("Cents", int)


def share_of(amount: int, ratio: Fraction) -> Cents:
    """The part `ratio` of `amount`, rounded half up in size: 12 % of 12.50 is 1.50, and of −12.50 is −1.50.

    Rounding the size, not the number, makes a reversal the exact mirror of what it reverses.
    """
    return share_of_integers(amount, ratio.numerator, ratio.denominator)


def share_of_integers(amount: int, numerator: int, denominator: int) -> Cents:
    """`share_of` for a ratio kept as two integers, the denominator above zero.

    Raises: ValueError when the denominator is not above zero.
    """
    if denominator <= 0:
        raise ValueError(f"{numerator}/{denominator} is not a ratio: the denominator must be above zero.")
    product = amount * numerator
    size = (2 * abs(product) + denominator) // (2 * denominator)
    return Cents(size if product >= 0 else -size)
