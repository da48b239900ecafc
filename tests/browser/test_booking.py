"""A client with a phone and no account: books, books again, again and again, cancels late, gives a tip."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marke.common import clock
from marke.jobs import services
from marke.jobs.models import Job, Series, Tip
from marke.parties.models import Coop, Membership
from tests.browser.people import click
from tests.factories.jobs import make_service, take
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]
Faults = Callable[["Page"], list[str]]


@pytest.fixture
def coop(transactional_db: None) -> Coop:
    coop = make_coop()
    found(coop)
    make_service(coop, at=clock.now(), needs_pickup=True)
    return coop


@pytest.fixture
def amina(coop: Coop) -> Membership:
    return make_member(coop, "Amina Diallo")


class Thumb:
    """Taps, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, role: str, name: str) -> None:
        click(self.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
        self.taps += 1


def _book(page: Page) -> Job:
    page.goto("/velo/book/")
    page.locator("main .card a.button").click()
    page.get_by_label("From where?").fill("Rue du Midi 12, Brussels")
    page.get_by_label("Where to?").fill("Rue Haute 5, Brussels")
    page.get_by_label("Your name").fill("Bakery Lund")
    page.get_by_label("Telephone").fill("0470 12 34 56")
    page.get_by_role("button", name="See the price").click()
    page.get_by_text("You pay").wait_for()
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("It has arrived").wait_for()
    return Job.objects.latest("number")


def test_a_client_without_an_account_books_again_in_three_taps_repeats_cancels_late_and_tips(
    new_context: NewContext, coop: Coop, amina: Membership, serious_faults: Faults
) -> None:
    page = new_context(phone=True).new_page()
    first = _book(page)
    assert serious_faults(page) == []

    # Again: at most five taps, and nothing to type.
    thumb = Thumb(page)
    thumb.tap("link", "Book again")
    assert page.get_by_label("Where to?").input_value() == "Rue Haute 5, Brussels"
    assert serious_faults(page) == []
    thumb.tap("button", "See the price")
    thumb.tap("button", "Book")
    page.get_by_text("Your reference is 2").wait_for()
    again = Job.objects.get(number=2)
    assert thumb.taps <= 5
    assert (again.client, again.place) == (first.client, first.place)

    # Again and again, without one of the days.
    page.get_by_role("link", name="Book it again and again").click()
    page.get_by_role("button", name="Book it again and again").click()
    page.get_by_text("The next days", exact=True).first.wait_for()
    page.get_by_role("button", name="Skip").first.click()
    page.get_by_text("Nobody comes on that day.").wait_for()
    assert serious_faults(page) == []
    page.get_by_role("button", name="Stop the series").click()
    page.get_by_text("The series is over").wait_for()
    assert Series.objects.get().ended_at is not None

    # Cancelled after the worker set out: the fee is shown, and pays her.
    at = clock.now()
    job = services.start_job(job=take(Job.objects.get(number=1), amina, at=at), by=amina.party, at=at)
    page.goto(f"/velo/follow/{job.token}/")
    page.get_by_role("link", name="Cancel the booking").click()
    page.get_by_text("Cancelling now costs something").wait_for()
    assert serious_faults(page) == []
    page.get_by_role("button", name="Yes, cancel it and pay €6.25").click()
    page.get_by_text("The fee below pays whoever kept the time free.").wait_for()
    assert Job.objects.get(number=1).price == 625

    # A tip, when another one is done.
    take(again, amina, at=at)
    services.start_job(job=Job.objects.get(number=2), by=amina.party, at=at)
    services.finish_job(job=Job.objects.get(number=2), by=amina.party, at=at + timedelta(minutes=20))
    page.goto(f"/velo/follow/{again.token}/")
    page.get_by_role("button", name="€1.50").click()
    page.get_by_role("heading", name="How to pay").wait_for()
    assert serious_faults(page) == []
    assert Tip.objects.get().amount == 150
