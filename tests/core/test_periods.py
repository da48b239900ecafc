"""Half-open periods and months."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.periods import Period, add_months, month_of, months

DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def test_a_period_holds_its_first_day_and_not_its_last():
    november = month_of(date(2026, 11, 21))
    assert november == Period(date(2026, 11, 1), date(2026, 12, 1))
    assert date(2026, 11, 1) in november
    assert date(2026, 11, 30) in november
    assert date(2026, 12, 1) not in november


def test_neighbours_share_no_day():
    november, december = month_of(date(2026, 11, 1)), month_of(date(2026, 12, 1))
    assert not november.overlaps(december)
    assert november.overlaps(Period(date(2026, 11, 30), date(2026, 12, 2)))
    assert not november.overlaps(Period(date(2026, 11, 5), date(2026, 11, 5)))


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="2026-01-01"):
        Period(date(2026, 2, 1), date(2026, 1, 1))


def test_a_month_later_is_never_a_day_that_does_not_exist():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 15), 14) == date(2028, 1, 15)


@given(DAYS, st.integers(0, 1000))
def test_the_months_of_a_period_follow_each_other_and_cover_it(start, length):
    period = Period(start, start + timedelta(days=length))
    parts = list(months(period))
    assert all(one.ends == next_one.starts for one, next_one in pairwise(parts))
    if length:
        assert parts[0].starts <= period.starts
        assert parts[-1].starts < period.ends <= parts[-1].ends
    else:
        assert parts == []


@given(DAYS)
def test_every_day_lies_in_its_month(day):
    assert day in month_of(day)
