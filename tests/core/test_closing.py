"""Closed books in numbers alone."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marke_core.closing import Closing, Late, booked_in_closed, closing_faults

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def test_what_is_booked_behind_a_closing_is_dated_after_it():
    booked = [(1, JAN), (2, date(2026, 1, 31)), (3, FEB), (4, date(2026, 1, 31))]
    assert list(booked_in_closed(booked, [Closing(2, FEB)])) == [Late(4, date(2026, 1, 31), FEB)]


def test_a_closing_says_nothing_of_what_was_booked_before_it():
    assert list(booked_in_closed([(1, JAN), (2, JAN)], [Closing(2, MAR)])) == []


def test_what_was_opened_again_takes_bookings_until_it_is_closed_again():
    closings = [Closing(1, MAR), Closing(1, FEB, reopened=True), Closing(3, MAR)]
    booked = [(1, JAN), (2, FEB), (3, JAN), (4, FEB)]
    assert [late.number for late in booked_in_closed(booked, closings)] == [3, 4]


def test_all_can_be_opened_again():
    assert list(booked_in_closed([(1, JAN), (2, JAN)], [Closing(0, MAR), Closing(1, None, reopened=True)])) == [Late(1, JAN, MAR)]


def test_closing_moves_on_and_opening_again_moves_back():
    assert list(closing_faults([Closing(0, FEB), Closing(2, MAR), Closing(2, JAN, reopened=True), Closing(5, FEB)])) == []
    backwards = [Closing(3, FEB), Closing(2, FEB), Closing(4, MAR, reopened=True), Closing(5, None)]
    assert [place for place, _what in closing_faults(backwards)] == [2, 2, 3, 4]


days = st.integers(0, 90).map(lambda n: JAN + timedelta(days=n))


@given(st.lists(st.tuples(st.booleans(), days), max_size=40))
def test_a_book_that_refuses_what_is_closed_has_nothing_late(deeds):
    until: date | None = None
    closings: list[Closing] = []
    booked: list[tuple[int, date]] = []
    for closes, day in deeds:
        if closes and (until is None or day > until):
            until = day
            closings.append(Closing(len(booked), day))
        elif not closes and (until is None or day >= until):
            booked.append((len(booked) + 1, day))
    assert list(booked_in_closed(booked, closings)) == []
    assert list(closing_faults(closings)) == []


@given(st.lists(days, min_size=1, max_size=30), days, st.data())
def test_whatever_slips_into_a_closed_period_is_found(dates, until, data):
    last = data.draw(st.integers(0, len(dates)))
    booked = list(enumerate(dates, start=1))
    late = [number for number, day in booked if number > last and day < until]
    assert [one.number for one in booked_in_closed(booked, [Closing(last, until)])] == late
