"""How many are needed at which hour, and the shifts that cover what is missing: worked by hand, and for any week."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.demand import HOURS, WEEK_MINUTES, Block, blocks_for, missing, need_of, work_by_hour

HOUR = 60


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def week(**hours: int) -> list[int]:
    """h9=2: two people from nine to ten on Monday."""
    found = [0] * HOURS
    for name, people in hours.items():
        found[int(name[1:])] = people
    return found


def test_a_job_counts_in_the_hours_in_which_it_is_done() -> None:
    work = work_by_hour(ints(9 * HOUR + 30), ints(90), 1)
    assert (work[0, 9], work[0, 10], work.sum()) == (30, 60, 90)


def test_what_begins_in_one_week_and_ends_in_the_next_counts_in_both_and_what_lies_outside_in_none() -> None:
    work = work_by_hour(ints(WEEK_MINUTES - 20, -30, 2 * WEEK_MINUTES - 10), ints(60, 50, 60), 2)
    assert (work[0, 167], work[1, 0], work[0, 0], work[1, 167]) == (20, 40, 20, 10)
    assert work.sum() == 90


def test_two_half_hours_are_done_by_one_and_a_minute_more_takes_two() -> None:
    need = need_of(work_by_hour(ints(0, 0, HOUR, HOUR), ints(30, 30, 30, 31), 1))
    assert need.usual[:3] == (1, 2, 0)


def test_usual_is_the_middle_week_and_busy_is_enough_in_nine_of_ten() -> None:
    work = np.zeros((10, HOURS), dtype=np.int64)
    work[:, 12] = [60 * people for people in (3, 1, 2, 9, 4, 5, 6, 7, 8, 30)]
    need = need_of(work)
    assert (need.usual[12], need.busy[12]) == (6, 9)
    assert need_of(work[:1]).busy[12] == 3


def test_where_there_is_no_week_nobody_is_needed() -> None:
    assert set(need_of(np.zeros((0, HOURS), dtype=np.int64)).busy) == {0}


def test_what_is_missing_is_never_less_than_nobody() -> None:
    assert missing([3, 1, 0], [1, 2, 0]) == [2, 0, 0]


def test_a_hill_is_covered_by_a_long_shift_and_a_short_one() -> None:
    lacking = week(h11=1, h12=2, h13=2, h14=2, h15=1)
    assert blocks_for(lacking, shortest=3, longest=8) == [Block(11, 5, 1), Block(12, 3, 1)]


def test_the_same_shift_for_several_is_one_with_several_places() -> None:
    assert blocks_for(week(h9=3, h10=3), shortest=1, longest=8) == [Block(9, 2, 3)]


def test_an_hour_alone_becomes_the_shortest_shift_and_sunday_night_begins_earlier() -> None:
    assert blocks_for(week(h9=1), shortest=3, longest=8) == [Block(9, 3, 1)]
    assert blocks_for(week(h167=1), shortest=3, longest=8) == [Block(165, 3, 1)]


def test_a_long_day_is_cut_into_parts_of_one_length() -> None:
    lacking = week(**{f"h{hour}": 1 for hour in range(8, 18)})
    assert blocks_for(lacking, shortest=3, longest=8) == [Block(8, 5, 1), Block(13, 5, 1)]


@pytest.mark.parametrize(("shortest", "longest"), [(0, 8), (4, 3), (1, 169)])
def test_a_length_that_is_none_is_refused(shortest: int, longest: int) -> None:
    with pytest.raises(ValueError, match="no shift lasts"):
        blocks_for(week(h9=1), shortest=shortest, longest=longest)


@given(st.lists(st.integers(0, 4), min_size=HOURS, max_size=HOURS), st.integers(1, 6), st.integers(0, 6))
def test_nobody_is_lacking_afterwards_and_every_shift_is_as_long_as_it_may_be(
    lacking: list[int], shortest: int, more: int
) -> None:
    longest = shortest + more
    blocks = blocks_for(lacking, shortest=shortest, longest=longest)
    there = [sum(block.people for block in blocks if block.hour <= hour < block.end) for hour in range(HOURS)]
    assert missing(lacking, there) == [0] * HOURS
    assert all(shortest <= block.hours <= longest and block.hour >= 0 and block.end <= HOURS for block in blocks)
    assert len({(block.hour, block.hours) for block in blocks}) == len(blocks)
    assert bool(blocks) == any(lacking)


@given(st.lists(st.tuples(st.integers(-500, 2 * WEEK_MINUTES + 500), st.integers(0, 3_000)), max_size=30))
def test_every_minute_of_work_within_the_weeks_counts_once(jobs: list[tuple[int, int]]) -> None:
    begins, lasts = (np.array([job[side] for job in jobs], dtype=np.int64) for side in (0, 1))
    inside = sum(max(min(begin + last, 2 * WEEK_MINUTES) - max(begin, 0), 0) for begin, last in jobs)
    assert int(work_by_hour(begins, lasts, 2).sum()) == inside
