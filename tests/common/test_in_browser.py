"""The pattern page in a real browser: nothing stopped by the policy, nothing wider than a phone, nothing hard to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pattern_page_is_sound(
    new_context: Callable[..., Any], serious_faults: Callable[[Any], list[str]], phone: bool, dark: bool
) -> None:
    page = new_context(phone=phone, dark=dark).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/patterns/")
    assert not complaints
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not serious_faults(page)


def test_a_note_opens_beside_its_amount_and_closes_on_escape(new_context: Callable[..., Any]) -> None:
    page = new_context().new_page()
    page.goto("/patterns/")
    word = page.locator("#table .why summary").first
    word.click()
    amount, note = word.bounding_box(), page.locator("#table .why[open] .why-note").bounding_box()
    assert note["x"] >= amount["x"] + amount["width"]
    page.keyboard.press("Escape")
    assert page.locator(".why[open]").count() == 0


def test_on_a_phone_a_note_opens_under_its_amount_without_javascript(new_context: Callable[..., Any]) -> None:
    page = new_context(phone=True, javascript=False).new_page()
    page.goto("/patterns/")
    word = page.locator("#table .why summary").first
    word.tap()
    amount, note = word.bounding_box(), page.locator("#table .why[open] .why-note").bounding_box()
    assert note["y"] >= amount["y"] + amount["height"] - 1
    assert note["x"] >= 0 and note["x"] + note["width"] <= 360


def test_everything_that_is_tapped_is_large_enough_for_a_thumb(new_context: Callable[..., Any]) -> None:
    page = new_context(phone=True).new_page()
    page.goto("/patterns/")
    small = page.evaluate(
        "[...document.querySelectorAll('.button, .nouns a, .menu summary, .tabs a, input:not([type=hidden]):not([type=radio])"
        ":not([type=checkbox]), select, textarea, .choices label, .languages button')]"
        ".filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert not small
