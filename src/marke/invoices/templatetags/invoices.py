"""How quantities and VAT rates are shown."""

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

from marke.common.money import locale_of
from marke.invoices.lines import tells_how_much, unit_words
from marke.invoices.vat_choices import VatChoice, label_of

register = template.Library()


def quantity(milli: int) -> str:
    """7500 as "7.5"."""
    return str(format_decimal(Decimal(milli).scaleb(-3), format="#,##0.###", locale=locale_of(get_language())))


@register.filter
def how_much(line: Any) -> str:
    """7500 thousandths of HUR as "7.5 hours"; nothing for one lump sum, or where there is no quantity."""
    if not tells_how_much(line.unit, line.quantity_milli):
        return ""
    return f"{quantity(line.quantity_milli)} {unit_words(line.unit, line.quantity_milli)}"


@register.filter
def vat(line: Any) -> str:
    """How a line or rate is taxed: "21 %", "reverse charge"."""
    category = line.vat_category if hasattr(line, "vat_category") else line.category
    rate = line.vat_permille if hasattr(line, "vat_permille") else line.permille
    return permille(rate) if category == "S" else label_of(VatChoice(category, rate))


@register.filter
def permille(value: int) -> str:
    """210 as "21 %"."""
    return f"{format_decimal(Decimal(value).scaleb(-1), format='0.#', locale=locale_of(get_language()))}\u00a0%"
