"""Where a co-op stands at the end of a day: what it has, what it owes, and what is left for its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from marke.ledger.models import Account, Posting
from marke.parties.models import Coop

Kind = Account.Kind

ASSETS = frozenset({Kind.BANK, Kind.TRANSIT, Kind.RECEIVABLE, Kind.UNBILLED})
LIABILITIES = frozenset(
    {
        Kind.EARNINGS,
        Kind.ACTIVITY,
        Kind.SHARES_PENDING,
        Kind.REFUNDS,
        Kind.UNMATCHED,
        Kind.VAT,
        Kind.PAYABLE,
        Kind.SURPLUS,
        Kind.WITHHOLDING,
        Kind.REDEMPTION,
        Kind.LOAN,
    }
)
EQUITY = frozenset({Kind.SHARES, Kind.ALLOCATED, Kind.RESERVE, Kind.FUND, Kind.RESULT, Kind.OPENING})
# What a year earned and spent; it is part of the equity until the year is closed, and after.
RESULTS = frozenset({Kind.CONTRIBUTION, Kind.EXPENSE, Kind.INTEREST, Kind.GIFT, Kind.ROUNDING})


@dataclass(frozen=True)
class Position:
    """Amounts in minor units of the co-op's currency. Assets less liabilities is the equity, because the books balance."""

    on: date | None
    totals: Mapping[str, int]  # by kind, debit less credit

    def total(self, kinds: frozenset[Account.Kind]) -> int:
        """Debit less credit of these kinds together."""
        return sum(self.totals.get(kind, 0) for kind in kinds)

    @property
    def assets(self) -> int:
        return self.total(ASSETS)

    @property
    def liabilities(self) -> int:
        return -self.total(LIABILITIES)

    @property
    def net_assets(self) -> int:
        return self.assets - self.liabilities

    @property
    def equity(self) -> int:
        return -self.total(EQUITY | RESULTS)

    @property
    def capital(self) -> int:
        """What was paid in for shares that are held."""
        return -self.totals.get(Kind.SHARES, 0)

    @property
    def redemption(self) -> int:
        """What is owed for shares that were given back."""
        return -self.totals.get(Kind.REDEMPTION, 0)

    @property
    def cash(self) -> int:
        """In the bank, less what is on its way out."""
        return self.totals.get(Kind.BANK, 0) + self.totals.get(Kind.TRANSIT, 0)


def position(coop: Coop, on: date | None = None) -> Position:
    """Where the co-op stands at the end of the day `on`, or by everything that is booked; one query."""
    postings = Posting.objects.filter(account__coop=coop, account__unit=coop.currency)
    if on is not None:
        postings = postings.filter(transaction__date__lte=on)
    sums = postings.order_by().values_list("account__kind").annotate(total=Sum("amount"))
    return Position(on, {kind: total for kind, total in sums if total})


def result(coop: Coop, since: date, until: date, *, except_kinds: Sequence[str] = ()) -> int:
    """What was earned less what was spent in the half-open period; above zero is a surplus. One query.

    `except_kinds`: transactions of these kinds do not count, e.g. those by which a year is closed.
    """
    postings = Posting.objects.filter(
        account__coop=coop,
        account__unit=coop.currency,
        account__kind__in=RESULTS,
        transaction__date__gte=since,
        transaction__date__lt=until,
    )
    if except_kinds:
        postings = postings.exclude(transaction__kind__in=list(except_kinds))
    return -(postings.aggregate(total=Sum("amount"))["total"] or 0)
