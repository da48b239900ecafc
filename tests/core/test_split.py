"""Dividing an exact total (INV-SPLIT-1)."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.split import CannotDivide, Ties, adds_up, split

WEIGHTS = st.lists(st.one_of(st.integers(0, 10**12), st.fractions(0, 10**6)), min_size=1, max_size=40).filter(any)
TOTALS = st.integers(-(10**18), 10**18)
RULES = st.sampled_from([Ties.FIRST, Ties.LIGHTEST])


@given(TOTALS, WEIGHTS, RULES)
def test_a_split_never_loses_or_makes_a_cent(total, weights, ties):
    assert adds_up(total, split(total, weights, ties=ties))


@given(TOTALS, WEIGHTS, RULES)
def test_every_part_is_its_exact_share_rounded_down_or_up(total, weights, ties):
    for part, weight in zip(split(total, weights, ties=ties), weights, strict=True):
        assert abs(part - Fraction(total) * Fraction(weight) / sum(map(Fraction, weights))) < 1


@given(TOTALS, WEIGHTS, RULES)
def test_a_reversal_mirrors_what_it_reverses(total, weights, ties):
    assert split(-total, weights, ties=ties) == [-part for part in split(total, weights, ties=ties)]


@given(st.integers(0, 10**12), WEIGHTS)
def test_who_weighs_more_never_gets_less(total, weights):
    parts = split(total, weights, ties=Ties.FIRST)
    by_weight = sorted(zip(weights, parts, strict=True))
    assert all(less <= more for (_light, less), (_heavy, more) in pairwise(by_weight))


@given(TOTALS, st.lists(st.integers(0, 1000), min_size=1, max_size=10).filter(any), st.integers(1, 10**6))
def test_only_the_proportions_of_the_weights_matter(total, weights, scale):
    assert split(total, [weight * scale for weight in weights], ties=Ties.FIRST) == split(total, weights, ties=Ties.FIRST)


def test_a_cent_left_over_goes_to_whoever_stands_first():
    assert split(100, [1, 1, 1], ties=Ties.FIRST) == [34, 33, 33]


def test_or_to_whoever_weighs_least_if_that_is_the_rule():
    assert split(3, [3, 1], ties=Ties.FIRST) == [2, 1]
    assert split(2, [3, 1], ties=Ties.FIRST) == [2, 0]
    assert split(2, [3, 1], ties=Ties.LIGHTEST) == [1, 1]


def test_the_alabama_paradox_happens_as_in_the_textbook():
    """One more seat costs the smallest state one (Balinski & Young 1982): Hamilton's method is what it is."""
    assert split(10, [6, 6, 2], ties=Ties.FIRST) == [4, 4, 2]
    assert split(11, [6, 6, 2], ties=Ties.FIRST) == [5, 5, 1]


def test_nothing_is_divided_into_nothings():
    assert split(0, [0, 0], ties=Ties.FIRST) == [0, 0]
    assert split(0, [], ties=Ties.FIRST) == []


@pytest.mark.parametrize(("total", "weights"), [(5, [0, 0]), (5, []), (5, [2, -1])])
def test_weights_that_do_not_say_how_to_divide_are_refused(total, weights):
    with pytest.raises(CannotDivide, match="Give"):
        split(total, weights, ties=Ties.FIRST)
