"""Several requests of one place, first offered as one trip: allowed, worth it, in the best order, and told what it means for each."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product
from math import isqrt

from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.matching import Place, Proposal, Request, Service, Trip, Weights, Worker
from marke_core.matching.checker import violations
from marke_core.matching.play import play
from marke_core.matching.rolling import explain, propose
from marke_core.matching.travel import PlanarTravel

SPEED = 320
TRAVEL = PlanarTravel(SPEED)
NOW = 10
LONGER = 10  # minutes
TOGETHER = Weights(per_minute=1, together_at_first=True, largest_trip=3, longer_minutes=LONGER, own_trip_minutes=2)
APART = replace(TOGETHER, together_at_first=False)
KITCHENS = (Place(0, 0), Place(2_500, 0))
places = st.builds(Place, st.integers(-4_000, 4_000), st.integers(-4_000, 4_000))


@st.composite
def orders(draw: st.DrawFn) -> list[Request]:
    found = []
    for number in range(1, draw(st.integers(2, 5)) + 1):
        kitchen, ready = draw(st.sampled_from([0, 0, 0, 1])), draw(st.integers(5, 25))
        found.append(
            Request(
                number=number, pickup=KITCHENS[kitchen], drop=draw(places), ready=ready, source=draw(st.sampled_from([kitchen, kitchen, None])),
                start_by=draw(st.none() | st.just(ready + 15)), at_pickup=Service(after=2), at_drop=Service(before=2),
                load=draw(st.integers(0, 3)), blocked=draw(st.frozensets(st.integers(1, 4), max_size=1)),
            )
        )  # fmt: skip
    return found


crews = st.lists(st.tuples(places, st.integers(0, 20), st.none() | st.integers(3, 6)), min_size=1, max_size=4).map(
    lambda rows: [
        Worker(number=number, place=place, free_at=free_at, starts=0, capacity=capacity)
        for number, (place, free_at, capacity) in enumerate(rows, 1)
    ]
)


def way(a: Place, b: Place) -> int:
    """Rounded up from the root itself, in whole numbers: half a millimetre above 320 metres is more than 320."""
    squares = (a.lat - b.lat) ** 2 + (a.lon - b.lon) ** 2
    return -(-(isqrt(squares - 1) + 1) // SPEED) if squares else 0


def ask(requests: list[Request], workers: list[Worker], weights: Weights = TOGETHER, **more: object) -> list[Proposal]:
    return propose(requests=requests, workers=workers, at=NOW, travel=TRAVEL, weights=weights, **more)  # type: ignore[arg-type]


def driven(worker: Worker, requests: tuple[Request, ...]) -> tuple[int, list[int], int]:
    """Picked up together and brought in this order, reckoned afresh: when picked up, when each is done, minutes on the road."""
    first = requests[0]
    picked_up = max(max(worker.free_at, NOW) + way(worker.place, first.pickup), *(r.ready for r in requests))
    here, moment, road, done = first.pickup, picked_up + 2, 0, []
    for request in requests:
        assert request.drop is not None
        road += way(here, request.drop)
        moment += way(here, request.drop) + 2
        here = request.drop
        done.append(moment)
    return picked_up, done, road


def alone_cost(worker: Worker, request: Request) -> float | None:
    """Weighed minutes of one request by itself; None where it cannot be, or where leaving it for later costs less."""
    picked_up, _done, _road = driven(worker, (request,))
    cannot = worker.number in request.blocked or (worker.capacity is not None and request.load > worker.capacity)
    if cannot or (request.start_by is not None and picked_up > request.start_by):
        return None
    cost = 0.2 * way(worker.place, request.pickup) + picked_up - request.ready
    return cost if cost < later_cost(request) else None


def later_cost(request: Request) -> float:
    return max(request.ready, NOW) + 60 - request.ready


def cheapest_apart(requests: list[Request], workers: list[Worker]) -> float:
    """Of all ways to give each request to a worker of its own, or to nobody; with what each trip costs on top."""
    best = float("inf")
    for choice in product([None, *workers], repeat=len(requests)):
        chosen = [worker.number for worker in choice if worker is not None]
        if len(set(chosen)) < len(chosen):
            continue
        costs = [later_cost(r) if w is None else alone_cost(w, r) for r, w in zip(requests, choice, strict=True)]
        if None not in costs:
            best = min(best, sum(cost for cost in costs if cost is not None) + TOGETHER.own_trip_minutes * len(chosen))
    return best


@settings(max_examples=300, deadline=None)
@given(orders(), crews)
def test_every_trip_is_allowed_in_the_best_order_and_never_dearer_than_going_apart(requests, workers):
    by_number, crew = {request.number: request for request in requests}, {worker.number: worker for worker in workers}
    offers = ask(requests, workers)
    asked = [number for offer in offers for number in offer.requests]
    assert len(set(asked)) == len(asked)
    assert len({offer.worker for offer in offers}) == len(offers)
    for offer in offers:
        trip, worker = tuple(by_number[number] for number in offer.requests), crew[offer.worker]
        picked_up, done, _road = driven(worker, trip)
        assert [(stop.request, stop.picked_up_at, stop.done_at) for stop in offer.stops] == [
            (request.number, picked_up, at) for request, at in zip(trip, done, strict=True)
        ]
        if len(trip) == 1:
            assert offer.shared == ()
            continue
        assert {(request.source, request.pickup) for request in trip} == {(trip[0].source, trip[0].pickup)}
        assert trip[0].source is not None
        assert len(trip) <= TOGETHER.largest_trip
        assert all(offer.worker not in request.blocked for request in trip)
        assert worker.capacity is None or sum(request.load for request in trip) <= worker.capacity
        assert sum(done) == min(sum(driven(worker, order)[1]) for order in permutations(trip))
        for shared, request, at in zip(offer.shared, trip, done, strict=True):
            alone = driven(worker, (request,))[1][0]
            assert (shared.request, shared.done_at, shared.alone_at) == (request.number, at, alone)
            assert at <= alone + LONGER
            assert (
                request.start_by is None or at - request.start_by <= max(alone - driven(worker, (request,))[0], 0) or at == alone
            )
    total = sum(offer.cost.total for offer in offers) + TOGETHER.own_trip_minutes * len(offers)
    total += sum(later_cost(request) for request in requests if request.number not in asked)
    assert total <= cheapest_apart(requests, workers) + 1e-6


@settings(max_examples=200, deadline=None)
@given(orders().map(lambda found: found[:2]), crews.map(lambda found: found[:1]))
def test_with_one_worker_and_two_requests_it_is_a_trip_exactly_where_that_is_allowed_and_cheaper(requests, workers):
    (worker,), (one, two) = workers, requests
    several = [offer for offer in ask(requests, workers) if len(offer.requests) == 2]
    lead = ask(requests, workers, APART)
    assert len(lead) <= 1
    if not lead:
        assert several == []
        return
    first, second = (one, two) if lead[0].requests == (one.number,) else (two, one)
    order = min(((first, second), (second, first)), key=lambda order: sum(driven(worker, order)[1]))
    picked_up, done, road = driven(worker, order)
    alone = [driven(worker, (request,)) for request in order]
    allowed = one.source is not None and one.source == two.source and worker.number not in one.blocked | two.blocked
    allowed &= worker.capacity is None or one.load + two.load <= worker.capacity
    for request, at, (begun, (by_itself,), _) in zip(order, done, alone, strict=True):
        allowed &= request.start_by is None or picked_up <= request.start_by
        allowed &= at <= by_itself + LONGER
        allowed &= request.start_by is None or at <= max(request.start_by + by_itself - begun, by_itself)
    base = alone_cost(worker, first)
    assert base is not None
    waits = sum(done) - sum(r.ready + 2 + way(r.pickup, r.drop) + 2 for r in order if r.drop)
    together = 0.2 * way(worker.place, first.pickup) + 0.2 * (road - way(first.pickup, first.drop or first.pickup)) + waits
    worth = together - base < later_cost(second) + TOGETHER.own_trip_minutes
    assert bool(several) == (allowed and worth)


@settings(max_examples=60, deadline=None)
@given(orders(), crews, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_no_trip(requests, workers, chance):
    before = ask(requests, workers)
    chance.shuffle(requests)
    chance.shuffle(workers)
    assert ask(requests, workers) == before


@settings(max_examples=150, deadline=None)
@given(orders(), crews)
def test_a_day_that_is_played_with_trips_from_the_start_passes_the_checker(requests, workers):
    played = play(requests=requests, workers=workers, travel=TRAVEL, weights=TOGETHER)
    assert violations(runs=played.runs, requests=requests, workers=workers, travel=TRAVEL) == []
    done = [request.number for run in played.runs for request in run.route.requests]
    assert sorted([*done, *played.unserved]) == [request.number for request in requests]
    quiet = play(requests=requests, workers=workers, travel=TRAVEL, weights=TOGETHER, skips_quiet=True)
    assert violations(runs=quiet.runs, requests=requests, workers=workers, travel=TRAVEL) == []


def meal(number: int, metres: int, **fields: object) -> Request:
    given = {"pickup": Place(0, 0), "drop": Place(metres, 0), "ready": NOW + 5, "source": "bakery", **fields}
    return Request(number=number, **given)  # type: ignore[arg-type]


def courier(number: int, metres: int, **fields: object) -> Worker:
    return Worker(number=number, place=Place(metres, 0), free_at=0, starts=0, **fields)  # type: ignore[arg-type]


def test_two_loaves_for_one_street_are_one_trip_and_the_second_courier_stays_free():
    """The near door first: 5 minutes on the way, and 1 further; the far door waits for nobody, the courier passes the near one."""
    near, far = meal(1, 1_600), meal(2, 1_920)
    (offer,) = ask([near, far], [courier(1, 1_600), courier(2, 1_600)])
    assert (offer.worker, offer.requests, offer.joins, offer.now) == (1, (1, 2), False, True)
    assert [(each.done_at, each.alone_at) for each in offer.shared] == [(20, 20), (21, 21)]
    first, second = offer.shared
    assert first.cost == first.cost_alone == 1
    # By the first courier it is one minute further; by a courier of its own, a way of five minutes, and one more trip.
    assert (second.cost, second.cost_alone) == (0.2, 3)
    assert {explanation.request: explanation.chosen for explanation in offer.explanations} == {1: 1, 2: 1}


def test_by_itself_each_goes_where_the_weights_say_one_at_a_time():
    near, far = meal(1, 1_600), meal(2, 1_920)
    crew = [courier(1, 1_600), courier(2, 1_600)]
    for weights in (APART, replace(TOGETHER, largest_trip=1)):
        assert [offer.requests for offer in ask([near, far], crew, weights)] == [(1,), (2,)]


def test_what_two_cannot_carry_and_doors_at_opposite_ends_go_apart():
    crew = [courier(1, 1_600, capacity=5), courier(2, 1_600)]
    heavy = [meal(1, 1_600, load=3), meal(2, 1_920, load=3)]
    assert [offer.requests for offer in ask(heavy, crew[:1])] == [(1,)]
    opposite = [meal(1, 3_200), meal(2, -3_200)]
    assert [offer.requests for offer in ask(opposite, crew)] == [(1,), (2,)]


def test_what_nobody_could_do_by_itself_goes_along_and_has_no_cost_alone():
    (offer,) = ask([meal(1, 1_600), meal(2, 1_920)], [courier(1, 1_600)])
    assert offer.requests == (1, 2)
    assert [each.cost_alone is None for each in offer.shared] == [False, True]


def test_who_said_no_to_one_of_them_is_not_asked_for_both():
    offers = ask([meal(1, 1_600), meal(2, 1_920, declined=frozenset({1}))], [courier(1, 1_600)])
    assert [offer.requests for offer in offers] == [(1,)]


def test_a_trip_that_was_agreed_grows_although_its_worker_is_busy_with_it():
    """The worker is out for the new request because of the trip itself, and for nothing else."""
    first, new = meal(1, 1_600), meal(2, 1_920, blocked=frozenset({1}))
    going = Trip(1, (first,), NOW, Place(1_600, 0))
    busy = courier(1, 1_600)
    assert ask([new], [busy], trips=[going]) == []
    (offer,) = ask([new], [busy], trips=[replace(going, may_join=frozenset({2}))])
    assert (offer.joins, offer.requests, [stop.request for stop in offer.stops]) == (True, (2,), [1, 2])
    assert [each.cost is None for each in offer.shared] == [True, False]


def test_what_shares_a_trip_is_explained_with_everybody_who_was_weighed():
    near, far = meal(1, 1_600), meal(2, 1_920)
    why = explain(requests=[near, far], workers=[courier(1, 1_600), courier(2, 2_600)], at=NOW, travel=TRAVEL, weights=TOGETHER)
    best = why[2].options[0]
    assert (best.worker, best.joins) == (1, True)
    assert {option.worker for option in why[2].options} == {1, 2}
