"""VAT of an invoice: one group per category and rate, computed on the sum of its lines, never per line.

Source: EN 16931-1, BR-CO-17 and BR-S-08/09 (without their slack of 1.00: here it is exact), the rules per category
(BR-S, BR-Z, BR-E, BR-AE, BR-O, BR-IC, BR-G); code lists UNCL 5305 and VATEX.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from marke_core.money import share_of_integers


@dataclass(frozen=True)
class VatCategory:
    """A category and what comes with it. The parties' needs are alternatives: one of the terms in a tuple is enough.

    `reason_code` is the reason that goes with the category; E takes any code of the list VATEX, or a text.
    """

    code: str
    rated: bool = False  # only S has a rate above zero
    states_rate: bool = True  # O has no rate at all, not even zero
    gives_reason: bool = False
    reason_code: str = ""
    needs: tuple[tuple[str, ...], ...] = ()
    forbids: tuple[str, ...] = ()
    alone: bool = False


SELLER_VAT, SELLER_TAX, REPRESENTATIVE_VAT = "BT-31", "BT-32", "BT-63"
BUYER_LEGAL, BUYER_VAT = "BT-47", "BT-48"
DELIVERY_DATE, INVOICE_PERIOD, DELIVERY_COUNTRY = "BT-72", "BG-14", "BT-80"
_KNOWN_TO_THE_TAXMAN = (SELLER_VAT, SELLER_TAX, REPRESENTATIVE_VAT)
_KNOWN_IN_THE_UNION = (SELLER_VAT, REPRESENTATIVE_VAT)

CATEGORIES: Mapping[str, VatCategory] = MappingProxyType(
    {
        category.code: category
        for category in (
            VatCategory("S", rated=True, needs=(_KNOWN_TO_THE_TAXMAN,)),
            VatCategory("Z", needs=(_KNOWN_TO_THE_TAXMAN,)),
            VatCategory("E", gives_reason=True, needs=(_KNOWN_TO_THE_TAXMAN,)),
            # the buyer owes the VAT
            VatCategory(
                "AE",
                gives_reason=True,
                reason_code="VATEX-EU-AE",
                needs=(_KNOWN_TO_THE_TAXMAN, (BUYER_VAT, BUYER_LEGAL)),
            ),
            # goods to another country of the Union
            VatCategory(
                "K",
                gives_reason=True,
                reason_code="VATEX-EU-IC",
                needs=(_KNOWN_IN_THE_UNION, (BUYER_VAT,), (DELIVERY_DATE, INVOICE_PERIOD), (DELIVERY_COUNTRY,)),
            ),
            # out of the Union
            VatCategory("G", gives_reason=True, reason_code="VATEX-EU-G", needs=(_KNOWN_IN_THE_UNION,)),
            # outside the scope of VAT
            VatCategory(
                "O",
                states_rate=False,
                gives_reason=True,
                reason_code="VATEX-EU-O",
                forbids=(SELLER_VAT, REPRESENTATIVE_VAT, BUYER_VAT),
                alone=True,
            ),
        )
    }
)


_OWNERS = {kind.reason_code: kind.code for kind in CATEGORIES.values() if kind.reason_code}


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


class TermFault(NamedTuple):
    """Terms of EN 16931 that a category asks for (any one of them is enough), or forbids (each of them)."""

    category: str
    terms: tuple[str, ...]
    forbidden: bool


def vat_breakdown(lines: Iterable[NetLine]) -> list[VatGroup]:
    """The groups in order of category and falling rate. Rounded half away from zero, so that a credit note mirrors
    its invoice to the cent.

    Raises: BadVat; also when O stands beside another category, which no invoice may have (BR-O-11).
    """
    bases: dict[tuple[str, int], int] = defaultdict(int)
    for line in lines:
        check_rate(line.category, line.permille)
        bases[line.category, line.permille] += line.net
    check_together(category for category, _ in bases)
    return [
        VatGroup(category, permille, base, vat_of(base, permille))
        for (category, permille), base in sorted(bases.items(), key=lambda group: (group[0][0], -group[0][1]))
    ]


def check_rate(category: str, permille: int) -> None:
    """Raises: BadVat when the category does not exist, or the rate does not go with it."""
    kind = CATEGORIES.get(category)
    if kind is None or permille < 0 or (permille > 0) != kind.rated:
        raise BadVat(f"A rate of {permille} thousandths does not go with the category {category!r}.")


def check_together(categories: Iterable[str]) -> None:
    """Raises: BadVat when O stands beside another category."""
    found = set(categories)
    if len(found) > 1 and any(category in CATEGORIES and CATEGORIES[category].alone for category in found):
        raise BadVat("Lines outside the scope of VAT do not stand on one invoice with others.")


def term_faults(categories: Iterable[str], given: frozenset[str] | set[str]) -> Iterator[TermFault]:
    """What the categories on an invoice ask of its parties and delivery and is not among the terms `given`.

    given: the terms that the invoice has, of BT-31, 32, 47, 48, 63, 72, 80 and BG-14.
    """
    for code in sorted(set(categories) & CATEGORIES.keys()):
        kind = CATEGORIES[code]
        yield from (TermFault(code, terms, forbidden=False) for terms in kind.needs if not given.intersection(terms))
        if found := tuple(term for term in kind.forbids if term in given):
            yield TermFault(code, found, forbidden=True)


def lacks_reason(category: str, *, code: str = "", text: str = "") -> bool:
    """Whether the exemption reason (BT-120, BT-121) is missing where the category asks for one, stands where there is
    none to give, or is the one of another category. A country may have codes of its own, which are taken as they are.
    """
    kind = CATEGORIES[category]
    if not kind.gives_reason:
        return bool(code or text)
    owner = _OWNERS.get(code.upper())
    return not (code or text) or (owner is not None and owner != category)


def vat_of(base: int, permille: int) -> int:
    """The VAT on `base` minor units, rounded half away from zero."""
    return share_of_integers(base, permille, 1000)
