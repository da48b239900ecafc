"""The books in open formats: a general ledger that accountants load, and beancount text that `bean-check` accepts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Min
from django.utils.translation import override

from marke.ledger.chart import Entry, chart
from marke.ledger.kinds import title
from marke.ledger.models import Account, Posting, Transaction
from marke.ledger.units import digits
from marke.parties.models import Coop
from marke_core import beancount

GENERAL_LEDGER_HEADER = (
    "date",
    "transaction",
    "account_code",
    "account_name",
    "debit",
    "credit",
    "currency",
    "description",
    "document",
)
Kind = Account.Kind
_ROOTS: Mapping[str, str] = {
    Kind.BANK: "Assets:Bank",
    Kind.TRANSIT: "Assets:Transit",
    Kind.RECEIVABLE: "Assets:Receivable",
    Kind.UNBILLED: "Assets:Unbilled",
    Kind.EARNINGS: "Liabilities:Earnings",
    Kind.SHARES_PENDING: "Liabilities:SharesPending",
    Kind.REFUNDS: "Liabilities:Refunds",
    Kind.UNMATCHED: "Liabilities:Unmatched",
    Kind.VAT: "Liabilities:VAT",
    Kind.PAYABLE: "Liabilities:Suppliers",
    Kind.SURPLUS: "Liabilities:Surplus",
    Kind.WITHHOLDING: "Liabilities:Withholding",
    Kind.REDEMPTION: "Liabilities:Redemptions",
    Kind.LOAN: "Liabilities:Loans",
    Kind.SHARES: "Equity:Shares",
    Kind.ALLOCATED: "Equity:Allocated",
    Kind.RESERVE: "Equity:Reserve",
    Kind.FUND: "Equity:Fund",
    Kind.RESULT: "Equity:Result",
    Kind.OPENING: "Equity:Opening",
    Kind.CONTRIBUTION: "Income:Contribution",
    Kind.EXPENSE: "Expenses:Costs",
    Kind.INTEREST: "Expenses:Interest",
    Kind.GIFT: "Income:Gifts",
    Kind.ROUNDING: "Expenses:Rounding",
}


def general_ledger(coop: Coop) -> Iterator[tuple[str, ...]]:
    """One row per posting in the order of the chain; amounts in whole units with a point, one of debit and credit empty."""
    entries = _entries(coop)
    units = dict(Account.objects.filter(coop=coop).values_list("id", "unit"))
    with override(coop.language):
        for posting in _postings(coop):
            entry, unit = entries[posting.account_id], units[posting.account_id]
            amount = beancount.decimal(abs(posting.amount), digits(unit))
            debit, credit = (amount, "") if posting.amount > 0 else ("", amount)
            transaction = posting.transaction
            yield (
                transaction.date.isoformat(),
                str(transaction.number),
                entry.code,
                entry.name,
                debit,
                credit,
                unit,
                title(transaction),
                transaction.key,
            )


def beancount_text(coop: Coop) -> Iterator[str]:
    """The whole ledger as beancount, piece by piece."""
    accounts = {account.pk: account for account in Account.objects.filter(coop=coop).select_related("party").order_by("id")}
    entries = chart(coop, accounts.values())
    names = {pk: f"{_ROOTS[account.kind]}:{entries[pk].code}" for pk, account in accounts.items()}
    used = Posting.objects.filter(coop=coop).values_list("account_id").annotate(first=Min("transaction__date"))
    first: dict[int, date] = dict(used)
    yield beancount.header(coop.name, coop.currency)
    for pk, day in sorted(first.items(), key=lambda item: (item[1], names[item[0]])):
        yield beancount.open_account(day, names[pk], accounts[pk].unit, entries[pk].name)
    with override(coop.language):
        for transaction, postings in itertools.groupby(_postings(coop), key=lambda posting: posting.transaction):
            yield beancount.transaction(
                transaction.date,
                title(transaction),
                {"number": str(transaction.number), "document": transaction.key, "hash": transaction.hash},
                [
                    (
                        names[leg.account_id],
                        beancount.decimal(leg.amount, digits(accounts[leg.account_id].unit)),
                        accounts[leg.account_id].unit,
                    )
                    for leg in postings
                ],
            )


def _entries(coop: Coop) -> dict[int, Entry]:
    with override(coop.language):
        return chart(coop, Account.objects.filter(coop=coop).select_related("party"))


def _postings(coop: Coop) -> Iterator[Posting]:
    """Every posting in the order of the chain, with its transaction; memory does not grow."""
    numbers = Transaction.objects.filter(coop=coop).order_by("number").values_list("number", flat=True).last() or 0
    for start in range(1, numbers + 1, 2_000):
        yield from (
            Posting.objects.filter(transaction__coop=coop, transaction__number__gte=start, transaction__number__lt=start + 2_000)
            .select_related("transaction")
            .order_by("transaction__number", "id")
        )
