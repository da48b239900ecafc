"""Amounts as people write them. Inside the program money is an integer of minor units; never a float."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol, get_decimal_symbol
from django.utils.translation import get_language, gettext

MINUS = "\u2212"
# The largest amount that a person may type: a trillion in whole units fits the database's integers thrice over.
MOST_MINOR_UNITS = 10**14


class NotAnAmount(ValueError):
    """What was typed is not an amount; the message names it and shows how to write one."""


@lru_cache(maxsize=64)
def locale_of(language: str | None) -> Locale:
    """The babel locale of a Django language code such as "nl" or "pt-br"; English when there is none."""
    for code in (language or "en", (language or "en").split("-")[0]):
        try:
            return Locale.parse(code, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for TND."""
    return get_currency_precision(currency)


def to_major(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-minor_digits(currency))


def format_money(minor: int, currency: str, language: str | None = None, *, sign: bool = False) -> str:
    """`minor` units of `currency` as the language writes them, with a true minus; `sign` also shows the plus.

    The sign stands in front of everything, so that it is found in one place whatever the language.
    """
    amount = to_major(abs(minor), currency)
    text = format_currency(amount, currency, locale=locale_of(language or get_language()))
    if minor < 0:
        return MINUS + text
    return "+" + text if sign and minor > 0 else text


def format_rounded(minor: int, currency: str, language: str | None = None) -> str:
    """Without decimals, for what is only expected: "€1,205". Half a unit goes away from zero."""
    locale = locale_of(language or get_language())
    whole = to_major(abs(minor), currency).quantize(Decimal(1), ROUND_HALF_UP)
    text = format_currency(whole, currency, locale=locale)
    if minor_digits(currency):
        text = re.sub(rf"{re.escape(get_decimal_symbol(locale))}\d+(?=\D*$)", "", text)
    return MINUS + text if minor < 0 and whole else text


def parse_money(text: str, currency: str, language: str | None = None) -> int:
    """Minor units from what a person typed: "1.204,00", "1,204.00", "€ 12", "١٢٫٥٠".

    A single separator before three digits is read as the language reads it and refused where that makes no amount,
    never guessed: "1.204" is a thousand and something in Dutch and an error in English.

    Raises: NotAnAmount, which is a ValueError.
    """
    language = language or get_language()
    cleaned = _strip_currency(western(text), currency, language)
    negative = cleaned[:1] == "-" or cleaned[-1:] == "-"
    unsigned = cleaned.removeprefix("-") if cleaned[:1] == "-" else cleaned.removesuffix("-")
    digits, decimals = _split(_strip_currency(unsigned.strip(), currency, language), text, currency, language)
    places = minor_digits(currency)
    if len(decimals) > places:
        raise NotAnAmount(_too_fine(text, currency, language))
    minor = int(digits + decimals.ljust(places, "0"))
    if minor > MOST_MINOR_UNITS:
        raise NotAnAmount(
            gettext("“%(text)s” is more than can be booked. The most is %(most)s.")
            % {"text": _short(text), "most": format_money(MOST_MINOR_UNITS, currency, language)}
        )
    return -minor if negative else minor


def example(currency: str, language: str | None = None) -> str:
    """An amount as one would type it: "1,204.50"."""
    locale = locale_of(language or get_language())
    return str(format_currency(Decimal("1204.50"), currency, "#,##0.00", locale, currency_digits=True)).strip()


def western(text: str) -> str:
    """Digits of any script as 0-9; every kind of minus, space and Arabic separator as its plain form."""
    out = []
    for char in unicodedata.normalize("NFKC", text[:200]):
        if char.isdecimal():
            out.append(str(unicodedata.decimal(char)))
        elif char in "\u2212\u2010\u2011\u2012\u2013\u2014-":
            out.append("-")
        elif char in "٬'’":
            out.append(" ")
        elif unicodedata.category(char) != "Cf":  # marks of direction, which nobody sees
            out.append("." if char == "٫" else "," if char == "،" else char)
    return "".join(" " if char.isspace() else char for char in out).strip()


def _strip_currency(text: str, currency: str, language: str | None) -> str:
    for mark in {
        currency,
        currency.lower(),
        get_currency_symbol(currency, locale_of(language)),
        "€" if currency == "EUR" else "",
    }:
        if mark := western(mark):
            text = text.replace(mark, "", 1)
    return text.strip()


def _split(text: str, typed: str, currency: str, language: str | None) -> tuple[str, str]:
    """Whole digits and decimal digits."""
    compact = _without_spaces(text)
    if compact is None or not compact or compact.strip("0123456789.,") or not any(c.isdigit() for c in compact):
        raise NotAnAmount(_junk(typed, currency, language))
    last = max(compact.rfind("."), compact.rfind(","))
    if last < 0:
        return compact, ""
    mark = compact[last]
    group = "," if mark == "." else "."
    whole, decimals = compact[:last], compact[last + 1 :]
    if compact.count(mark) > 1:  # 1.204.000: only groups
        if group in compact or not _grouped(compact, mark):
            raise NotAnAmount(_junk(typed, currency, language))
        return compact.replace(mark, ""), ""
    if group in whole:
        if not _grouped(whole, group):
            raise NotAnAmount(_junk(typed, currency, language))
        return whole.replace(group, ""), decimals
    is_group_mark = locale_of(language).number_symbols["latn"]["decimal"] != mark
    if len(decimals) == 3 and is_group_mark and whole and len(whole) <= 3 and whole[0] != "0":
        return whole + decimals, ""
    return whole or "0", decimals


def _without_spaces(text: str) -> str | None:
    """Spaces and apostrophes may part thousands: "1 204 000,50". None when they stand elsewhere."""
    if " " not in text:
        return text
    whole, mark, decimals = text, "", ""
    for candidate in ".,":
        if candidate in text:
            whole, mark, decimals = text.partition(candidate)
    return whole.replace(" ", "") + mark + decimals if _grouped(whole, " ") and " " not in decimals else None


def _grouped(text: str, mark: str) -> bool:
    first, *rest = text.split(mark)
    return 1 <= len(first) <= 3 and all(len(part) == 3 for part in rest)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def _junk(text: str, currency: str, language: str | None) -> str:
    return gettext("“%(text)s” is not an amount. Write it like %(example)s.") % {
        "text": _short(text),
        "example": example(currency, language),
    }


def _too_fine(text: str, currency: str, language: str | None) -> str:
    return gettext("“%(text)s” has more decimals than %(currency)s has (%(digits)s). Write it like %(example)s.") % {
        "text": _short(text),
        "currency": currency,
        "digits": minor_digits(currency),
        "example": example(currency, language),
    }
