"""Giving shares back: windows, prices, instalments, tests and the queue, as specifications of the pure functions."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core import share_exit
from marke_core.periods import add_months
from marke_core.share_exit import CannotGiveBack, Claim, ExitFacts, Lot, NotYet, Terms, Worth

BELGIAN = Terms(window=6, effective=share_exit.SIXTH_MONTH, founder_year=3)
SIMPLE = Terms()

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
cents = st.integers(0, 10**15)
terms = st.builds(
    Terms,
    window=st.integers(0, 12),
    notice_days=st.integers(0, 400),
    effective=st.sampled_from(["at_once", "end_of_month", "end_of_quarter", "sixth_month", "end_of_year"]),
    founder_year=st.integers(0, 10),
    first_month=st.integers(1, 12),
)
lots = st.lists(
    st.builds(Lot, st.integers(1, 10**6), st.integers(1, 10**6), cents, cents),
    min_size=1,
    max_size=8,
)


# When


def test_without_rules_shares_are_given_back_at_once() -> None:
    assert share_exit.why_not(date(2026, 8, 3), SIMPLE) is None
    assert share_exit.effective_on(date(2026, 8, 3), SIMPLE) == date(2026, 8, 3)


@pytest.mark.parametrize(
    ("asked", "effective"),
    [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 6, 29), date(2026, 6, 30)),
        (date(2026, 6, 30), date(2026, 6, 30)),
    ],
)
def test_in_belgium_who_asks_in_the_first_half_year_leaves_on_the_last_day_of_the_sixth_month(asked, effective) -> None:
    assert share_exit.why_not(asked, BELGIAN) is None
    assert share_exit.effective_on(asked, BELGIAN) == effective


@pytest.mark.parametrize("asked", [date(2026, 7, 1), date(2026, 12, 31)])
def test_in_the_second_half_year_it_is_refused_with_the_day_on_which_the_window_opens(asked) -> None:
    assert share_exit.why_not(asked, BELGIAN) == NotYet("window", date(2027, 1, 1))


def test_the_last_day_of_the_year_lies_in_one_year_where_the_co_op_is_and_the_first_in_the_next() -> None:
    assert share_exit.why_not(date(2026, 12, 31), BELGIAN) is not None
    assert share_exit.why_not(date(2027, 1, 1), BELGIAN) is None


def test_a_founder_waits_for_the_third_financial_year() -> None:
    founded = date(2025, 9, 12)
    assert share_exit.why_not(date(2026, 3, 1), BELGIAN, founded) == NotYet("founder", date(2027, 1, 1))
    assert share_exit.why_not(date(2026, 8, 1), BELGIAN, founded) == NotYet("founder", date(2027, 1, 1))
    assert share_exit.why_not(date(2027, 1, 1), BELGIAN, founded) is None


def test_a_founder_whose_years_are_over_outside_the_window_waits_for_the_window() -> None:
    founded = date(2020, 9, 12)
    assert share_exit.why_not(date(2026, 8, 1), BELGIAN, founded) == NotYet("window", date(2027, 1, 1))


def test_a_financial_year_that_begins_in_july_has_its_own_window() -> None:
    cooking = Terms(window=6, effective=share_exit.SIXTH_MONTH, first_month=7)
    assert share_exit.why_not(date(2026, 8, 1), cooking) is None
    assert share_exit.effective_on(date(2026, 8, 1), cooking) == date(2026, 12, 31)
    assert share_exit.why_not(date(2026, 3, 1), cooking) == NotYet("window", date(2026, 7, 1))


def test_notice_moves_the_effective_day_to_the_next_that_the_rule_knows() -> None:
    quarter = Terms(notice_days=90, effective=share_exit.END_OF_QUARTER)
    assert share_exit.effective_on(date(2026, 1, 15), quarter) == date(2026, 6, 30)
    assert share_exit.effective_on(date(2026, 11, 15), quarter) == date(2027, 3, 31)


def test_a_leap_day_is_a_day_like_another() -> None:
    month = Terms(effective=share_exit.END_OF_MONTH)
    assert share_exit.effective_on(date(2028, 2, 3), month) == date(2028, 2, 29)


@given(days, terms)
def test_it_never_takes_effect_before_the_notice_is_over_and_within_a_year_after(day, rules) -> None:
    effective = share_exit.effective_on(day, rules)
    over = day + timedelta(days=rules.notice_days)
    assert over <= effective <= over + timedelta(days=366)


@given(days, terms, st.none() | days)
def test_on_the_day_that_a_refusal_names_it_is_not_refused(day, rules, founded) -> None:
    refused = share_exit.why_not(day, rules, founded)
    if refused is not None:
        assert refused.opens_on > day
        assert share_exit.why_not(refused.opens_on, rules, founded) is None


# How much


def test_the_oldest_shares_go_first_each_at_its_own_price() -> None:
    found = share_exit.take([Lot(1, 2, 10_000, 10_000), Lot(5, 3, 18_000, 18_000)], 3)
    assert found == [Lot(1, 2, 10_000, 10_000), Lot(5, 1, 6_000, 6_000)]


@pytest.mark.parametrize("shares", [0, -1, 6])
def test_more_than_there_are_or_none_cannot_be_given_back(shares) -> None:
    with pytest.raises(CannotGiveBack):
        share_exit.take([Lot(1, 5, 25_000, 25_000)], shares)


@given(lots, st.data())
def test_giving_back_in_two_goes_brings_what_one_go_brings(held, data) -> None:
    shares = sum(lot.shares for lot in held)
    first = data.draw(st.integers(1, shares))
    taken = share_exit.take(held, first)
    assert sum(lot.shares for lot in taken) == first
    left = [
        Lot(lot.key, lot.shares - got.shares, lot.paid_in - got.paid_in, lot.nominal - got.nominal)
        for lot, got in zip(held, [*taken, *[Lot(0, 0, 0, 0)] * (len(held) - len(taken))], strict=True)
    ]
    rest = share_exit.take([lot for lot in left if lot.shares], shares - first) if shares > first else []
    assert sum(lot.paid_in for lot in taken) + sum(lot.paid_in for lot in rest) == sum(lot.paid_in for lot in held)


def test_who_leaves_a_co_op_that_lost_half_gets_half() -> None:
    (found,) = share_exit.price([Lot(1, 4, 20_000, 20_000)], basis="net_assets", worth=Worth(500_000, 1_000_000))
    assert (found.owed, found.lost) == (10_000, 10_000)


def test_who_leaves_a_rich_co_op_gets_what_was_paid_in() -> None:
    (found,) = share_exit.price([Lot(1, 4, 20_000, 20_000)], basis="net_assets", worth=Worth(9_000_000, 1_000_000))
    assert found.owed == 20_000


def test_at_most_the_nominal_value_is_paid_where_the_rule_says_so() -> None:
    (found,) = share_exit.price([Lot(1, 4, 24_000, 20_000)], basis="nominal", worth=None)
    assert (found.owed, found.lost) == (20_000, 4_000)


def test_a_share_is_worth_nothing_where_debts_are_more_than_assets() -> None:
    (found,) = share_exit.price([Lot(1, 4, 20_000, 20_000)], basis="net_assets", worth=Worth(-1, 1_000_000))
    assert found.owed == 0


def test_the_penalty_for_leaving_early_is_kept_and_rounded_for_the_member() -> None:
    (found,) = share_exit.price([Lot(1, 1, 999, 999)], basis="paid_in", worth=None, penalty=Fraction(30, 100))
    assert (found.penalty, found.owed) == (299, 700)


@given(lots, st.sampled_from(list(share_exit.BASES)), st.builds(Worth, st.integers(-(10**15), 10**15), cents), st.fractions(0, 1))
def test_nobody_gets_more_than_was_paid_in_and_every_cent_has_a_place(held, basis, worth, penalty) -> None:
    for lot in share_exit.price(held, basis=basis, worth=worth, penalty=penalty):
        assert 0 <= lot.owed <= lot.price <= lot.paid_in
        assert lot.owed + lot.penalty + lot.lost == lot.paid_in


# In how many parts


def test_at_once_is_one_part_without_interest() -> None:
    (only,) = share_exit.instalments(12_345, effective=date(2026, 6, 30), years=0, rate=Fraction(3, 100), within_days=31)
    assert (only.due_on, only.amount) == (date(2026, 7, 31), 12_345)


def test_five_years_in_spain_is_a_fifth_a_year_with_interest_on_what_is_left() -> None:
    plan = share_exit.instalments(100_000, effective=date(2026, 12, 31), years=5, rate=Fraction(3, 100))
    assert [part.principal for part in plan] == [20_000] * 5
    assert [part.interest for part in plan] == [3_000, 2_400, 1_800, 1_200, 600]
    assert plan[-1].due_on == date(2031, 12, 31)


@given(st.integers(0, 10**15), days, st.integers(0, 10), st.fractions(0, 1))
def test_instalments_sum_exactly_and_every_year_has_had_its_part(owed, effective, years, rate) -> None:
    plan = share_exit.instalments(owed, effective=effective, years=years, rate=rate)
    assert sum(part.principal for part in plan) == owed
    assert all(part.principal > 0 for part in plan)
    for year in range(1, years + 1):
        until = add_months(effective, 12 * year)
        assert sum(part.principal for part in plan if part.due_on <= until) * years >= owed * year


# Whether it can be paid, and to whom first


def test_without_tests_nothing_limits_what_is_paid() -> None:
    assert share_exit.room([]) is None
    assert share_exit.payable([Claim(1, date(2026, 1, 1), 500)], None)[0].payable == 500


def test_net_assets_do_not_fall_below_the_floor_by_paying() -> None:
    assert share_exit.net_asset_test(net_assets=-2_000, waiting=5_000, floor=0).room == 3_000
    assert share_exit.net_asset_test(net_assets=1_000, waiting=5_000, floor=0).room == 6_000
    assert share_exit.net_asset_test(net_assets=1_000, waiting=5_000, floor=10_000).room == 0


def test_what_was_paid_since_the_report_is_not_there_a_second_time() -> None:
    assert share_exit.liquidity_test(cash=10_000, expected_in=5_000, expected_out=8_000, paid_since=6_000).room == 1_000
    assert share_exit.no_report().room == 0


def test_a_society_pays_only_out_of_its_surplus_and_only_while_it_is_solvent() -> None:
    assert share_exit.surplus_test(surplus=9_000, paid_out=4_000, net_assets=1).room == 5_000
    assert share_exit.surplus_test(surplus=9_000, paid_out=0, net_assets=-1).room == 0
    assert share_exit.surplus_test(surplus=-50, paid_out=0, net_assets=1).room == 0


def test_the_strictest_test_decides() -> None:
    checks = [share_exit.net_asset_test(1_000, 5_000, 0), share_exit.liquidity_test(900, 0, 0, 0)]
    assert share_exit.room(checks) == 900


def test_who_asked_first_is_paid_first_and_the_rest_waits_with_its_rank() -> None:
    claims = [Claim(3, date(2026, 2, 1), 400), Claim(1, date(2026, 2, 1), 500), Claim(2, date(2026, 1, 5), 300)]
    found = share_exit.payable(claims, 700)
    assert [(row.number, row.payable, row.suspended) for row in found] == [(2, 300, 0), (1, 400, 100), (3, 0, 400)]


@given(st.lists(st.builds(Claim, st.integers(1, 10**6), days, cents), max_size=20), st.none() | cents)
def test_never_more_than_owed_never_more_than_there_is_and_nobody_overtakes(claims, limit) -> None:
    found = share_exit.payable(claims, limit)
    assert all(0 <= row.payable <= row.due for row in found)
    if limit is not None:
        assert sum(row.payable for row in found) == min(limit, sum(claim.due for claim in claims))
    for before, after in pairwise(found):
        assert before.suspended == 0 or after.payable == 0


def test_every_state_says_what_may_follow_and_only_two_are_ends() -> None:
    assert set().union(*share_exit.MOVES.values()) <= set(share_exit.MOVES)
    assert [state for state, moves in share_exit.MOVES.items() if not moves] == ["paid", "cancelled"]


def test_the_check_names_every_cent_that_has_no_place() -> None:
    good = ExitFacts(1, 10_000, 8_000, 2_000, 8_000, 240, 8_240)
    assert share_exit.exit_faults([good]) == []
    bad = [good._replace(owed=9_000), good._replace(plan=7_999), good._replace(paid=8_241)]
    assert [len(share_exit.exit_faults([row])) for row in bad] == [2, 1, 1]
