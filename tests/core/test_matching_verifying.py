"""Every answer of the matcher is verified before anybody acts on it: what it says can be done passes, and a wrong one is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.matching import Place, Problem, Proposal, Request, Service, Stop, Trip, Weights, Worker
from marke_core.matching.rolling import propose
from marke_core.matching.travel import PlanarTravel
from marke_core.matching.verifying import faults

TRAVEL = PlanarTravel(320)
NOW = 30
TOGETHER = Weights(per_minute=1, together_at_first=True, largest_trip=3, longer_minutes=10, while_busy=True)
APART = replace(TOGETHER, largest_trip=1)
KITCHENS = (Place(0, 0), Place(2_500, 0))
places = st.builds(Place, st.integers(-5_000, 5_000), st.integers(-5_000, 5_000))
skills = st.frozensets(st.sampled_from(["bread", "stairs"]), max_size=1)


@st.composite
def orders(draw: st.DrawFn) -> list[Request]:
    found = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        kitchen, ready = draw(st.sampled_from([0, 0, 0, 1])), draw(st.integers(0, 60))
        found.append(
            Request(
                number=number, pickup=KITCHENS[kitchen], drop=draw(st.none() | places), ready=ready,
                start_by=draw(st.none() | st.integers(ready, ready + 60)), done_by=draw(st.none() | st.integers(ready, ready + 90)),
                at_pickup=Service(2, 3), at_drop=Service(2, 1), source=draw(st.sampled_from([kitchen, kitchen, None])),
                load=draw(st.integers(0, 3)), skills=draw(skills), blocked=draw(st.frozensets(st.integers(1, 4), max_size=1)),
                declined=draw(st.frozensets(st.integers(1, 4), max_size=1)), earns=1_000,
            )
        )  # fmt: skip
    return found


@st.composite
def crews(draw: st.DrawFn) -> list[Worker]:
    return [
        Worker(
            number=number, place=draw(places), free_at=draw(st.integers(0, 60)), starts=draw(st.integers(0, 50)),
            ends=draw(st.none() | st.integers(60, 150)), capacity=draw(st.none() | st.integers(2, 6)), skills=draw(skills),
            out=draw(st.sampled_from(["", "", "", "on a break"])),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]  # fmt: skip


def answer(problem: Problem, weights: Weights = TOGETHER) -> list[Proposal]:
    return propose(
        requests=problem.requests, workers=problem.workers, at=problem.at, travel=problem.travel, trips=problem.trips,
        weights=weights,
    )  # fmt: skip


def said(problem: Problem, *proposals: Proposal) -> list[set[str]]:
    return [{fault.condition for fault in found} for found in faults(problem, proposals)]


@settings(max_examples=150, deadline=None)
@given(orders(), crews(), st.sampled_from([TOGETHER, APART]))
def test_no_answer_of_the_matcher_breaks_anything(requests, workers, weights):
    problem = Problem(requests, workers, NOW, TRAVEL)
    assert said(problem, *(proposals := answer(problem, weights))) == [set()] * len(proposals)


@settings(max_examples=150, deadline=None)
@given(orders(), orders(), crews(), st.integers(0, 15))
def test_no_answer_that_adds_to_trips_on_their_way_breaks_anything(first, then, workers, later):
    """Whoever was proposed for something is on the way to it when more is asked for; nothing but that keeps them from the first."""
    by_number = {request.number: request for request in first}
    trips, crew = [], {worker.number: worker for worker in workers}
    for offer in answer(Problem(first, workers, NOW, TRAVEL)):
        held = tuple(by_number[number] for number in offer.requests)
        trips.append(Trip(offer.worker, held, offer.leave_by, crew[offer.worker].place, frozenset({101})))
        end = held[-1].drop or held[-1].pickup
        crew[offer.worker] = replace(crew[offer.worker], place=end, free_at=offer.free_at)
    at = max([NOW, *(trip.left_at for trip in trips)]) + later
    more = [replace(request, number=100 + request.number) for request in then]
    more[0] = replace(more[0], declined=frozenset(), skills=frozenset())
    problem = Problem(more, list(crew.values()), at, TRAVEL, trips)
    assert said(problem, *(proposals := answer(problem))) == [set()] * len(proposals)


def loaf(number: int, metres: int, **fields: object) -> Request:
    given = {"pickup": Place(0, 0), "drop": Place(metres, 0), "ready": NOW + 5, "source": "oven", "load": 2, **fields}
    return Request(number=number, **given)  # type: ignore[arg-type]


def courier(number: int, metres: int, **fields: object) -> Worker:
    return Worker(number=number, place=Place(metres, 0), free_at=0, starts=0, **fields)  # type: ignore[arg-type]


ONE = Problem([loaf(1, 1_600, start_by=NOW + 20)], [courier(1, 1_600), courier(2, 3_200)], NOW, TRAVEL)
TWO = Problem([loaf(1, 1_600), loaf(2, 1_920)], [courier(1, 1_600), courier(2, 1_600)], NOW, TRAVEL)
MORE = Problem(
    [loaf(2, 1_920, blocked=frozenset({1}))], [replace(courier(1, 1_600), free_at=NOW + 10)], NOW, TRAVEL,
    [Trip(1, (loaf(1, 1_600),), NOW, Place(1_600, 0), frozenset({2}))],
)  # fmt: skip


def test_a_job_by_itself_a_trip_and_one_more_on_a_trip_are_right_as_they_are_answered():
    for problem, requests, joins in ((ONE, (1,), False), (TWO, (1, 2), False), (MORE, (2,), True)):
        (offer,) = answer(problem)
        assert (offer.requests, offer.joins) == (requests, joins)
        assert said(problem, offer) == [set()]


def sooner(offer: Proposal, minutes: int) -> dict[str, Any]:
    return {"stops": tuple(replace(stop, picked_up_at=stop.picked_up_at - minutes) for stop in offer.stops)}


def unlike(offer: Proposal, minutes: int) -> dict[str, Any]:
    """All doors so much sooner, in all that is told of them."""
    return {
        "stops": tuple(replace(stop, done_at=stop.done_at - minutes) for stop in offer.stops),
        "shared": tuple(replace(each, done_at=each.done_at - minutes) for each in offer.shared),
    }


@pytest.mark.parametrize(
    ("condition", "wrong"),
    [
        ("known", lambda offer: {"worker": 9}),
        ("known", lambda offer: {"requests": (9,)}),
        ("known", lambda offer: {"requests": ()}),
        ("known", lambda offer: {"joins": True, "worker": 2}),
        ("stops", lambda offer: {"stops": ()}),
        ("stops", lambda offer: {"stops": (*offer.stops, Stop(9, NOW, NOW))}),
        ("stops", lambda offer: {"stops": (offer.stops[0], *offer.stops)}),
        ("ready", lambda offer: sooner(offer, 1)),
        ("drop", lambda offer: unlike(offer, 1)),
        ("drop", lambda offer: {"free_at": offer.free_at - 1}),
        ("told_first", lambda offer: {"leave_by": offer.leave_by - 1}),
        ("ready", lambda offer: {"leave_by": offer.leave_by + 1}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("problem", [ONE, TWO], ids=["single", "trip"])
def test_a_wrong_answer_is_named(problem, condition, wrong):
    (offer,) = answer(problem)
    assert offer.leave_by == NOW
    assert condition in said(problem, replace(offer, **wrong(offer)))[0]


@pytest.mark.parametrize(
    ("condition", "workers", "requests"),
    [
        ("load", {"capacity": 1}, {}),
        ("shift", {"starts": NOW + 1}, {}),
        ("free", {"free_at": NOW + 1}, {}),
        ("shift_end", {"ends": NOW + 4}, {}),
        ("out", {"out": "on a break"}, {}),
        ("place", {"place": Place(1_600, 6_400)}, {}),
        ("blocked", {}, {"blocked": frozenset({1})}),
        ("declined", {}, {"declined": frozenset({1})}),
        ("skill", {}, {"skills": frozenset({"stairs"})}),
        ("window", {}, {"start_by": NOW + 4, "ready": NOW}),
        ("window", {}, {"done_by": NOW + 6}),
    ],
)
@pytest.mark.parametrize("problem", [ONE, TWO], ids=["single", "trip"])
def test_the_answer_to_another_question_is_named(problem, condition, workers, requests):
    """As if the matcher had overlooked it."""
    (offer,) = answer(problem)
    really = replace(
        problem,
        workers=[replace(worker, **workers) for worker in problem.workers],
        requests=[replace(request, **requests) for request in problem.requests],
    )
    found = said(really, offer)[0]
    # Who really is elsewhere cannot be there in time.
    assert ({"ready"} if condition == "place" else {"shift", "told_first"} if condition == "free" else {condition}) & found


def test_what_is_of_another_source_and_what_the_letter_tells_otherwise_is_no_trip():
    (offer,) = answer(TWO)
    apart = [replace(request, source=request.number) for request in TWO.requests]
    assert said(replace(TWO, requests=apart), offer) == [{"source"}]
    assert said(TWO, replace(offer, shared=())) == [{"shared"}]
    promised = tuple(replace(each, done_at=each.done_at - 1) for each in offer.shared)
    assert said(TWO, replace(offer, shared=promised)) == [{"shared"}]
    moments = (replace(offer.stops[0], picked_up_at=offer.stops[0].picked_up_at + 1), *offer.stops[1:])
    assert said(TWO, replace(offer, stops=moments)) == [{"stops"}]


def test_who_may_not_have_one_more_or_would_bring_it_too_soon_is_not_asked_for_it():
    (offer,) = answer(MORE)
    bound = [replace(MORE.trips[0], may_join=frozenset())]
    assert said(replace(MORE, trips=bound), offer) == [{"blocked"}]
    assert said(replace(MORE, trips=[]), offer) == [{"known"}]
    assert said(MORE, replace(offer, **unlike(offer, 1))) == [{"drop"}]
    assert said(MORE, replace(offer, stops=offer.stops[1:])) == [{"stops", "shared"}]
    assert said(replace(MORE, at=NOW + 6), offer) == [{"told_first"}]


def test_nothing_is_proposed_twice_and_nobody_for_two_trips_at_once():
    (offer,) = answer(ONE)
    found = said(ONE, offer, offer)
    assert found == [{"once", "free"}] * 2
    other = replace(ONE, workers=ONE.workers[1:])
    assert [{"once"} <= each for each in said(ONE, offer, *answer(other))] == [True, True]


def test_what_is_wrong_with_one_says_nothing_of_another():
    problem = replace(ONE, requests=[loaf(1, 1_600, source=None), loaf(2, 1_920, source=None)])
    first, second = answer(problem)
    assert said(problem, replace(first, free_at=first.free_at - 1), second) == [{"drop"}, set()]
