"""What a loan costs and when it is paid back."""

import itertools
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.loans import NoSuchLoan, Repayment, annuity, due_date, interest_of, schedule

THREE = Fraction(3, 100)


def test_a_five_year_loan_of_1000_repays_200_a_year_and_1000_in_all() -> None:
    """OCA easy_my_coop_loan repaid 50 a year and 250 in all: years / 100 where 1 / years was meant."""
    found = schedule(1_000_00, rate=Fraction(0), years=5, repayment=Repayment.EQUAL_PARTS)
    assert [row.repayment for row in found] == [200_00] * 5
    assert sum(row.payment for row in found) == 1_000_00


def test_with_equal_parts_the_interest_falls() -> None:
    found = schedule(1_000_00, rate=THREE, years=5, repayment=Repayment.EQUAL_PARTS)
    assert [row.interest for row in found] == [30_00, 24_00, 18_00, 12_00, 6_00]


def test_an_annuity_is_the_same_payment_each_year() -> None:
    """10,000 at 6 % over 4 years: 2,885.91 a year (textbook formula)."""
    assert annuity(10_000_00, Fraction(6, 100), 4) == 2_885_91
    found = schedule(10_000_00, rate=Fraction(6, 100), years=4, repayment=Repayment.ANNUITY)
    assert [row.payment for row in found] == [2_885_91, 2_885_91, 2_885_91, 2_885_93]
    assert [row.interest for row in found] == [600_00, 462_85, 317_46, 163_35]


def test_at_the_end_everything_is_repaid_at_once() -> None:
    found = schedule(1_000_00, rate=THREE, years=3, repayment=Repayment.AT_THE_END)
    assert [row.payment for row in found] == [30_00, 30_00, 1_030_00]


@pytest.mark.parametrize(
    ("amount", "years", "rate"), [(0, 5, THREE), (-1, 5, THREE), (100, 0, THREE), (100, 101, THREE), (100, 5, -THREE)]
)
def test_what_is_no_loan_is_refused(amount: int, years: int, rate: Fraction) -> None:
    with pytest.raises(NoSuchLoan):
        schedule(amount, rate=rate, years=years, repayment=Repayment.ANNUITY)


@given(
    st.integers(1, 10**12),
    st.fractions(min_value=0, max_value=Fraction(1, 2), max_denominator=10_000),
    st.integers(1, 40),
    st.sampled_from(Repayment),
)
def test_what_is_repaid_is_what_was_lent_to_the_cent(amount: int, rate: Fraction, years: int, repayment: Repayment) -> None:
    found = schedule(amount, rate=rate, years=years, repayment=repayment)
    assert len(found) == years
    assert sum(row.repayment for row in found) == amount
    assert found[0].owed_before == amount
    assert found[-1].owed_after == 0
    assert all(row.repayment >= 0 for row in found)
    assert all(row.interest == interest_of(row.owed_before, rate) for row in found)
    for before, after in itertools.pairwise(found):
        assert before.owed_after == after.owed_before


@given(st.integers(100, 10**12), st.fractions(min_value=0, max_value=Fraction(1, 2), max_denominator=1000), st.integers(2, 40))
def test_the_payments_of_an_annuity_differ_only_in_the_last_year(amount: int, rate: Fraction, years: int) -> None:
    found = schedule(amount, rate=rate, years=years, repayment=Repayment.ANNUITY)
    payments = {row.payment for row in found[:-1] if row.owed_after}
    assert len(payments) <= 1


def test_interest_is_rounded_half_up() -> None:
    assert interest_of(50, Fraction(1, 100)) == 1
    assert interest_of(49, Fraction(1, 100)) == 0


def test_a_year_later_is_the_same_day_and_never_none() -> None:
    assert due_date(date(2026, 1, 31), 5) == date(2031, 1, 31)
    assert due_date(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert due_date(date(2028, 2, 29), 4) == date(2032, 2, 29)
