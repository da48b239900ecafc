"""What an own business gives: base, rate, fee, least and most, a part chosen by the member, the fund and the reserve."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.schemes import Facts, FactsDoNotFit
from marke_core.schemes import activity as scheme
from marke_core.schemes.activity import ACTIVITY, COLUMNS, RULES, Past, give, with_history

SMART = {scheme.CONTRIBUTION: Fraction(65, 1000), scheme.ON_GRANTS: Fraction(65, 1000)}


def facts(rows: list[dict[str, int]], rules: dict[str, Any] | None = None) -> Facts:
    """One rulebook for all rows; what a row does not say is nothing, and it pays."""
    usual = {"pays": 1, "pays_fee": 1, "chosen": -1}
    column = {name: np.array([row.get(name, usual.get(name, 0)) for row in rows], dtype=np.int64) for name in COLUMNS}
    for name in ("activity", "month", "year"):
        column[name] = np.array([row.get(name, 0) for row in rows], dtype=np.int64)
    values = {key: Fraction((rules or SMART).get(key, 0)) for key in RULES}
    ratios = {
        key: (np.full(len(rows), value.numerator, dtype=np.int64), np.full(len(rows), value.denominator, dtype=np.int64))
        for key, value in values.items()
    }
    return Facts(np.zeros(len(rows), dtype=np.int64), column, ratios)


def gives(row: dict[str, int], **rules: Any) -> int:
    """What one event gives, contribution and guarantee together."""
    named = {f"activities.{key}": value for key, value in rules.items()}
    made = give(facts([row], named))
    return int(made["contribution"][0] + made["guarantee"][0])


def test_smart_keeps_six_and_a_half_percent_of_what_is_invoiced():
    made = give(facts([{"invoiced": 100_000}]))
    assert {line: int(column[0]) for line, column in made.items()} == {
        "share": 93_500, "contribution": 6_500, "guarantee": 0, "reserve": 0, "expenses": 0,
    }  # fmt: skip


def test_on_grants_too():
    assert gives({"grants": 100_000}, contribution_grants=Fraction(65, 1000)) == 6_500


def test_coopaname_takes_a_fixed_fee_and_a_part_of_the_gross_margin():
    rules: dict[str, Any] = {"contribution": Fraction(135, 1000), "expenses_off": 1, "monthly_fee": 3_000}
    assert gives({"invoiced": 100_000}, **rules) == 13_500
    assert gives({"expenses": 40_000, "given_year": 13_500}, **rules) == -5_400
    assert gives({"ends_month": 1}, **rules) == 3_000
    assert gives({"ends_month": 1, "pays_fee": 0}, **rules) == 0


def test_what_comes_back_for_expenses_is_no_more_than_was_given_this_year():
    assert gives({"expenses": 40_000, "given_year": 100}, contribution=Fraction(1, 10), expenses_off=1) == -100
    assert gives({"expenses": 40_000}, contribution=Fraction(1, 10), expenses_off=1) == 0


def test_mosaique_has_a_least_in_the_month_and_a_most_in_the_year():
    rules: dict[str, Any] = {"contribution": Fraction(12, 100), "floor_month": 4_000, "cap_year": 840_000}
    assert gives({"ends_month": 1, "given_month": 1_000}, **rules) == 3_000
    assert gives({"ends_month": 1, "given_month": 4_000}, **rules) == 0
    assert gives({"invoiced": 1_000_000, "given_year": 800_000}, **rules) == 40_000
    assert gives({"invoiced": 1_000_000, "given_year": 840_000}, **rules) == 0


def test_enspiral_lets_the_member_choose_within_bounds():
    rules: dict[str, Any] = {"contribution": Fraction(1, 5), "chosen_most": Fraction(3, 10)}
    assert gives({"invoiced": 10_000}, **rules) == 2_000
    assert gives({"invoiced": 10_000, "chosen": 0}, **rules) == 0
    assert gives({"invoiced": 10_000, "chosen": 155_000}, **rules) == 1_550
    assert gives({"invoiced": 10_000, "chosen": 900_000}, **rules) == 3_000
    assert gives({"invoiced": 10_000, "chosen": 10_000}, chosen_least=Fraction(1, 20), **rules) == 500
    assert gives({"invoiced": 10_000, "chosen": 0}, contribution=Fraction(1, 5)) == 2_000  # nobody may choose


def test_who_is_exempt_gives_nothing():
    assert gives({"invoiced": 10_000, "pays": 0}, contribution=Fraction(1, 5)) == 0


def test_the_fund_has_its_part_of_the_contribution_and_the_reserve_stays():
    rules: dict[str, Any] = {**SMART, scheme.GUARANTEE: Fraction(1, 10), scheme.RESERVE: Fraction(1, 10)}
    made = give(facts([{"invoiced": 12_345}], rules))
    lines = {line: int(column[0]) for line, column in made.items()}
    assert lines == {"share": 10_308, "contribution": 722, "guarantee": 80, "reserve": 1_235, "expenses": 0}
    assert sum(lines.values()) == 12_345


def test_columns_that_are_missing_or_cannot_be_are_refused():
    with pytest.raises(FactsDoNotFit, match="given_year"):
        give(Facts(np.zeros(0, dtype=np.int64), {}, {}))
    with pytest.raises(FactsDoNotFit, match="invoiced of -1"):
        give(facts([{"invoiced": -1}]))


_row = st.fixed_dictionaries(
    {
        "invoiced": st.integers(0, 10**9), "grants": st.integers(0, 10**6), "expenses": st.integers(0, 10**7),
        "ends_month": st.integers(0, 1), "ends_year": st.integers(0, 1), "pays": st.integers(0, 1),
        "pays_fee": st.integers(0, 1), "chosen": st.integers(-1, 10**6), "activity": st.integers(0, 2),
    }
)  # fmt: skip
_rules = st.fixed_dictionaries(
    {
        **{key: st.fractions(0, Fraction(3, 4), max_denominator=1000) for key in RULES if key not in scheme.RULES[3:8]},
        **{key: st.integers(0, 10**6) for key in scheme.RULES[3:8]},
    }
)


@given(st.lists(_row, max_size=8), _rules)
def test_a_batch_of_n_equals_n_batches_of_one_and_no_cent_is_lost(rows, rules):
    """INV-SCHEME-1"""
    year = with_history(facts([{**row, "month": place // 2} for place, row in enumerate(rows)], rules))
    together = ACTIVITY.compute(year)
    for place, row in enumerate(rows):
        alone = ACTIVITY.compute(year.row(place))
        assert all(alone[line][0] == together[line][place] for line in ACTIVITY.lines)
        assert sum(int(alone[line][0]) for line in ACTIVITY.lines) == row["invoiced"] + row["grants"]


@given(st.lists(_row, min_size=1, max_size=8), _rules, st.integers(1, 10**6))
def test_under_another_most_no_activity_gives_more_in_the_year(rows, rules, most):
    past = facts(rows, rules)
    year = Past(past.party, past.columns, past.rules)
    top = np.full(len(rows), most, dtype=np.int64)
    made = ACTIVITY.compute(year.under(scheme.CAP_YEAR, top, np.ones(len(rows), dtype=np.int64)))
    total: dict[int, int] = {}
    for place, row in enumerate(rows):
        whose = row["activity"]
        total[whose] = total.get(whose, 0) + int(made["contribution"][place] + made["guarantee"][place])
        assert 0 <= total[whose] <= most


def test_history_is_what_was_given_before_in_the_same_month_and_year():
    rows = [
        {"invoiced": 1_000, "activity": 1, "month": 11, "year": 1},
        {"invoiced": 2_000, "activity": 2, "month": 11, "year": 1},
        {"invoiced": 3_000, "activity": 1, "month": 11, "year": 1},
        {"invoiced": 4_000, "activity": 1, "month": 12, "year": 1},
        {"invoiced": 5_000, "activity": 1, "month": 13, "year": 2},
    ]
    year = with_history(facts(rows, {scheme.CONTRIBUTION: Fraction(1, 10)}))
    assert year.columns["given_month"].tolist() == [0, 0, 100, 0, 0]
    assert year.columns["given_year"].tolist() == [0, 0, 100, 400, 0]
