"""The sheets that an accountant asks for: trial balance, balance sheet, result, and VAT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.money import format_money
from marke.ledger.chart import detail_name
from marke.ledger.periods import Period
from marke.ledger.position import ASSETS, EQUITY, LIABILITIES, RESULTS
from marke.ledger.reports import KindRow, TrialRow, by_kind, trial_balance
from marke.ledger.services import Account
from marke.ledger.units import plain
from marke.parties.models import Coop
from marke.rules.sentences import write_percent
from marke.treasury import vat
from marke.treasury.bought import BOXES, KINDS, TAKEN_OFF, BoughtLine, BoughtListing
from marke.treasury.sheets import Column, Money, Row, Sheet
from marke.treasury.vat import CATEGORIES, ClientTotal, VatListing


def kind_rows(coop: Coop, period: Period) -> list[KindRow]:
    """The co-op's currency only; every account of a kind together."""
    return [row for row in by_kind(trial_balance(coop, period.since, period.until)) if row.unit == coop.currency]


def _name(row: KindRow) -> str:
    return detail_name(Account(kind=row.kind, detail=row.detail))


def _accounts_url(coop: Coop, kind: str) -> str:
    return f"{reverse('ledger:accounts', args=[coop.slug])}?kind={kind}"


def trial_sheet(coop: Coop, period: Period, rows: Sequence[KindRow] | None = None) -> Sheet:
    """Debit and credit of every kind of account."""
    rows = kind_rows(coop, period) if rows is None else rows
    unit = coop.currency
    return Sheet(
        key="trial-balance",
        title=_("Trial balance"),
        columns=[
            Column(_("Account")),
            Column(_("Code"), aside=True),
            Column(_("Before"), True),
            Column(_("Debit"), True),
            Column(_("Credit"), True),
            Column(_("After"), True),
        ],
        rows=[
            Row(
                [
                    _name(row),
                    row.code,
                    Money(row.opening, unit),
                    Money(row.debit, unit),
                    Money(row.credit, unit),
                    Money(row.closing, unit),
                ],
                url=_accounts_url(coop, row.kind),
            )
            for row in rows
            if row.opening or row.debit or row.credit
        ],
        total=[
            _("Together"),
            "",
            Money(sum(row.opening for row in rows), unit),
            Money(sum(row.debit for row in rows), unit),
            Money(sum(row.credit for row in rows), unit),
            Money(sum(row.closing for row in rows), unit),
        ],
        note=_("Debit is positive, credit negative. What stands together must be nothing before and after."),
        empty=_("Nothing was booked until then."),
    )


def trial_rows(coop: Coop, period: Period) -> Iterable[list[object]]:
    """For a file: every account by itself, in every unit."""
    yield [_("Code"), _("Account"), _("Unit"), _("Before"), _("Debit"), _("Credit"), _("After")]
    for row in trial_balance(coop, period.since, period.until):
        yield _trial_row(row)


def _trial_row(row: TrialRow) -> list[object]:
    unit = row.account.unit
    amounts = [plain(amount, unit) for amount in (row.opening, row.debit, row.credit, row.closing)]
    return [row.entry.code, row.entry.name, unit, *amounts]


def balance_sheet(coop: Coop, period: Period, rows: Sequence[KindRow] | None = None) -> Sheet:
    """What the co-op has, what it owes, and what is its own, at the end of the period."""
    rows = kind_rows(coop, period) if rows is None else rows
    unit = coop.currency
    cells: list[Row] = []
    for title, kinds, sign in (
        (_("What we have"), ASSETS, 1),
        (_("What we owe"), LIABILITIES, -1),
        (_("What is our own"), EQUITY, -1),
    ):
        own = [row for row in rows if row.kind in kinds and row.closing]
        cells += [Row([_name(row), row.code, Money(row.closing * sign, unit)], url=_accounts_url(coop, row.kind)) for row in own]
        total = sum(row.closing for row in own) * sign
        if kinds is EQUITY:
            running = -sum(row.closing for row in rows if row.kind in RESULTS)
            cells.append(Row([_("Result not closed yet"), "", Money(running, unit)]))
            total += running
        cells.append(Row([title, "", Money(total, unit)], strong=True))
    return Sheet(
        key="balance-sheet",
        title=_("Balance sheet"),
        columns=[Column(_("Account")), Column(_("Code"), aside=True), Column(_("At the end"), True)],
        rows=cells,
        note=_("What we have is what we owe and what is our own together."),
    )


def result_sheet(coop: Coop, period: Period, rows: Sequence[KindRow] | None = None) -> Sheet:
    """What came in for the co-op itself, and what it spent, in the period."""
    rows = kind_rows(coop, period) if rows is None else rows
    unit = coop.currency
    own = [row for row in rows if row.kind in RESULTS]
    return Sheet(
        key="result",
        title=_("Result"),
        columns=[Column(_("Account")), Column(_("Code"), aside=True), Column(_("In the period"), True)],
        rows=[Row([_name(row), row.code, Money(row.credit - row.debit, unit)], url=_accounts_url(coop, row.kind)) for row in own],
        total=[_("Left over"), "", Money(sum(row.credit - row.debit for row in own), unit)],
        note=_("Costs are below zero. What members earned for their work is theirs, and no cost of the co-op."),
        empty=_("Nothing was earned or spent in this period."),
    )


def rate(category: str, permille: int) -> str:
    """ "21 %, with VAT"; the category alone where there is no rate."""
    words = str(CATEGORIES.get(category, category))
    return f"{write_percent(Fraction(permille, 1000))}, {words}" if permille else words


def vat_sheet(coop: Coop, listing: VatListing) -> Sheet:
    unit = coop.currency
    return Sheet(
        key="vat",
        title=_("VAT"),
        columns=[
            Column(_("Rate")),
            Column(_("Invoiced"), True),
            Column(_("VAT on it"), True),
            Column(_("Credited"), True),
            Column(_("VAT on that"), True),
            Column(_("VAT to be paid"), True),
        ],
        rows=[
            Row(
                [
                    rate(line.category, line.permille),
                    Money(line.base, unit),
                    Money(line.vat, unit),
                    Money(line.credited_base, unit),
                    Money(line.credited_vat, unit),
                    Money(line.net_vat, unit),
                ]
            )
            for line in listing.lines
        ],
        total=[
            _("Together"),
            Money(sum(line.base for line in listing.lines), unit),
            Money(sum(line.vat for line in listing.lines), unit),
            Money(sum(line.credited_base for line in listing.lines), unit),
            Money(sum(line.credited_vat for line in listing.lines), unit),
            Money(listing.vat, unit),
        ],
        note=_("From the invoices and credit notes issued in the period. VAT on what you bought is not in it."),
        empty=_("No invoice was issued in this period."),
    )


def bought_sheet(coop: Coop, listing: BoughtListing) -> Sheet | None:
    """What was bought, and the VAT that we owe of it and take off; None where nothing was."""
    if not listing.lines:
        return None
    unit, boxes = coop.currency, BOXES.get(coop.country, {})
    taken_off = TAKEN_OFF.get(coop.country, "")
    return Sheet(
        key="vat-bought",
        title=_("VAT on what was bought"),
        columns=[
            Column(_("What")),
            *([Column(_("Boxes"))] if boxes else []),
            Column(_("Bought"), True),
            Column(_("Credited"), True),
            Column(_("VAT that we owe"), True),
            Column(_("VAT taken off"), True),
        ],
        rows=[
            Row([str(KINDS[line.kind]), *([", ".join(boxes.get(line.kind, ()))] if boxes else []), *_bought(line, unit)])
            for line in listing.lines
        ],
        total=[
            _("Together"),
            *([taken_off] if boxes else []),
            Money(sum(line.base for line in listing.lines), unit),
            Money(sum(line.credited for line in listing.lines), unit),
            Money(listing.own, unit),
            Money(listing.taken_off, unit),
        ],
        note=_(
            "Suppliers’ bills that were approved in the period, and invoices in members’ names of it. Of what a seller left to us "
            "(reverse charge) we owe the VAT, and take off what the rules say."
        )
        + (" " + _("Credit notes have boxes of their own: ask your accountant.") if boxes and _has_credit(listing) else ""),
    )


def _has_credit(listing: BoughtListing) -> bool:
    return any(line.credited for line in listing.lines)


def _bought(line: BoughtLine, unit: str) -> list[Money]:
    return [Money(amount, unit) for amount in (line.base, line.credited, line.own, line.deducted)]


def client_sheet(coop: Coop, year: Period) -> Sheet | None:
    """The yearly list of clients with a VAT number; None in countries of which we know no such list."""
    figure = vat.CLIENT_LIST_FROM.get(coop.country)
    if figure is None or not coop.vat_number:
        return None
    totals = vat.client_list(coop, year)
    least = format_money(figure.amount, coop.currency)
    return Sheet(
        key="client-list",
        title=_("Client list of %(year)s") % {"year": year.label},
        columns=_client_columns(),
        rows=[_client_row(total, coop.currency) for total in totals],
        total=[
            _("Together"),
            "",
            Money(sum(t.base for t in totals), coop.currency),
            Money(sum(t.vat for t in totals), coop.currency),
        ],
        note=_(
            "Clients with a VAT number of %(country)s, from %(least)s a year without VAT. Source: %(source)s; checked on %(day)s."
        )
        % {"country": coop.country, "least": least, "source": figure.source, "day": figure.checked_on.isoformat()},
        empty=_("No client with a VAT number reached %(least)s in %(year)s.") % {"least": least, "year": year.label},
    )


def other_countries_sheet(coop: Coop, period: Period) -> Sheet | None:
    """Sales to VAT numbers of other EU countries; None for a co-op that never had any."""
    totals = vat.other_countries(coop, period)
    if not totals and not vat.has_sales_to_other_countries(coop):
        return None
    return Sheet(
        key="other-eu-countries",
        title=_("Sales to other EU countries"),
        columns=[Column(_("VAT number")), Column(_("Client")), Column(_("What")), Column(_("Without VAT"), True)],
        rows=[
            Row([total.vat_number, total.name, str(CATEGORIES[total.category]), Money(total.base, coop.currency)])
            for total in totals
        ],
        total=[_("Together"), "", "", Money(sum(total.base for total in totals), coop.currency)],
        empty=_("Nothing was sold to other EU countries in this period."),
    )


def _client_columns() -> list[Column]:
    return [Column(_("VAT number")), Column(_("Client")), Column(_("Without VAT"), True), Column(_("VAT"), True)]


def _client_row(total: ClientTotal, unit: str) -> Row:
    return Row([total.vat_number, total.name, Money(total.base, unit), Money(total.vat, unit)])
