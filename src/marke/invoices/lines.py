"""What a line comes to: quantity times price, less the discount. Integers only, each step rounded half away from zero.

Source: EN 16931-1, BT-131 (line net amount) with BG-27 (line allowance).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from marke_core.einvoice import NetLine, VatGroup, vat_breakdown
from marke_core.money import share_of_integers

# UN/ECE Recommendation 20, those that people bill by.
UNITS = {
    "HUR": _("hours"),
    "DAY": _("days"),
    "C62": _("pieces"),
    "LS": _("lump sum"),
    "WEE": _("weeks"),
    "MON": _("months"),
    "KMT": _("kilometres"),
    "MTK": _("square metres"),
    "KGM": _("kilograms"),
}

ONE = {
    "HUR": _("hour"),
    "DAY": _("day"),
    "C62": _("piece"),
    "WEE": _("week"),
    "MON": _("month"),
    "KMT": _("kilometre"),
    "MTK": _("square metre"),
    "KGM": _("kilogram"),
}


def unit_words(unit: str, milli: int) -> str:
    """ "hours", or "hour" for one of them."""
    known = ONE if abs(milli) == 1000 and unit in ONE else UNITS
    return str(known[unit]) if unit in known else unit


def tells_how_much(unit: str, milli: int | None) -> bool:
    """Whether it says more than the amount itself: one lump sum does not."""
    return milli is not None and (unit, abs(milli)) != ("LS", 1000)


class LineAmounts(NamedTuple):
    """Minor units; `before - discount == net`."""

    before: int
    discount: int
    net: int


def line_amounts(quantity_milli: int, unit_price: int, discount_permille: int = 0) -> LineAmounts:
    before = share_of_integers(quantity_milli, unit_price, 1000)
    discount = share_of_integers(before, discount_permille, 1000)
    return LineAmounts(before, discount, before - discount)


class Sums(NamedTuple):
    """What lines come to together; minor units."""

    groups: tuple[VatGroup, ...]
    net: int
    vat: int

    @property
    def gross(self) -> int:
        return self.net + self.vat


def sums(lines: Iterable[NetLine]) -> Sums:
    """Raises: marke_core.einvoice.vat.BadVat."""
    groups = tuple(vat_breakdown(lines))
    return Sums(groups, sum(group.base for group in groups), sum(group.vat for group in groups))
