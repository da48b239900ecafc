"""How the co-op stands: what is in the bank and the funds, what clients owe, what members are owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db.models import Sum

from marke.ledger.queries import sums_by_detail
from marke.ledger.services import Account
from marke.parties.models import Coop
from marke.payments.models import Payment
from marke.payments.statement_models import BankStatement
from marke.payments.statement_queries import waiting_entries

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
    """By what is dated before `until`, or by all that is booked; one query, three with a day."""
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
    """What came in or went out before a day, and nobody has understood or sent back by now; two queries."""
    came_in = Payment.objects.filter(coop=coop, request=None, reversed_at=None, refunds=None, date__lt=until).count()
    return came_in + waiting_entries(coop).filter(amount__lt=0, booked_on__lt=until).count()


def fund_limit(standing: Standing, share: Fraction) -> int:
    """Below this, in minor units, a fund is low. `share`: the value of the rule treasury.fund_low."""
    return _part(share, standing.receivable + standing.unbilled)


def bank_limit(standing: Standing, share: Fraction) -> int:
    """Below this the bank is low. `share`: the value of the rule treasury.bank_low."""
    return _part(share, standing.owed)


def _part(share: Fraction, of: int) -> int:
    return max(0, of * share.numerator // share.denominator)


@dataclass(frozen=True)
class BankSays:
    """What was in the bank, by which statement (its number here)."""

    amount: int
    statement: int


def bank_says(coop: Coop, until: date) -> BankSays | None:
    """What the bank's statements that were read in say was there at the end of the day before `until`.

    None when no statement covers that day: then nobody knows whether something moved. At most three queries.
    """
    last = until - timedelta(days=1)
    booked = BankStatement.objects.filter(coop=coop, state=BankStatement.State.BOOKED, closing__isnull=False)
    booked = booked.filter(iban__in=(coop.iban, "")) if coop.iban else booked
    around = booked.filter(since__lte=last, until__gt=last, opening__isnull=False).order_by("-number").first()
    if around is not None and around.opening is not None:
        moved = around.entries.filter(booked_on__lte=last).aggregate(total=Sum("amount"))["total"] or 0
        return BankSays(around.opening + moved, around.number)
    before = booked.filter(until__lte=last).order_by("-until", "-number").first()
    if before is None or before.closing is None:
        return None
    if before.until != last:
        following = booked.filter(since__gt=last).order_by("since", "number").first()
        if following is None or following.opening != before.closing:
            return None
    return BankSays(before.closing, before.number)
