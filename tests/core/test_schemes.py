"""Facts in, amounts out: every cent of every price lands somewhere, one at a time or a year at once."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.money import share_of
from marke_core.schemes import Facts, FactsDoNotFit
from marke_core.schemes.columns import part_of
from marke_core.schemes.job import CONTRIBUTION, GUARANTEE, JOB_SETTLEMENT, MoreThanThePrice

MAX = 2**63 - 1
cut = st.fractions(min_value=0, max_value=Fraction(1, 2), max_denominator=10**6)
prices = st.one_of(st.integers(0, 10**6), st.integers(0, 200), st.integers(0, MAX))
job = st.tuples(prices, cut, cut)


def column(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def facts_of(jobs: list[tuple[int, Fraction, Fraction]]) -> Facts:
    return Facts(
        party=column(list(range(len(jobs)))),
        columns={"price": column([price for price, _, _ in jobs])},
        rules={
            CONTRIBUTION: (column([c.numerator for _, c, _ in jobs]), column([c.denominator for _, c, _ in jobs])),
            GUARANTEE: (column([g.numerator for _, _, g in jobs]), column([g.denominator for _, _, g in jobs])),
        },
    )


def one(price: int, contribution: Fraction, guarantee: Fraction) -> dict[str, int]:
    return {line: int(column[0]) for line, column in JOB_SETTLEMENT.compute(facts_of([(price, contribution, guarantee)])).items()}


def test_a_delivery_of_12_50_at_12_and_2_percent_splits_as_in_the_tour() -> None:
    assert one(1250, Fraction(12, 100), Fraction(2, 100)) == {"earnings": 1075, "contribution": 150, "guarantee": 25}


def test_half_a_cent_rounds_up() -> None:
    assert one(25, Fraction(10, 100), Fraction(2, 100)) == {"earnings": 21, "contribution": 3, "guarantee": 1}


@given(st.lists(job, max_size=40))
def test_a_batch_of_n_equals_n_batches_of_one(jobs: list[tuple[int, Fraction, Fraction]]) -> None:
    """INV-SCHEME-1"""
    facts = facts_of(jobs)
    batch = JOB_SETTLEMENT.compute(facts)
    for row in range(len(jobs)):
        alone = JOB_SETTLEMENT.compute(facts.row(row))
        assert {line: int(alone[line][0]) for line in JOB_SETTLEMENT.lines} == {
            line: int(batch[line][row]) for line in JOB_SETTLEMENT.lines
        }


@given(st.lists(job, max_size=40))
def test_no_cent_is_lost_or_made_and_nobody_pays_for_working(jobs: list[tuple[int, Fraction, Fraction]]) -> None:
    lines = JOB_SETTLEMENT.compute(facts_of(jobs))
    assert set(lines) == set(JOB_SETTLEMENT.lines)
    for row, (price, _, _) in enumerate(jobs):
        parts = [int(lines[line][row]) for line in JOB_SETTLEMENT.lines]
        assert sum(parts) == price
        assert min(parts) >= 0


@given(st.lists(st.tuples(st.integers(0, MAX), st.fractions(min_value=0, max_value=1, max_denominator=10**9)), min_size=1))
def test_a_part_of_a_column_is_exact_also_where_the_product_leaves_int64(rows: list[tuple[int, Fraction]]) -> None:
    result = part_of(
        column([amount for amount, _ in rows]),
        column([ratio.numerator for _, ratio in rows]),
        column([ratio.denominator for _, ratio in rows]),
    )
    assert result.tolist() == [share_of(amount, ratio) for amount, ratio in rows]


@pytest.mark.parametrize("price", [0, 1, 2, 3])
def test_tiny_prices_leave_nobody_below_nothing(price: int) -> None:
    split = one(price, Fraction(1, 2), Fraction(1, 2))
    assert sum(split.values()) == price
    assert split["earnings"] >= 0


def test_contribution_and_guarantee_above_the_whole_price_are_refused() -> None:
    with pytest.raises(MoreThanThePrice, match="3/4 and a guarantee of 1/2"):
        one(1000, Fraction(3, 4), Fraction(1, 2))


def test_a_negative_price_is_refused() -> None:
    with pytest.raises(FactsDoNotFit, match="-5"):
        one(-5, Fraction(1, 10), Fraction(0))


def test_columns_of_unlike_length_are_refused() -> None:
    with pytest.raises(FactsDoNotFit, match="price has 2 rows, and there are 1"):
        Facts(column([1]), {"price": column([1, 2])})


def test_a_denominator_of_nought_is_refused() -> None:
    with pytest.raises(FactsDoNotFit, match="denominator of 0"):
        Facts(column([1]), {"price": column([1])}, {CONTRIBUTION: (column([1]), column([0]))})


def test_facts_without_the_rules_are_refused() -> None:
    with pytest.raises(FactsDoNotFit, match=r"jobs\.contribution"):
        JOB_SETTLEMENT.compute(Facts(column([1]), {"price": column([100])}))


def test_nothing_becomes_nothing() -> None:
    assert {line: len(found) for line, found in JOB_SETTLEMENT.compute(facts_of([])).items()} == {
        "earnings": 0,
        "contribution": 0,
        "guarantee": 0,
    }


def test_the_same_facts_under_another_rule_keep_everything_else() -> None:
    facts = facts_of([(1250, Fraction(12, 100), Fraction(2, 100))])
    proposed = JOB_SETTLEMENT.compute(facts.under(CONTRIBUTION, column([1]), column([10])))
    assert [int(proposed[line][0]) for line in JOB_SETTLEMENT.lines] == [1100, 125, 25]
