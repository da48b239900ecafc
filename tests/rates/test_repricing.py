"""Last month's jobs under another fare or floor: they are quoted again, and nobody is paid otherwise for it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.decisions.what_if import what_if
from marke.jobs.repricing import reprice, simulate
from marke.rates.fares import rows_from
from marke_core.matching import Place
from tests.factories.jobs import make_job, make_service, work_off
from tests.factories.parties import make_client, make_member
from tests.factories.rates import EVERY, FREE, make_fare_coop, make_fare_service

pytestmark = pytest.mark.django_db
FEBRUARY = datetime(2026, 2, 10, 10, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
MIDI, NEAR = Place(508_500_000, 43_500_000), Place(508_590_000, 43_500_000)
FLAT = [["base", 2000, FREE, 0, *EVERY, "", ""]]


@pytest.fixture
def coop(db):
    return make_fare_coop()


def worked(coop, service, worker, client, at=FEBRUARY):
    job = make_job(coop, client, service, at=at, pickup="Midi", pickup_point=MIDI, place_point=NEAR)
    return work_off(job, worker, at=at)


def test_another_fare_is_laid_over_all_jobs_of_the_kind_of_the_month_before(coop):
    client, amina, bram = make_client(coop), make_member(coop, "Amina"), make_member(coop, "Bram")
    fixed, by_fare = make_service(coop, needs_pickup=True), make_fare_service(coop)
    worked(coop, fixed, amina, client)
    job = worked(coop, by_fare, bram, client, at=FEBRUARY + timedelta(days=1))
    worked(coop, fixed, bram, client, at=MARCH - timedelta(days=2))  # not in February
    found = reprice(coop, "delivery", rows_from(FLAT), None, MARCH)
    assert (found.jobs, found.before, found.after) == (2, 1250 + job.price, 4000)
    assert {each.name: (each.before, each.after) for each in found.members}["Amina"] == (1250 - 150 - 25, 2000 - 240 - 40)


def test_who_earned_least_an_hour_stands_first(coop):
    client, amina, bram = make_client(coop), make_member(coop, "Amina"), make_member(coop, "Bram")
    worked(coop, make_service(coop, price=3000, needs_pickup=True), amina, client)
    worked(coop, make_service(coop, "Cheap", price=900, needs_pickup=True), bram, client)
    assert [each.name for each in reprice(coop, "delivery", rows_from(FLAT), None, MARCH).members] == ["Bram", "Amina"]


def test_a_proposed_fare_shows_what_it_would_have_done_to_the_jobs_that_follow_it(coop):
    client, amina = make_client(coop), make_member(coop, "Amina")
    worked(coop, make_service(coop, needs_pickup=True), amina, client)
    job = worked(coop, make_fare_service(coop), amina, client)
    shown = what_if(coop=coop, key="rates.fare", value=FLAT, viewer=amina.party, at=MARCH)
    assert shown.shown and shown.period == "February 2026"
    assert (shown.lines[0].change.before, shown.lines[0].change.after) == (job.price, 2000)
    assert shown.me is not None


def test_a_proposed_floor_lifts_fixed_prices_too(coop):
    worked(coop, make_service(coop, needs_pickup=True), make_member(coop), make_client(coop))
    found = simulate(coop, "rates.floor_per_hour", "", 3000, MARCH)  # 30 minutes and 10 to get there: 20.00
    assert found.lines[1][2:] == (1250 - 175, 2000)


def test_without_jobs_it_says_that_there_is_nothing_to_run_again(coop):
    shown = what_if(coop=coop, key="rates.fare", value=FLAT, viewer=None, at=MARCH)
    assert not shown.shown and "nothing to run again" in shown.sentence


def test_a_month_of_many_jobs_takes_as_many_queries_as_one(coop):
    client, amina, service = make_client(coop), make_member(coop), make_fare_service(coop)
    counts = []
    for n in range(2):
        for k in range(1 + 2 * n):
            worked(coop, service, amina, client, at=FEBRUARY + timedelta(days=3 * n + k))
        with CaptureQueriesContext(connection) as queries:
            reprice(coop, "delivery", rows_from(FLAT), None, MARCH)
        counts.append(len(queries))
    assert counts[0] == counts[1]
