"""How the co-op stands: what is in the bank and the funds, what clients owe, what members are owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q

from marke.ledger.queries import sums_by_detail
from marke.ledger.services import Account
from marke.parties.models import Coop
from marke.payments.models import Payment

Kind = Account.Kind
KINDS = (Kind.BANK, Kind.TRANSIT, Kind.RECEIVABLE, Kind.UNBILLED, Kind.EARNINGS, Kind.VAT, Kind.FUND)


@dataclass(frozen=True)
class Standing:
    """Minor units of the co-op's currency, each as people read it."""

    has_bank: bool  # whether anything was ever booked on the bank
    bank: int
    on_its_way: int
    receivable: int
    unbilled: int
    owed: int
    vat: int
    funds: Mapping[str, int]  # by detail
    unmatched: int = 0

    @property
    def cash(self) -> int:
        """In the bank, less what is on its way out."""
        return self.bank + self.on_its_way


def standing_at(coop: Coop, until: date | None = None) -> Standing:
    """By what is dated before `until`, or by all that is booked; one query, two with a day."""
    sums = sums_by_detail(coop, KINDS, until)

    def total(kind: str) -> int:
        return sum(amount for (found, _detail), amount in sums.items() if found == kind)

    return Standing(
        has_bank=any(kind == Kind.BANK for kind, _detail in sums),
        bank=total(Kind.BANK),
        on_its_way=total(Kind.TRANSIT),
        receivable=total(Kind.RECEIVABLE),
        unbilled=total(Kind.UNBILLED),
        owed=-total(Kind.EARNINGS),
        vat=-total(Kind.VAT),
        funds={detail: -amount for (kind, detail), amount in sums.items() if kind == Kind.FUND},
        unmatched=0 if until is None else unmatched_before(coop, until),
    )


def unmatched_before(coop: Coop, until: date) -> int:
    """Payments dated before a day that nobody has understood or sent back by now."""
    waiting = Payment.objects.filter(Q(coop=coop, request=None, reversed_at=None, refunds=None), date__lt=until)
    return waiting.count()


def fund_limit(standing: Standing, share: Fraction) -> int:
    """Below this, in minor units, a fund is low. `share`: the value of the rule treasury.fund_low."""
    return _part(share, standing.receivable + standing.unbilled)


def bank_limit(standing: Standing, share: Fraction) -> int:
    """Below this the bank is low. `share`: the value of the rule treasury.bank_low."""
    return _part(share, standing.owed)


def _part(share: Fraction, of: int) -> int:
    return max(0, of * share.numerator // share.denominator)
