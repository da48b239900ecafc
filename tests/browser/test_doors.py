"""The doors: a key and what it opens, an address that is told, a calendar that reads a member's work."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar
from standardwebhooks.webhooks import Webhook as Reference

from marke.common import clock
from marke.doors.clockwork import turn
from marke.parties.models import Coop
from marke.slots.conditions import Span
from tests.browser.people import click, sign_in
from tests.factories.doors import receiving
from tests.factories.jobs import make_job, take
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found
from tests.factories.slots import join, make_shift

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]


@pytest.fixture
def velo(transactional_db: None) -> Coop:
    coop = make_coop()
    found(coop, jobs__matching="by_hand")
    return coop


def test_a_shop_gets_a_key_and_is_told_what_happens(velo: Coop, new_context: NewContext) -> None:
    carla, amina = make_member(velo, "Carla", ("coordinator",)), make_member(velo, "Amina")
    bakery = make_client(velo, "Bakery Lund")
    page = new_context().new_page()
    sign_in(page, carla.party.email)

    page.goto("/velo/doors/")
    page.get_by_role("link", name="Make a key").click()
    page.get_by_label("For which client?").select_option(str(bakery.number))
    page.get_by_label("What is it for?").fill("the till")
    click(page.get_by_role("button", name="Make it"))
    key = page.get_by_label("The key").input_value()
    page.get_by_role("link", name="What a program can do here").click()
    page.get_by_text("POST /jobs – Book").click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    stranger = new_context().request
    document = stranger.get(page.get_by_role("link", name="openapi.json").get_attribute("href") or "").json()
    assert document["openapi"].startswith("3.") and "/jobs" in document["paths"]
    told = stranger.get("/velo/api/v1/key", headers={"Authorization": f"Bearer {key}"}).json()
    assert (told["name"], told["client"]) == ("the till", bakery.number)

    with receiving() as shop:
        page.goto("/velo/doors/webhooks/new/")
        page.get_by_label("Which address is told?").fill(shop.url)
        click(page.locator("main form").get_by_role("button").last)
        secret = page.get_by_label("The secret").input_value()
        at = clock.now()
        take(make_job(velo, bakery, at=at), amina, at=at)
        turn(clock.now())
        assert shop.events() == ["job.offered", "job.accepted"]
        headers, body = shop.got[-1]
        assert Reference(secret).verify(body, headers) == json.loads(body)
        page.goto("/velo/doors/webhooks/1/")
        assert page.get_by_text("204").count() == 2
        click(page.get_by_role("button", name=re.compile("^Send again")).first)
        turn(clock.now())
        assert len(shop.got) == 3


def test_a_member_subscribes_to_their_calendar_on_a_phone(velo: Coop, new_context: NewContext) -> None:
    amina, tomorrow = make_member(velo, "Amina"), clock.now() + timedelta(days=1)
    shift = make_shift(velo, Span(tomorrow, tomorrow + timedelta(hours=4)), place="Sleepstraat 4")
    join(shift, amina, at=clock.now())
    page = new_context(phone=True).new_page()
    sign_in(page, amina.party.email)
    page.goto("/velo/calendar/")
    click(page.get_by_role("button", name="Make my address"))
    address = page.get_by_label("Your address").input_value()
    assert (page.get_by_role("link", name="Add it to my calendar").get_attribute("href") or "").startswith("webcal://")
    path = re.sub(r"https?://[^/]+", "", address)
    (event,) = Calendar.from_ical(new_context().request.get(path).body()).walk("VEVENT")
    assert (event["SUMMARY"], event["LOCATION"]) == ("Lunch", "Sleepstraat 4")
    assert event.decoded("DTSTART") == tomorrow.replace(microsecond=0)
