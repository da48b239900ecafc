"""One day of meal orders in simulated time: orders come in, couriers are asked by a matching rule, meals reach doors.

The rules of the day are those of the Meal Delivery Routing Problem: travel takes whole minutes, rounded up; half of the
service minutes at a stop pass before the meal changes hands and half after; no courier picks up after the end of the
shift; a courier under way is not diverted. Each courier carries one order at a time: that is what today's rules can
say, and a better matcher takes the place of `ByRule`.

Source: Reyes, Erera, Savelsbergh, Sahasrabudhe & O'Neil 2018, The Meal Delivery Routing Problem.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Protocol

import numpy as np

from marke_core.matching.row import OUT, Column, Place, Ranking, Workers, metres_on_plane, rank_workers


@dataclass(frozen=True)
class Order:
    """Moments in minutes of the day, places in metres on a plane."""

    number: int
    placed: int
    ready: int
    restaurant: Place
    door: Place


@dataclass(frozen=True)
class Courier:
    """Works from `starts` up to `ends` (minutes of the day), and begins at `place`."""

    number: int
    place: Place
    starts: int
    ends: int


@dataclass(frozen=True)
class DayRules:
    """`metres_per_minute`; minutes of service at restaurant and door; the longest from order to door."""

    metres_per_minute: int
    pickup_minutes: int
    dropoff_minutes: int
    longest: int


@dataclass(frozen=True)
class Delivery:
    """An order and who brought it when; `candidates` is the row of those on shift, best first, as an offer keeps it."""

    order: Order
    courier: Courier
    asked: int
    picked_up: int
    delivered: int
    free: int
    candidates: tuple[tuple[int, int, str], ...]  # courier number, score, why out ("" when free)


@dataclass(frozen=True)
class Day:
    deliveries: tuple[Delivery, ...]
    not_served: tuple[Order, ...]


@dataclass
class Fleet:
    """All couriers as columns that the simulation moves on: where each is or will be free, and since when."""

    couriers: Sequence[Courier]
    workers: Workers
    starts: Column
    ends: Column
    busy_until: Column


@dataclass(frozen=True)
class Plan:
    """When each courier could pick an order up and bring it, int64[n] minutes, and who can do so in time."""

    picked_up: Column
    delivered: Column
    in_time: np.ndarray[tuple[int], np.dtype[np.bool_]]


class Dispatch(Protocol):
    """The seam for better matching: the row of couriers for an order, given what each of them could do."""

    def __call__(self, *, order: Order, fleet: Fleet, plan: Plan, now: int) -> Ranking: ...


@dataclass(frozen=True)
class ByRule:
    """The co-op's rule: `nearest`, or `longest_idle`. Whoever cannot be in time is out, as whoever is busy."""

    mode: str

    def __call__(self, *, order: Order, fleet: Fleet, plan: Plan, now: int) -> Ranking:
        here = fleet.workers
        out = np.where(plan.in_time, OUT[""], OUT["busy"])
        able = Workers(here.member, here.idle_since, here.lat, here.lon, here.placed, out)
        return rank_workers(able, self.mode, now * 60, order.restaurant, metres_on_plane)


def run_day(*, orders: Sequence[Order], couriers: Sequence[Courier], rules: DayRules, dispatch: Dispatch) -> Day:
    """Plays the day, minute by minute where something happens.

    An order that waits is offered again whenever a courier comes on shift or becomes free, first come, first asked; one
    that can no longer be brought in time is not served. O(e · w · n log n) for e events with w waiting orders.
    """
    fleet = _fleet(couriers)
    arrivals = sorted(orders, key=lambda order: (order.placed, order.number))
    moments = [order.placed for order in arrivals] + [courier.starts for courier in couriers]
    heapq.heapify(moments)
    deliveries: list[Delivery] = []
    not_served: list[Order] = []
    waiting: list[Order] = []
    arrived = 0
    while moments:
        now = heapq.heappop(moments)
        while moments and moments[0] == now:
            heapq.heappop(moments)
        while arrived < len(arrivals) and arrivals[arrived].placed <= now:
            waiting.append(arrivals[arrived])
            arrived += 1
        still: list[Order] = []
        free = int(np.count_nonzero((fleet.busy_until <= now) & (fleet.starts <= now) & (now < fleet.ends)))
        for order in waiting:
            delivery = _ask(order, fleet, rules, dispatch, now) if free else None
            if delivery is not None:
                deliveries.append(delivery)
                free -= 1
                heapq.heappush(moments, delivery.free)
            elif _is_too_late(order, rules, now):
                not_served.append(order)
            else:
                still.append(order)
        waiting = still
    return Day(tuple(deliveries), tuple(sorted([*not_served, *waiting], key=lambda order: order.number)))


def _fleet(couriers: Sequence[Courier]) -> Fleet:
    def column(values: list[int]) -> Column:
        return np.array(values, dtype=np.int64)

    starts = column([courier.starts for courier in couriers])
    workers = Workers(
        member=column([courier.number for courier in couriers]),
        idle_since=starts * 60,
        lat=column([courier.place.lat for courier in couriers]),
        lon=column([courier.place.lon for courier in couriers]),
        placed=np.ones(len(couriers), dtype=np.bool_),
        out=np.zeros(len(couriers), dtype=np.int64),
    )
    return Fleet(couriers, workers, starts, column([courier.ends for courier in couriers]), starts.copy())


def travel_minutes(lat: Column, lon: Column, to: Place, metres_per_minute: int) -> Column:
    """Minutes as the day's files have them: ceil(distance / metres per minute), the distance not rounded first."""
    squared = (lat - to.lat) ** 2 + (lon - to.lon) ** 2
    minutes = np.ceil(np.sqrt(squared) / metres_per_minute).astype(np.int64)
    # A square root is a float: where it lands beside a whole number of minutes, integers decide.
    minutes += (minutes * metres_per_minute) ** 2 < squared
    minutes -= ((minutes - 1) * metres_per_minute) ** 2 >= squared
    return np.asarray(np.maximum(minutes, 0), dtype=np.int64)


def _plan(order: Order, fleet: Fleet, rules: DayRules, now: int) -> Plan:
    here = fleet.workers
    before_pickup, before_dropoff = rules.pickup_minutes // 2, rules.dropoff_minutes // 2
    approach = travel_minutes(here.lat, here.lon, order.restaurant, rules.metres_per_minute)
    picked_up = np.maximum(now + approach + before_pickup, order.ready)
    ride = _ride(order, rules)
    delivered = picked_up + (rules.pickup_minutes - before_pickup) + ride + before_dropoff
    free = (fleet.busy_until <= now) & (fleet.starts <= now)
    in_time = free & (picked_up <= fleet.ends) & (delivered - order.placed <= rules.longest)
    return Plan(picked_up, delivered, in_time)


def _ride(order: Order, rules: DayRules) -> int:
    """`travel_minutes` from restaurant to door: a quotient rounded up may have its numerator rounded up first."""
    squared = (order.restaurant.lat - order.door.lat) ** 2 + (order.restaurant.lon - order.door.lon) ** 2
    metres = isqrt(squared - 1) + 1 if squared else 0
    return -(-metres // rules.metres_per_minute)


def _is_too_late(order: Order, rules: DayRules, now: int) -> bool:
    """Whether nobody at all, not even somebody at the restaurant's door, could still bring it in time."""
    earliest = max(now + rules.pickup_minutes // 2, order.ready)
    service = rules.pickup_minutes - rules.pickup_minutes // 2 + rules.dropoff_minutes // 2
    return earliest + service + _ride(order, rules) - order.placed > rules.longest


def _ask(order: Order, fleet: Fleet, rules: DayRules, dispatch: Dispatch, now: int) -> Delivery | None:
    plan = _plan(order, fleet, rules, now)
    if not plan.in_time.any():
        return None
    ranking = dispatch(order=order, fleet=fleet, plan=plan, now=now)
    chosen = ranking.first
    if chosen is None:
        return None
    delivered = int(plan.delivered[chosen])
    free = delivered + rules.dropoff_minutes - rules.dropoff_minutes // 2
    candidates = _row(fleet, ranking, now)
    fleet.busy_until[chosen] = free
    fleet.workers.idle_since[chosen] = free * 60
    fleet.workers.lat[chosen], fleet.workers.lon[chosen] = order.door.lat, order.door.lon
    return Delivery(order, fleet.couriers[chosen], now, int(plan.picked_up[chosen]), delivered, free, candidates)


def _row(fleet: Fleet, ranking: Ranking, now: int) -> tuple[tuple[int, int, str], ...]:
    """Those who are on shift at that moment, in the order of the ranking."""
    on_shift = (fleet.starts <= now) & (now < fleet.ends)
    order = ranking.order[on_shift[ranking.order] | (ranking.out[ranking.order] == 0)]
    columns = (fleet.workers.member[order].tolist(), ranking.score[order].tolist(), ranking.out[order].tolist())
    return tuple((member, score, "busy" if out else "") for member, score, out in zip(*columns, strict=True))
