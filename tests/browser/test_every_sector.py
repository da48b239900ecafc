"""A first job in every sector, on two phones: booked without an account, taken, done, and both know where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marke.common import clock
from marke.jobs.kinds import job_kinds
from marke.jobs.models import Job, Service
from marke.jobs.services import offer_job
from marke.packs.registry import Pack, packs
from tests.browser.people import click, latest_mail, link_in, sign_in
from tests.factories.sectors import founded

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]


def _book(page: Page, service: Service) -> None:
    page.goto(f"/{service.coop.slug}/book/")
    page.get_by_role("link", name=re.compile(re.escape(service.name))).first.click()
    page.get_by_label("At a time").check()
    page.locator('[name="starts_at"]').fill((clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00"))
    if service.needs_pickup:
        page.locator('[name="pickup"]').fill("Dam 4, Mechelen")
    page.locator('[name="place"]').fill("Kade 1, Gent")
    page.locator('[name="name"]').fill("Tine Maes")
    page.locator('[name="email"]').fill("tine@example.org")
    click(page.get_by_role("button", name="See the price").last)
    assert ("You agree on the price" in page.inner_text("main")) == service.between_them
    page.get_by_role("button", name="Book", exact=True).click()
    page.wait_for_url("**/follow/*/")


def _on_the_road(page: Page) -> None:
    """Fetched at one place and brought to the other, each by a tap of its own."""
    page.get_by_role("link", name="At the pickup").click()
    page.get_by_role("button", name="Picked up").click()
    page.get_by_role("button", name="Delivered").click()
    page.wait_for_url("**/jobs/")


@pytest.mark.parametrize("pack", list(packs), ids=lambda pack: pack.kind)
def test_a_first_job_from_the_booking_to_the_last_word(pack: Pack, new_context: NewContext) -> None:
    members, _client = founded(pack, clock.now() - timedelta(days=1))
    coop, worker = members[1].coop, members[1]
    service = Service.objects.filter(coop=coop, ended_at=None).order_by("pk")[0]
    client = new_context(phone=True).new_page()
    _book(client, service)

    # By whatever rule the sector begins with, it comes to Bo; she is asked on her phone.
    job = Job.objects.get(coop=coop)
    if not job.offers.filter(state="open", membership=worker).exists():
        offer_job(job=job, membership=worker, by=members[0].party, at=clock.now())
    bo = new_context(phone=True).new_page()
    sign_in(bo, worker.party.email)
    bo.goto(f"/{coop.slug}/")
    assert pack.words is not None
    assert str(pack.words.jobs) in bo.inner_text("nav >> nth=0") + bo.inner_text("body")
    bo.get_by_role("link", name="Look and answer").first.click()
    bo.get_by_role("button", name="Accept").click()

    # The client sees who comes; where the two settle the price themselves, each can reach the other.
    client.goto(link_in(latest_mail("tine@example.org")))
    assert "Bo" in client.inner_text("main")
    between = job_kinds.get(service.job_kind).between_them
    assert (worker.party.phone in client.inner_text("main")) == between

    bo.goto(f"/{coop.slug}/jobs/1/")
    bo.get_by_role("button", name="I am on it").click()
    bo.get_by_text("is under way").wait_for()
    if service.needs_pickup:
        _on_the_road(bo)
    else:
        bo.get_by_role("button", name="Done :").click()
        bo.get_by_role("button", name="Done :").wait_for(state="detached")
    client.reload()
    client.get_by_role("button", name="Yes, it is right").click()
    client.get_by_role("button", name="Yes, it is right").wait_for(state="detached")
    job.refresh_from_db()
    assert job.state == "settled"

    # Where money passes through the co-op, every cent of hers explains itself.
    bo.goto(f"/{coop.slug}/money/mine/")
    assert ("Job 1" in bo.inner_text("main")) != between
