"""Whole trips on the dispatcher's board: shown as one row, moved as one, taken apart, put together; by a form and nothing else."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from re import findall

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from marke.jobs import services
from marke.jobs.models import Job, Lock, Offer, Trip
from marke.parties.models import Coop, Membership
from tests.dispatch.test_desk import DESK, employed, key
from tests.factories.jobs import HOME, make_job
from tests.factories.pages import browser_of as signed_in
from tests.factories.parties import make_client, make_member
from tests.jobs.test_trips import couriers, north

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def velo() -> Coop:
    return couriers(jobs__matching="by_hand")


@pytest.fixture
def emma(velo: Coop) -> Membership:
    return employed(make_member(velo, "Emma"))


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo, "Amina")


@pytest.fixture
def desk(velo: Coop) -> Browser:
    return signed_in(make_member(velo, "Carla", offices=("coordinator",)))


def loaves(coop: Coop, *metres: int) -> list[Job]:
    """Wanted now, from one oven."""
    client, at = make_client(coop, "Bakery"), now()
    return [
        make_job(
            coop, client, at=at, starts_at=at + timedelta(minutes=2), pickup="Oven 1", pickup_point=HOME, place=f"Street {each}",
            place_point=north(each),
        )
        for each in metres
    ]  # fmt: skip


def trip_keys(page: str) -> list[str]:
    """What stands in the boxes of whole trips."""
    return [unescape(value) for value in findall(r'name="job" value="(trip-[^"]+)"', page)]


def moved(desk: Browser, chosen: list[str] | str, to: object) -> str:
    answer = desk.post(f"{DESK}moves/", {"job": chosen, "to": to}, follow=True)
    assert answer.status_code == 200, answer.content
    return unescape(answer.content.decode())


def test_two_that_wait_are_ticked_and_given_as_one_trip(velo: Coop, desk: Browser, emma: Membership) -> None:
    one, two = loaves(velo, 800, 1000)
    page = moved(desk, [key(one), key(two)], emma.number)
    assert "Jobs 1, 2 are given to Emma, as one trip." in page
    assert page.count('class="desk-trip"') == 1
    assert {offer.trip_id for offer in Offer.objects.all()} == {Trip.objects.get().pk}


def test_a_whole_trip_goes_to_somebody_else_with_one_box_and_one_press(
    velo: Coop, desk: Browser, emma: Membership, amina: Membership
) -> None:
    one, two = loaves(velo, 800, 1000)
    (chosen,) = trip_keys(moved(desk, [key(one), key(two)], emma.number))
    assert "Amina is asked for jobs 1, 2, as one trip." in moved(desk, chosen, amina.number)
    assert {(job.state, job.worker) for job in Job.objects.all()} == {(State.OFFERED, None)}
    (chosen,) = trip_keys(desk.get(DESK).content.decode())
    assert "Jobs 1, 2 wait for somebody again." in moved(desk, chosen, "nobody")
    assert set(Job.objects.values_list("state", flat=True)) == {State.REQUESTED}


def test_one_job_is_moved_out_of_a_trip(velo: Coop, desk: Browser, emma: Membership, amina: Membership) -> None:
    one, two, three = loaves(velo, 800, 1000, 1200)
    moved(desk, [key(one), key(two), key(three)], emma.number)
    page = moved(desk, key(one), amina.number)
    assert "Amina is asked for job 1." in page
    (left,) = trip_keys(page)
    assert [word.split("-")[0] for word in left.split()[1:]] == ["2", "3"]


def test_a_stale_view_moves_nothing_of_a_trip(velo: Coop, desk: Browser, emma: Membership, amina: Membership) -> None:
    one, two = loaves(velo, 800, 1000)
    (chosen,) = trip_keys(moved(desk, [key(one), key(two)], emma.number))
    services.hand_back(job=Job.objects.get(pk=two.pk), by=emma.party, at=now())
    answer = desk.post(f"{DESK}moves/", {"job": chosen, "to": amina.number})
    assert answer.status_code == 409
    assert "Emma moved job 2 meanwhile" in unescape(answer.content.decode())
    assert not Offer.objects.filter(membership=amina).exists()
    assert list(Job.objects.order_by("number").values_list("worker", flat=True)) == [emma.pk, None]


def test_a_trip_is_locked_and_unlocked_job_by_job(velo: Coop, desk: Browser, emma: Membership, amina: Membership) -> None:
    one, two = loaves(velo, 800, 1000)
    (chosen,) = trip_keys(moved(desk, [key(one), key(two)], emma.number))
    page = moved(desk, chosen, "lock")
    assert "Jobs 1, 2 are locked" in page
    assert Lock.objects.count() == 2
    assert 'draggable="true"' not in page
    answer = desk.post(f"{DESK}moves/", {"job": chosen, "to": amina.number})
    assert (answer.status_code, "Take the lock away first" in answer.content.decode()) == (409, True)
    assert "Jobs 1, 2 can be moved again." in moved(desk, chosen, "unlock")
    assert not Lock.objects.exists()


def test_what_the_trip_breaks_is_told_in_minutes(velo: Coop, desk: Browser, emma: Membership) -> None:
    one, two = loaves(velo, 800, 1000)
    Job.objects.filter(pk=two.pk).update(starts_at=two.starts_at + timedelta(minutes=45))
    page = moved(desk, [key(one), key(two)], emma.number)
    assert "Job 1 comes 15 minutes too late." in page
    assert "job 1 comes 45 minutes later than by itself; the rule allows 10" in page


def test_a_button_without_a_job_says_what_to_do(velo: Coop, desk: Browser, emma: Membership) -> None:
    for nothing in ({}, {"job": ""}, {"job": "trip-1"}, {"job": "99-1"}, {"job": "x" * 3000}):
        answer = desk.post(f"{DESK}moves/", {**nothing, "to": emma.number})
        assert answer.status_code == 422
        assert "Choose a job first" in answer.content.decode()


def test_trips_cost_no_query_more_however_many_there_are(velo: Coop, desk: Browser) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(DESK)
        return len(queries)

    for n in range(2):
        member = employed(make_member(velo, f"Rider {n}"))
        moved(desk, [key(job) for job in loaves(velo, 800, 1000)], member.number)
    few = cost()
    for n in range(6):
        member = employed(make_member(velo, f"More {n}"))
        moved(desk, [key(job) for job in loaves(velo, 800, 1000)], member.number)
    assert cost() == few
    assert len(trip_keys(desk.get(DESK).content.decode())) == 8
