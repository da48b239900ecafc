"""The treasurer's month, a plan that becomes rules, a group that becomes a legal co-op."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from marke.common import clock
from marke.decisions.models import Proposal
from marke.ledger.closing import closed_until
from marke.ledger.models import Transaction
from marke.ledger.periods import month_of
from marke.parties.models import Coop
from marke.payments.models import PaymentRequest
from marke.payments.services import record_payment
from marke.payments.statement_models import BankStatement
from marke.rules.queries import rulebook
from marke.statutes.models import Deed
from marke.treasury.models import VatPayment
from tests.browser.people import click, sign_in
from tests.browser.world import SMALL, World, play
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]
Faults = Callable[["Page"], list[str]]
DAY = 86_400


@pytest.fixture
def late_payers(transactional_db: None) -> World:
    """A co-op that hands in VAT every month; three of its invoices are overdue, the others are paid."""
    velo = play(replace(SMALL, days=45, rules={**SMALL.rules, "invoices.term": 5 * DAY, "treasury.vat_period": "monthly"}))
    at = clock.now()
    yesterday = clock.local_date(at, velo.coop.timezone) - timedelta(days=1)
    for number, request in enumerate(list(PaymentRequest.objects.filter(coop=velo.coop).open().order_by("due_date", "id"))[3:]):
        left = request.amount - request.paid  # type: ignore[attr-defined]
        record_payment(coop=velo.coop, request=request, amount=left, date=yesterday, once_key=f"paid-{number}", by=None, at=at)
    return velo


def _done(page: Page) -> int:
    page.goto("/velo/money/month/")
    return page.locator(".five .tag--good").count()


def _read_in(page: Page) -> None:
    """The demo's own sample of a bank file, as the treasurer finds it on her disk."""
    page.goto("/velo/payments/statements/")
    assert "not the PDF" in page.inner_text("main")
    with page.expect_download() as download:
        page.get_by_role("link", name="an XML file").click()
    page.get_by_label("Bank statement").set_input_files(
        {"name": "november.xml", "mimeType": "application/xml", "buffer": download.value.path().read_bytes()}
    )
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("Nothing is booked yet. Check what was understood.").wait_for()


def test_a_treasurer_closes_her_month(new_context: NewContext, late_payers: World, serious_faults: Faults) -> None:
    coop = late_payers.coop
    lea = new_context().new_page()
    sign_in(lea, late_payers.email(late_payers.lea))
    done = _done(lea)
    assert "overdue" in lea.inner_text(".five")
    assert serious_faults(lea) == []

    # What the bank says goes in: by reference, by name, and what nobody knows.
    _read_in(lea)
    booked = Transaction.objects.filter(coop=coop).count()
    assert "the reference says so" in lea.inner_text("main")
    assert serious_faults(lea) == []
    lea.locator("tr", has_text="Corner shop").get_by_role("button", name="A cost of the bank").click()
    click(lea.get_by_role("button", name=re.compile("^Yes to")))
    assert Transaction.objects.filter(coop=coop).count() == booked
    lea.get_by_role("button", name=re.compile("^Book ")).click()
    lea.get_by_text("The bank and the books agree").wait_for()
    assert BankStatement.objects.get(coop=coop).state == "booked"
    assert _done(lea) == done + 1
    assert "No client is late." in lea.inner_text(".five")

    # VAT: looked at, handed in, paid.
    month = month_of(clock.local_date(clock.now(), coop.timezone)).before
    lea.get_by_role("link", name="Hand it in").click()
    lea.get_by_role("link", name="Write down that it was handed in").click()
    click(lea.get_by_role("button", name="Look at it once more"))
    assert serious_faults(lea) == []
    lea.get_by_role("button", name="It was handed in like this").click()
    lea.get_by_role("link", name="Write down the payment").click()
    lea.get_by_role("button", name="Book it").click()
    lea.get_by_text("It is booked.").wait_for()
    assert VatPayment.objects.filter(coop=coop, vat_return__period=month.code).exists()
    assert _done(lea) == done + 2

    # The month is closed, and stays so.
    lea.get_by_role("link", name=re.compile("^Close (the month|it all the same)")).click()
    click(lea.get_by_role("button", name="Look at it once more"))
    assert serious_faults(lea) == []
    lea.get_by_role("button", name="Close it", exact=True).click()
    lea.get_by_text(f"{month.label} is closed.").wait_for()
    assert closed_until(coop) == month.until
    _is_refused_in_words(lea, coop, month.until)

    # The accountant gets one file.
    lea.goto("/velo/money/month/figures/")
    assert serious_faults(lea) == []
    with lea.expect_download() as download:
        lea.get_by_role("link", name="Everything for the accountant").click()
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert {"README.txt", "figures.pdf"} <= set(names)
    assert any(name.endswith(".xaf") for name in names)


def _is_refused_in_words(page: Page, coop: Coop, first_open: date) -> None:
    booked = Transaction.objects.filter(coop=coop).count()
    page.goto("/velo/payments/record/")
    page.locator('[name="amount"]').fill("10,00")
    page.locator('[name="date"]').fill((first_open - timedelta(days=3)).isoformat())
    click(page.locator("main form").get_by_role("button").last)
    if page.get_by_role("button", name=re.compile("^(Book|Record)")).count():
        page.get_by_role("button", name=re.compile("^(Book|Record)")).last.click()
    page.get_by_text(re.compile("are closed")).first.wait_for()
    assert page.locator('[name="amount"]').input_value() == "10,00"
    assert Transaction.objects.filter(coop=coop).count() == booked


def test_a_plan_is_played_on_a_phone_and_becomes_the_founding_rules(new_context: NewContext, serious_faults: Faults) -> None:
    page = new_context(phone=True).new_page()
    page.goto("/start/")
    page.get_by_label("What do you call yourselves?").fill("Schoon Samen")
    page.get_by_label("Cleaning and home services").check()
    page.get_by_label("In which country?").select_option("BE")
    page.get_by_label("No legal form yet").check()
    page.get_by_label("Your name").fill("Ineke de Boer")
    page.get_by_label("Your e-mail address").fill("ineke@example.org")
    page.get_by_role("button", name="On to the rules").click()
    click(page.get_by_role("link", name=re.compile("Can it work")))
    assert serious_faults(page) == []

    # Two sliders are moved; the answer follows, and what was unfolded stays unfolded.
    pay = page.locator("#answer .stat-value").first.inner_text()
    page.get_by_text("Three years, line by line").click()
    page.get_by_label("What the co-op keeps").fill("90")
    page.wait_for_url("**contribution=90**")
    page.locator(".plan-rules").get_by_text("The co-op keeps 9% of the price of every job.").wait_for()
    assert page.locator("#answer .stat-value").first.inner_text() != pay
    assert page.get_by_text("Turnover").is_visible()
    page.get_by_label("Days that clients have to pay").fill("14")
    page.locator(".plan-rules").get_by_text("An invoice is to be paid within 14 days.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious_faults(page) == []
    paper = page.get_by_role("link", name="Financial plan as PDF").get_attribute("href")
    assert paper is not None and "contribution=90" in paper
    printed = page.request.get(paper)
    assert printed.headers["content-type"] == "application/pdf" and printed.body().startswith(b"%PDF")

    # The plan becomes the rules that everybody agrees with.
    page.get_by_role("button", name="Use these rules").click()
    page.wait_for_url("**/start/rules/")
    assert "9%" in page.inner_text("main")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="I agree: start Schoon Samen").click()
    page.get_by_role("heading", name="Schoon Samen has begun").wait_for()
    rules = rulebook(Coop.objects.get(slug="schoon-samen"), clock.now())
    assert float(rules.value("jobs.contribution")) == 0.09
    assert rules.value("invoices.term") == timedelta(days=14)


@pytest.fixture
def group(transactional_db: None) -> None:
    coop = make_coop()
    found(coop)
    Coop.objects.filter(pk=coop.pk).update(legal_form="none")
    make_member(coop, "Amina", offices=("coordinator",))
    make_member(coop, "Bo")
    make_member(coop, "Cleo")


def test_a_group_becomes_a_legal_co_op_and_keeps_everything(new_context: NewContext, group: None, serious_faults: Faults) -> None:
    pages = []
    for name in ("amina", "bo", "cleo"):
        pages.append(new_context(phone=name != "amina").new_page())
        sign_in(pages[-1], f"{name}@velo.example")
    amina = pages[0]
    amina.goto("/velo/legal-form/")
    click(amina.get_by_role("link", name="Compare the forms"))
    assert "The members decide:" in amina.inner_text("main")
    assert serious_faults(amina) == []
    amina.get_by_role("link", name="Choose a form").click()
    amina.get_by_label("CV / SC, co-operative company").check()
    assert serious_faults(amina) == []
    amina.get_by_role("button", name="See what it changes").click()
    amina.get_by_role("heading", name="These must change").wait_for()
    assert "Until now:" in amina.inner_text("main")
    assert serious_faults(amina) == []
    amina.get_by_role("button", name="Make it a proposal").click()
    amina.locator('[name="text"]').fill("Clients ask for it, and we want shares.")
    amina.get_by_role("button", name="Look at it once more").click()
    click(amina.get_by_role("button", name="Put it up for discussion"))

    proposal = Proposal.objects.get()
    Proposal.objects.filter(pk=proposal.pk).update(votes_from=clock.now() - timedelta(minutes=1))
    for page in pages:
        page.goto(f"/velo/proposals/{proposal.number}/")
        click(page.locator(".vote-buttons").get_by_role("button", name="For", exact=True))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.effect_state) == ("adopted", "applied")

    amina.goto("/velo/legal-form/")
    amina.get_by_text("Adopted, awaiting its deed").wait_for()
    assert Coop.objects.get().legal_form == "none"
    assert serious_faults(amina) == []
    amina.get_by_role("link", name="Record the deed").click()
    amina.locator('[name="day"]').fill(clock.now().strftime("%Y-%m-%d"))
    amina.locator('[name="number"]').fill("2026/77")
    amina.locator('[name="registration_number"]').fill("0123.456.749")
    click(amina.get_by_role("button", name="Look at it once more"))
    assert not Deed.objects.exists()
    assert serious_faults(amina) == []
    amina.get_by_role("button", name="Record the deed").click()
    amina.get_by_text("Everything else stays as it was.").wait_for()
    assert "2026/77" in amina.inner_text("main")
    assert Coop.objects.get().legal_form == "cooperative"
    assert Coop.objects.get().memberships.count() == 3
