"""The desk in a real browser: a job is dragged, moved by the keyboard, moved on a phone without any script; two sit at it at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marke.common import clock
from marke.jobs import services
from marke.jobs.models import Job, Offer
from marke.parties.models import Coop, Membership
from tests.browser.people import click, sign_in
from tests.factories.jobs import HOME, make_job, make_service, share_home
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NewContext = Callable[..., "BrowserContext"]
FEW_SECONDS = 20_000


class Desk:
    """A co-op with a coordinator, an employee and a self-employed member, and two jobs that wait."""

    def __init__(self) -> None:
        self.coop: Coop = make_coop()
        found(self.coop, jobs__matching="by_hand")
        self.carla = make_member(self.coop, "Carla", offices=("coordinator",))
        self.emma = self._employed(share_home(make_member(self.coop, "Emma"), 400))
        self.samir = share_home(make_member(self.coop, "Samir"), 900)
        client, service = make_client(self.coop), make_service(self.coop)
        at = clock.now()
        self.jobs = [
            make_job(self.coop, client, service, at=at, starts_at=at + timedelta(minutes=5 + n), place_point=HOME)
            for n in range(2)
        ]

    def _employed(self, member: Membership) -> Membership:
        member.engagement = Membership.Engagement.EMPLOYEE
        member.save(update_fields=["engagement"])
        return member

    def at_desk(self, new_context: NewContext, **how: bool) -> Page:
        page = new_context(**how).new_page()
        page.on("console", lambda message: _no_errors(message.type, message.text))
        sign_in(page, self.carla.party.email)
        page.goto("/velo/desk/")
        return page


def _no_errors(kind: str, text: str) -> None:
    assert kind != "error" or "409" in text or "404" in text, text  # what the tests themselves provoke


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    return Desk()


def test_a_job_is_dragged_to_an_employee_who_has_it_then(desk: Desk, new_context: NewContext) -> None:
    page = desk.at_desk(new_context)
    job = desk.jobs[0]
    page.locator(f".desk-waiting [data-key^='{job.number}-']").drag_to(page.locator(f"[data-to='{desk.emma.number}']"))
    page.locator(f"[data-to='{desk.emma.number}'] [data-key^='{job.number}-']").wait_for(timeout=FEW_SECONDS)
    assert "is given to Emma" in page.locator("#desk-said").inner_text()
    job.refresh_from_db()
    assert job.worker == desk.emma
    page.locator(f"[data-to='{desk.emma.number}'] [data-key^='{job.number}-']").drag_to(page.locator(".desk-waiting h2"))
    page.locator(f".desk-waiting [data-key^='{job.number}-']").wait_for(timeout=FEW_SECONDS)
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.worker) == (Job.State.REQUESTED, None)


def test_the_keyboard_alone_asks_a_self_employed_member(desk: Desk, new_context: NewContext) -> None:
    page = desk.at_desk(new_context)
    job = desk.jobs[1]
    page.locator(f"input[value^='{job.number}-']").focus()
    page.keyboard.press("Space")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'to' && document.activeElement.textContent.includes('Samir')"):
            break
    page.keyboard.press("Enter")
    page.get_by_text("asked: Samir").wait_for(timeout=FEW_SECONDS)
    assert Offer.objects.get().membership == desk.samir


def test_on_a_phone_and_without_javascript_it_is_choose_and_press(desk: Desk, new_context: NewContext) -> None:
    page = desk.at_desk(new_context, phone=True, javascript=False)
    job = desk.jobs[0]
    page.locator(f"input[value^='{job.number}-']").check()
    click(page.locator(f"button[name='to'][value='{desk.emma.number}']"))
    assert "is given to Emma" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_somebody_else_moves_appears_and_who_comes_second_is_told(desk: Desk, new_context: NewContext) -> None:
    page = desk.at_desk(new_context)
    job = desk.jobs[0]
    page.evaluate("document.querySelector('#desk').dataset.rows = '/velo/nowhere/'")  # the network is slow to tell
    services.offer_job(job=job, membership=desk.samir, by=desk.carla.party, at=clock.now())
    page.locator(f".desk-waiting [data-key^='{job.number}-']").drag_to(page.locator(f"[data-to='{desk.emma.number}']"))
    page.get_by_text("moved job 1 meanwhile").wait_for(timeout=FEW_SECONDS)
    job.refresh_from_db()
    assert (job.state, job.worker) == (Job.State.OFFERED, None)
    page.evaluate("document.querySelector('#desk').dataset.rows = '/velo/desk/rows/'")
    page.get_by_text("asked: Samir").wait_for(timeout=FEW_SECONDS)


def test_a_board_that_stays_open_keeps_itself_fresh_and_loses_no_choice(desk: Desk, new_context: NewContext) -> None:
    page = desk.at_desk(new_context)
    first, second = desk.jobs
    page.locator(f"input[value^='{second.number}-']").check()
    services.offer_job(job=first, membership=desk.emma, by=desk.carla.party, at=clock.now())
    page.locator(f"[data-to='{desk.emma.number}'] [data-key^='{first.number}-']").wait_for(timeout=FEW_SECONDS)
    assert page.locator(f"input[value^='{second.number}-']").is_checked()
