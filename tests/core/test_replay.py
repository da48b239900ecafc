"""A year again under another rule: exact, and the same as its jobs one by one."""

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.replay import Batch, Change, replay, sums_by
from marke_core.schemes import Column, Facts
from marke_core.schemes.job import CONTRIBUTION, GUARANTEE, JOB_SETTLEMENT, MoreThanThePrice


def column(*values: int) -> Column:
    return np.array(values, dtype=np.int64)


def batch(
    prices: list[int], parties: list[int], *, was: tuple[int, int] = (12, 100), becomes: tuple[int, int] = (10, 100),
    guarantee: tuple[int, int] = (2, 100), months: list[int] | None = None,
) -> Batch:  # fmt: skip
    n = len(prices)

    def ratio(of: tuple[int, int]) -> tuple[Column, Column]:
        return np.full(n, of[0], dtype=np.int64), np.full(n, of[1], dtype=np.int64)

    facts = Facts(column(*parties), {"price": column(*prices)}, {CONTRIBUTION: ratio(was), GUARANTEE: ratio(guarantee)})
    return Batch(JOB_SETTLEMENT, facts, ratio(becomes), column(*(months or [0] * n)))


jobs = st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 9), st.integers(0, 11)), max_size=40)
percents = st.integers(0, 98).map(lambda percent: (percent, 100))


def test_a_lower_contribution_moves_its_part_from_the_co_op_to_the_members() -> None:
    year = replay([batch([1000, 2000, 3000], [7, 8, 7], months=[0, 1, 1])], CONTRIBUTION, months=2)
    assert year.lines["contribution"] == Change(720, 600)
    assert year.lines["guarantee"] == Change(120, 120)
    assert (year.common, year.own) == (Change(840, 720), Change(5160, 5280))
    assert year.own.difference == -year.common.difference == 120
    assert year.of(7) == Change(3440, 3520)
    assert year.of(9) is None
    assert [month.own for month in year.months] == [Change(860, 880), Change(5160, 5280)]


def test_those_who_earn_least_are_the_lowest_fifth_rounded_up() -> None:
    year = replay([batch([600, 500, 400, 300, 200, 100], [1, 2, 3, 4, 5, 6])], CONTRIBUTION, months=1)
    assert year.lowest().size == 2
    assert year.lowest().change == Change(86 + 172, 88 + 176)
    assert year.lowest(Fraction(1, 10)).size == 1
    assert year.lowest(at_least=3).size == 3
    assert year.lowest(at_least=99).size == 6


def test_a_year_without_jobs_is_no_year_of_losses() -> None:
    year = replay([], CONTRIBUTION, months=12)
    assert (year.facts, year.common, year.own, year.lowest().size) == (0, Change(), Change(), 0)
    assert year.own.part is None
    assert replay([batch([], [])], CONTRIBUTION, months=1).own == Change()


def test_a_value_that_cannot_be_is_refused_by_the_scheme_itself() -> None:
    with pytest.raises(MoreThanThePrice):
        replay([batch([1000], [1], becomes=(99, 100))], CONTRIBUTION, months=1)


@given(rows=jobs, was=percents, becomes=percents)
def test_a_year_at_once_gives_the_cents_of_its_jobs_one_by_one(
    rows: list[tuple[int, int, int]], was: tuple[int, int], becomes: tuple[int, int]
) -> None:
    """INV-SCHEME-1, as replay relies on it."""
    columns = [list(values) for values in zip(*rows, strict=True)] or [[], [], []]
    prices, parties, months = columns
    together = replay([batch(prices, parties, was=was, becomes=becomes, months=months)], CONTRIBUTION, months=12)
    single = replay([batch([p], [w], was=was, becomes=becomes, months=[m]) for p, w, m in rows], CONTRIBUTION, months=12)
    assert together.people == single.people
    assert together.months == single.months
    assert (together.common, together.own) == (single.common, single.own)
    if rows:
        assert together.lines == single.lines


@given(rows=jobs, was=percents, becomes=percents)
def test_replay_neither_loses_nor_makes_a_cent(
    rows: list[tuple[int, int, int]], was: tuple[int, int], becomes: tuple[int, int]
) -> None:
    made = [batch([p], [w], was=was, becomes=becomes, months=[m]) for p, w, m in rows]
    year = replay(made, CONTRIBUTION, months=12)
    total = sum(price for price, _party, _month in rows)
    assert year.common + year.own == Change(total, total)
    assert sum(year.people.values(), Change()) == year.own
    assert year.months[-1].common == year.common


@given(rows=jobs, value=percents)
def test_the_same_value_changes_nothing(rows: list[tuple[int, int, int]], value: tuple[int, int]) -> None:
    year = replay([batch([p], [w], was=value, becomes=value) for p, w, _m in rows], CONTRIBUTION, months=1)
    assert year.own.difference == year.common.difference == 0


def test_sums_beyond_int64_are_exact() -> None:
    huge = 2**62
    assert sums_by(column(0, 0, 0, 1), column(huge, huge, huge, -5), 3) == [3 * huge, -5, 0]
    year = replay([batch([huge] * 4, [1] * 4, becomes=(0, 1))], CONTRIBUTION, months=1)
    assert year.own.after + year.common.after == 4 * huge


def test_a_year_of_100_000_jobs_takes_less_than_a_third_of_a_second() -> None:
    chance = np.random.default_rng(7)
    n = 100_000
    year = batch(
        chance.integers(500, 20_000, n).tolist(), chance.integers(1, 400, n).tolist(), months=chance.integers(0, 12, n).tolist()
    )
    took = []
    for _ in range(3):
        started = time.process_time()
        assert replay([year], CONTRIBUTION, months=12).facts == n
        took.append(time.process_time() - started)
    assert min(took) < 0.3
