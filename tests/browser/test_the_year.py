"""The year: a courier joins; a delivery goes from a stranger's booking to a payday; a rule is changed by a vote."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marke.common import clock
from marke.decisions.models import Proposal
from marke.jobs.models import Job, Offer
from marke.jobs.services import settle_jobs
from marke.jobs.services.history import PastJob, record_jobs
from marke.parties.models import Invitation, Membership
from marke.parties.services import invite
from marke.payments.models import PaymentRequest
from marke.rounds.models import Round
from marke.rules.models import RuleValue
from marke.shares.models import ShareEvent
from tests.browser.people import click, latest_mail, link_in, pay_in, sign_in
from tests.browser.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]


@pytest.fixture
def signed_in(new_context: NewContext, velo: World) -> Callable[..., Page]:
    def make(member: Membership, *, phone: bool = False) -> Page:
        page = new_context(phone=phone).new_page()
        sign_in(page, velo.email(member))
        return page

    return make


def test_a_courier_applies_buys_a_share_and_is_admitted(
    new_context: NewContext, velo: World, signed_in: Callable[..., Page]
) -> None:
    at = clock.now()
    invitation: Invitation = invite(coop=velo.coop, expires_at=at + timedelta(days=7), by=velo.joris.party, at=at)
    nadia = new_context(phone=True).new_page()
    nadia.goto(f"/velo/join/{invitation.token}/")
    nadia.get_by_label("Your name").fill("Nadia Osei")
    nadia.get_by_label("Mail address").fill("nadia@example.org")
    nadia.get_by_role("button", name="Apply").click()
    nadia.wait_for_url("**/joined/")
    membership = Membership.objects.get(coop=velo.coop, party__name="Nadia Osei")
    assert membership.state == "applied"

    nadia.goto("/velo/shares/mine/")
    nadia.get_by_role("button", name="Ask for shares").click()
    nadia.wait_for_url("**/shares/requests/*/")
    request = PaymentRequest.objects.get(party=membership.party)
    assert request.amount == 5000
    assert "€50.00" in nadia.inner_text("main")
    pay_in(signed_in(velo.lea), request, "50,00")
    kinds = ShareEvent.objects.filter(membership=membership).order_by("number")
    assert list(kinds.values_list("kind", flat=True)) == ["requested", "paid"]

    joris = signed_in(velo.joris)
    joris.goto("/velo/")
    joris.get_by_role("link", name="Nadia Osei wants to join").click()
    joris.locator("main form textarea, main form [name=reason]").first.fill("She knows the town by heart.")
    click(joris.get_by_role("button", name="Admit").first)
    membership.refresh_from_db()
    assert membership.state == "member"
    assert list(kinds.values_list("kind", flat=True)) == ["requested", "paid", "allotted"]


def _book(page: Page) -> Job:
    page.goto("/velo/book/")
    page.get_by_role("link", name=re.compile("Delivery in town")).first.click()
    page.get_by_label("At a time").check()
    page.locator('[name="starts_at"]').fill((clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT11:00"))
    page.locator('[name="pickup"]').fill("Oudburg 60")
    page.locator('[name="place"]').fill("Begijnhoflaan 12")
    page.locator('[name="name"]').fill("Bakkerij De Korst")
    page.locator('[name="email"]').fill("korst@example.org")
    page.get_by_role("button", name="See the price").click()
    page.get_by_role("button", name="Book", exact=True).click()
    page.wait_for_url("**/follow/*/")
    return Job.objects.order_by("-number")[0]


def test_a_delivery_goes_from_a_booking_to_a_payday(new_context: NewContext, velo: World, signed_in: Callable[..., Page]) -> None:
    # Velo still asks whoever was longest without a job; the offer says why.
    bakery = new_context(phone=True).new_page()
    job = _book(bakery)
    offer = Offer.objects.select_related("membership__party").get(job=job)
    courier = signed_in(offer.membership, phone=True)
    courier.goto(f"/velo/jobs/{job.number}/offer/")
    said = courier.inner_text("main")
    assert "Why me?" in said
    assert "€10.87" in said  # 12.50 less 1.50 (12 %) and 0.13 (1 %, half a cent goes up)
    courier.get_by_role("button", name="Accept").click()
    courier.get_by_role("button", name="I am on it").click()
    courier.get_by_role("link", name="At the pickup").click()
    courier.get_by_role("button", name="Picked up").click()
    courier.get_by_role("button", name="Delivered").click()
    courier.wait_for_url("**/jobs/")

    bakery.goto(link_in(latest_mail("korst@example.org")))
    bakery.get_by_role("button", name="Yes, it is right").click()
    bakery.get_by_role("button", name="Yes, it is right").wait_for(state="detached")
    job.refresh_from_db()
    assert job.state == "settled"

    lea = signed_in(velo.lea)
    lea.goto("/velo/invoices/to-invoice/")
    click(lea.get_by_role("link", name=re.compile("Check.*Korst")))
    assert "€15.13" in lea.inner_text("main")
    click(lea.get_by_role("button", name="Issue the invoice"))
    request = PaymentRequest.objects.get(party=job.client.party)
    assert request.amount == 1513  # 12.50 and 21 % VAT
    bakery.goto(link_in(latest_mail("korst@example.org")))
    assert "€15.13" in bakery.inner_text("main")
    pay_in(lea, request, "15,13")
    bakery.reload()
    assert "paid" in bakery.inner_text("main").lower()


def _work_of_last_week(velo: World) -> None:
    """A delivery by Amina that was written down after the last payday."""
    done = clock.now() - timedelta(days=8)
    service, client = velo.coop.services.filter(ended_at=None).order_by("id")[0], velo.coop.clients.order_by("id")[0]
    steps = [done + timedelta(minutes=10 * step) for step in range(5)]
    past = PastJob(
        service=service, client=client, worker=velo.amina, price=service.price, minutes=30, starts_at=steps[2],
        place="Ham 71", once_key="last-week", requested_at=steps[0], accepted_at=steps[1], started_at=steps[2],
        done_at=steps[3], confirmed_at=steps[4],
    )  # fmt: skip
    settle_jobs(jobs=record_jobs(coop=velo.coop, jobs=[past]), by=None, at=clock.now())


def test_a_pay_run_is_released_by_a_second_person(velo: World, signed_in: Callable[..., Page]) -> None:
    _work_of_last_week(velo)
    lea = signed_in(velo.lea)
    lea.goto("/velo/pay-runs/")
    lea.get_by_role("button", name="See who would be paid what").click()
    lea.get_by_role("button", name="Make it final").click()
    lea.get_by_text("A second person looks").wait_for()
    assert lea.get_by_role("button", name="Release it").count() == 0

    run = Round.objects.filter(kind="pay_run").order_by("-number")[0]
    joris = signed_in(velo.joris)
    joris.goto(f"/velo/pay-runs/{run.number}/")
    joris.get_by_role("button", name="Release it").click()
    joris.get_by_role("button", name="Release it").wait_for(state="detached")
    lea.reload()
    with lea.expect_download() as download:
        lea.get_by_role("link", name="Download the bank file").click()
    assert "BE71096123456769" in download.value.path().read_text()
    lea.get_by_role("button", name="It is at the bank").click()
    lea.get_by_role("button", name="The money has left").click()
    lea.get_by_role("button", name="The money has left").wait_for(state="detached")
    run.refresh_from_db()
    assert run.state == "settled"

    # She sees it on her account, and why.
    amina = signed_in(velo.amina, phone=True)
    amina.goto("/velo/money/")
    amina.locator("summary", has_text="why?").first.click()
    assert "Founding" in amina.inner_text("main") or "pay run" in amina.inner_text("main").lower()


def test_a_rule_is_changed_by_those_it_is_for(velo: World, signed_in: Callable[..., Page]) -> None:
    amina = signed_in(velo.amina, phone=True)
    amina.goto("/velo/rules/")
    amina.locator("article.statute").first.get_by_role("link", name="Propose a change").click()
    amina.locator('[name$="value"]').first.fill("10")
    amina.locator('[name="title"]').fill("Lower the contribution to 10 %")
    amina.locator('[name="text"]').fill("We have enough in the bank.")
    click(amina.get_by_role("button", name="Look at it once more"))
    # See before you vote: the co-op, those who earn least, and her, over the past year.
    preview = amina.inner_text("main")
    assert "12%" in preview and "10%" in preview
    assert "earn least" in preview
    click(amina.get_by_role("button", name="Put it up for discussion"))

    proposal = Proposal.objects.get(coop=velo.coop, title__startswith="Lower the contribution")
    joris = signed_in(velo.joris)
    joris.goto(f"/velo/proposals/{proposal.number}/")
    joris.locator("main textarea").last.fill("What about the van?")
    click(joris.get_by_role("button", name="Say it"))
    assert "What about the van?" in joris.inner_text("main")

    # The discussion has lasted long enough; the vote opens by itself for whoever looks first.
    Proposal.objects.filter(pk=proposal.pk).update(votes_from=clock.now() - timedelta(minutes=1))
    voters = [amina, joris, signed_in(velo.lea), *[signed_in(member, phone=True) for member in velo.others]]
    for voter, choice in zip(voters, ("For", "Against", "For", "For", "Abstain"), strict=True):
        voter.goto(f"/velo/proposals/{proposal.number}/")
        click(voter.locator(".vote-buttons").get_by_role("button", name=choice, exact=True))
    proposal.refresh_from_db()
    assert proposal.state == "adopted"
    assert proposal.effect_state == "applied"
    value = RuleValue.objects.get(coop=velo.coop, key="jobs.contribution", decision=proposal.decision)
    assert value.value == [1, 10]
    assert value.valid_from > clock.now()
    amina.goto("/velo/rules/")
    assert "10%" in amina.locator("article.statute").first.inner_text()
