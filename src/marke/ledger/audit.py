"""The audit file of a period: what a tax inspector's program or another bookkeeper's reads (marke_core.xaf)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, version

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.ledger.chart import Entry
from marke.ledger.kinds import title
from marke.ledger.models import Account, Posting, Transaction
from marke.ledger.periods import Period, month_of
from marke.ledger.position import RESULTS
from marke.ledger.reports import TrialRow, trial_balance
from marke.ledger.units import digits
from marke.parties.models import Coop
from marke_core import xaf

SALES = ("invoice", "credit_note")
PURCHASES = ("bill", "self_bill")
_OF_CUSTOMERS = frozenset({Account.Kind.RECEIVABLE, Account.Kind.UNBILLED})
_CHUNK = 2_000


def audit_file(coop: Coop, period: Period, made_on: date) -> Iterator[str]:
    """The books of a month, quarter or year in the co-op's currency, piece by piece.

    Raises: NotExpressible for amounts that the format cannot hold; TotalsDisagree when the books change meanwhile.
    """
    with override(coop.language):
        rows = [row for row in trial_balance(coop, period.since, period.until) if row.account.unit == coop.currency]
        entries = {row.account.pk: row.entry for row in rows}
        relations = {row.account.pk: _relation_of(row) for row in rows if row.account.party is not None}
        months = _months(period)
        file = xaf.File(
            company=_company(coop),
            currency=coop.currency,
            digits=digits(coop.currency),
            first=period.since,
            last=period.until - timedelta(days=1),
            made_on=made_on,
            software="Marke",
            version=_version(),
            accounts=[
                xaf.LedgerAccount(row.entry.code, row.entry.name, "P" if row.account.kind in RESULTS else "B") for row in rows
            ],
            relations=_relations(rows),
            periods=[xaf.Period(month.since.month, month.label, month.since, _last(month)) for month in months],
            opening=[(row.entry.code, row.opening) for row in rows],
            journals=[
                xaf.Journal("sales", _("Invoices"), "S"),
                xaf.Journal("purchases", _("Bills"), "P"),
                xaf.Journal("bank", _("Bank"), "B"),
                xaf.Journal("memorial", _("All else"), "M"),
            ],
            entries=lambda journal: _entries(coop, period, journal, entries, relations),
            totals=_totals(coop, period),
        )
        yield from xaf.audit_file(file)


def _version() -> str:
    try:
        return version("marke")
    except PackageNotFoundError:
        return ""


def _company(coop: Coop) -> xaf.Company:
    return xaf.Company(coop.registration_number, coop.name, coop.country, coop.vat_number, coop.street, coop.postcode, coop.city)


def _last(period: Period) -> date:
    return period.until - timedelta(days=1)


def _months(period: Period) -> list[Period]:
    month, found = month_of(period.since), []
    while month.since < period.until:
        found.append(month)
        month = month.after
    return found


def _relation_of(row: TrialRow) -> str:
    """C0007 of 4000C0007: whose account it is, as the chart writes it."""
    return row.entry.code[4:].split("-")[0]


def _relations(rows: list[TrialRow]) -> list[xaf.Relation]:
    """Everybody with an account once: a customer where they owe, a supplier where the co-op owes them, or both."""
    found: dict[str, tuple[TrialRow, set[str]]] = {}
    for row in rows:
        if row.account.party is not None:
            side = "C" if row.account.kind in _OF_CUSTOMERS else "S"
            found.setdefault(_relation_of(row), (row, set()))[1].add(side)
    relations = []
    for ident, (row, sides) in sorted(found.items()):
        party = row.account.party
        assert party is not None
        kind = "B" if len(sides) > 1 else sides.pop()
        relations.append(xaf.Relation(ident, party.name, kind, party.country, party.vat_number))
    return relations


def _own(coop: Coop, period: Period) -> QuerySet[Posting]:
    return Posting.objects.filter(
        transaction__coop=coop,
        transaction__date__gte=period.since,
        transaction__date__lt=period.until,
        account__unit=coop.currency,
    )


def _totals(coop: Coop, period: Period) -> xaf.Totals:
    sums = (
        _own(coop, period)
        .order_by()
        .aggregate(
            lines=Count("pk"),
            debit=Coalesce(Sum("amount", filter=Q(amount__gt=0)), 0),
            credit=Coalesce(Sum("amount", filter=Q(amount__lt=0)), 0),
        )
    )
    return xaf.Totals(sums["lines"], sums["debit"], -sums["credit"])


def _entries(
    coop: Coop, period: Period, journal: xaf.Journal, entries: Mapping[int, Entry], relations: Mapping[int, str]
) -> Iterator[xaf.Entry]:
    rows = _in_journal(_own(coop, period), journal.ident).select_related("transaction")
    ordered = rows.order_by("transaction__number", "id").iterator(_CHUNK)
    for transaction, legs in itertools.groupby(ordered, key=lambda leg: leg.transaction):
        yield _entry(transaction, list(legs), entries, relations)


def _in_journal(postings: QuerySet[Posting], journal: str) -> QuerySet[Posting]:
    """Sales are the invoices; purchases are suppliers' bills and members' invoices; bank is what moves the bank; all else is the
    memorial."""
    papers = {"sales": Q(transaction__kind__in=SALES), "purchases": Q(transaction__kind__in=PURCHASES)}
    moves_bank = Exists(Posting.objects.filter(transaction=OuterRef("transaction"), account__kind=Account.Kind.BANK))
    if journal in papers:
        return postings.filter(papers[journal])
    return postings.exclude(papers["sales"] | papers["purchases"]).filter(moves_bank if journal == "bank" else ~moves_bank)


def _entry(
    transaction: Transaction, legs: list[Posting], entries: Mapping[int, Entry], relations: Mapping[int, str]
) -> xaf.Entry:
    return xaf.Entry(
        number=transaction.number,
        day=transaction.date,
        period=transaction.date.month,
        text=title(transaction),
        document=transaction.key,
        lines=[xaf.Line(entries[leg.account_id].code, leg.amount, leg.line, relations.get(leg.account_id, "")) for leg in legs],
    )
