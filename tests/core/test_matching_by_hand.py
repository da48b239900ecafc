"""A trip that a human puts together: the best order, the moments, and what it breaks, by how much."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.matching import NotAProblem, Place, Request, Service, Worker
from marke_core.matching.by_hand import plan_by_hand
from marke_core.matching.travel import PlanarTravel

# A metre a second, on a line.
TRAVEL = PlanarTravel(1.0)
OVEN = Place(0, 0)


def loaf(number: int, metres: int, **fields: Any) -> Request:
    return Request(**{"number": number, "pickup": OVEN, "ready": 600, "drop": Place(0, metres), "source": 1, **fields})


def rider(metres: int = 0, **fields: Any) -> Worker:
    return Worker(**{"number": 7, "place": Place(0, metres), "free_at": 0, "starts": 0, **fields})


def test_the_nearer_door_comes_first_and_nobody_leaves_before_the_last_is_ready() -> None:
    found = plan_by_hand(requests=[loaf(1, 300), loaf(2, 100, ready=660)], worker=rider(60), travel=TRAVEL, at=0)
    assert [request.number for request in found.route.requests] == [2, 1]
    assert (found.route.arrived_at, found.route.picked_up_at, found.route.done_at) == (660, 660, (760, 960))
    assert found.alone_at == (760, 900)
    assert found.faults == ()


def test_who_is_under_way_begins_when_they_are_free() -> None:
    found = plan_by_hand(requests=[loaf(1, 100)], worker=rider(50, free_at=1_000), travel=TRAVEL, at=0)
    assert (found.route.picked_up_at, found.alone_at, found.faults) == (1_050, (1_150,), ())


def test_a_window_that_is_broken_is_told_with_by_how_much() -> None:
    requests = [loaf(1, 300, done_by=800), loaf(2, 100, done_by=700, ready=900)]
    found = plan_by_hand(requests=requests, worker=rider(), travel=TRAVEL, at=0)
    assert [(fault.condition, fault.requests, fault.over) for fault in found.faults] == [
        ("window", (2,), 300),
        ("window", (1,), 400),
    ]


def test_a_beginning_that_is_too_late_is_a_broken_window_too() -> None:
    found = plan_by_hand(requests=[loaf(1, 100, start_by=650)], worker=rider(), travel=TRAVEL, at=700)
    assert [(fault.condition, fault.over) for fault in found.faults] == [("window", 50)]


def test_what_is_too_heavy_and_what_begins_elsewhere_is_told() -> None:
    heavy = [loaf(1, 100, load=15), loaf(2, 200, load=20)]
    found = plan_by_hand(requests=heavy, worker=rider(capacity=30), travel=TRAVEL, at=0)
    assert [(fault.condition, fault.over) for fault in found.faults] == [("load", 5)]
    elsewhere = [loaf(1, 100), loaf(2, 200, source=2, pickup=Place(0, 50))]
    found = plan_by_hand(requests=elsewhere, worker=rider(), travel=TRAVEL, at=0)
    assert "source" in {fault.condition for fault in found.faults}


def test_a_trip_of_nothing_is_no_question() -> None:
    with pytest.raises(NotAProblem):
        plan_by_hand(requests=[], worker=rider(), travel=TRAVEL, at=0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-900, 900), min_size=1, max_size=4), st.integers(-500, 500), st.integers(0, 120))
def test_the_order_is_best_for_those_who_wait_and_breaks_nothing_by_itself(metres: list[int], start: int, stop: int) -> None:
    door = Service(before=stop)
    requests = [loaf(number, each or 1, at_drop=door) for number, each in enumerate(metres, start=1)]
    found = plan_by_hand(requests=requests, worker=rider(start), travel=TRAVEL, at=0)
    assert found.faults == ()
    assert sum(found.route.done_at) == min(_driven(order, stop, found.route.picked_up_at) for order in permutations(requests))
    assert all(done >= alone for done, alone in zip(found.route.done_at, found.alone_at, strict=True))


def _driven(order: tuple[Request, ...], stop: int, moment: int) -> int:
    here, total = 0, 0
    for request in order:
        assert request.drop is not None
        moment += abs(request.drop.lon - here) + stop
        total, here = total + moment, request.drop.lon
    return total
