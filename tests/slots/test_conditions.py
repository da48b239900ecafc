"""Spans of time on the clock, on the days on which it changes too; and what is too much."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.slots.conditions import (
    Span,
    average_too_high,
    is_covered,
    on_other_day,
    span_on,
    too_little_rest,
    week_too_full,
    weeks_touched,
)

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


def busy(week: int, hours: int) -> list[Span]:
    """So many hours in that week, nine a day at most."""
    return [work(7 * week + day, 8, 8 + min(9, hours - 9 * day)) for day in range(7) if hours > 9 * day]


def test_over_several_weeks_a_long_one_is_made_good_by_short_ones() -> None:
    others = [*busy(0, 54), *busy(1, 36)]
    new = work(7 + 6, 8, 14)  # 42 in the second week, 48 on average
    assert average_too_high(new, others, 48 * HOUR, 2, "UTC") is None
    assert average_too_high(new, others, 48 * HOUR, 1, "UTC") is None
    more = work(7 + 6, 8, 15)
    found = average_too_high(more, others, 48 * HOUR, 2, "UTC")
    assert found is not None
    assert (found.over, found.work) == (Span(at(0, 0), at(14, 0)), 48.5 * HOUR)


def test_of_one_week_it_is_the_week_itself() -> None:
    new = work(6, 8, 12)
    full = average_too_high(new, busy(0, 45), 48 * HOUR, 1, "UTC", away=[at(2, 0).date()])
    assert full is not None
    assert full.work == 49 * HOUR


def test_the_weeks_that_follow_count_as_much_as_those_before() -> None:
    """Whichever weeks one counts from: a fixed beginning cannot hide a long stretch."""
    others = [*busy(1, 60), *busy(2, 36)]
    assert average_too_high(work(6, 8, 9), others, 48 * HOUR, 3, "UTC") is None
    found = average_too_high(work(7 + 6, 20, 22), others, 48 * HOUR, 2, "UTC")
    assert found is not None
    assert found.over.starts_at == at(7, 0)


def test_days_away_make_no_average_lower() -> None:
    away = [at(day, 0).date() for day in range(7)]
    others = busy(1, 45)
    new = work(7 + 6, 8, 12)
    assert average_too_high(new, others, 48 * HOUR, 2, "UTC") is None
    found = average_too_high(new, others, 48 * HOUR, 2, "UTC", away=away)
    assert found is not None
    assert found.work == 49 * HOUR
    # On some of the days somebody said to be away there was work: these count.
    assert average_too_high(new, [*others, *busy(0, 9)], 48 * HOUR, 2, "UTC", away=away[1:]) is not None


def test_the_time_before_somebody_came_makes_no_average_lower_and_one_week_is_the_least() -> None:
    came = at(7, 0).date()
    assert average_too_high(work(7 + 6, 8, 12), busy(1, 45), 48 * HOUR, 17, "UTC", since=came) is not None
    # On the first day, a Sunday, a whole shift is no breach.
    assert average_too_high(work(6, 8, 18), [], 48 * HOUR, 17, "UTC", since=at(6, 0).date()) is None


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 60), min_size=8, max_size=8), st.integers(1, 4), st.integers(0, 7))
def test_an_average_is_too_high_exactly_where_some_stretch_of_weeks_is(hours: list[int], weeks: int, week: int) -> None:
    others = [span for number, each in enumerate(hours) for span in busy(number, each)]
    new = work(7 * week, 20, 22)
    sums = [each + (2 if number == week else 0) for number, each in enumerate(hours)]
    padded = [0] * weeks + sums + [0] * weeks
    stretches = [padded[first : first + weeks] for first in range(week + 1, week + weeks + 1)]
    expected = any(sum(each) > 48 * weeks for each in stretches)
    assert (average_too_high(new, others, 48 * HOUR, weeks, "UTC") is not None) == expected


def test_who_said_nothing_can_always_and_two_days_said_may_join_at_midnight() -> None:
    night = Span(at(0, 20), at(1, 4))
    assert is_covered(night, [], "UTC")
    assert is_covered(night, [(0, time(18), time(0)), (1, time(0), time(8))], "UTC")
    assert is_covered(night, [(0, time(18), time(6))], "UTC")
    assert not is_covered(night, [(0, time(18), time(0))], "UTC")
