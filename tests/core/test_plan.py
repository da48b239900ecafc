"""The plan: every month balances, every cent of cash comes from somewhere, and the figures say what they promise."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.plan import MONTHS, Assumptions, Opening, PlanCannotBe, otherwise, play

TWELFTH, FIFTIETH = Fraction(12, 100), Fraction(2, 100)
VELO = Assumptions(members=10, jobs=100, price=1250, minutes=30, contribution=TWELFTH, guarantee=FIFTIETH)

percents = st.integers(0, 50).map(lambda percent: Fraction(percent, 100))
money = st.integers(0, 10**6)
assumptions = st.builds(
    Assumptions,
    members=st.integers(1, 400),
    jobs=st.integers(1, 200),
    price=st.integers(1, 10**5),
    minutes=st.integers(1, 600),
    contribution=percents,
    guarantee=percents,
    new_members=st.integers(-30, 60),
    ramp=st.integers(1, 24),
    season=st.tuples(*[st.integers(0, 200)] * 12),
    begins=st.integers(1, 12),
    pays_after=st.integers(0, 120),
    unpaid=st.integers(0, 20).map(lambda percent: Fraction(percent, 100)),
    at_start=money,
    equipment=money,
    wear=st.integers(1, 60),
    per_month=money,
    per_member=st.integers(0, 10**4),
    per_job=st.integers(0, 500),
    dearer=st.integers(0, 20).map(lambda percent: Fraction(percent, 100)),
    share=money,
    shares_paid=st.integers(0, 50),
    other_shares=money,
    loan=money,
    loan_rate=st.integers(0, 15).map(lambda percent: Fraction(percent, 100)),
    loan_months=st.integers(1, 60),
    opening=st.builds(Opening, cash=money, receivable=money, owed=money, fund=money, capital=money),
)


@settings(deadline=None)
@given(assumptions)
def test_every_month_balances(given_):
    assert all(month.balanced for month in play(given_).months)


@settings(deadline=None)
@given(assumptions)
def test_what_comes_in_and_goes_out_is_what_the_cash_changes_by(given_):
    before = given_.opening.cash
    for month in play(given_).months:
        into = month.received + month.capital_in + month.loan_in
        out = month.paid_members + month.running + month.start + month.bought + month.interest + month.repaid
        assert month.cash == before + into - out
        before = month.cash


@settings(deadline=None)
@given(assumptions)
def test_the_turnover_is_pay_contribution_and_guarantee_and_each_of_it_arrives_or_never_does(given_):
    plan = play(given_, months=60)
    for month in plan.months:
        assert month.turnover == month.earnings + month.contribution + month.guarantee
        assert month.covered <= month.unpaid
        assert month.fund >= 0
    still_owed = plan.months[-1].receivable
    came = sum(month.received + month.unpaid for month in plan.months)
    assert came + still_owed == sum(month.turnover for month in plan.months) + given_.opening.receivable


@settings(deadline=None)
@given(assumptions)
def test_with_what_is_needed_the_co_op_can_always_pay_and_with_a_cent_less_it_cannot(given_):
    without = replace(given_, share=0, other_shares=0, loan=0)
    needed = play(without).needed
    assert play(without).short == needed
    assert play(replace(without, other_shares=needed)).short == 0
    if needed:
        assert play(replace(without, other_shares=needed - 1)).short == 1


@settings(deadline=None)
@given(assumptions)
def test_after_the_break_even_no_month_falls_below_it(given_):
    plan = play(given_)
    sums, so_far = [], 0
    for month in plan.months:
        so_far += month.result
        sums.append(so_far)
    if plan.break_even is None:
        assert sums[-1] == min(sums) < 0
    elif plan.break_even:
        assert min(sums[plan.break_even :]) > sums[plan.break_even - 1]


def test_a_courier_earns_21_50_an_hour():
    """12.50 in half an hour, of which 12 % and 2 % stay: 10.75."""
    assert play(VELO).pay_per_hour == 2150


def test_a_month_of_velo():
    plan = play(replace(VELO, per_month=40_000, per_member=2_000, per_job=10, pays_after=45, share=5_000, at_start=120_000))
    first = plan.months[0]
    assert (first.members, first.jobs, first.turnover) == (10, 1000, 1_250_000)
    assert (first.earnings, first.contribution, first.guarantee) == (1_075_000, 150_000, 25_000)
    assert first.running == 40_000 + 20_000 + 10_000
    assert first.result == 150_000 - 70_000 - 120_000
    assert (first.received, plan.months[1].received, plan.months[2].received) == (0, 625_000, 1_250_000)
    assert first.capital_in == 50_000
    assert first.cash == 50_000 - 1_075_000 - 70_000 - 120_000
    assert plan.break_even == 1
    # Pay for a month and a half goes out before it comes in, and the guarantee fund is left alone.
    assert plan.worst == 1
    assert plan.needed == 120_000 + 70_000 * 2 + 1_075_000 * 2 - 625_000 + 50_000


def test_members_work_comes_up_slowly_and_by_the_season():
    plan = play(replace(VELO, ramp=4, season=(50,) + (100,) * 11, begins=12, new_members=6))
    assert [month.jobs for month in plan.months[:5]] == [250, 250, 825, 1100, 1200]
    assert [month.members for month in plan.months[::12]] == [10, 16, 22]


def test_a_loan_is_paid_back_in_equal_parts_to_the_cent():
    plan = play(replace(VELO, loan=100_000, loan_rate=Fraction(3, 100), loan_months=7))
    repaid = [month.repaid for month in plan.months]
    assert sum(repaid) == 100_000
    assert max(repaid[1:8]) - min(repaid[1:8]) <= 1
    assert plan.months[1].interest == 250
    assert plan.months[7].loan == 0


def test_the_guarantee_fund_bears_what_clients_do_not_pay_as_far_as_it_goes():
    plan = play(replace(VELO, unpaid=Fraction(1, 100)))
    assert all(month.covered == month.unpaid == 12_500 for month in plan.months)
    poor = play(replace(VELO, guarantee=Fraction(0), unpaid=Fraction(1, 100)))
    assert all(month.covered == 0 for month in poor.months)
    assert poor.months[0].result == plan.months[0].result - 12_500


def test_a_running_co_op_begins_where_it_stands():
    opening = Opening(cash=900_000, receivable=500_000, owed=300_000, fund=80_000, capital=50_000)
    first = play(replace(VELO, opening=opening, shares_paid=10, share=5_000)).months[0]
    assert opening.result == 970_000
    assert first.capital_in == 0
    assert first.received == 500_000 + first.turnover
    assert first.paid_members == 300_000 + first.earnings
    assert first.balanced


def test_it_may_come_otherwise():
    plans = {name: play(other) for name, other in otherwise(replace(VELO, per_month=100_000)).items()}
    usual = play(replace(VELO, per_month=100_000))
    assert plans["fewer_jobs"].months[-1].carried < usual.months[-1].carried
    assert plans["later"].needed > usual.needed
    assert plans["dearer"].months[-1].carried < usual.months[-1].carried


@pytest.mark.parametrize(
    ("which", "wrong"),
    [
        ("contribution", {"contribution": Fraction(99, 100), "guarantee": Fraction(2, 100)}),
        ("members", {"members": 0}),
        ("price", {"price": 0}),
        ("season", {"season": (100,)}),
        ("season", {"unpaid": Fraction(2)}),
    ],
)
def test_what_cannot_be_is_refused_and_names_what_to_change(which, wrong):
    with pytest.raises(PlanCannotBe) as refused:
        play(replace(VELO, **wrong))
    assert refused.value.which == which


def test_it_is_played_in_a_wink():
    assert len(play(VELO).months) == MONTHS == 36
