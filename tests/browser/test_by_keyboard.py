"""Without a mouse: the skip link, a booking, a look at why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marke.common import clock
from tests.browser.people import sign_in
from tests.browser.world import World

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_TABS = 60


def _tab_to(page: Page, found: str) -> None:
    """Presses Tab until the element that has the focus fits; it must be visible then, and show that it has it."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const it = document.activeElement; return Boolean({found}); }})()"):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{found} does not show that it has the focus"
            return
    raise AssertionError(f"{MOST_TABS} tabs did not lead to {found}")


def test_the_first_tab_skips_the_navigation(new_context: Callable[..., BrowserContext], velo: World) -> None:
    page = new_context().new_page()
    page.goto("/velo/rules/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_delivery_can_be_booked_with_the_keyboard_alone(new_context: Callable[..., BrowserContext], velo: World) -> None:
    page = new_context().new_page()
    page.goto("/velo/book/")
    _tab_to(
        page,
        "it.closest('main') && it.tagName === 'A' && it.closest('main').contains(it) && /Delivery in town/.test(it.textContent)",
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/*/")
    when = clock.now() + timedelta(days=2)
    _tab_to(page, "it.name === 'window'")
    page.keyboard.press("ArrowDown")  # from as soon as possible to a moment of her own
    _tab_to(page, "it.name === 'starts_at'")
    page.keyboard.type(f"{when:%m%d%Y}")
    page.keyboard.press("Tab")
    page.keyboard.type("1100AM")
    for name, text in (("pickup", "Oudburg 60"), ("place", "Ham 71"), ("name", "Anna"), ("email", "anna@example.org")):
        _tab_to(page, f"it.name === '{name}'")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Book", exact=True).wait_for()
    _tab_to(page, "it.tagName === 'BUTTON' && it.textContent.trim() === 'Book'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/follow/*/")
    assert velo.coop.jobs.filter(client__party__name="Anna").count() == 1


def test_why_opens_with_the_keyboard(new_context: Callable[..., BrowserContext], velo: World) -> None:
    page = new_context().new_page()
    sign_in(page, velo.email(velo.amina))
    page.goto("/velo/money/")
    _tab_to(page, "it.tagName === 'SUMMARY' && /why/.test(it.textContent)")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
