"""How VAT rates are shown."""

from decimal import Decimal

from babel.numbers import format_decimal
from django import template
from django.utils.translation import get_language

from marke.common.money import locale_of

register = template.Library()


@register.filter
def permille(value: int) -> str:
    """210 as "21 %"."""
    return f"{format_decimal(Decimal(value).scaleb(-1), format='0.#', locale=locale_of(get_language()))}\u00a0%"
