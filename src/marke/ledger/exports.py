"""The books in open formats: a general ledger that accountants load, beancount text that `bean-check` accepts, hledger's
journal. The audit file for the tax office stands in `audit`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Min, QuerySet
from django.utils.translation import override

from marke.ledger.chart import Entry, chart
from marke.ledger.kinds import title
from marke.ledger.models import Account, Posting, Transaction
from marke.ledger.units import digits
from marke.parties.models import Coop
from marke_core import beancount, hledger

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
    Kind.ACTIVITY: "Liabilities:Activities",
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


def general_ledger(coop: Coop, since: date | None = None, until: date | None = None) -> Iterator[tuple[str, ...]]:
    """One row per posting in the order of the chain; amounts in whole units with a point, one of debit and credit empty.

    With a half-open period, only what is dated in it.
    """
    entries = _entries(coop)
    units = dict(Account.objects.filter(coop=coop).values_list("id", "unit"))
    with override(coop.language):
        for posting in _postings(coop, since, until):
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


def beancount_text(coop: Coop, until: date | None = None) -> Iterator[str]:
    """The whole ledger, or what is dated before `until`, as beancount, piece by piece."""
    accounts = {account.pk: account for account in Account.objects.filter(coop=coop).select_related("party").order_by("id")}
    entries = chart(coop, accounts.values())
    names = {pk: f"{_ROOTS[account.kind]}:{entries[pk].code}" for pk, account in accounts.items()}
    used = (
        _dated(Posting.objects.filter(coop=coop), None, until).values_list("account_id").annotate(first=Min("transaction__date"))
    )
    first: dict[int, date] = dict(used)
    yield beancount.header(coop.name, coop.currency)
    for pk, day in sorted(first.items(), key=lambda item: (item[1], names[item[0]])):
        yield beancount.open_account(day, names[pk], accounts[pk].unit, entries[pk].name)
    with override(coop.language):
        for transaction, postings in itertools.groupby(_postings(coop, None, until), key=lambda posting: posting.transaction):
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


def hledger_text(coop: Coop, until: date | None = None) -> Iterator[str]:
    """The whole ledger, or what is dated before `until`, as hledger's journal, piece by piece."""
    accounts = {account.pk: account for account in Account.objects.filter(coop=coop).select_related("party").order_by("id")}
    entries = chart(coop, accounts.values())
    names = {pk: f"{_ROOTS[account.kind]}:{entries[pk].code}" for pk, account in accounts.items()}
    units = sorted({account.unit for account in accounts.values()} | {coop.currency})
    yield hledger.header(coop.name, [(unit, digits(unit)) for unit in units])
    for pk in sorted(names, key=lambda pk: names[pk]):
        yield hledger.account(names[pk], entries[pk].name)
    with override(coop.language):
        for transaction, postings in itertools.groupby(_postings(coop, None, until), key=lambda posting: posting.transaction):
            legs = []
            for leg in postings:
                unit = accounts[leg.account_id].unit
                legs.append((names[leg.account_id], beancount.decimal(leg.amount, digits(unit)), unit))
            yield hledger.transaction(transaction.date, str(transaction.number), title(transaction), legs)


def _entries(coop: Coop) -> dict[int, Entry]:
    with override(coop.language):
        return chart(coop, Account.objects.filter(coop=coop).select_related("party"))


def _dated(postings: QuerySet[Posting], since: date | None, until: date | None) -> QuerySet[Posting]:
    if since is not None:
        postings = postings.filter(transaction__date__gte=since)
    return postings if until is None else postings.filter(transaction__date__lt=until)


def _postings(coop: Coop, since: date | None = None, until: date | None = None) -> Iterator[Posting]:
    """Every posting in the order of the chain, with its transaction; memory does not grow."""
    numbers = Transaction.objects.filter(coop=coop).order_by("number").values_list("number", flat=True).last() or 0
    for start in range(1, numbers + 1, 2_000):
        part = Posting.objects.filter(
            transaction__coop=coop, transaction__number__gte=start, transaction__number__lt=start + 2_000
        )
        rows = _dated(part, since, until).select_related("transaction")
        yield from rows.order_by("transaction__number", "id")
