"""The keys as co-ops name them."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.split import CannotDivide, Ties, adds_up
from marke_core.split.keys import Tier, by_priority, fixed, hybrid, in_tiers, iterative, mixed, per_head, pro_rata

WISHES = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 40)), min_size=1, max_size=10)
TOTALS = st.integers(-500, 500)


@settings(deadline=None)
@given(TOTALS, WISHES)
def test_no_key_loses_or_makes_a_unit_or_gives_more_than_is_wanted(total, wishes):
    weights, wants = (list(column) for column in zip(*wishes, strict=True))
    for done in (
        fixed(total, weights, wants=wants, ties=Ties.FIRST),
        iterative(total, weights, wants, ties=Ties.FIRST),
        pro_rata(total, wants, ties=Ties.FIRST),
        hybrid(total, weights, wants, ties=Ties.BY_HASH, entry="quarter:1"),
        by_priority(total, wants, weights, ties=Ties.FIRST),
    ):
        assert adds_up(total, done.parts, done.left)
        assert all(abs(part) <= want and part * total >= 0 for part, want in zip(done.parts.tolist(), wants, strict=True))
        assert [done.explain(row).part for row in range(len(wants))] == done.parts.tolist()


@settings(deadline=None)
@given(TOTALS, WISHES)
def test_only_a_fixed_key_leaves_what_others_still_want(total, wishes):
    weights, wants = (list(column) for column in zip(*wishes, strict=True))
    left = max(0, abs(total) - sum(wants))
    for done in (
        iterative(total, weights, wants, ties=Ties.FIRST),
        pro_rata(total, wants, ties=Ties.FIRST),
        hybrid(total, weights, wants, ties=Ties.FIRST),
        by_priority(total, wants, weights, ties=Ties.FIRST),
    ):
        assert abs(done.left) == left


def test_per_head_is_equal_to_the_unit():
    assert per_head(100, 3, ties=Ties.FIRST).parts.tolist() == [34, 33, 33]


def test_a_fixed_key_of_a_whole_leaves_what_belongs_to_nobody():
    done = fixed(1000, [30, 20], whole=100, ties=Ties.FIRST)
    assert (done.parts.tolist(), done.left) == ([300, 200], 500)
    assert fixed(7, [Fraction(1, 3)], whole=1, ties=Ties.FIRST).parts.tolist() == [2]


def test_a_fixed_key_of_more_than_the_whole_is_refused():
    with pytest.raises(CannotDivide, match="Give"):
        fixed(1000, [60, 50], whole=100, ties=Ties.FIRST)


def test_half_by_hours_and_half_per_head():
    done = mixed(1001, [(Fraction(1, 2), [30, 10]), (Fraction(1, 2), [1, 1])], ties=Ties.FIRST)
    assert done.parts.tolist() == [626, 375]
    why = done.explain(0)
    assert why.key == "mixed"
    assert [step.part for step in why.steps] == [376, 250]


def test_the_first_hundred_thousand_stay_and_then_half_and_half():
    """Suma, as told by the FairShares wiki: the association, and the workers together."""
    half = [Tier(10_000_000, [1, 0]), Tier(None, [1, 1])]
    assert in_tiers(25_000_000, half, ties=Ties.FIRST).parts.tolist() == [17_500_000, 7_500_000]
    assert in_tiers(9_000_000, half, ties=Ties.FIRST).parts.tolist() == [9_000_000, 0]
    assert in_tiers(-25_000_000, half, ties=Ties.FIRST).parts.tolist() == [-17_500_000, -7_500_000]
    assert in_tiers(25, [Tier(10, [1, 0])], ties=Ties.FIRST).left == 15


def test_who_asked_first_is_served_first_and_a_rank_shares():
    done = by_priority(100, [60, 30, 30, 40], [1, 2, 2, 3], ties=Ties.FIRST)
    assert done.parts.tolist() == [60, 20, 20, 0]
    assert [done.explain(row).key for row in range(4)] == ["served", "rank_shares", "rank_shares", "used_up"]
    with pytest.raises(CannotDivide, match="Give"):
        by_priority(100, [1, 2], [1], ties=Ties.FIRST)


def test_what_is_wanted_by_nobody_is_left():
    assert pro_rata(10, [0, 0], ties=Ties.FIRST).left == 10
    assert fixed(10, [0, 0], ties=Ties.FIRST).left == 10


def test_each_step_of_a_key_draws_anew():
    """Otherwise the same member would win the cent of every pool."""
    keys = [(1, [1] * 5)] * 40
    parts = mixed(40 * 6, keys, ties=Ties.BY_HASH, entry="close:2026").parts.tolist()
    assert max(parts) - min(parts) < 20
