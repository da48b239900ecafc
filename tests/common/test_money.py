"""Amounts as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke.common.money import MINUS, NotAnAmount, example, format_money, format_rounded, minor_digits, parse_money

CURRENCIES = ["EUR", "SEK", "GBP", "JPY", "TND", "CHF", "INR"]
LANGUAGES = ["en", "nl", "fr", "de", "sv", "es", "pt-br", "ar"]


@given(st.integers(-(10**14), 10**14), st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_an_amount_that_was_written_is_read_back_to_the_cent(minor: int, currency: str, language: str) -> None:
    assert parse_money(format_money(minor, currency, language), currency, language) == minor


@given(st.text(max_size=60), st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text: str, currency: str, language: str) -> None:
    try:
        assert isinstance(parse_money(text, currency, language), int)
    except NotAnAmount as refusal:
        assert str(refusal).startswith("“")


@pytest.mark.parametrize(
    ("text", "language", "minor"),
    [
        ("12", "en", 1_200),
        ("12.5", "en", 1_250),
        ("12,5", "en", 1_250),
        ("1,204.00", "en", 120_400),
        ("1.204,00", "en", 120_400),
        ("1.204,00", "nl", 120_400),
        ("1.204", "nl", 120_400),
        ("1,204", "en", 120_400),
        ("1.204.000", "nl", 120_400_000),
        ("1 204,50", "fr", 120_450),
        ("1\u202f204,50 €", "fr", 120_450),
        ("1'204.50", "en", 120_450),
        ("€ 12,50", "nl", 1_250),
        ("EUR 12.50", "en", 1_250),
        ("-3", "en", -300),
        ("−3,10", "nl", -310),
        (".5", "en", 50),
        ("١٬٢٠٤٫٥٠", "ar", 120_450),
        ("१२.५०", "en", 1_250),
        ("１２．５０", "en", 1_250),
    ],
)
def test_people_write_amounts_in_many_ways(text: str, language: str, minor: int) -> None:
    assert parse_money(text, "EUR", language) == minor


@pytest.mark.parametrize(
    "text", ["", " ", "abc", "12.345", "1.20.4", "1,2,3", "12-5", "--5", "1e3", "0x10", "∞", "12 5", "1.204,00,1", "½", "=1+1"]
)
def test_what_is_no_amount_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotAnAmount, match=r"1,204\.50"):
        parse_money(text, "EUR", "en")


def test_a_refusal_names_what_was_typed_and_cuts_it_when_it_is_endless() -> None:
    with pytest.raises(NotAnAmount, match="“twelve”"):
        parse_money("twelve", "EUR", "en")
    with pytest.raises(NotAnAmount) as refusal:
        parse_money("x" * 100_000, "EUR", "en")
    assert len(str(refusal.value)) < 120


def test_decimals_that_the_currency_does_not_have_are_refused_not_rounded() -> None:
    with pytest.raises(NotAnAmount, match="more decimals than EUR has"):
        parse_money("1.2345", "EUR", "en")
    with pytest.raises(NotAnAmount, match="more decimals than JPY has"):
        parse_money("1.5", "JPY", "en")
    assert parse_money("1.204", "TND", "en") == 1_204


def test_more_than_the_books_can_hold_is_refused_with_the_most() -> None:
    with pytest.raises(NotAnAmount, match="more than can be booked"):
        parse_money("9" * 30, "EUR", "en")


def test_a_minus_is_a_true_minus_and_stands_in_front() -> None:
    assert format_money(-184, "EUR", "en") == f"{MINUS}€1.84"
    assert format_money(-184, "EUR", "nl").startswith(MINUS)
    assert format_money(184, "EUR", "en", sign=True) == "+€1.84"
    assert format_money(0, "EUR", "en", sign=True) == "€0.00"


def test_every_currency_keeps_its_own_decimals() -> None:
    assert [minor_digits(currency) for currency in ("EUR", "JPY", "TND")] == [2, 0, 3]
    assert format_money(1250, "JPY", "en") == "¥1,250"


def test_the_example_is_itself_an_amount() -> None:
    for currency in CURRENCIES:
        for language in LANGUAGES:
            parse_money(example(currency, language), currency, language)


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        (120_450, "EUR", "en", "€1,205"),
        (-120_449, "EUR", "nl", MINUS + "€\N{NO-BREAK SPACE}1.204"),
        (-49, "EUR", "en", "€0"),
        (1_204, "JPY", "en", "¥1,204"),
        (120_450, "SEK", "sv", "1\N{NO-BREAK SPACE}205\N{NO-BREAK SPACE}kr"),
    ],
)
def test_what_is_only_expected_has_no_decimals(minor: int, currency: str, language: str, written: str) -> None:
    assert format_rounded(minor, currency, language) == written
