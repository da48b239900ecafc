"""Rounding, exactly."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.money import share_of, share_of_integers

RATIOS = st.fractions(-10, 10, max_denominator=10**6)
AMOUNTS = st.integers(-(10**20), 10**20)


@pytest.mark.parametrize(
    ("amount", "ratio", "share"),
    [
        (1250, Fraction(12, 100), 150),
        (1250, Fraction(2, 100), 25),
        (5, Fraction(1, 2), 3),
        (-5, Fraction(1, 2), -3),
        (1, Fraction(1, 2), 1),
        (1, Fraction(49, 100), 0),
        (0, Fraction(1, 3), 0),
        (10**30, Fraction(1, 3), 333333333333333333333333333333),
    ],
)
def test_a_share_is_rounded_half_up_in_size(amount, ratio, share):
    assert share_of(amount, ratio) == share


@given(AMOUNTS, RATIOS)
def test_a_share_is_never_more_than_half_a_cent_off(amount, ratio):
    assert abs(share_of(amount, ratio) - amount * ratio) <= Fraction(1, 2)


@given(AMOUNTS, RATIOS)
def test_the_share_of_a_reversed_amount_is_the_reversed_share(amount, ratio):
    assert share_of(-amount, ratio) == -share_of(amount, ratio)


@given(st.integers(-(10**12), 10**12), st.integers(0, 10_000))
def test_it_rounds_as_decimal_does(amount, per_ten_thousand):
    exact = Decimal(amount) * per_ten_thousand / 10_000
    assert share_of(amount, Fraction(per_ten_thousand, 10_000)) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_ratio_over_nothing_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        share_of_integers(100, 1, 0)
