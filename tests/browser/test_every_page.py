"""Every kind of page, as each kind of person sees it: nothing serious for axe, nothing wider than a phone, no error in the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from marke.parties.models import Client
from tests.browser.people import sign_in
from tests.browser.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STRANGER = (
    "/", "/start/", "/patterns/", "/accounts/login/", "/accounts/signup/", "/velo/", "/velo/book/", "/velo/book/{service}/",
    "/velo/rules/", "/velo/rules/jobs.contribution/", "/velo/agreement/", "/velo/join/", "/velo/follow/{token}/", "/velo/pay/{client}/",
)  # fmt: skip
MEMBER = (
    "/me/", "/velo/", "/velo/jobs/", "/velo/jobs/asked/", "/velo/jobs/{job}/", "/velo/jobs/{job}/why/", "/velo/money/",
    "/velo/money/mine/", "/velo/money/flow/", "/velo/proposals/", "/velo/proposals/new/",
    "/velo/proposals/new/?effect=rule&key=jobs.contribution", "/velo/proposals/what-if/?key=jobs.contribution&value=10",
    "/velo/decisions-book/", "/velo/decisions-book/1/", "/velo/members/", "/velo/members/1/", "/velo/circles/", "/velo/mandates/",
    "/velo/leaving/", "/velo/shares/mine/", "/velo/my-pay/", "/velo/my-pay/bank-account/",
    "/velo/shares/classes/", "/velo/shares/mine/exit/", "/velo/shares/transfers/new/?reason=sale", "/velo/capital/", "/velo/years/",
    "/velo/rounds/",
)  # fmt: skip
OFFICER = (
    "/velo/", "/velo/jobs/all/", "/velo/services/", "/velo/services/new/", "/velo/applications/", "/velo/invitations/", "/velo/details/",
    "/velo/imports/", "/velo/founding/", "/velo/members/new/", "/velo/mandates/new/",
)  # fmt: skip
TREASURER = (
    "/velo/", "/velo/money/", "/velo/payments/", "/velo/payments/record/", "/velo/payments/received/", "/velo/payments/refunds/",
    "/velo/pay-runs/", "/velo/pay-runs/1/", "/velo/invoices/", "/velo/invoices/to-invoice/", "/velo/invoices/to-invoice/check/", "/velo/shares/",
    "/velo/shares/entries/", "/velo/shares/transfers/", "/velo/shares/exits/", "/velo/shares/liquidity/", "/velo/loans/",
)  # fmt: skip


def _addresses(velo: World, paths: tuple[str, ...]) -> Iterator[str]:
    service = velo.coop.services.filter(ended_at=None).order_by("id")[0]
    job = velo.coop.jobs.filter(state="settled", worker=velo.amina).order_by("-number")[0]
    client = Client.objects.filter(coop=velo.coop).order_by("number")[0]
    for path in paths:
        yield path.format(service=service.pk, job=job.number, token=job.token, client=client.token)


@pytest.mark.parametrize(
    ("who", "paths"),
    [("", STRANGER), ("amina", MEMBER), ("joris", OFFICER), ("lea", TREASURER)],
    ids=["stranger", "member", "coordinator", "treasurer"],
)
def test_every_page_can_be_used_by_everybody(
    new_context: Callable[..., BrowserContext],
    serious_faults: Callable[..., list[str]],
    velo: World,
    who: str,
    paths: tuple[str, ...],
) -> None:
    page = new_context(phone=True).new_page()
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", listen)
    if who:
        sign_in(page, velo.email(getattr(velo, who)))
    found: list[str] = []
    for address in _addresses(velo, paths):
        response = page.goto(address)
        assert response is not None
        if response.status != 200:
            found.append(f"{address}: answers {response.status}")
            continue
        found += [f"{address}: {fault}" for fault in serious_faults(page)]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found += [f"{address}, dark: {fault}" for fault in serious_faults(page, "color-contrast")]
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 360:
            found.append(f"{address}: {wide} px wide on a phone of 360")
    assert found + said == []
