"""Exact assignment on few candidates, ways, and how evenly earnings lie: worked examples and comparison with all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from marke_core.matching import Place
from marke_core.matching.assignment import UNSERVED, assign_nearest
from marke_core.matching.candidates import Nearby, NoWorkers
from marke_core.matching.equity import NobodyLoggedIn, equity, gini
from marke_core.matching.travel import EarthTravel, PlanarTravel, local_metres

points = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=18).map(
    lambda pairs: np.array(pairs, dtype=np.float64)
)


@settings(max_examples=80, deadline=None)
@given(points, points, st.integers(1, 250), st.integers(1, 4))
def test_the_assignment_costs_what_all_pairs_cost_and_its_prices_prove_it(requests, workers, unserved, k):
    answer = assign_nearest(requests, workers, unserved=unserved, k=k)
    cost = np.rint(np.hypot(*(requests[:, None] - workers[None]).transpose(2, 0, 1)))
    everything = np.hstack([cost, np.full((len(requests), len(requests)), float(unserved))])
    rows, columns = linear_sum_assignment(everything)
    assert answer.cost == everything[rows, columns].sum()
    assert answer.request_price.sum() + answer.worker_price.sum() == answer.cost
    assert (cost >= answer.request_price[:, None] + answer.worker_price[None]).all()
    assert (answer.request_price <= unserved).all()
    assert (answer.worker_price <= 0).all()
    taken = answer.worker[answer.worker != UNSERVED]
    assert len(set(taken.tolist())) == len(taken)


def test_the_nearest_is_not_always_the_best_for_all():
    requests, workers = np.array([[0.0, 0.0], [0.0, 10.0]]), np.array([[0.0, 4.0], [0.0, -8.0]])
    answer = assign_nearest(requests, workers, unserved=1_000, k=1)
    assert (answer.worker.tolist(), answer.cost) == ([1, 0], 14)
    assert assign_nearest(requests, workers, unserved=7, k=1).worker.tolist() == [0, UNSERVED]


def test_where_workers_are_scarce_the_shortage_spreads_and_some_go_without():
    chance = np.random.default_rng(7)
    requests, workers = chance.normal(0, 400, (300, 2)), chance.uniform(-3_000, 3_000, (320, 2))
    cost = np.minimum(np.rint(np.hypot(*(requests[:, None] - workers[None]).transpose(2, 0, 1))), 1_200)
    answer = assign_nearest(requests, workers, unserved=1_200)
    assert answer.cost == cost[linear_sum_assignment(cost)].sum()
    assert (answer.worker == UNSERVED).sum() > 100
    assert answer.pairs < cost.size / 8


def test_all_pairs_worth_it_are_found_in_bands_of_prices():
    chance = np.random.default_rng(5)
    requests, workers = chance.uniform(0, 1_000, (900, 2)), chance.uniform(0, 1_000, (500, 2))
    pays, asks = chance.integers(0, 200, 900), chance.integers(0, 150, 500)
    found = Nearby.of(workers).worth(requests, pays, asks)
    cost = np.rint(np.hypot(*(requests[:, None] - workers[None]).transpose(2, 0, 1))).astype(np.int64)
    wanted = np.argwhere(cost < pays[:, None] - asks[None])
    assert sorted(zip(found.row.tolist(), found.worker.tolist(), strict=True)) == [tuple(pair) for pair in wanted.tolist()]
    assert (found.cost == cost[found.row, found.worker]).all()


def test_where_nobody_is_at_work_nobody_can_be_looked_for():
    with pytest.raises(NoWorkers):
        Nearby.of(np.zeros((0, 2)))


def one(travel, a: Place, b: Place) -> int:
    return int(travel(*(np.array([value]) for value in (a.lat, a.lon, b.lat, b.lon)))[0])


def test_a_way_on_the_plane_is_rounded_up_once():
    travel = PlanarTravel(320)
    assert [one(travel, Place(0, 0), Place(metres, 0)) for metres in (0, 1, 320, 321, 640)] == [0, 1, 1, 2, 2]
    assert one(travel, Place(0, 0), Place(192, 256)) == 1


def test_a_way_on_the_earth_counts_the_detour():
    brussels, north = Place(508_500_000, 43_500_000), Place(508_600_000, 43_500_000)  # 1,112 m
    assert one(EarthTravel(metres_per_hour=15_000, detour_percent=130), brussels, north) == 347
    x, y = local_metres(np.array([north.lat]), np.array([north.lon]), around=brussels)
    assert (round(x[0]), round(y[0])) == (0, 1_112)


def test_equity_counts_those_who_had_no_work():
    # Four hours each; 80, 40, 40 and nothing: 20, 10, 10 and 0 an hour.
    even = equity(earned=[80, 40, 40, 0], logged=[240] * 4, units_per_hour=60)
    assert (even.people, round(even.gini, 4), even.median) == (4, 0.375, 10.0)
    assert round(even.p10, 6) == 3.0


def test_gini_by_hand():
    assert gini([5, 5, 5]) == 0.0
    assert gini([0, 0, 0]) == 0.0
    assert gini([0, 0, 12]) == pytest.approx(2 / 3)
    assert gini([1, 2, 3]) == pytest.approx(2 / 9)
    with pytest.raises(NobodyLoggedIn):
        equity(earned=[1, 1], logged=[60, 0], units_per_hour=60)
