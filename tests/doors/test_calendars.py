"""A member's calendar reads their work, from an address that only they know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser
from icalendar import Calendar

from marke.common import clock
from marke.doors.calendar import address_of, calendar_of
from marke.doors.models import CalendarFeed
from marke.doors.services import end_feed, make_feed, renew_feed
from marke.parties.services import leave
from marke.slots.conditions import Span
from tests.factories.jobs import make_job, take, work_off
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import join, make_shift

pytestmark = pytest.mark.django_db


@pytest.fixture
def coop():
    coop = make_coop("velo")
    found(coop)
    return coop


def events(content: bytes) -> list:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def read(feed: CalendarFeed):
    return Browser().get(address_of(feed).split("8000")[-1])


def test_a_calendar_shows_the_members_own_jobs(coop):
    worker, client, at = make_member(coop, "Wim"), make_client(coop), clock.now()
    mine = take(make_job(coop, client, at=at), worker, at=at)
    take(make_job(coop, client, at=at), make_member(coop, "Nia"), at=at)
    answer = read(make_feed(membership=worker, with_places=False, at=at))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = events(answer.content)
    assert event["UID"] == f"job-{mine.number}@{coop.uid}"
    assert event.decoded("DTSTART") == mine.starts_at.replace(microsecond=0)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=mine.minutes)


def test_a_shift_that_the_member_is_on_stands_in_it_and_one_they_wait_for_does_not(coop):
    worker, at = make_member(coop, "Wim"), clock.now()
    nia, tomorrow = make_member(coop, "Nia"), at + timedelta(days=1)
    mine = make_shift(coop, Span(tomorrow, tomorrow + timedelta(hours=4)), place="Sleepstraat 4")
    full = make_shift(coop, Span(tomorrow + timedelta(days=1), tomorrow + timedelta(days=1, hours=4)), title="Bar")
    for shift, member in ((mine, worker), (full, nia), (full, worker)):
        join(shift, member, at=at)
    (event,) = events(read(make_feed(membership=worker, with_places=False, at=at)).content)
    assert (event["SUMMARY"], event["LOCATION"]) == ("Lunch", "Sleepstraat 4")
    assert event.decoded("DTSTART") == mine.starts_at.replace(microsecond=0)
    assert event["URL"].endswith("/velo/shifts/mine/") and event["UID"].endswith(f"@{coop.uid}")


def test_where_clients_live_is_in_it_only_if_the_member_wants_it(coop):
    worker, at = make_member(coop, "Wim"), clock.now()
    take(make_job(coop, make_client(coop), at=at, note="ring\ntwice; key, 7"), worker, at=at)
    without = read(make_feed(membership=worker, with_places=False, at=at)).content
    with_them = read(make_feed(membership=worker, with_places=True, at=at)).content
    assert b"Midi" not in without and b"Lund" not in without
    assert events(with_them)[0]["LOCATION"] == "Rue du Midi 12"
    assert b"Lund" not in with_them


def test_the_same_work_gives_the_same_bytes(coop):
    worker, at = make_member(coop, "Wim"), clock.now()
    take(make_job(coop, make_client(coop), at=at), worker, at=at)
    feed = make_feed(membership=worker, with_places=True, at=at)
    assert calendar_of(feed, at) == calendar_of(feed, at + timedelta(hours=5))


def test_a_job_over_the_hour_when_clocks_change_stays_at_its_moment(coop):
    worker = make_member(coop, "Wim")
    starts = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in Brussels, the first time
    at = starts - timedelta(days=1)
    take(make_job(coop, make_client(coop), at=at, starts_at=starts), worker, at=at)
    (event,) = events(calendar_of(make_feed(membership=worker, with_places=False, at=at), at))
    assert event.decoded("DTSTART") == starts


def test_a_renewed_address_ends_the_old_one_and_an_ended_one_leads_nowhere(coop):
    worker, at = make_member(coop, "Wim"), clock.now()
    old = make_feed(membership=worker, with_places=False, at=at)
    renew_feed(membership=worker, at=at)
    new = CalendarFeed.objects.get()
    new.coop = coop
    assert (read(old).status_code, read(new).status_code) == (404, 200)
    end_feed(membership=worker)
    assert read(new).status_code == 404


def test_who_left_is_read_by_no_calendar(coop):
    worker, at = make_member(coop, "Wim"), clock.now()
    feed = make_feed(membership=worker, with_places=False, at=at)
    leave(membership=worker, by=worker.party, at=at)
    assert read(feed).status_code == 404
    assert CalendarFeed.objects.count() == 0


def test_another_co_ops_address_opens_nothing(coop):
    other = make_coop("other")
    found(other)
    feed = make_feed(membership=make_member(coop, "Wim"), with_places=False, at=clock.now())
    assert Browser().get(f"/other/calendar/{feed.token}/work.ics").status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_calendar_takes_as_many_queries_for_three_jobs_as_for_one(coop, how_many, django_assert_num_queries):
    worker, at = make_member(coop, "Wim"), clock.now()
    for _ in range(how_many):
        work_off(make_job(coop, make_client(coop), at=at), worker, at=at)
    feed = make_feed(membership=worker, with_places=True, at=at)
    with django_assert_num_queries(4):
        calendar_of(feed, at)


def test_a_member_makes_renews_and_ends_it_on_a_page(coop):
    worker = make_member(coop, "Wim")
    browser = browser_of(worker)
    browser.post("/velo/calendar/", {"with_places": "on"})
    first = CalendarFeed.objects.get(membership=worker)
    assert first.with_places
    assert first.token in browser.get("/velo/calendar/").content.decode()
    browser.post("/velo/calendar/", {"move": "renew"})
    assert CalendarFeed.objects.get().token != first.token
    browser.post("/velo/calendar/", {"move": "end"})
    assert CalendarFeed.objects.count() == 0
