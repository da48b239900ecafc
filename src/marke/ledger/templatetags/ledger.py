"""Amounts of any unit, and names of accounts as this reader may see them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from marke.ledger.units import write_amount

register = template.Library()


@register.simple_tag
def amount(value: int, unit: str, sign: bool = False) -> SafeString:
    """{% amount line.amount account.unit sign=True %}"""
    kind = " money--in" if sign and value > 0 else " money--out" if value < 0 else ""
    return format_html('<span class="money{}">{}</span>', kind, write_amount(value, unit, sign=sign))
