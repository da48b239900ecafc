"""A simulated day keeps the rules of the Meal Delivery Routing Problem, whatever the orders and couriers."""

import math
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marke_core.matching import Place
from marke_core.matching.day import ByRule, Courier, Day, DayRules, Order, run_day

RULES = DayRules(metres_per_minute=320, pickup_minutes=4, dropoff_minutes=4, longest=90)
KITCHEN = Place(0, 0)
places = st.builds(Place, st.integers(-20_000, 20_000), st.integers(-20_000, 20_000))


@st.composite
def order_books(draw: st.DrawFn) -> list[Order]:
    orders = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        placed = draw(st.integers(0, 300))
        orders.append(Order(number, placed, placed + draw(st.integers(0, 60)), draw(places), draw(places)))
    return orders


@st.composite
def fleets(draw: st.DrawFn) -> list[Courier]:
    couriers = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        starts = draw(st.integers(0, 200))
        couriers.append(Courier(number, draw(places), starts, starts + draw(st.integers(1, 240))))
    return couriers


def play(orders: list[Order], couriers: list[Courier], mode: str = "nearest", rules: DayRules = RULES) -> Day:
    return run_day(orders=orders, couriers=couriers, rules=rules, dispatch=ByRule(mode))


def minutes(start: Place, end: Place) -> int:
    return math.ceil(math.dist((start.lat, start.lon), (end.lat, end.lon)) / 320)


@settings(max_examples=150)
@given(orders=order_books(), couriers=fleets(), mode=st.sampled_from(["nearest", "longest_idle"]))
def test_every_order_is_brought_once_or_not_served(orders: list[Order], couriers: list[Courier], mode: str) -> None:
    day = play(orders, couriers, mode)
    numbers = [delivery.order.number for delivery in day.deliveries] + [order.number for order in day.not_served]
    assert sorted(numbers) == [order.number for order in orders]


@settings(max_examples=150)
@given(orders=order_books(), couriers=fleets(), mode=st.sampled_from(["nearest", "longest_idle"]))
def test_every_delivery_is_possible_and_in_time(orders: list[Order], couriers: list[Courier], mode: str) -> None:
    routes = defaultdict(list)
    for delivery in play(orders, couriers, mode).deliveries:
        routes[delivery.courier.number].append(delivery)
        assert delivery.courier.starts <= delivery.asked
        assert delivery.order.ready <= delivery.picked_up <= delivery.courier.ends
        assert delivery.delivered - delivery.order.placed <= RULES.longest
    for route in routes.values():
        place, free = route[0].courier.place, route[0].courier.starts
        for delivery in route:
            order = delivery.order
            assert delivery.asked >= max(free, order.placed)
            assert delivery.picked_up == max(delivery.asked + minutes(place, order.restaurant) + 2, order.ready)
            assert delivery.delivered == delivery.picked_up + 2 + minutes(order.restaurant, order.door) + 2
            place, free = order.door, delivery.delivered + 2
            assert delivery.free == free


@settings(max_examples=50)
@given(orders=order_books(), couriers=fleets())
def test_the_same_day_again_is_the_same_day(orders: list[Order], couriers: list[Courier]) -> None:
    assert play(orders, couriers) == play(list(reversed(orders)), couriers)


def test_the_nearest_is_asked_or_whoever_was_longest_without_a_job() -> None:
    near, early = Courier(1, Place(320, 0), 30, 500), Courier(2, Place(3200, 0), 0, 500)
    order = Order(1, 60, 60, KITCHEN, Place(0, 3200))
    assert [each.courier for each in play([order], [near, early]).deliveries] == [near]
    assert [each.courier for each in play([order], [near, early], "longest_idle").deliveries] == [early]


def test_travel_is_rounded_up_to_whole_minutes_and_service_is_split() -> None:
    """321 m are two minutes; two minutes pass before the pick-up, two after it, two before the drop-off, two after it."""
    (delivery,) = play([Order(1, 10, 10, KITCHEN, Place(0, 640))], [Courier(1, Place(321, 0), 0, 500)]).deliveries
    assert (delivery.picked_up, delivery.delivered, delivery.free) == (14, 20, 22)


def test_an_order_waits_for_a_courier_who_comes_on_shift_in_time() -> None:
    order = Order(1, 0, 0, KITCHEN, KITCHEN)
    assert play([order], [Courier(1, KITCHEN, 84, 500)]).deliveries[0].delivered == 90
    assert play([order], [Courier(1, KITCHEN, 85, 500)]).not_served == (order,)


def test_nobody_picks_up_after_the_end_of_the_shift() -> None:
    order = Order(1, 0, 30, KITCHEN, KITCHEN)
    assert play([order], [Courier(1, KITCHEN, 0, 30)]).deliveries[0].picked_up == 30
    assert play([order], [Courier(1, KITCHEN, 0, 29)]).not_served == (order,)


def test_the_row_of_candidates_names_all_on_shift_best_first() -> None:
    couriers = [Courier(1, Place(3200, 0), 0, 500), Courier(2, Place(320, 0), 0, 500), Courier(3, KITCHEN, 400, 500)]
    (delivery,) = play([Order(1, 60, 60, KITCHEN, KITCHEN)], couriers).deliveries
    assert delivery.candidates == ((2, 320, ""), (1, 3200, ""))


@pytest.mark.parametrize("orders", [[], [Order(1, 0, 0, KITCHEN, KITCHEN)]])
def test_a_day_without_couriers_serves_nobody(orders: list[Order]) -> None:
    assert play(orders, []).not_served == tuple(orders)
