"""A trip as programs are told it: which, in which order, who is asked; and nothing of another client's."""

from __future__ import annotations

from typing import Any

import pytest

from marke.jobs import services
from marke.jobs.clockwork import turn_matcher
from marke.jobs.models import Offer, Trip
from marke.parties.models import Client, Coop, Membership
from tests.factories.doors import Program, make_program
from tests.factories.jobs import share_home
from tests.factories.parties import make_client, make_member
from tests.jobs.test_trips import LATER, SOON, couriers, loaf

pytestmark = pytest.mark.django_db


@pytest.fixture
def velo() -> Coop:
    return couriers()


@pytest.fixture
def bakery(velo: Coop) -> Client:
    return make_client(velo, "Bakery")


@pytest.fixture
def near(velo: Coop) -> Membership:
    return share_home(make_member(velo, "Near"), 300)


@pytest.fixture
def own(velo: Coop) -> Program:
    return make_program(velo)


def told(program: Program) -> dict[int, Any]:
    return {job["number"]: job["trip"] for job in program.get("/jobs")["items"]}


def test_each_job_of_a_trip_tells_its_place_and_all_stops_in_order(
    velo: Coop, bakery: Client, near: Membership, own: Program
) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000, 1)
    alone = loaf(velo, bakery, 900, 300)
    assert turn_matcher(SOON) == 2
    trips = told(own)
    assert trips[alone.number] is None
    assert [(trips[job.number]["position"], trips[job.number]["of"]) for job in (one, two)] == [(1, 2), (2, 2)]
    assert trips[one.number]["stops"] == trips[two.number]["stops"]
    stops = trips[one.number]["stops"]
    assert [(stop["kind"], stop["jobs"], stop["address"]) for stop in stops] == [
        ("pickup", [one.number, two.number], "Oven 1"),
        ("place", [one.number], "Street 800"),
        ("place", [two.number], "Street 1000"),
    ]
    assert [stop["position"] for stop in stops] == [0, 1, 2]
    assert stops[0]["planned_at"] < stops[1]["planned_at"] < stops[2]["planned_at"]
    assert own.get(f"/jobs/{one.number}")["trip"] == trips[one.number]


def test_who_asks_and_who_is_asked_is_for_keys_that_may_see_it(
    velo: Coop, bakery: Client, near: Membership, own: Program
) -> None:
    one, two = loaf(velo, bakery, 800), loaf(velo, bakery, 1000, 1)
    turn_matcher(SOON)
    asked = told(own)[one.number]["asked"]
    assert (asked["member"], asked["state"], asked["given"], asked["by"]) == (near.number, "open", False, "rule")
    assert {offer["trip"] for offer in own.get("/offers")["items"]} == {Trip.objects.get().pk}
    blind = make_program(velo, scopes=("jobs",))
    assert told(blind) == {one.number: None, two.number: None}
    services.accept_offer(offer=Offer.objects.get(job=one), by=near.party, at=SOON)
    assert told(blind)[one.number]["position"] == 1
    assert told(blind)[one.number]["asked"] is None
    assert told(own)[one.number]["asked"]["state"] == "accepted"


def test_of_another_clients_stop_a_client_reads_only_that_it_is_there(velo: Coop, bakery: Client, near: Membership) -> None:
    """Two clients have something fetched at the same place."""
    cafe = make_client(velo, "Café")
    one, two = loaf(velo, bakery, 800), loaf(velo, cafe, 1000, 1)
    turn_matcher(SOON)
    services.accept_offer(offer=Offer.objects.get(job=one), by=near.party, at=SOON)
    trips = told(make_program(velo, cafe))
    assert list(trips) == [two.number]
    stops = trips[two.number]["stops"]
    assert [(stop["jobs"], stop["address"], stop["lat"] is None) for stop in stops] == [
        ([two.number], "Oven 1", False),
        ([], None, True),
        ([two.number], "Street 1000", False),
    ]
    assert trips[two.number]["position"] == 2


def test_what_leaves_the_trip_is_no_longer_told_on_it(velo: Coop, bakery: Client, near: Membership, own: Program) -> None:
    one, two, three = loaf(velo, bakery, 800), loaf(velo, bakery, 1000, 1), loaf(velo, bakery, 1100, 2)
    assert turn_matcher(SOON) == 3
    services.accept_offer(offer=Offer.objects.get(job=one), by=near.party, at=SOON)
    services.hand_back(job=one, by=near.party, at=SOON)
    trips = told(own)
    assert (trips[two.number]["position"], trips[three.number]["position"], trips[two.number]["of"]) == (1, 2, 2)
    services.cancel_job(job=three, by=None, at=SOON)
    assert (told(own)[two.number], told(own)[three.number]) == (None, None)


def test_one_more_that_is_on_offer_is_told_with_what_was_agreed(
    velo: Coop, bakery: Client, near: Membership, own: Program
) -> None:
    one = loaf(velo, bakery, 800)
    turn_matcher(SOON)
    services.accept_offer(offer=Offer.objects.get(), by=near.party, at=SOON)
    two = loaf(velo, bakery, 1000, 3, at=SOON)
    turn_matcher(LATER)
    trip = told(own)[two.number]
    assert (trip["position"], trip["of"], len(trip["stops"])) == (2, 2, 3)
    assert told(own)[one.number] is None


def test_a_list_with_trips_takes_two_queries_more_however_many_there_are(
    velo: Coop, bakery: Client, near: Membership, own: Program, django_assert_num_queries: Any
) -> None:
    def a_trip(name: str) -> None:
        jobs = [loaf(velo, bakery, metres) for metres in (800, 1000)]
        seen = services.last_events(jobs)
        services.pass_on_together(jobs=jobs, membership=make_member(velo, name), seen=seen, by=None, at=SOON)

    a_trip("One")
    own.get("/jobs")
    with django_assert_num_queries(7):
        own.get("/jobs")
    for name in ("Two", "Three"):
        a_trip(name)
    with django_assert_num_queries(7):
        assert [trip["of"] for trip in told(own).values()] == [2] * 6
