"""The rolling matcher: every answer is allowed, explained, and the same whoever is named first."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.matching import NotAProblem, Place, Proposal, Request, Service, Trip, Weights, Worker
from marke_core.matching.checker import violations
from marke_core.matching.play import Run, play
from marke_core.matching.preparing import RunningMedian
from marke_core.matching.rolling import explain, propose
from marke_core.matching.travel import PlanarTravel

TRAVEL = PlanarTravel(320)
MINUTES = Weights(per_minute=1)
HOME = Place(0, 0)
places = st.builds(Place, st.integers(-6_000, 6_000), st.integers(-6_000, 6_000))
skills = st.frozensets(st.sampled_from(["bread", "stairs"]), max_size=1)


@st.composite
def orders(draw: st.DrawFn) -> list[Request]:
    kitchens = [Place(0, 0), Place(2_000, 500), Place(-3_000, 900)]
    found = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        kitchen = draw(st.integers(0, 2))
        known = draw(st.integers(0, 90))
        ready = known + draw(st.integers(0, 40))
        found.append(
            Request(
                number=number,
                pickup=kitchens[kitchen],
                drop=draw(st.none() | places),
                known=known,
                ready=ready,
                start_by=draw(st.none() | st.just(ready + 30)),
                at_pickup=Service(2, 2),
                at_drop=Service(2, 2),
                source=draw(st.sampled_from([None, kitchen])),
                load=draw(st.integers(0, 2)),
                skills=draw(skills),
                blocked=draw(st.frozensets(st.integers(1, 5), max_size=2)),
                earns=1_000,
            )
        )
    return found


@st.composite
def crews(draw: st.DrawFn) -> list[Worker]:
    return [
        Worker(
            number=number,
            place=draw(places),
            free_at=(starts := draw(st.integers(0, 60))),
            starts=starts,
            ends=starts + draw(st.integers(20, 200)),
            capacity=draw(st.none() | st.integers(0, 4)),
            skills=draw(skills),
        )
        for number in range(1, draw(st.integers(1, 5)) + 1)
    ]


@settings(max_examples=60, deadline=None)
@given(orders(), crews(), st.sampled_from([0.0, 5.0]), st.booleans())
def test_every_day_that_is_played_passes_the_checker(requests, workers, fairness, guesses):
    preparation = RunningMedian(requests, first=15) if guesses else None
    weights = replace(MINUTES, fairness=fairness)
    played = play(requests=requests, workers=workers, travel=TRAVEL, weights=weights, preparation=preparation)
    assert violations(runs=played.runs, requests=requests, workers=workers, travel=TRAVEL) == []
    done = {r.number for run in played.runs for r in run.route.requests}
    assert done | set(played.unserved) == {request.number for request in requests}


@settings(max_examples=25, deadline=None)
@given(orders(), crews(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(requests, workers, chance: random.Random):
    weights = replace(MINUTES, fairness=5.0)
    first = play(requests=requests, workers=workers, travel=TRAVEL, weights=weights)
    now = propose(requests=requests, workers=workers, at=30, travel=TRAVEL, weights=weights)
    chance.shuffle(requests)
    chance.shuffle(workers)
    assert play(requests=requests, workers=workers, travel=TRAVEL, weights=weights) == first
    assert propose(requests=requests, workers=workers, at=30, travel=TRAVEL, weights=weights) == now


@settings(max_examples=25, deadline=None)
@given(orders(), crews())
def test_without_lambda_what_somebody_earned_changes_nothing(requests, workers):
    rich = [replace(worker, earned=9_000 * worker.number, logged=60) for worker in workers]
    asked = {"requests": requests, "at": 30, "travel": TRAVEL, "weights": MINUTES}
    assert propose(workers=rich, **asked) == propose(workers=workers, **asked)


@settings(max_examples=25, deadline=None)
@given(orders(), crews())
def test_declining_one_request_changes_no_cost_of_another(requests, workers):
    asked = {"workers": workers, "at": 30, "travel": TRAVEL, "weights": replace(MINUTES, fairness=5.0)}
    before = explain(requests=requests, **asked)
    declined = [replace(requests[0], declined=frozenset({workers[0].number})), *requests[1:]]
    after = explain(requests=declined, **asked)
    for number in {request.number for request in requests[1:]}:
        costs = [{o.worker: o.cost for o in why[number].options if not o.joins} for why in (before, after)]
        assert costs[0] == costs[1]
    refused = [o for o in after[requests[0].number].options if o.worker == workers[0].number]
    assert all(option.out for option in refused)


@settings(max_examples=25, deadline=None)
@given(orders(), crews())
def test_nobody_is_proposed_for_what_a_condition_excludes(requests, workers):
    why = explain(requests=requests, workers=workers, at=30, travel=TRAVEL, weights=MINUTES)
    for explanation in why.values():
        chosen = [o for o in explanation.options if o.worker == explanation.chosen]
        assert explanation.chosen is None or any(not option.out for option in chosen)


def courier(number: int, metres: int, **more: object) -> Worker:
    return Worker(number, Place(metres, 0), 0, 0, 600, **more)  # type: ignore[arg-type]


def meal(number: int, *, ready: int = 10, **more: object) -> Request:
    return Request(number, HOME, ready, Place(0, 3_200), at_pickup=Service(2, 2), at_drop=Service(2, 2), **more)  # type: ignore[arg-type]


def ask(requests: list[Request], workers: list[Worker], at: int = 0, **more: object) -> list[Proposal]:
    return propose(requests=requests, workers=workers, at=at, travel=TRAVEL, **{"weights": MINUTES, **more})  # type: ignore[arg-type]


def test_nobody_is_sent_before_they_have_to_leave():
    (plan,) = ask([meal(1, ready=10)], [courier(1, 640)])
    assert (plan.leave_by, plan.now, plan.stops[0].picked_up_at, plan.stops[0].done_at, plan.free_at) == (6, False, 10, 24, 26)
    assert plan.explanations == ()
    (offer,) = ask([meal(1, ready=10)], [courier(1, 640)], at=6)
    assert offer.now
    assert offer.explanations[0].chosen == 1


def test_an_offer_goes_out_as_long_before_as_answering_takes():
    weights = replace(MINUTES, answer_minutes=4)
    assert [ask([meal(1)], [courier(1, 640)], at, weights=weights)[0].now for at in (1, 2)] == [False, True]


def test_who_earned_more_counts_as_further_away():
    near, far = courier(1, 320, earned=6_000, logged=120), courier(2, 640, earned=2_000, logged=120)
    request = meal(1, ready=0, earns=1_000)
    assert ask([request], [near, far])[0].worker == 1
    (offer,) = ask([request], [near, far], weights=replace(MINUTES, fairness=5.0))
    assert offer.worker == 2
    # After it, 35 and 15 an hour; the average is 25: 40 % above and below, of five minutes.
    parts = {option.worker: round(option.cost.fairness, 6) for option in offer.explanations[0].options}
    assert parts == {1: 2.0, 2: -2.0}


def test_a_newcomer_is_not_rich_after_one_job():
    new = courier(1, 320, earned=1_000, logged=1)
    old = courier(2, 320, earned=1_000, logged=45)
    options = explain(
        requests=[meal(1, earns=1_000)], workers=[new, old], at=0, travel=TRAVEL, weights=replace(MINUTES, fairness=5.0)
    )[1].options
    assert options[0].cost.fairness == options[1].cost.fairness


def test_each_condition_is_said_by_its_name():
    request = meal(
        1, skills=frozenset({"stairs"}), access=frozenset({"ramp"}), load=3, blocked=frozenset({1}), declined=frozenset({2})
    )
    able = {"skills": frozenset({"stairs"}), "access": frozenset({"ramp"}), "capacity": 3}
    workers = [
        courier(1, 0, **able),
        courier(2, 0, **able),
        courier(3, 0, **{**able, "skills": frozenset()}),
        courier(4, 0, **{**able, "access": frozenset()}),
        courier(5, 0, **{**able, "capacity": 2}),
        replace(courier(6, 0, **able), ends=5),
        replace(courier(7, 0, **able), free_at=90),
        courier(8, 0, out="on a break", **able),
        courier(9, 0, **able),
    ]
    why = explain(requests=[request], workers=workers, at=0, travel=TRAVEL, weights=MINUTES)[1]
    assert {option.worker: option.out for option in why.options} == {
        1: "blocked", 2: "declined", 3: "skill", 4: "access", 5: "load", 6: "shift_end", 7: "busy", 8: "on a break", 9: "",
    }  # fmt: skip
    assert why.chosen == 9


def test_who_is_needed_elsewhere_is_said_with_the_request():
    (first, second) = meal(1, ready=0), replace(meal(2, ready=0), pickup=Place(3_000, 0))
    why = explain(requests=[first, second], workers=[courier(1, 0), courier(2, -3_000)], at=0, travel=TRAVEL, weights=MINUTES)
    assert {e.chosen for e in why.values()} == {1, 2}
    taken = next(o for o in why[1].options if o.worker == why[2].chosen)
    assert taken.needed_for == (2,)


def test_of_those_who_are_far_only_the_number_is_said():
    why = explain(
        requests=[meal(1)],
        workers=[courier(n, 320 * n) for n in range(1, 10)],
        at=0,
        travel=TRAVEL,
        weights=replace(MINUTES, nearest=3),
    )[1]
    assert ([option.worker for option in why.options], why.left_out) == ([1, 2, 3], 6)


def test_what_is_far_in_the_future_waits():
    why = explain(requests=[meal(1, ready=300)], workers=[courier(1, 0)], at=0, travel=TRAVEL, weights=MINUTES)[1]
    assert (why.chosen, why.why_none) == (None, "later")


def test_a_meal_joins_the_courier_who_waits_for_another_of_the_same_kitchen():
    first, second = meal(1, ready=12, source="Pane"), meal(2, ready=12, source="Pane")
    waiting = replace(courier(1, 0), free_at=26, place=Place(0, 3_200))
    trip = Trip(1, (first,), 8, Place(320, 0))
    (offer,) = ask([second], [waiting, courier(2, 9_600)], at=10, trips=[trip])
    assert (offer.joins, offer.now, offer.worker, offer.requests) == (True, True, 1, (2,))
    assert [stop.request for stop in offer.stops] == [1, 2]
    elsewhere = replace(second, source="Nonna")
    assert not any(plan.joins for plan in ask([elsewhere], [waiting, courier(2, 9_600)], at=10, trips=[trip]))


def test_a_visit_is_a_request_without_a_drop():
    visit = Request(1, Place(640, 0), 0, at_pickup=Service(0, 90), start_by=30)
    (offer,) = ask([visit], [courier(1, 0)])
    assert (offer.stops[0].picked_up_at, offer.stops[0].done_at, offer.free_at) == (2, 92, 92)
    assert (
        explain(requests=[visit], workers=[courier(1, 32_000)], at=0, travel=TRAVEL, weights=MINUTES)[1].options[0].out
        == "window"
    )


def test_a_problem_that_contradicts_itself_is_refused():
    for wrong in ([meal(1), meal(1)], [meal(1, start_by=3)], [meal(1, load=-1)]):
        with pytest.raises(NotAProblem):
            ask(wrong, [courier(1, 0)])
    with pytest.raises(NotAProblem):
        ask([meal(1)], [replace(courier(1, 0), starts=5, ends=3)])


def test_nothing_to_do_and_nobody_there_are_answers():
    assert ask([], [courier(1, 0)]) == []
    assert ask([meal(1)], []) == []
    assert explain(requests=[meal(1)], workers=[], at=0, travel=TRAVEL, weights=MINUTES)[1].why_none == "nobody"
    assert play(requests=[], workers=[], travel=TRAVEL, weights=MINUTES).runs == ()


def a_run() -> tuple[list[Request], list[Worker], Run]:
    requests = [meal(1, ready=10, known=0, source="a"), replace(meal(2, ready=11, known=3, source="a"), drop=Place(0, 6_400))]
    workers = [courier(1, 640)]
    played = play(requests=requests, workers=workers, travel=TRAVEL, weights=MINUTES)
    return requests, workers, played.runs[0]


@pytest.mark.parametrize(
    ("condition", "change"),
    [
        ("travel", lambda run: {"route": replace(run.route, arrived_at=run.left_at + 1)}),
        ("ready", lambda run: {"route": replace(run.route, picked_up_at=9)}),
        ("drop", lambda run: {"route": replace(run.route, done_at=tuple(at - 1 for at in run.route.done_at))}),
        ("drop", lambda run: {"route": replace(run.route, free_at=run.route.free_at - 1)}),
        ("known_first", lambda run: {"told_at": tuple(-1 for _ in run.told_at)}),
        ("told_first", lambda run: {"sent_at": run.left_at + 1}),
        ("told_first", lambda run: {"told_at": tuple(run.route.picked_up_at + 1 for _ in run.told_at)}),
        ("diverted", lambda run: {"told_at": (run.left_at, run.left_at + 1)}),
        ("place", lambda run: {"from_place": Place(1, 1)}),
        ("shift", lambda run: {"left_at": -1, "sent_at": -1}),
        ("source", lambda run: {"route": replace(run.route, requests=tuple(reversed(run.route.requests)))}),
    ],
)
def test_the_checker_names_each_condition(condition, change):
    requests, workers, run = a_run()
    assert len(run.route.requests) == 2
    assert violations(runs=[run], requests=requests, workers=workers, travel=TRAVEL) == []
    if condition == "source":
        requests = [replace(r, source=r.number) for r in requests]
        by_number = {r.number: r for r in requests}
        wrong = replace(run, route=replace(run.route, requests=tuple(by_number[r.number] for r in run.route.requests)))
    else:
        wrong = replace(run, **change(run))
    found = violations(runs=[wrong], requests=requests, workers=workers, travel=TRAVEL)
    assert condition in {violation.condition for violation in found}


def test_the_checker_sees_who_is_served_twice_and_who_picks_up_after_the_shift():
    requests, workers, run = a_run()
    twice = violations(runs=[run, run], requests=requests, workers=workers, travel=TRAVEL)
    assert {"once", "free"} <= {violation.condition for violation in twice}
    short = [replace(workers[0], ends=run.route.picked_up_at - 1)]
    assert {v.condition for v in violations(runs=[run], requests=requests, workers=short, travel=TRAVEL)} == {"shift_end"}


def test_the_running_median_shows_nothing_before_it_has_happened():
    requests = [meal(1, known=0, ready=20), meal(2, known=0, ready=40), meal(3, known=15, ready=60)]
    median = RunningMedian(requests, first=15)
    known, ready = np.array([0, 0, 15]), np.array([20, 40, 60])
    assert median.seen(known, ready, 10).tolist() == [15, 15, 30]
    assert median.seen(known, ready, 16).tolist() == [17, 17, 30]  # overdue: at any moment
    assert median.seen(known, ready, 20).tolist() == [20, 21, 35]


def unannounced(requests: list[Request], workers: list[Worker]) -> dict[int, tuple[int, int, int]]:
    """The day where nobody knows when a meal is ready: by meal, who fetched it, when they were told and when they had it."""
    played = play(
        requests=requests, workers=workers, travel=TRAVEL, weights=MINUTES, preparation=RunningMedian(requests, first=15)
    )
    assert violations(runs=played.runs, requests=requests, workers=workers, travel=TRAVEL) == []
    return {
        request.number: (run.worker, told_at, run.route.picked_up_at)
        for run in played.runs
        for request, told_at in zip(run.route.requests, run.told_at, strict=True)
    }


def test_who_waits_at_a_kitchen_takes_what_is_ready_there_first():
    slow = meal(1, known=0, ready=60, source="Pane")
    quick = meal(2, known=10, ready=18, source="Pane")
    # The second was sent for the slow one, because the first stands where work begins.
    assert unannounced([slow, quick], [courier(1, 0), courier(2, 640)]) == {2: (2, 18, 18), 1: (1, 18, 60)}


def test_who_is_on_the_way_for_what_was_taken_finds_what_the_other_waited_for():
    slow = meal(1, known=0, ready=60, source="Pane")
    quick = meal(2, known=14, ready=16, source="Pane")
    crew = [courier(1, 0), courier(2, 6_400)]
    assert unannounced([slow, quick], crew) == {2: (1, 16, 16), 1: (2, 34, 60)}
    apart = replace(quick, blocked=frozenset({1}))
    assert unannounced([slow, apart], crew) == {1: (1, 13, 60), 2: (2, 14, 36)}


def test_of_two_who_wait_who_is_late_already_comes_first():
    in_time, late = meal(1, ready=0, due=90), meal(2, ready=0, due=10)
    assert ask([in_time, late], [courier(1, 640)], at=20)[0].requests == (1,)
    assert ask([in_time, late], [courier(1, 640)], at=20, weights=replace(MINUTES, lateness=0.5))[0].requests == (2,)
