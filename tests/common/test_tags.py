"""What every template may use without loading it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from marke.common.accent import DARK_GROUND, ENOUGH, LIGHT_GROUND, Colour, contrast, readable_accent
from marke.common.emblem import emblem_on_page, emblem_svg, initials
from marke.common.explain import Explanation, RuleLine


def shown(template: str, **context: Any) -> str:
    return Template(template).render(Context(context))


def test_money_is_shown_in_the_currency_of_the_co_op() -> None:
    request = RequestFactory().get("/")
    request.coop = SimpleNamespace(currency="SEK", slug="velo")  # type: ignore[attr-defined]
    assert shown("{% money 1250 %}", request=request) == '<span class="money">SEK12.50</span>'
    assert shown('{% money 1250 currency="EUR" %}', request=request) == '<span class="money">€12.50</span>'


def test_a_movement_carries_its_sign_and_what_is_not_known_a_dash() -> None:
    assert "+€18.40" in shown("{% money 1840 sign=True %}")
    assert "−€1.84" in shown("{% money -184 %}")
    assert "not known yet" in shown("{% money amount %}", amount=None)


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(3, 25), "12%"), ((1, 8), "12.5%"), (Fraction(1, 3), "33.33%"), (None, "–"), (Fraction(-1, 10), "−10%")],
)
def test_a_ratio_is_shown_as_a_percentage(value: Any, text: str) -> None:
    assert shown("{{ value|percent }}", value=value) == text


def test_moments_are_shown_in_the_time_zone_and_language_of_the_reader() -> None:
    at = datetime(2026, 3, 3, 23, 5, tzinfo=UTC)
    with timezone.override("Europe/Brussels"):
        assert ">4 Mar 2026, 00:05</time>" in shown("{{ at|when }}", at=at)
        assert ">4 March 2026</time>" in shown("{{ at|day }}", at=at)
        assert ">00:05</time>" in shown("{{ at|clock }}", at=at)
        with translation.override("nl"):
            assert ">woensdag 4 maart</time>" in shown("{{ at|weekday }}", at=at)
    assert 'datetime="2026-03-03"' in shown("{{ d|short_day }}", d=date(2026, 3, 3))
    assert shown("{{ at|when }}{{ at|day }}{{ at|clock }}", at=None) == "–––"


def test_spans_of_time_are_told_in_their_two_largest_units() -> None:
    assert shown("{{ t|duration }}", t=timedelta(days=2, hours=3, minutes=4)) == "2 days 3 hours"
    assert shown("{{ t|duration }}", t=900) == "15 minutes"
    assert shown("{{ t|duration }}", t=0) == "0 minutes"


def test_why_shows_formula_values_rule_and_decision() -> None:
    explanation = Explanation(
        "price times contribution", (("Price", "€12.50"),), (RuleLine("12% stays", "/rule/", "Decision 4", "/decision/"),)
    )
    html = shown("{% why explanation %}", explanation=explanation)
    assert html.startswith('<details class="why" name="why">')  # one note open at a time
    for part in ("price times contribution", "€12.50", 'href="/rule/"', "12% stays", 'href="/decision/"', "Decision 4"):
        assert part in html
    assert shown("{% why None %}").strip() == ""


def test_names_from_outside_are_escaped_everywhere() -> None:
    evil = '<script>alert("x")</script>'
    explanation = Explanation(evil, ((evil, evil),), (RuleLine(evil, "/", evil, "/"),))
    html = shown("{% why explanation %}{% emblem_of name %}", explanation=explanation, name=evil)
    assert "<script" not in html + emblem_svg(evil)


def test_an_accent_is_made_readable_in_both_schemes() -> None:
    def colour(text: str) -> Colour:
        return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)

    for accent in ("#ffff00", "#000000", "#ffffff", "#e2001a", "#0b5c5c", "#ff69b4"):
        readable = readable_accent(accent)
        assert readable is not None
        assert contrast(colour(readable.light), LIGHT_GROUND) >= ENOUGH
        assert contrast(colour(readable.dark), DARK_GROUND) >= ENOUGH


@pytest.mark.parametrize("accent", ["", "red", "#12345", "#12345g", "#000000;}", "}</style><script>"])
def test_what_is_no_colour_never_reaches_the_style(accent: str) -> None:
    assert readable_accent(accent) is None


def test_the_accent_is_delivered_with_the_nonce_of_the_page() -> None:
    request = RequestFactory().get("/")
    request.coop = SimpleNamespace(accent="#e2001a")  # type: ignore[attr-defined]
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    assert shown("{% accent_style %}", request=request).startswith('<style nonce="n0nce">:root{--accent-light:#')


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Velo", "V"), ("Schoon Samen", "SS"), ("De Marke van Lund", "ML"), ("3 & 4", "34"), ("", "·"), ("أخوة", "أ")],
)
def test_an_emblem_carries_the_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
    assert letters in emblem_on_page(name)
