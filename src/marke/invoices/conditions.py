"""What is asked of an invoice before it can be issued, as pure conditions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256


@dataclass(frozen=True)
class Draft:
    """A line as it would stand on the invoice. How its net came about is given where it is a quantity times a price."""

    job_id: int | None
    job_number: int | None
    text: str
    date: date
    net: int
    vat_category: str
    vat_permille: int
    quantity_milli: int | None = None
    unit: str = ""
    unit_price: int | None = None
    discount_permille: int = 0


def told_apart(lines: Iterable[Draft], *beside: object) -> str:
    """The same for the same lines and what stands `beside` them: so one knows whether what is issued is what one looked at."""
    said = [(line.job_id, line.text, line.net, line.vat_category, line.vat_permille) for line in lines]
    return sha256(repr([said, *beside]).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Ageing:
    """What clients owe, by how late it is; minor units."""

    not_due: int = 0
    up_to_30: int = 0
    up_to_60: int = 0
    later: int = 0

    @property
    def late(self) -> int:
        return self.up_to_30 + self.up_to_60 + self.later

    @property
    def total(self) -> int:
        return self.not_due + self.late

    def plus(self, amount: int, days_late: int) -> Ageing:
        if days_late <= 0:
            return Ageing(self.not_due + amount, self.up_to_30, self.up_to_60, self.later)
        if days_late <= 30:
            return Ageing(self.not_due, self.up_to_30 + amount, self.up_to_60, self.later)
        if days_late <= 60:
            return Ageing(self.not_due, self.up_to_30, self.up_to_60 + amount, self.later)
        return Ageing(self.not_due, self.up_to_30, self.up_to_60, self.later + amount)
