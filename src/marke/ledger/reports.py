"""What accountants ask of a period: every account with what it began with, what moved, and what it ended with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from marke.ledger.chart import CODES, Entry, chart
from marke.ledger.models import Account, Posting
from marke.parties.models import Coop


@dataclass(frozen=True)
class TrialRow:
    """One account. Minor units of its unit; `opening` and `closing` are debit less credit."""

    account: Account
    entry: Entry
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True)
class KindRow:
    """All accounts of one kind, detail and unit together."""

    kind: str
    detail: str
    unit: str
    code: str
    opening: int
    debit: int
    credit: int
    accounts: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


def trial_balance(coop: Coop, since: date, until: date) -> list[TrialRow]:
    """Every account with postings before `until`, in the order of the chart; four queries."""
    within = Q(transaction__date__gte=since)
    sums = (
        Posting.objects.filter(account__coop=coop, transaction__date__lt=until)
        .order_by()
        .values_list("account")
        .annotate(
            opening=Coalesce(Sum("amount", filter=Q(transaction__date__lt=since)), 0),
            debit=Coalesce(Sum("amount", filter=within & Q(amount__gt=0)), 0),
            credit=Coalesce(Sum("amount", filter=within & Q(amount__lt=0)), 0),
        )
    )
    moved = {account: (opening, debit, -credit) for account, opening, debit, credit in sums}
    accounts = [
        account for account in Account.objects.filter(coop=coop).select_related("party").order_by("id") if account.pk in moved
    ]
    entries = chart(coop, accounts)
    rows = [TrialRow(account, entries[account.pk], *moved[account.pk]) for account in accounts]
    return sorted(rows, key=lambda row: row.entry.code)


def by_kind(rows: Iterable[TrialRow]) -> list[KindRow]:
    """The same, with all accounts of a kind as one row."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        account = row.account
        total = sums.setdefault((account.kind, account.detail, account.unit), [0, 0, 0, 0])
        for place, amount in enumerate((row.opening, row.debit, row.credit, 1)):
            total[place] += amount
    return [
        KindRow(kind, detail, unit, CODES[kind], opening, debit, credit, accounts)
        for (kind, detail, unit), (opening, debit, credit, accounts) in sorted(
            sums.items(), key=lambda item: (CODES[item[0][0]], item[0][1:])
        )
    ]
