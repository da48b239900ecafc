"""What a client pays, and how it is built up. Pure: the rules' values come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from marke_core.money import share_of, share_of_integers

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SurchargeRow = Sequence[object]  # day, from hour, until hour (exclusive), Fraction


@dataclass(frozen=True)
class Price:
    """Minor units. `base` is the service's own price for the time; `rate` of it is the surcharge; VAT is on both."""

    base: int
    rate: Fraction
    surcharge: int
    vat_permille: int
    vat: int

    @property
    def net(self) -> int:
        return self.base + self.surcharge

    @property
    def gross(self) -> int:
        return self.net + self.vat


def surcharge_rate(rows: Sequence[SurchargeRow], local_start: datetime, *, holiday: bool) -> Fraction:
    """The highest surcharge whose day and hours hold the local moment at which the job starts; 0 when none does.

    On a `holiday` the rows for holidays hold, beside those for the day of the week.
    """
    weekday = local_start.weekday()
    days = {"every", WEEKDAYS[weekday], "weekend" if weekday >= 5 else "weekdays", *(["holiday"] if holiday else [])}
    fitting = [
        rate
        for day, start, end, rate in rows
        if day in days and isinstance(start, int) and isinstance(end, int) and start <= local_start.hour < end
    ]
    return max((rate for rate in fitting if isinstance(rate, Fraction)), default=Fraction(0))


def vat_of(net: int, permille: int) -> int:
    """VAT on one amount, rounded half up. The invoice rounds once per rate on its sum, so it may differ by a cent."""
    return share_of_integers(net, permille, 1000)


def price_that_earns(earned: int, kept: Sequence[Fraction]) -> int:
    """The least net price of which so much is left when each part of `kept` is taken off, rounded as at the settlement.

    0 when the parts take everything: no price would do.
    """
    rest = 1 - sum(kept, Fraction(0))
    if rest <= 0:
        return 0
    price = max(0, int(earned / rest) - len(kept))
    while price - sum(share_of(price, part) for part in kept) < earned:
        price += 1
    return price
