"""A week of shifts: planned and published at the desk, signed up for, swapped and clocked on a phone, and seen at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from marke.common import clock
from marke.jobs.services import finish_job, start_job
from marke.parties.models import Coop
from marke.slots.conditions import Span
from marke.slots.models import Attendance, Handover, Shift, SignUp
from marke.slots.services import accept_handover
from tests.browser.people import sign_in
from tests.factories.jobs import make_job, take
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import join, make_shift

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]


def plan_and_publish(page: Page, begins: datetime) -> None:
    """Two hours of lunch, for one."""
    page.goto(f"/velo/shifts/?day={begins:%Y-%m-%d}")
    page.get_by_role("link", name="Plan a shift").first.click()
    page.get_by_label("What is it?").fill("Lunch")
    page.get_by_label("Day").fill(f"{begins:%Y-%m-%d}")
    page.get_by_label("From").fill(f"{begins:%H:%M}")
    page.get_by_label("Until").fill(f"{begins + timedelta(hours=2):%H:%M}")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("button", name="Publish the week").click()
    page.get_by_role("link", name="Lunch", exact=True).wait_for()


def is_within(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= 360)


def test_a_week_from_the_plan_to_the_hours(new_context: NewContext) -> None:
    coop: Coop = make_coop()
    found(coop, jobs__matching="by_hand")
    carla, amina, samir = (
        make_member(coop, name, offices) for name, offices in (("Carla", ("coordinator",)), ("Amina", ()), ("Samir", ()))
    )
    now = clock.now().astimezone(ZoneInfo(coop.timezone))
    begins, later = now + timedelta(minutes=10), now + timedelta(days=2)
    make_shift(coop, Span(later, later + timedelta(hours=3)), title="Evening")

    office = new_context().new_page()
    sign_in(office, carla.party.email)
    plan_and_publish(office, begins)
    lunch = Shift.objects.get(title="Lunch")
    lunch.coop = coop
    join(lunch, samir, at=clock.now())

    phone = new_context(phone=True).new_page()
    sign_in(phone, amina.party.email)
    phone.goto(f"/velo/shifts/?day={later:%Y-%m-%d}")
    phone.get_by_role("button", name="Sign up").click()
    phone.get_by_text("You are on it").wait_for()
    assert is_within(phone)
    phone.get_by_role("link", name="Evening", exact=True).click()
    phone.get_by_role("link", name="Swap, or find a stand-in").click()
    phone.get_by_role("button", name=re.compile("^Ask.*Samir, ")).first.click()
    phone.get_by_text("You have asked Samir.").wait_for()

    accept_handover(handover=Handover.objects.get(), membership=samir, by=samir.party, at=clock.now())
    on = {row.shift.title: row.membership_id for row in SignUp.objects.filter(ended_at=None).select_related("shift")}
    assert on == {"Lunch": amina.pk, "Evening": samir.pk}

    phone.goto("/velo/shifts/mine/")
    phone.get_by_role("button", name="Clock in").click()
    phone.get_by_text("Clocked in at").wait_for()
    assert is_within(phone)
    assert Attendance.objects.get().membership == amina

    office.goto("/velo/desk/")
    first = office.locator(".desk-rider").first.inner_text()
    assert "Amina" in first and f"on shift until {begins + timedelta(hours=2):%H:%M}" in first


def test_who_plans_sees_what_past_weeks_needed_and_drafts_it(new_context: NewContext) -> None:
    coop: Coop = make_coop()
    found(coop, jobs__matching="by_hand")
    carla, amina = make_member(coop, "Carla", ("coordinator",)), make_member(coop, "Amina")
    today = clock.now().astimezone(ZoneInfo(coop.timezone)).replace(hour=12, minute=0, second=0, microsecond=0)
    monday, client = today - timedelta(days=today.weekday()), make_client(coop)
    for week, day in ((1, 0), (1, 2), (2, 0)):
        begins = monday - timedelta(days=7 * week - day)
        job = take(
            make_job(coop, client, at=begins - timedelta(hours=1), starts_at=begins), amina, at=begins - timedelta(hours=1)
        )
        finish_job(job=start_job(job=job, by=amina.party, at=begins), by=amina.party, at=begins + timedelta(minutes=50))

    phone = new_context(phone=True, javascript=False).new_page()
    sign_in(phone, carla.party.email)
    phone.goto("/velo/shifts/")
    phone.get_by_role("link", name="How many are needed").click()
    phone.get_by_role("link", name="Week after").click()
    assert phone.locator("svg.need").count() == 7
    assert is_within(phone)
    phone.get_by_label("What is it?").fill("Lunch")
    phone.get_by_label("As many as a busy week needs").check()
    phone.get_by_role("button", name="Add them").click()
    phone.get_by_text("2 shifts are added").wait_for()
    assert phone.get_by_text("2 shifts of this week are not published").count() == 1
    assert [shift.is_published for shift in Shift.objects.all()] == [False, False]
