"""What members put in and get out: a year from its preview to a paper, shares that are given back, an issue of new ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from marke.capital.models import ShareIssue, Subscription
from marke.common import clock
from marke.decisions.models import Proposal
from marke.parties.models import Coop, Membership
from marke.shares.exits.clockwork import turn as turn_exits
from marke.shares.models import ShareEvent, ShareExit
from marke.surplus.models import YearClose
from tests.browser.people import click, pay_in, sign_in
from tests.factories.parties import T0, make_coop, make_member
from tests.shares.scene import founded, hold
from tests.surplus.scene import AFTER, make_year

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignedIn = Callable[..., "Page"]
DAY = timedelta(days=1)


class Calendar:
    """The day that the pages think it is."""

    def __init__(self, at: datetime) -> None:
        self.at = at


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    made = Calendar(T0 + 30 * DAY)
    monkeypatch.setattr(clock, "now", lambda: made.at)
    return made


@pytest.fixture
def signed_in(new_context: Callable[..., BrowserContext]) -> SignedIn:
    def make(who: Membership, **kind: bool) -> Page:
        page = new_context(**kind).new_page()
        sign_in(page, who.party.email)
        return page

    return make


@pytest.fixture
def sound(serious_faults: Callable[[Page], list[str]]) -> Callable[[Page], None]:
    """Nothing serious for axe, and nothing wider than the screen."""

    def look(page: Page) -> None:
        assert serious_faults(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    return look


def press(page: Page, name: str) -> None:
    click(page.get_by_role("button", name=name, exact=True))


def follow(page: Page, name: str) -> None:
    click(page.get_by_role("link", name=name, exact=True))


def says(page: Page, *texts: str) -> None:
    shown = page.inner_text("main")
    for text in texts:
        assert text in shown, f"{text!r} is not on {page.url}: {shown}"


def vote(page: Page, proposal: Proposal) -> None:
    page.goto(f"/velo/proposals/{proposal.number}/")
    click(page.locator(".vote-buttons").get_by_role("button", name="For", exact=True))


def test_a_year_goes_from_its_preview_to_a_paper_for_each(
    calendar: Calendar, signed_in: SignedIn, sound: Callable[[Page], None]
) -> None:
    calendar.at = AFTER
    _coop, people = make_year(surplus__legal_reserve=[15, 100], surplus__workers=[1, 2], surplus__cash=[1, 5])
    lea, amina, bram = signed_in(people[0]), signed_in(people[1], phone=True, javascript=False), signed_in(people[2])
    lea.goto("/velo/years/")
    press(lea, "Look at 2025")
    says(lea, "€72.00", "Set aside, as the law asks", "legal reserve", "€10.80", "Left for later years", "€30.60")
    why = lea.locator("tr", has_text="Set aside, as the law asks").locator("summary")
    why.click()
    says(lea, "15% of the surplus goes to the legal reserve", "Founding of Velo")
    sound(lea)
    lea.keyboard.press("Escape")

    # A member looks at her own part on an old phone, before anything is decided.
    amina.goto("/velo/years/")
    follow(amina, "2025")
    follow(amina, "See how it came about")
    says(amina, "Nothing is decided yet", "€10.20", "€200.00 of €600.00")

    follow(lea, "Propose it")
    lea.locator('[name="text"]').fill("We had a good year. A part of it stays for the next.")
    press(lea, "Propose it to the members")
    sound(lea)
    proposal = Proposal.objects.get()
    for voter in (lea, amina, bram):
        vote(voter, proposal)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.effect_state) == ("adopted", "applied"), proposal.effect_error

    year = YearClose.objects.get()
    lea.goto(f"/velo/years/{year.round.number}/")
    follow(lea, "Pay it")
    sound(lea)
    press(lea, "Pay €6.12 with the next pay")
    assert YearClose.objects.get().round.state == "settled"
    sound(lea)

    amina.goto(f"/velo/years/{year.round.number}/mine/")
    says(amina, "What is in money went to your pay", "€2.04", "€8.16")
    paper = amina.get_by_role("link", name="On paper (PDF)").get_attribute("href")
    assert paper is not None
    assert amina.request.get(paper).body().startswith(b"%PDF")


def test_a_member_gives_shares_back_and_sees_when_and_how_much(
    calendar: Calendar, signed_in: SignedIn, sound: Callable[[Page], None]
) -> None:
    coop = founded(make_coop("velo"), shares__exit_notice=30 * 86_400)
    amina, lea = make_member(coop, "Amina"), make_member(coop, "Lea", offices=("treasurer",))
    hold(amina, 3)
    hold(lea, 3)
    phone = signed_in(amina, phone=True)
    phone.goto("/velo/shares/mine/")
    sound(phone)
    follow(phone, "Give shares back and be paid for them")
    phone.locator('[name="shares"]').fill("9")
    press(phone, "See what I get")
    assert phone.locator(".error-summary").is_visible()
    phone.locator('[name="shares"]').fill("2")
    press(phone, "See what I get")
    says(phone, "€100.00", "6 March 2026", "They end on")
    sound(phone)
    assert not ShareExit.objects.exists()
    press(phone, "Give back 2 shares")
    says(phone, "Shares given back, no. 1", "6 March 2026", "€100.00")
    sound(phone)

    calendar.at += 31 * DAY
    turn_exits(calendar.at)
    desk = signed_in(lea)
    desk.goto("/velo/")
    click(desk.get_by_role("link", name="Pay back shares to 1 person").first)
    says(desk, "Who waits, in their order", "Amina", "€100.00")
    sound(desk)
    follow(desk, "Amina")
    desk.locator('[name="amount"]').fill("100,00")
    desk.locator('[name="date"]').fill(calendar.at.strftime("%Y-%m-%d"))
    press(desk, "It was paid")
    sound(desk)

    phone.goto("/velo/shares/mine/")
    says(phone, "I hold\n1 share", "Shares I give back", "paid back")
    click(phone.get_by_role("table", name="Shares I give back").get_by_role("link"))
    says(phone, "Paid", "€100.00")
    sound(phone)


def _propose_an_issue(page: Page, calendar: Calendar) -> Proposal:
    page.goto("/velo/capital/")
    follow(page, "Propose a share issue")
    page.locator('[name="name"]').fill("A workshop of our own")
    page.locator('[name="purpose"]').fill("The rent of the workshop, and a lift for cargo bikes.")
    page.locator('[name="goal"]').fill("200")
    page.locator('[name="minimum"]').fill("100")
    page.locator('[name="closes_on"]').fill((calendar.at + 30 * DAY).strftime("%Y-%m-%d"))
    press(page, "Look at it once more")
    click(page.get_by_role("button", name="Put it up for discussion"))
    return Proposal.objects.get()


def _take_part(page: Page, shares: int) -> Subscription:
    page.goto("/velo/share-issues/1/")
    follow(page, "Take part")
    page.locator('[name="shares"]').fill(str(shares))
    press(page, "Take part and see how to pay")
    says(page, "You take part", "How to pay")
    return Subscription.objects.latest("pk")


def _assembly(coop: Coop) -> tuple[Membership, Membership, Membership]:
    return (
        make_member(coop, "Amina"),
        make_member(coop, "Joris", offices=("coordinator",)),
        make_member(coop, "Lea", offices=("treasurer",)),
    )


def test_members_raise_money_for_what_they_voted_and_read_what_became_of_it(
    calendar: Calendar, new_context: Callable[..., BrowserContext], signed_in: SignedIn, sound: Callable[[Page], None]
) -> None:
    coop = founded(make_coop("velo"), decisions__discussion=0)
    amina, joris, lea = _assembly(coop)
    second, desk, phone = signed_in(joris), signed_in(lea), signed_in(amina, phone=True, javascript=False)
    proposal = _propose_an_issue(second, calendar)
    for voter in (second, desk, phone):
        vote(voter, proposal)
    assert ShareIssue.objects.get().purpose.startswith("The rent")

    stranger = new_context(phone=True).new_page()
    stranger.goto("/velo/share-issues/1/")
    says(stranger, "A workshop of our own", "a lift for cargo bikes", "Become a member and take part", "€100.00")
    sound(stranger)

    for taker in (phone, second):
        pay_in(desk, _take_part(taker, 3).payment_request, "150,00")
    stranger.reload()
    says(stranger, "€300.00", "paid in by 2 members")

    desk.goto("/velo/share-issues/1/subscriptions/")
    sound(desk)
    press(desk, "Close it now")
    press(desk, "Divide the shares")
    says(desk, "another treasurer or coordinator looks at it")
    second.goto("/velo/share-issues/1/subscriptions/")
    press(second, "It is right")
    desk.reload()
    press(desk, "Give out the shares")
    sound(desk)
    assert ShareEvent.objects.get(membership=amina, kind="allotted").shares == 2

    phone.goto("/velo/share-issues/1/subscription/")
    says(phone, "Shares for you\n2", "Sent back to you\n€50.00")  # of six that were asked for, four were wanted
    desk.goto("/velo/share-issues/1/")
    desk.get_by_text("Report what was done").click()
    desk.locator('[name="text"]').fill("The lift hangs in the workshop.")
    desk.locator('[name="date"]').fill(calendar.at.strftime("%Y-%m-%d"))
    press(desk, "Put it on the page")
    stranger.reload()
    says(stranger, "What became of it", "The lift hangs in the workshop.")
    sound(stranger)
