"""What past weeks say a week needs, beside what is planned; and the shifts that are added for what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from re import findall
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.common import clock
from marke.common.clock import local_date, local_midnight
from marke.jobs import services as jobs
from marke.jobs.models import Job
from marke.parties.models import Coop, Membership
from marke.slots import services
from marke.slots.conditions import Span
from marke.slots.demand import demand
from marke.slots.models import Shift
from tests.factories.jobs import T1, make_job, make_service, take
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
# The Monday after the clocks went forward, before anybody is at work.
NOW = datetime(2026, 3, 30, 5, tzinfo=UTC)
DAY = date(2026, 3, 30)
NOON = 12  # on the clock of Brussels


def co_op(**rules: Any) -> Coop:
    coop = make_coop()
    found(coop, **{"jobs__matching": "by_hand", "slots__demand_weeks": 4, "slots__demand_shortest": 1, **rules})
    make_service(coop, minutes=30)
    return coop


@pytest.fixture
def velo() -> Coop:
    return co_op()


def worked(coop: Coop, week: int, count: int, minutes: int = 30) -> list[Job]:
    """So many at once on a Monday at noon, each by somebody else, so many weeks after the second of March."""
    client, begins = make_client(coop), T1 + week * WEEK + HOUR
    done = []
    for _each in range(count):
        member = make_member(coop)
        job = take(make_job(coop, client, at=begins - HOUR, starts_at=begins), member, at=begins - HOUR)
        job = jobs.start_job(job=job, by=member.party, at=begins)
        done.append(jobs.finish_job(job=job, by=member.party, at=begins + timedelta(minutes=minutes)))
    return done


def four_weeks(coop: Coop) -> None:
    for week, count in enumerate((1, 3, 5, 1)):
        worked(coop, week, count)


def test_the_same_hour_on_the_clock_tells_what_a_usual_and_a_busy_week_needs(velo: Coop) -> None:
    """Half an hour each: 1, 2, 3 and 1 people, and the clocks went forward in between."""
    four_weeks(velo)
    seen = demand(velo, DAY, NOW)
    assert (seen.weeks, seen.need.usual[NOON], seen.need.busy[NOON]) == (4, 2, 3)
    assert (sum(seen.need.usual), sum(seen.need.busy)) == (2, 3)


def test_what_nobody_came_for_counts_and_what_was_called_off_does_not(velo: Coop) -> None:
    client, begins = make_client(velo), T1 + 3 * WEEK + HOUR
    missed, off = (make_job(velo, client, at=T1 + 3 * WEEK, starts_at=begins) for _each in range(2))
    jobs.cancel_job(job=off, by=None, at=T1 + 3 * WEEK)
    jobs.expire_job(job=missed, at=begins + 5 * HOUR)
    seen = demand(velo, DAY, NOW)
    assert (seen.weeks, seen.need.usual[NOON]) == (1, 1)


def test_a_job_counts_as_long_as_it_took_or_as_the_rule_says_as_booked() -> None:
    for coop, hours in ((co_op(), 2), (co_op_as_booked(), 1)):
        worked(coop, 3, 1, minutes=80)
        assert sum(demand(coop, DAY, NOW).need.usual) == hours


def co_op_as_booked() -> Coop:
    coop = make_coop("klus")
    found(coop, jobs__matching="by_hand", slots__demand_job="planned")
    make_service(coop, minutes=30)
    return coop


def test_who_forgot_to_say_that_it_was_done_makes_no_day_of_it(velo: Coop) -> None:
    worked(velo, 3, 1, minutes=600)
    assert sum(demand(velo, DAY, NOW).need.usual) == 1


def test_two_on_one_trip_are_the_work_of_one(velo: Coop) -> None:
    member, client, begins = make_member(velo), make_client(velo), T1 + 3 * WEEK + HOUR
    both = [take(make_job(velo, client, at=begins - HOUR, starts_at=begins), member, at=begins - HOUR) for _each in range(2)]
    both = [jobs.start_job(job=job, by=member.party, at=begins) for job in both]
    for place, job in enumerate(both, start=1):
        jobs.finish_job(job=job, by=member.party, at=begins + timedelta(minutes=30 * place))
    assert demand(velo, DAY, NOW).need.usual[NOON] == 1


def test_without_past_work_nothing_is_known(velo: Coop) -> None:
    seen = demand(velo, DAY, NOW)
    assert (seen.weeks, set(seen.need.busy), seen.blocks(busy=True)) == (0, {0}, [])
    assert services.draft_missing(coop=velo, day=DAY, busy=True, title="Lunch", by=None, at=NOW) == []


def test_shifts_are_added_for_what_is_missing_as_a_draft_and_once(velo: Coop) -> None:
    four_weeks(velo)
    noon = datetime(2026, 3, 30, 10, tzinfo=UTC)
    services.plan_shift(coop=velo, plan=services.Plan("Lunch", Span(noon - HOUR, noon + HOUR)), by=None, at=NOW)
    (made,) = services.draft_missing(coop=velo, day=DAY, busy=True, title="Lunch", by=None, at=NOW)
    assert (made.starts_at, made.ends_at, made.places, made.published_at) == (noon, noon + HOUR, 2, None)
    assert made.number == 2
    assert services.draft_missing(coop=velo, day=DAY, busy=True, title="Lunch", by=None, at=NOW) == []
    assert services.draft_missing(coop=velo, day=DAY, busy=False, title="Lunch", by=None, at=NOW) == []
    assert Shift.objects.count() == 2


def test_a_usual_week_asks_for_fewer_and_the_lengths_are_rules() -> None:
    coop = co_op(slots__demand_shortest=3)
    four_weeks(coop)
    (made,) = services.draft_missing(coop=coop, day=DAY, busy=False, title="Lunch", by=None, at=NOW)
    assert (made.places, made.ends_at - made.starts_at) == (2, 3 * HOUR)


def test_hours_that_have_begun_are_not_planned_any_more(velo: Coop) -> None:
    four_weeks(velo)
    begun = datetime(2026, 3, 30, 10, 30, tzinfo=UTC)
    assert services.draft_missing(coop=velo, day=DAY, busy=True, title="Lunch", by=None, at=begun) == []
    assert services.draft_missing(coop=velo, day=DAY - WEEK, busy=True, title="Lunch", by=None, at=begun) == []
    assert not Shift.objects.exists()


def test_another_co_ops_work_says_nothing(velo: Coop) -> None:
    four_weeks(velo)
    other = make_coop("other")
    found(other)
    assert demand(other, DAY, NOW).weeks == 0


def last_weeks_work(coop: Coop, member: Membership) -> None:
    """At noon of the Monday before the one of this week, as the clock of the machine says."""
    today = local_date(clock.now(), coop.timezone)
    begins = local_midnight(today - timedelta(days=today.weekday() + 7), coop.timezone) + 12 * HOUR
    job = take(make_job(coop, make_client(coop), at=begins - HOUR, starts_at=begins), member, at=begins - HOUR)
    jobs.finish_job(job=jobs.start_job(job=job, by=member.party, at=begins), by=member.party, at=begins + HOUR)


def test_the_page_shows_the_coming_week_and_drafts_it(velo: Coop) -> None:
    amina, carla = make_member(velo), make_member(velo, "Carla", offices=("coordinator",))
    planner, address = browser_of(carla), "/velo/shifts/demand/"
    assert "No work to read it from yet" in planner.get(address).content.decode()
    last_weeks_work(velo, amina)
    page = planner.get(address).content.decode()
    assert "Missing for a usual week" in page
    assert "<svg" in page
    (day,) = set(findall(r'action="/velo/shifts/demand/\?day=([0-9-]+)"', page))
    assert "12:00" in planner.get(f"/velo/shifts/demand/csv/?day={day}").content.decode()
    assert "needs" in planner.post(f"{address}?day={day}", {"title": "", "week": "usual"}).content.decode()
    assert not Shift.objects.exists()
    for said in ("1 shift is added", "Nothing is missing"):
        answer = planner.post(f"{address}?day={day}", {"title": "Lunch", "week": "usual"}, follow=True)
        assert said in answer.content.decode()
    shift = Shift.objects.get()
    assert (shift.title, shift.is_published) == ("Lunch", False)
    assert browser_of(amina).get(address).status_code == 403


def test_a_year_of_work_takes_as_many_queries_as_a_week(velo: Coop) -> None:
    planner = browser_of(make_member(velo, "Carla", offices=("coordinator",)))
    worked(velo, 3, 1)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            planner.get("/velo/shifts/demand/?day=2026-03-30")
        return len(queries)

    few = count()
    four_weeks(velo)
    assert count() == few
