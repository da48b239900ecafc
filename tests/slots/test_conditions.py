"""Spans of time on the clock, on the days on which it changes too; and what is too much."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.slots.conditions import Span, is_covered, on_other_day, span_on, too_little_rest, week_too_full, weeks_touched

BRUSSELS, HOUR = "Europe/Brussels", timedelta(hours=1)
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)


def at(day: int, hour: float) -> datetime:
    return datetime(2026, 1, 12, tzinfo=UTC) + timedelta(days=day, hours=hour)


def work(day: int, begins: float, ends: float) -> Span:
    return Span(at(day, begins), at(day, ends))


@pytest.mark.parametrize(
    ("day", "begins", "ends", "starts_at", "hours"),
    [
        (FORWARD, time(1), time(4), "2026-03-29T00:00", 2),  # two hours, with the third left out
        (FORWARD, time(2, 30), time(3, 15), "2026-03-29T01:30", 0.75),  # begins in the hour that is left out
        (FORWARD, time(2, 10), time(2, 40), "2026-03-29T01:10", 0.5),
        (BACK, time(1), time(4), "2026-10-24T23:00", 4),
        (BACK, time(2, 30), time(4), "2026-10-25T00:30", 2.5),  # from the first half past two
        (BACK, time(22), time(22), "2026-10-25T21:00", 24),
        (date(2026, 10, 24), time(22), time(6), "2026-10-24T20:00", 9),
    ],
)
def test_a_shift_begins_by_the_clock_and_lasts_as_long_as_it_really_does(day, begins, ends, starts_at, hours) -> None:
    span = span_on(day, begins, ends, BRUSSELS)
    assert span.starts_at == datetime.fromisoformat(f"{starts_at}+00:00")
    assert span.length == hours * HOUR


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dates(date(2026, 3, 22), date(2026, 3, 29)) | st.dates(date(2026, 10, 18), date(2026, 10, 25)),
    st.times(),
    st.times(),
    st.integers(0, 30),
)
def test_whatever_is_repeated_ends_after_it_begins_at_the_same_time_on_the_clock(day, begins, ends, days) -> None:
    copy = on_other_day(span_on(day, begins, ends, BRUSSELS), days, BRUSSELS)
    assert copy.ends_at > copy.starts_at


def test_a_day_of_thirteen_hours_leaves_eleven_of_rest_and_one_minute_more_does_not() -> None:
    rest, lunch = 11 * HOUR, work(0, 8, 12)
    assert too_little_rest(work(0, 17, 21), [lunch], rest) is None
    breach = too_little_rest(work(0, 17, 21.5), [lunch], rest)
    assert breach == work(0, 8, 21.5)
    assert too_little_rest(work(1, 8, 12), [work(0, 17, 21)], rest) is None
    assert too_little_rest(work(1, 7.5, 12), [work(0, 17, 21)], rest) == Span(at(0, 17), at(1, 12))
    assert too_little_rest(work(1, 7.5, 12), [work(0, 17, 21)], timedelta(0)) is None


def test_a_night_over_sunday_counts_in_both_weeks() -> None:
    night = Span(at(6, 20), at(7, 4))
    assert len(list(weeks_touched(night, "UTC"))) == 2
    before = [work(day, 8, 17) for day in range(5)]  # 45 hours
    assert week_too_full(night, before, 49 * HOUR, "UTC") is None
    full = week_too_full(night, before, 48 * HOUR, "UTC")
    assert full is not None
    assert full[1] == 49 * HOUR


def test_who_said_nothing_can_always_and_two_days_said_may_join_at_midnight() -> None:
    night = Span(at(0, 20), at(1, 4))
    assert is_covered(night, [], "UTC")
    assert is_covered(night, [(0, time(18), time(0)), (1, time(0), time(8))], "UTC")
    assert is_covered(night, [(0, time(18), time(6))], "UTC")
    assert not is_covered(night, [(0, time(18), time(0))], "UTC")
