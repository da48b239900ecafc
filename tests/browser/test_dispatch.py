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
from marke_core.matching import Place
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
        found(self.coop, jobs__matching="by_hand", dispatch__trip_jobs=3)
        self.carla = make_member(self.coop, "Carla", offices=("coordinator",))
        self.emma = self._employed(share_home(make_member(self.coop, "Emma"), 400))
        self.samir = share_home(make_member(self.coop, "Samir"), 900)
        client, service = make_client(self.coop), make_service(self.coop)
        at = clock.now()
        self.jobs = [
            make_job(self.coop, client, service, at=at, starts_at=at + timedelta(minutes=5 + n), place_point=HOME)
            for n in range(2)
        ]

    def loaves(self) -> list[Job]:
        """Two things from one oven, which can go as one trip."""
        at, client = clock.now(), make_client(self.coop, "Bakery")
        service = make_service(self.coop, "Loaves", needs_pickup=True)
        return [
            make_job(
                self.coop, client, service, at=at, starts_at=at + timedelta(minutes=10 + n), pickup="Oven 1", pickup_point=HOME,
                place=f"Street {n}", place_point=Place(HOME.lat + 80_000 + n * 10_000, HOME.lon),
            )
            for n in range(2)
        ]  # fmt: skip

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
    provoked = any(status in text for status in ("404", "409", "422"))  # by the tests themselves
    assert kind != "error" or provoked, text


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


def test_two_that_are_ticked_are_dragged_as_one_trip_and_the_trip_is_dragged_whole(desk: Desk, new_context: NewContext) -> None:
    one, two = desk.loaves()
    page = desk.at_desk(new_context)
    for job in (one, two):
        page.locator(f"input[value^='{job.number}-']").check()
    page.locator(f".desk-waiting [data-key^='{two.number}-']").drag_to(page.locator(f"[data-to='{desk.emma.number}'] h3"))
    trip = page.locator(f"[data-to='{desk.emma.number}'] .desk-trip")
    trip.wait_for(timeout=FEW_SECONDS)
    assert "as one trip" in page.locator("#desk-said").inner_text()
    assert page.locator("input[name=job]:checked").count() == 0
    trip.locator("> label").drag_to(page.locator(f"[data-to='{desk.samir.number}'] h3"))
    page.locator(".desk-waiting .desk-trip").wait_for(timeout=FEW_SECONDS)
    assert set(Offer.objects.filter(state="open").values_list("membership", flat=True)) == {desk.samir.pk}
    page.locator(f".desk-waiting .desk-trip [data-key^='{one.number}-']").drag_to(
        page.locator(f"[data-to='{desk.emma.number}'] h3")
    )
    page.locator(f"[data-to='{desk.emma.number}'] [data-key^='{one.number}-']").wait_for(timeout=FEW_SECONDS)
    assert Job.objects.get(pk=one.pk).worker == desk.emma


def test_the_keyboard_alone_moves_a_whole_trip(desk: Desk, new_context: NewContext) -> None:
    jobs = desk.loaves()
    services.pass_on_together(
        jobs=jobs, membership=desk.emma, seen=services.last_events(jobs), by=desk.carla.party, at=clock.now()
    )
    page = desk.at_desk(new_context)
    page.locator(".desk-trip > label input").focus()
    page.keyboard.press("Space")
    page.locator(f"button[name='to'][value='{desk.samir.number}']").focus()
    page.keyboard.press("Enter")
    page.locator(".desk-waiting .desk-trip").get_by_text("asked: Samir").wait_for(timeout=FEW_SECONDS)
    assert {offer.membership for offer in Offer.objects.filter(state="open")} == {desk.samir}


def test_without_javascript_a_trip_is_put_together_and_moved_by_ticking(desk: Desk, new_context: NewContext) -> None:
    page = desk.at_desk(new_context, phone=True, javascript=False)
    one, two = desk.loaves()
    page.goto("/velo/desk/")
    for job in (one, two):
        page.locator(f"input[value^='{job.number}-']").check()
    click(page.locator(f"button[name='to'][value='{desk.emma.number}']"))
    assert "are given to Emma, as one trip" in page.inner_text("main")
    page.locator(".desk-trip > label input").check()
    click(page.locator("button[name='to'][value='nobody']"))
    assert "wait for somebody again" in page.inner_text("main")
    assert set(Job.objects.filter(pk__in=(one.pk, two.pk)).values_list("state", flat=True)) == {"requested"}
    click(page.locator(f"button[name='to'][value='{desk.emma.number}']"))
    assert "Choose a job first" in page.inner_text("main")
