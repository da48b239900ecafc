"""VAT of an invoice: one group per category and rate, computed on the sum of its lines, never per line.

Source: EN 16931-1, BR-CO-17 and BR-S-08/09 (without their slack of 1.00: here it is exact); code list UNCL 5305.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

# S standard rate, Z zero rate, E exempt, O outside the scope of VAT.
CATEGORIES = frozenset("SZEO")


class BadVat(ValueError):
    """A category that does not exist, or a rate that does not go with it."""


class NetLine(NamedTuple):
    category: str
    permille: int
    net: int  # minor units


class VatGroup(NamedTuple):
    category: str
    permille: int
    base: int
    vat: int


def vat_breakdown(lines: Iterable[NetLine]) -> list[VatGroup]:
    """The groups in order of category and falling rate. Rounded half away from zero, so that a credit note mirrors
    its invoice to the cent.

    Raises: BadVat; also when O stands beside another category, which no invoice may have (BR-O-11).
    """
    bases: dict[tuple[str, int], int] = defaultdict(int)
    for line in lines:
        if line.category not in CATEGORIES or line.permille < 0 or (line.permille > 0) != (line.category == "S"):
            raise BadVat(f"A rate of {line.permille} thousandths does not go with the category {line.category!r}.")
        bases[line.category, line.permille] += line.net
    if len(bases) > 1 and any(category == "O" for category, _ in bases):
        raise BadVat("Lines outside the scope of VAT do not stand on one invoice with others.")
    return [
        VatGroup(category, permille, base, vat_of(base, permille))
        for (category, permille), base in sorted(bases.items(), key=lambda group: (group[0][0], -group[0][1]))
    ]


def vat_of(base: int, permille: int) -> int:
    """The VAT on `base` minor units, rounded half away from zero."""
    size = (2 * abs(base) * permille + 1000) // 2000
    return size if base >= 0 else -size
