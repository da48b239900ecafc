"""Capital from outside that is turned into commons: shares that the co-op buys back, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Sum

from marke.parties.models import Coop
from marke.rules.queries import Rulebook
from marke.shares.models import ShareClass, ShareEvent
from marke.shares.queries import classes

Kind = ShareEvent.Kind
# What brings capital into a class, and what takes it out again without buying it back. Passing on changes neither.
COMES_IN = {Kind.ALLOTTED: 1, Kind.OPENING: 1, Kind.PAID_UP: 1, Kind.CONVERTED_IN: 1, Kind.FROM_SURPLUS: 1}
GOES_OUT = {Kind.UNALLOTTED: -1, Kind.UNPAID: -1, Kind.CONVERTED_OUT: -1}
BOUGHT_BACK = (Kind.REDEEMED, Kind.GIVEN_TO_COOP)


@dataclass(frozen=True)
class Meter:
    """A class that is bought back; minor units. `cap`: the most that it brings in a year until then; None without a return."""

    share_class: ShareClass
    paid_in: int
    bought_back: int
    cap: Fraction | None

    @property
    def left(self) -> int:
        """What is still to be bought back."""
        return self.paid_in - self.bought_back

    @property
    def per_cent(self) -> int:
        return self.bought_back * 100 // self.paid_in if self.paid_in else 0


def meters(coop: Coop, rules: Rulebook) -> list[Meter]:
    """The classes that the rule capital.bought_back names, in their order; one query for all."""
    wanted = [each for each in classes(coop) if rules.value("capital.bought_back", share_class=each.code)]
    if not wanted:
        return []
    kinds = [*COMES_IN, *GOES_OUT, *BOUGHT_BACK]
    rows = ShareEvent.objects.filter(coop=coop, share_class__in=wanted, kind__in=kinds)
    grouped = rows.order_by().values_list("share_class", "kind").annotate(together=Sum("amount"))
    sums = {(share_class, kind): amount for share_class, kind, amount in grouped}
    return [_meter(each, sums, rules) for each in wanted]


def _meter(share_class: ShareClass, sums: dict[tuple[int, str], int], rules: Rulebook) -> Meter:
    paid_in = sum(sign * sums.get((share_class.pk, kind), 0) for kind, sign in {**COMES_IN, **GOES_OUT}.items())
    back = sum(sums.get((share_class.pk, kind), 0) for kind in BOUGHT_BACK)
    brings = rules.value("shares.return_kind", share_class=share_class.code) != "none"
    cap = rules.value("shares.return_cap", share_class=share_class.code) if brings else None
    return Meter(share_class, paid_in, back, cap)
