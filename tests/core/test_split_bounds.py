"""Caps, floors, a minimum, carried remainders and the draw: what `divide` promises, from 1 to 1,000,000 members."""

from fractions import Fraction
from hashlib import sha256
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.split import CannotDivide, Remainder, Ties, adds_up, divide
from marke_core.split.exact import compare_products, shares_of, sum_of
from marke_core.split.ties import draw

MAX = 2**63 - 1
RULES = st.sampled_from([Ties.FIRST, Ties.LIGHTEST, Ties.BY_HASH])
ROWS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 9), st.integers(0, 10**6), st.integers(0, MAX // 100)),  # weight
        st.one_of(st.just(0), st.integers(0, 500)),  # floor
        st.one_of(st.integers(0, 500), st.just(10**15)),  # cap above the floor
    ),
    min_size=1,
    max_size=12,
).filter(lambda rows: any(weight for weight, _floor, _cap in rows))


def by_hand(total, weights, floors, caps):
    """The same by trying every level where somebody meets a floor or a cap, in fractions."""

    def at(level):
        return [
            min(max(level * weight, floor), cap) if weight else Fraction(floor)
            for weight, floor, cap in zip(weights, floors, caps, strict=True)
        ]

    bends = sorted(
        {Fraction(0)} | {Fraction(bound, w) for w, *bounds in zip(weights, floors, caps, strict=True) if w for bound in bounds}
    )
    for low, high in pairwise(bends):
        less, more = sum(at(low)), sum(at(high))
        if less <= total <= more:
            return at(low if less == more else low + (high - low) * Fraction(total - less, more - less))
    return at(bends[-1])


@settings(deadline=None)
@given(ROWS, st.integers(0, 10**6), RULES)
def test_caps_and_floors_hold_and_everybody_else_is_in_proportion(rows, more, ties):
    weights, floors, rooms = (list(column) for column in zip(*rows, strict=True))
    caps = [floor + room for floor, room in zip(floors, rooms, strict=True)]
    total = sum(floors) + more
    done = divide(total, weights, floors=floors, caps=caps, ties=ties, entry="close:2026")
    assert adds_up(total, done.parts, done.left)
    expected = by_hand(total, weights, floors, caps)
    assert done.left == max(0, total - sum(expected))
    for part, exact, weight, floor, cap in zip(done.parts.tolist(), expected, weights, floors, caps, strict=True):
        assert abs(part - exact) < 1
        assert floor <= part
        assert part <= cap or not weight


@settings(deadline=None)
@given(ROWS, st.integers(0, 10**6), RULES)
def test_a_reversal_mirrors_with_bounds_too(rows, more, ties):
    weights, floors, rooms = (list(column) for column in zip(*rows, strict=True))
    total = sum(floors) + more
    caps = [floor + room for floor, room in zip(floors, rooms, strict=True)]
    there = divide(total, weights, floors=floors, caps=caps, ties=ties, entry="a")
    back = divide(-total, weights, floors=floors, caps=caps, ties=ties, entry="a")
    assert back.parts.tolist() == [-part for part in there.parts.tolist()]
    assert back.left == -there.left


@settings(deadline=None)
@given(st.integers(0, 10**5), st.lists(st.integers(0, 1000), min_size=1, max_size=15).filter(any), st.integers(0, 3000))
def test_nobody_gets_something_below_the_minimum_and_equals_are_treated_alike(total, weights, minimum):
    done = divide(total, weights, minimum=minimum, ties=Ties.FIRST)
    assert adds_up(total, done.parts, done.left)
    assert all(part == 0 or part >= minimum for part in done.parts.tolist()) or minimum == 0
    kept = [weight for weight, part in zip(weights, done.parts.tolist(), strict=True) if part]
    gone = [weight for weight, part in zip(weights, done.parts.tolist(), strict=True) if weight and not part]
    if minimum > 1 and kept and gone:
        assert max(gone) < min(kept)
        heaviest = max(gone)
        assert total * heaviest < minimum * (sum(kept) + heaviest * weights.count(heaviest))  # nobody left too early
    if minimum > 1 and not kept:
        assert done.left == total


def test_who_is_below_the_minimum_leaves_and_the_others_get_more():
    done = divide(1000, [50, 30, 15, 5], minimum=100, ties=Ties.FIRST)
    assert done.parts.tolist() == [526, 316, 158, 0]
    assert done.explain(3).key == "below_minimum"


def test_a_floor_above_the_minimum_keeps_its_place_and_a_cap_below_it_gives_it_up():
    done = divide(1000, [50, 30, 15, 5], minimum=200, floors=[0, 0, 0, 250], caps=[900, 900, 150, 900], ties=Ties.FIRST)
    assert done.parts.tolist() == [469, 281, 0, 250]
    assert [done.explain(row).key for row in range(4)] == [
        "share_rounded_up",
        "share_rounded_down",
        "below_minimum",
        "at_floor",
    ]


@pytest.mark.parametrize("ties", list(Ties))
def test_a_year_of_carried_remainders_is_even(ties):
    """Three equal members and 100.00 a month: nobody is ever more than a cent from a third of all so far."""
    carry, sums = None, np.zeros(3, dtype=np.int64)
    for month in range(1, 13):
        done = divide(10_000, [1, 1, 1], ties=ties, remainder=Remainder.CARRIED, carried=carry, entry=f"month:{month}")
        carry, sums = done.carry, sums + done.parts
        assert sum_of(done.parts) == 10_000
        assert carry is not None
        assert sum_of(carry) == 0
        assert max(abs(3 * int(so_far) - 10_000 * month) for so_far in sums) < 3
    assert sums.tolist() == [40_000, 40_000, 40_000]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.lists(st.integers(0, 9), min_size=4, max_size=4)), max_size=20))
def test_carried_remainders_never_make_a_cent_whatever_comes(periods):
    carry = None
    for total, weights in periods:
        if not any(weights):
            continue
        done = divide(total, weights, ties=Ties.FIRST, remainder=Remainder.CARRIED, carried=carry)
        assert adds_up(total, done.parts, done.left)
        assert done.parts.min() >= 0
        carry = done.carry
        assert carry is not None
        assert sum_of(carry) == 0


def test_what_is_not_dealt_stays_where_that_is_the_rule():
    done = divide(100, [1, 1, 1], ties=Ties.FIRST, remainder=Remainder.KEPT)
    assert (done.parts.tolist(), done.left) == ([33, 33, 33], 1)


def test_the_draw_favours_another_in_another_entry_and_nobody_over_time():
    members = np.arange(1, 11, dtype=np.int64)
    won = np.zeros(10, dtype=np.int64)
    for number in range(2_000):
        won += divide(1, [1] * 10, ties=Ties.BY_HASH, order=members, entry=f"close:{number}").parts
    assert won.sum() == 2_000
    assert 140 < won.min() <= won.max() < 260


def drawn_by_hand(entry, member):
    """The same in Python alone, as somebody without numpy would write it."""
    mixed = ((member + 1) * 0x9E3779B97F4A7C15 + int.from_bytes(sha256(entry.encode()).digest()[:8], "big")) % 2**64
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
    return mixed ^ mixed >> 31


def test_the_draw_is_the_same_on_every_machine():
    """Fixed for ever: whoever recomputes an old close must find the same cents."""
    members = np.array([1, 2, 3], dtype=np.int64)
    assert draw("close:2026", members).tolist() == [15927324323400772888, 6144358029106043416, 10812614062830791718]
    assert draw("close:2026", members).tolist() == [drawn_by_hand("close:2026", member) for member in (1, 2, 3)]


def test_the_draw_goes_by_member_and_not_by_the_row_they_stand_in():
    one = divide(2, [1, 1, 1], ties=Ties.BY_HASH, order=[7, 8, 9], entry="e")
    other = divide(2, [1, 1, 1], ties=Ties.BY_HASH, order=[9, 7, 8], entry="e")
    assert dict(zip([7, 8, 9], one.parts.tolist(), strict=True)) == dict(zip([9, 7, 8], other.parts.tolist(), strict=True))


def test_every_party_is_told_why():
    done = divide(100, [1, 1, 1], ties=Ties.FIRST)
    assert [done.explain(row).key for row in range(3)] == ["tie_won", "tie_lost", "tie_lost"]
    assert done.explain(1).numbers["exact"] == Fraction(100, 3)
    bounded = divide(100, [6, 3, 1, 0], caps=[50, 90, 90, 90], floors=[0, 0, 20, 0], ties=Ties.FIRST)
    assert bounded.parts.tolist() == [50, 30, 20, 0]
    assert [bounded.explain(row).key for row in range(4)] == ["at_cap", "share", "at_floor", "no_weight"]
    assert bounded.explain(0).numbers["cap"] == 50
    assert all(bounded.explain(row).part == part for row, part in enumerate(bounded.parts.tolist()))


def test_what_nobody_can_take_is_left():
    done = divide(100, [1, 1], caps=[30, 40], ties=Ties.FIRST)
    assert (done.parts.tolist(), done.left) == ([30, 40], 30)


@pytest.mark.parametrize(
    ("total", "weights", "more"),
    [
        (10, [1, 1], {"floors": [6, 6]}),
        (10, [1, 1], {"floors": [6, 0], "caps": [5, 9]}),
        (10, [1, 1], {"caps": [5]}),
        (10, [1, 1], {"order": [1]}),
        (10, [1, 1], {"ties": Ties.BY_HASH}),
        (10, [1, 1], {"minimum": -1}),
        (10, [1, 1], {"minimum": 4, "floors": [3, 0]}),
        (10, [1, 1], {"minimum": 4, "remainder": Remainder.CARRIED}),
        (10, [1, 1], {"carried": np.array([0, 0], dtype=np.int64)}),
        (2**63, [1, 1], {}),
        (10**13, [1, 1], {"remainder": Remainder.CARRIED}),
        (10, [0.5, 0.5], {}),
        (10, [0, 0], {"caps": [5, 5]}),
    ],
)
def test_numbers_that_contradict_each_other_are_refused_with_what_to_do(total, weights, more):
    with pytest.raises(CannotDivide, match="Give"):
        divide(total, weights, **{"ties": Ties.FIRST, **more})


def test_weights_that_are_nothing_give_the_floors_when_those_are_all():
    assert divide(7, [0, 0], floors=[3, 4], ties=Ties.FIRST).parts.tolist() == [3, 4]


@settings(deadline=None)
@given(st.integers(0, MAX), st.lists(st.integers(0, MAX), min_size=1, max_size=20).filter(any))
def test_products_beyond_int64_are_exact(size, weights):
    column = np.array(weights, dtype=np.int64)
    whole, rest = shares_of(size, column, sum(weights))
    assert [(int(w), int(r)) for w, r in zip(whole, rest, strict=True)] == [
        divmod(size * weight, sum(weights)) for weight in weights
    ]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, MAX), st.integers(0, MAX)), min_size=1), st.integers(0, MAX), st.integers(0, MAX))
def test_products_are_compared_without_rounding(pairs, factor, other_factor):
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    expected = [(a * factor > b * other_factor) - (a * factor < b * other_factor) for a, b in pairs]
    assert compare_products(left, factor, right, other_factor).tolist() == expected


@st.composite
def many(draw_one):
    """1 to 1,000,000 members, each size of thousands as likely as of tens; their weights from a seed."""
    count = int(10 ** draw_one(st.floats(0, 6)))
    rng = np.random.default_rng(draw_one(st.integers(0, 2**32)))
    return rng.integers(1, draw_one(st.sampled_from([2, 100, 10**6, 10**12])), count), rng


@settings(max_examples=25, deadline=None)
@given(many(), st.integers(0, 10**13), RULES)
def test_no_cent_drifts_from_one_member_to_a_million(columns, total, ties):
    weights, rng = columns
    done = divide(total, weights, ties=ties, entry="close")
    assert adds_up(total, done.parts)
    caps = rng.integers(0, 2 * total // len(weights) + 2, len(weights))
    capped = divide(total, weights, caps=caps, ties=ties, entry="close")
    assert adds_up(total, capped.parts, capped.left)
    assert bool((capped.parts <= caps).all())
    assert capped.left == max(0, total - sum_of(caps))
    floors = np.minimum(caps, total // len(weights) // 2)
    both = divide(total, weights, caps=caps, floors=floors, ties=ties, entry="close")
    assert adds_up(total, both.parts, both.left)
    assert bool((both.parts >= floors).all() and (both.parts <= caps).all())


@pytest.mark.parametrize("count", [1, 999_999, 1_000_000])
def test_a_million_equal_members_part_with_every_cent(count):
    done = divide(123_456_789_01, np.ones(count, dtype=np.int64), ties=Ties.BY_HASH, entry="close")
    assert sum_of(done.parts) == 123_456_789_01
    assert done.parts.max() - done.parts.min() <= 1
