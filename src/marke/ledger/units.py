"""Amounts in any unit as people read them: money, hours, kilowatt-hours, points, shares."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marke.common.money import MINUS, format_money, locale_of, minor_digits

# What an amount counts: hundredths of an hour, watt-hours, whole points and shares.
_DIGITS = {"hour": 2, "kWh": 3, "point": 0, "share": 0}
_WORDS = {
    "hour": _("%(amount)s hours"),
    "kWh": _("%(amount)s kWh"),
    "point": _("%(amount)s points"),
    "share": _("%(amount)s shares"),
}


def is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isalpha() and unit.isupper()


def digits(unit: str) -> int:
    """How many decimals the unit has."""
    return minor_digits(unit) if is_currency(unit) else _DIGITS.get(unit, 0)


def plain(amount: int, unit: str) -> str:
    """For files: 1250 EUR → "12.50"."""
    return f"{Decimal(amount).scaleb(-digits(unit)):f}"


def write_amount(amount: int, unit: str, *, sign: bool = False) -> str:
    """For people, in the active language: 1250 EUR → "€12.50", 150 hour → "1.5 hours"."""
    if is_currency(unit):
        return format_money(amount, unit, sign=sign)
    number = format_decimal(abs(Decimal(amount)).scaleb(-digits(unit)), locale=locale_of(get_language()))
    said = str(_WORDS.get(unit, "%(amount)s " + unit)) % {"amount": number}
    return MINUS + said if amount < 0 else "+" + said if sign and amount else said
