"""The first hour: nine cleaners with a chat group and a spreadsheet become a co-op, do a job, and know where each cent went."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marke.common import clock
from marke.invoices.models import Invoice
from marke.parties.models import Coop, Membership
from marke.rules.models import Attestation
from tests.browser.people import click, latest_mail, link_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]


def _start(page: Page) -> str:
    """Three pages, two rules changed; returns the link for the others."""
    page.goto("/")
    page.get_by_role("link", name="Start a co-op").click()
    page.get_by_label("What do you call yourselves?").fill("Schoon Samen")
    page.get_by_label("Cleaning and home services").check()
    page.get_by_label("In which country?").select_option("NL")
    page.get_by_label("No legal form yet").check()
    page.get_by_label("Your name").fill("Ineke de Boer")
    page.get_by_label("Your e-mail address").fill("ineke@example.org")
    page.get_by_role("button", name="On to the rules").click()
    page.locator("main summary").nth(0).click()
    page.locator('[name="jobs.contribution:value"]').fill("8")
    page.locator("main summary").nth(4).click()
    page.locator('[name="shares.price:value"]').fill("30,00")
    click(page.get_by_role("button", name="Check"))
    assert "8%" in page.inner_text("main")
    assert "€30.00" in page.inner_text("main")
    page.get_by_role("button", name="I agree: start Schoon Samen").click()
    page.get_by_role("heading", name="Schoon Samen has begun").wait_for()
    return re.sub(r"^https?://[^/]+", "", page.locator(".qr-link a").inner_text())


def _agree(page: Page, link: str, name: str, email: str) -> None:
    page.goto(link)
    assert "8%" in page.inner_text("main")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Mail address").fill(email)
    page.get_by_role("button", name="I agree").click()
    page.wait_for_url("**/joined/")


def _book(page: Page) -> None:
    page.goto("/schoon-samen/book/")
    page.get_by_role("link", name=re.compile("House cleaning")).first.click()
    when = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT10:00")
    page.locator('[name="starts_at"]').fill(when)
    page.locator('[name="place"]').fill("Oudegracht 210, Utrecht")
    page.locator('[name="name"]').fill("Familie Jansen")
    page.locator('[name="email"]').fill("jansen@example.org")
    click(page.get_by_role("button", name="See the price"))
    assert "€75.00" in page.inner_text("main")
    page.get_by_role("button", name="Book", exact=True).click()
    page.wait_for_url("**/follow/*/")


def test_a_group_founds_a_co_op_does_a_job_and_is_paid_what_the_rules_say(new_context: NewContext) -> None:
    coordinator = new_context().new_page()
    link = _start(coordinator)

    # The others join on their phones and tap I agree: that is the founding decision.
    fatima = new_context(phone=True).new_page()
    _agree(fatima, link, "Fatima Yilmaz", "fatima@example.org")
    for name in ("Grace", "Petra"):
        _agree(new_context(phone=True).new_page(), link, name, f"{name.lower()}@example.org")
    coop = Coop.objects.get(slug="schoon-samen")
    assert Membership.objects.filter(coop=coop, state="member").count() == 4
    assert Attestation.objects.filter(coop=coop, decision__kind="founding").count() == 4
    coordinator.reload()
    assert "Fatima Yilmaz" in coordinator.inner_text("main")
    coordinator.get_by_role("button", name="The founding is complete").click()
    coordinator.wait_for_url("**/schoon-samen/")

    # The first job comes in without an account; she gives it to one of them by hand.
    client = new_context(phone=True).new_page()
    _book(client)
    coordinator.goto("/schoon-samen/")
    coordinator.get_by_role("link", name="Nobody has job 1 yet").click()
    coordinator.get_by_role("link", name="Find somebody").click()
    coordinator.get_by_role("button", name=re.compile("Ask.*Fatima")).click()
    coordinator.wait_for_url("**/jobs/1/")

    # Fatima sees what she will earn, accepts, does it.
    fatima.goto("/schoon-samen/")
    click(fatima.get_by_role("link", name="Look and answer"))
    assert "€67.50" in fatima.inner_text("main")
    fatima.get_by_role("button", name="Accept").click()
    fatima.get_by_role("button", name="I am on it").click()
    fatima.get_by_role("button", name="Done :").click()
    fatima.get_by_role("button", name="Done :").wait_for(state="detached")

    # The client confirms by her link; the price splits.
    client.goto(link_in(latest_mail("jansen@example.org")))
    client.get_by_role("button", name="Yes, it is right").click()
    client.get_by_role("button", name="Yes, it is right").wait_for(state="detached")
    fatima.goto("/schoon-samen/money/mine/")
    fatima.locator("tr", has_text="Job 1").locator("summary", has_text="why?").first.click()
    because = fatima.inner_text("main")
    assert "€67.50" in because
    assert "8%" in because
    assert "Founding" in because

    # The client gets a numbered invoice, without VAT and with the reason.
    coordinator.goto("/schoon-samen/invoices/to-invoice/")
    coordinator.get_by_role("link", name="Check them all").click()
    coordinator.get_by_role("button", name="Issue the invoice").click()
    coordinator.wait_for_url("**/invoices/*-0001/")
    invoice = Invoice.objects.get(coop=coop)
    assert (invoice.net, invoice.vat, invoice.gross) == (7500, 0, 7500)
    assert invoice.number.endswith("0001")
    client.goto(link_in(latest_mail("jansen@example.org")))
    assert "VAT" in client.inner_text("main")

    # She prints the agreement.
    coordinator.goto("/schoon-samen/agreement/")
    text = coordinator.inner_text("main")
    assert "8%" in text and "Fatima Yilmaz" in text


def test_the_same_works_without_javascript(new_context: NewContext) -> None:
    link = _start(new_context(javascript=False).new_page())
    _agree(new_context(phone=True, javascript=False).new_page(), link, "Grace", "grace@example.org")
    _book(new_context(phone=True, javascript=False).new_page())
    assert Coop.objects.get().jobs.count() == 1
