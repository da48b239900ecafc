"""Past weeks dealt again: by hand on a small example, and whatever is played, nothing is lost and nobody is in two places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.matching import NotAProblem, Place, Request, Service, Weights
from marke_core.matching.equity import equity
from marke_core.matching.play import play
from marke_core.matching.problem import Worker
from marke_core.matching.travel import PlanarTravel
from marke_core.matching.weeks import MATCHER, ORDERS, Dealing, PastJob, Shift, Weeks, as_it_was, deal_again, figures

TRAVEL = PlanarTravel(100)  # metres a minute
HERE, THERE = Place(0, 0), Place(0, 1_000)  # ten minutes
ANNA, BO = 1, 2
MINUTES = Weights(per_minute=1, position=0.0)


def visit(number: int, ready: int, *, at: Place = HERE, **fields: object) -> Request:
    """Ten minutes of work, for 10.00, wanted within half an hour."""
    given = {"known": ready - 30, "start_by": ready + 30, "at_pickup": Service(after=10), "earns": 10_00, **fields}
    return Request(number=number, pickup=at, ready=ready, **given)  # type: ignore[arg-type]


def two_visits(*, second: dict[str, object] | None = None, **fields: object) -> Weeks:
    """Anna stands where both visits are and really did both; Bo, ten minutes away, had nothing. Both were there for 3 hours."""
    jobs = [PastJob(visit(1, 60), 0, ANNA, 70), PastJob(visit(2, 90, **(second or {})), 0, ANNA, 100, **fields)]  # type: ignore[arg-type]
    return Weeks(jobs, [Shift(ANNA, 0, HERE, 0, 180), Shift(BO, 0, THERE, 0, 180)], [0], TRAVEL)


def told(weeks: Weeks, order: str | None = None, fairness: float = 0.0) -> tuple[list[int], list[int], float, float]:
    """Who did what, what Anna and Bo earned, and the mean waiting and way."""
    dealing = Dealing(order, replace(MINUTES, fairness=fairness), step=1) if order else None
    dealt = deal_again(weeks, dealing) if dealing else as_it_was(weeks)
    found = figures(weeks, dealt)
    return dealt.worker.tolist(), found.earned.tolist(), found.waiting, found.way


def test_a_small_example_by_hand():
    weeks = two_visits()
    as_really = told(weeks)
    assert as_really == ([ANNA, ANNA], [20_00, 0], 10.0, 0.0)
    assert told(weeks, "nearest") == as_really  # she is nearer both times
    # She has just worked when the second begins: it is Bo's, who comes in good time and goes ten minutes for one of two.
    assert told(weeks, "longest_idle") == ([ANNA, BO], [10_00, 10_00], 10.0, 5.0)
    assert told(weeks, "turn") == ([ANNA, BO], [10_00, 10_00], 10.0, 5.0)
    assert told(weeks, MATCHER) == as_really
    assert told(weeks, MATCHER, fairness=10) == ([ANNA, BO], [10_00, 10_00], 10.0, 5.0)


def test_pay_per_hour_counts_those_who_got_nothing():
    weeks = two_visits()
    found = figures(weeks, as_it_was(weeks))
    lies = equity(earned=found.earned, logged=found.logged, units_per_hour=60)
    # 20.00 in three hours and nothing: 6.67 and 0.
    assert (round(lies.median, 2), round(lies.p10, 2), lies.gini) == (333.33, 66.67, 0.5)


def test_what_stays_is_moved_by_no_rule():
    weeks = two_visits(stays=True)
    for order in (*ORDERS, MATCHER):
        assert told(weeks, order, fairness=50)[0][1] == ANNA


def test_the_clients_own_member_goes_before_the_row():
    assert told(two_visits(own=BO), "nearest")[0] == [ANNA, BO]


def test_who_is_kept_from_a_job_does_not_get_it():
    weeks = two_visits(second={"blocked": frozenset({BO})})
    for order in (*ORDERS, MATCHER):
        assert told(weeks, order, fairness=50)[0][1] == ANNA


@pytest.mark.parametrize("order", [*ORDERS, MATCHER])
def test_a_job_for_which_nobody_is_found_stays_as_it_really_was(order: str):
    weeks = two_visits(second={"start_by": 90, "at": Place(0, 50_000)})
    dealt = deal_again(weeks, Dealing(order, MINUTES, step=1))
    assert (dealt.worker.tolist(), dealt.found.tolist(), int(dealt.done_at[1])) == ([ANNA, ANNA], [True, False], 100)
    assert figures(weeks, dealt).not_found == 1


def test_a_new_week_begins_at_nothing():
    """On the second Monday what Anna earned the week before weighs no longer."""
    shifts = [
        Shift(who, day, place, 1_440 * day, 1_440 * day + 180) for day in (0, 1) for who, place in ((ANNA, HERE), (BO, THERE))
    ]
    jobs = [PastJob(visit(n, 1_440 * day + 60), day, ANNA, 1_440 * day + 70) for n, day in ((1, 0), (2, 1))]
    fair = Dealing(MATCHER, replace(MINUTES, fairness=10), step=1)
    same_week = deal_again(Weeks(jobs, shifts, [0, 0], TRAVEL), fair)
    next_week = deal_again(Weeks(jobs, shifts, [0, 1_440], TRAVEL), fair)
    assert (same_week.worker.tolist(), next_week.worker.tolist()) == ([ANNA, BO], [ANNA, ANNA])


def test_what_contradicts_itself_is_refused():
    weeks = two_visits()
    with pytest.raises(NotAProblem, match="worker 1 did a job and was not there"):
        Weeks(weeks.jobs, weeks.shifts[1:], [0], TRAVEL)
    with pytest.raises(NotAProblem, match="two shifts on one day"):
        Weeks(weeks.jobs, [*weeks.shifts, weeks.shifts[0]], [0], TRAVEL)
    with pytest.raises(NotAProblem, match="not a way to deal"):
        deal_again(weeks, Dealing("by_hand"))


@st.composite
def past_weeks(draw: st.DrawFn) -> Weeks:
    places = st.builds(Place, st.integers(-3_000, 3_000), st.integers(-3_000, 3_000))
    shifts = [
        Shift(number, day, draw(places), 1_440 * day, 1_440 * day + draw(st.integers(120, 400)))
        for day in range(2)
        for number in range(1, draw(st.integers(2, 5)))
    ]
    jobs = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        shift = draw(st.sampled_from(shifts))
        ready = shift.starts + draw(st.integers(0, 90))
        asked = visit(
            number, ready, at=draw(places), drop=draw(st.none() | places), blocked=draw(st.frozensets(st.integers(1, 4)))
        )
        jobs.append(PastJob(asked, shift.day, shift.worker, ready + 40, draw(st.booleans()), draw(st.none() | st.integers(1, 4))))
    return Weeks(jobs, shifts, [0, 0], TRAVEL)


@given(past_weeks(), st.sampled_from([*ORDERS, MATCHER]), st.sampled_from([0.0, 10.0]))
@settings(max_examples=150, deadline=None)
def test_no_pay_is_lost_and_nobody_works_where_they_cannot(weeks: Weeks, order: str, fairness: float):
    dealing = Dealing(order, replace(MINUTES, fairness=fairness), step=1)
    dealt = deal_again(weeks, dealing)
    again = deal_again(replace(weeks, jobs=weeks.jobs[::-1], shifts=weeks.shifts[::-1]), dealing)
    assert again.worker.tolist()[::-1] == dealt.worker.tolist()  # the order of the input does not matter
    real, found = figures(weeks, as_it_was(weeks)), figures(weeks, dealt)
    assert found.earned.sum() == real.earned.sum()
    assert found.logged.tolist() == real.logged.tolist()
    there = {(shift.worker, shift.day) for shift in weeks.shifts}
    for job, worker, done_at, was_found in zip(weeks.jobs, dealt.worker.tolist(), dealt.done_at, dealt.found, strict=True):
        assert (worker, job.day) in there
        if was_found:
            assert worker not in job.request.blocked
            assert done_at >= job.request.ready
        if job.stays or not was_found:
            assert worker == job.worker


def test_leaving_out_quiet_moments_leaves_out_nothing_that_happens():
    requests = [replace(visit(n, 60 + 7 * n, at=Place(0, 137 * n)), known=10 * n) for n in range(1, 9)]
    workers = [Worker(number, Place(900 * number, 0), 0, 0, 400) for number in (1, 2, 3)]
    ask = {"requests": requests, "workers": workers, "travel": TRAVEL, "weights": replace(MINUTES, fairness=5)}
    each, some = play(**ask), play(**ask, skips_quiet=True)  # type: ignore[arg-type]
    assert [(run.worker, run.route.requests, run.left_at) for run in some.runs] == [
        (run.worker, run.route.requests, run.left_at) for run in each.runs
    ]
    assert np.all([run.left_at >= 0 for run in some.runs])
