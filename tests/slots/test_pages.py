"""The pages of shifts, read and used without JavaScript, by who plans and by who works."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from marke.common import clock
from marke.parties.models import Coop, Membership
from marke.slots import services
from marke.slots.conditions import Span, monday_of
from marke.slots.models import Attendance, AttendanceChange, Availability, DaysOff, Reservation, Shift, SignUp
from tests.factories.pages import browser_of
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import join

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo)


@pytest.fixture
def planner(velo: Coop) -> Browser:
    return browser_of(make_member(velo, "Cleo", offices=("coordinator",)))


def ahead(coop: Coop, hours: float = 48, length: float = 4, title: str = "Lunch", places: int = 1) -> Shift:
    """Published, so many hours from now."""
    at = clock.now()
    begins = at + hours * HOUR
    plan = services.Plan(title, Span(begins, begins + length * HOUR), places)
    made = services.plan_shift(coop=coop, plan=plan, by=None, at=at - timedelta(days=1))
    Shift.objects.filter(pk=made.pk).update(published_at=at)
    made.refresh_from_db()
    made.coop = coop
    return made


def week_of(shift: Shift) -> str:
    return f"/velo/shifts/?day={shift.starts_at:%Y-%m-%d}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_who_plans_makes_a_shift_for_three_weeks_publishes_and_members_sign_up(velo, amina, planner) -> None:
    monday = monday_of(clock.now().date()) + timedelta(days=7)
    form = {
        "title": "Bar",
        "day": monday,
        "begins": "17:00",
        "ends": "01:00",
        "places": "2",
        "weeks": "2",
        "once_key": "0123456789ab",
    }
    answer = planner.post("/velo/shifts/new/", form, follow=True)
    assert "not published" in text(answer)
    assert Shift.objects.count() == 3
    bar = Shift.objects.order_by("starts_at")[0]
    assert bar.ends_at - bar.starts_at == 8 * HOUR
    member = browser_of(amina)
    assert "Bar" not in text(member.get(week_of(bar)))
    assert member.get(f"/velo/shifts/{bar.number}/").status_code == 404
    planner.post("/velo/shifts/publication/", {"day": monday})
    assert "Sign up" in text(member.get(week_of(bar)))
    member.post(f"/velo/shifts/{bar.number}/places/", {"move": "join", "back": "roster"})
    assert "You are on it" in text(member.get(week_of(bar)))
    planner.post("/velo/shifts/repetition/", {"day": monday, "weeks": "3"})
    assert Shift.objects.count() == 4  # two of the three were there


def test_what_speaks_against_a_shift_is_shown_before_and_decided_by_the_member(velo, amina) -> None:
    shift, member = ahead(velo), browser_of(amina)
    day = shift.starts_at.date()
    services.say_away(membership=amina, since=day, until=day + timedelta(days=2), at=clock.now())
    answer = member.post(f"/velo/shifts/{shift.number}/places/", {"move": "join"})
    assert "Has said to be away then." in text(answer)
    assert not SignUp.objects.exists()
    member.post(f"/velo/shifts/{shift.number}/places/", {"move": "join", "knowing": "1"})
    assert SignUp.objects.get().place == 1


def test_a_refusal_is_a_sentence_and_nothing_has_changed(velo, amina) -> None:
    shift, member = ahead(velo), browser_of(amina)
    join(shift, amina, at=clock.now())
    other = ahead(velo, title="Bar")
    answer = member.post(f"/velo/shifts/{other.number}/places/", {"move": "join"})
    assert answer.status_code == 409
    assert "On another shift then" in text(answer)
    assert SignUp.objects.count() == 1


def test_the_roster_asks_as_many_questions_for_thirty_shifts_as_for_one(velo, amina) -> None:
    join(ahead(velo), amina, at=clock.now())
    member = browser_of(amina)
    path = week_of(Shift.objects.get())
    member.get(path)
    with CaptureQueriesContext(connection) as one:
        member.get(path)
    others = [make_member(velo, f"Rider {n}") for n in range(3)]
    for _number in range(30):
        shift = ahead(velo, places=3)
        for other in others:
            SignUp.objects.create(
                coop=velo, shift=shift, membership=other, starts_at=shift.starts_at, ends_at=shift.ends_at, since=clock.now()
            )
    with CaptureQueriesContext(connection) as thirty:
        assert member.get(path).status_code == 200
    assert len(thirty) == len(one)


def test_before_one_can_clock_in_it_is_said_from_when(velo, amina) -> None:
    shift = ahead(velo, hours=2)
    join(shift, amina, at=clock.now())
    for page in ("/velo/shifts/mine/", f"/velo/shifts/{shift.number}/", "/velo/jobs/"):
        shown = text(browser_of(amina).get(page))
        assert "You can clock in from" in shown and 'value="in"' not in shown


def test_a_member_clocks_in_and_out_with_one_tap_each_and_who_plans_corrects(velo, amina, planner) -> None:
    shift, member = ahead(velo, hours=0.1), browser_of(amina)
    row = join(shift, amina, at=clock.now())
    assert "Clock in" in text(member.get("/velo/shifts/mine/"))
    member.post(f"/velo/shifts/{shift.number}/attendance/", {"move": "in", "back": "mine"})
    assert "Clock out" in text(member.get("/velo/shifts/mine/"))
    member.post(f"/velo/shifts/{shift.number}/attendance/", {"move": "out", "back": "mine"})
    assert Attendance.objects.get().went_at is not None
    page = f"/velo/shifts/hours/{row.pk}/"
    assert member.get(page).status_code == 403
    local = clock.now() - HOUR + timedelta(hours=1)
    wrong = {"came_at": local.strftime("%Y-%m-%dT%H:%M"), "went_at": "2020-01-01T10:00", "reason": "No."}
    assert "Going comes after coming" in text(planner.post(page, wrong))
    assert not AttendanceChange.objects.exists()


def test_a_stand_in_is_found_from_the_page_and_answers_on_theirs(velo, amina) -> None:
    shift, member, other = ahead(velo), browser_of(amina), browser_of(make_member(velo, "Basile"))
    join(shift, amina, at=clock.now())
    assert "Basile" in text(member.get(f"/velo/shifts/{shift.number}/handover/"))
    member.post(f"/velo/shifts/{shift.number}/handover/", {"member": "everybody"})
    page = text(other.get("/velo/shifts/mine/"))
    assert "Amina looks for somebody" in page
    answer = page.split('action="/velo/shifts/handovers/')[1].split("/")[0]
    other.post(f"/velo/shifts/handovers/{answer}/", {"answer": "yes"})
    assert SignUp.objects.get(ended_at=None).membership.party.name == "Basile"


def test_who_plans_sees_why_somebody_cannot_and_writes_down_who_said_yes(velo, amina, planner) -> None:
    first, second = ahead(velo), ahead(velo, title="Bar")
    planner.post(f"/velo/shifts/{first.number}/people/", {"member": amina.number, "move": "on"})
    assert SignUp.objects.get().place == 1
    assert "On another shift then" in text(planner.get(f"/velo/shifts/{second.number}/people/"))
    assert planner.post(f"/velo/shifts/{second.number}/people/", {"member": amina.number, "move": "on"}).status_code == 409
    planner.post(f"/velo/shifts/{first.number}/people/", {"member": amina.number, "move": "off"})
    assert not SignUp.objects.filter(ended_at=None).exists()


def test_members_say_when_they_can_and_when_they_are_away(velo, amina) -> None:
    member = browser_of(amina)
    member.post("/velo/shifts/mine/availability/", {"begins_0": "08:00", "ends_0": "12:30"})
    assert str(Availability.objects.get().ends) == "12:30:00"
    assert "Give both times" in text(member.post("/velo/shifts/mine/availability/", {"begins_0": "08:00"}))
    assert Availability.objects.count() == 1
    day = clock.now().date() + timedelta(days=3)
    member.post("/velo/shifts/mine/days-off/", {"since": day, "last": day})
    assert DaysOff.objects.get().until == day + timedelta(days=1)
    assert "Days off end after" in text(member.post("/velo/shifts/mine/days-off/", {"since": day, "last": date(2020, 1, 1)}))
    member.post("/velo/shifts/mine/days-off/", {"back": DaysOff.objects.get().pk})
    assert not DaysOff.objects.exists()


def test_a_room_is_reserved_as_the_rule_allows(velo, amina, planner) -> None:
    planner.post("/velo/things/new/", {"name": "Room", "kind": "room", "note": ""})
    begins = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%d")
    form = {"starts_at": f"{begins}T10:00", "ends_at": f"{begins}T12:00", "purpose": "", "once_key": "0123456789ab"}
    browser_of(amina).post("/velo/things/1/", form)
    assert Reservation.objects.get().membership == amina
    assert "Amina has “Room” then" in text(planner.post("/velo/things/1/", {**form, "once_key": "another-key"}))
    klus = make_coop("klus")
    found(klus, slots__reserves="planner")
    services.add_thing(coop=klus, name="Room", kind="room", by=None, at=clock.now())
    member = browser_of(make_member(klus, "Zoë"))
    assert "the coordinator reserves" in text(member.get("/klus/things/1/"))
    assert member.post("/klus/things/1/", form).status_code == 403
    assert Reservation.objects.count() == 1
