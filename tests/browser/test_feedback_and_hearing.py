"""A client says how it was from her mail; a member is heard before anybody decides about her."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marke.common import clock
from marke.feedback.models import Feedback, FeedbackSilence
from marke.feedback.services import ask_for_feedback
from marke.hearings.models import Case
from marke.parties.models import Membership
from tests.browser.people import click, latest_mail, sign_in
from tests.factories.feedback import make_said
from tests.factories.jobs import make_job, make_service, settle
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]
Faults = Callable[["Page"], list[str]]


@pytest.fixture
def house(transactional_db: None) -> dict[str, Membership]:
    coop = make_coop()
    found(coop)
    make_service(coop)
    offices = {"Cato": ("coordinator",), "Bo": ("treasurer",), "Amina": ()}
    return {name: make_member(coop, name, offices=held) for name, held in offices.items()}


def test_from_the_mail_to_the_public_page(new_context: NewContext, house: dict[str, Membership], serious_faults: Faults) -> None:
    amina, now = house["Amina"], clock.now()
    lund = make_client(amina.coop)
    for _four in range(4):
        make_said(lund, amina, 5, "On time", at=now - timedelta(days=3))
    settle(make_job(amina.coop, lund, at=now - timedelta(days=2)), amina, at=now - timedelta(days=2))
    assert ask_for_feedback(at=now) == 1
    four = next(line for line in latest_mail(lund.party.email).text.splitlines() if line.endswith("?value=4"))

    client = new_context(phone=True, javascript=False).new_page()
    client.goto("/" + four.split("/", 3)[3])
    assert client.locator('[name="score"][value="4"]').is_checked()
    assert Feedback.objects.count() == 4
    client.locator('[name="sentence"]').fill("A fine bike")
    client.locator('[name="note"]').fill("The bell is broken")
    client.get_by_role("button", name="Say it").click()
    client.get_by_text("Thank you.").wait_for()
    client.get_by_role("link", name="Your booking").click()
    click(client.get_by_role("button", name="5 stars"))
    assert Feedback.objects.latest("id").score == 5
    assert Feedback.objects.latest("id").note == "The bell is broken"
    client.get_by_role("link", name="Do not ask me by mail again").click()
    click(client.get_by_role("button", name="Do not ask me again"))
    assert FeedbackSilence.objects.exists()

    visitor = new_context(dark=True).new_page()
    visitor.goto("/velo/said/")
    assert "5.0 of 5 stars" in visitor.inner_text("main")
    assert "The bell is broken" not in visitor.content()
    assert serious_faults(visitor) == []


def test_a_member_is_heard(new_context: NewContext, house: dict[str, Membership], serious_faults: Faults) -> None:
    pages = {}
    for name, member in house.items():
        pages[name] = new_context(phone=name == "Amina").new_page()
        sign_in(pages[name], member.party.email)
    cato, bo, amina = pages["Cato"], pages["Bo"], pages["Amina"]

    cato.goto(f"/velo/members/{house['Amina'].number}/")
    cato.get_by_role("link", name="Open a hearing").click()
    cato.locator('[name="agreed"]').fill("we come when we said")
    cato.locator('[name="grounds"]').fill("On Monday nobody came.")
    cato.get_by_role("button", name="Send the notice").click()
    cato.get_by_text("Case 1, about Amina").first.wait_for()
    assert "On Monday nobody came." in latest_mail(house["Amina"].party.email).text
    # Who opened it decides nothing, and nobody does before she has spoken.
    assert not cato.get_by_label("A warning").count()

    amina.goto("/velo/")
    click(amina.get_by_role("link", name="A hearing about you"))
    assert serious_faults(amina) == []
    amina.locator('[name="text"]').fill("The tyre was flat, and my phone too.")
    amina.get_by_role("button", name="Give the statement").click()
    amina.get_by_text("Your statement is with the case.").wait_for()

    bo.goto("/velo/hearings/1/")
    assert "The tyre was flat" in bo.inner_text("main")
    bo.get_by_label("A warning").check()
    bo.locator('[name="reasons"]').first.fill("Once. Carry a spare tube, the co-op pays it.")
    assert serious_faults(bo) == []
    bo.get_by_role("button", name="Decide, or put it to the vote").click()
    bo.get_by_text("It is decided").wait_for()

    amina.goto("/velo/hearings/1/")
    assert "Carry a spare tube" in amina.inner_text("main")
    amina.locator('[name="text"]').fill("I did call.")
    amina.get_by_role("button", name="Appeal").click()
    amina.get_by_text("Nothing takes effect until it is decided.").first.wait_for()
    amina.get_by_role("button", name="Put the appeal to the vote").click()
    amina.wait_for_url("**/proposals/1/")
    case = Case.objects.get()
    assert (case.state, house["Amina"].state) == ("appealed", "member")
