"""VAT of a period on what was bought: suppliers' bills and papers in members' names, both read the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from marke.bills import queries as bills
from marke.bills.models import Bill
from marke.bills.queries import Bought
from marke.ledger.periods import Period
from marke.parties.models import Coop
from marke.selfbills import queries as self_bills

Own = Bill.Own
CHARGED = ""
KINDS = {
    CHARGED: _("VAT reckoned by the seller, or none"),
    **{kind.value: kind.label for kind in Own},
}
# Of a country: where a kind stands in the return, (without VAT, VAT that we owe). What is taken off stands in one box for all.
# Source: FPS Finance, explanatory note to the periodical VAT return (boxes 82-88 frame III, 55-57 frame IV, 59 frame V).
BOXES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "BE": {
        Own.DOMESTIC: ("87", "56"), Own.EU_GOODS: ("86", "55"), Own.EU_SERVICES: ("88", "55"), Own.OUTSIDE: ("87", "56"),
        Own.IMPORT: ("87", "57"),
    }
}  # fmt: skip
TAKEN_OFF = {"BE": "59"}


@dataclass(frozen=True)
class BoughtLine:
    """All papers of one kind: bills, and credit notes below zero."""

    kind: str
    base: int
    credited: int
    own: int
    deducted: int


@dataclass(frozen=True)
class BoughtListing:
    lines: tuple[BoughtLine, ...]
    from_bills: int
    from_members: int

    @property
    def own(self) -> int:
        """VAT that we owe, because the seller left it to us."""
        return sum(line.own for line in self.lines)

    @property
    def taken_off(self) -> int:
        return self.from_bills + self.from_members

    def as_data(self) -> list[dict[str, Any]]:
        return [
            {"kind": line.kind, "base": line.base, "credited": line.credited, "own": line.own, "deducted": line.deducted}
            for line in self.lines
        ]


def bought_listing(coop: Coop, period: Period) -> BoughtListing:
    """Two queries."""
    of_bills, of_members = bills.bought(coop, period), self_bills.bought(coop, period)
    return BoughtListing(
        _lines([*of_bills, *of_members]), sum(each.deducted for each in of_bills), sum(each.deducted for each in of_members)
    )


def _lines(found: Iterable[Bought]) -> tuple[BoughtLine, ...]:
    sums: dict[str, list[int]] = {}
    for each in found:
        row = sums.setdefault(each.kind, [0, 0, 0, 0])
        row[each.is_credit_note] += each.base
        row[2] += each.own
        row[3] += each.deducted
    return tuple(BoughtLine(kind, *sums[kind]) for kind in KINDS if kind in sums)
