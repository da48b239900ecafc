"""Everything that an accountant asks for, of a month, quarter or year, in one zip."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.bills.queries import files_between
from marke.common.clock import local_date
from marke.common.csv_files import MARK, csv_lines
from marke.invoices.models import Invoice
from marke.invoices.pdf import invoice_pdf
from marke.ledger.audit import audit_file
from marke.ledger.exports import GENERAL_LEDGER_HEADER, beancount_text, general_ledger, hledger_text
from marke.ledger.periods import Period, year_of
from marke.parties.models import Coop
from marke.selfbills.papers import self_bill_pdf
from marke.selfbills.queries import issued_in
from marke.treasury.bought import bought_listing
from marke.treasury.papers import sheets_pdf
from marke.treasury.reports import (
    balance_sheet,
    bought_sheet,
    client_sheet,
    kind_rows,
    other_countries_sheet,
    result_sheet,
    trial_rows,
    trial_sheet,
    vat_sheet,
)
from marke.treasury.sheets import Sheet, file_rows
from marke.treasury.vat import vat_listing
from marke_core.xaf import NotExpressible

# In a zip every file needs a date; the same books give the same bytes.
MADE = (1980, 1, 1, 0, 0, 0)
IN_MEMORY = 8 * 2**20
ENDINGS = {"application/xml": "xml", "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
Pieces = Iterable[str | bytes]


def accountants_zip(coop: Coop, period: Period, at: datetime) -> IO[bytes]:
    """The file, open for reading from its beginning; large ones lie on the disk while they are sent."""
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  whoever sends it closes it
    with override(coop.language), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in _files(coop, period, at):
            entry = zipfile.ZipInfo(name, date_time=MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with archive.open(entry, "w", force_zip64=True) as stream:
                for piece in pieces:
                    stream.write(piece.encode() if isinstance(piece, str) else piece)
    target.seek(0)
    return target


def sheets_of(coop: Coop, period: Period) -> list[Sheet]:
    """Balance sheet, result, trial balance and VAT, and the lists for the tax office that there are."""
    rows = kind_rows(coop, period)
    sheets = [
        balance_sheet(coop, period, rows),
        result_sheet(coop, period, rows),
        trial_sheet(coop, period, rows),
        vat_sheet(coop, vat_listing(coop, period)),
        bought_sheet(coop, bought_listing(coop, period)),
        other_countries_sheet(coop, period),
    ]
    if period == year_of(period.since):
        sheets.append(client_sheet(coop, period))
    return [sheet for sheet in sheets if sheet is not None]


def _files(coop: Coop, period: Period, at: datetime) -> Iterator[tuple[str, Pieces]]:
    """(name, pieces): made one after the other, so that nothing large is held at once."""
    sheets = sheets_of(coop, period)
    yield "README.txt", [_readme(coop, period, at)]
    title = _("For the accountant")
    yield "figures.pdf", [sheets_pdf(coop, title=title, subtitle=period.label, sheets=sheets, at=at)]
    for sheet in sheets:
        if sheet.key != "trial-balance":
            yield f"{sheet.key}.csv", csv_pieces(file_rows(sheet))
    yield "trial-balance.csv", csv_pieces(trial_rows(coop, period))
    yield "general-ledger.csv", csv_pieces([GENERAL_LEDGER_HEADER], general_ledger(coop, period.since, period.until))
    yield from _audit_file(coop, period, at)
    yield "ledger.beancount", beancount_text(coop, period.until)
    yield "ledger.journal", hledger_text(coop, period.until)
    papers = Invoice.objects.filter(coop=coop, issue_date__gte=period.since, issue_date__lt=period.until)
    for invoice in papers.select_related("coop", "client__party", "credits").order_by("pk").iterator(200):
        yield f"invoices/{file_name(invoice.number)}.pdf", [invoice_pdf(invoice)]
    for bill in issued_in(coop, period.since, period.until).iterator(200):
        yield f"self-bills/{file_name(bill.number)}.pdf", [self_bill_pdf(bill)]
    for file in files_between(coop, period).iterator(2):
        yield (
            f"bills/{file.bill.number}-{file_name(file.bill.paper or file.bill.name)[:60]}-{file.position}.{ENDINGS[file.mime]}",
            [bytes(file.content)],
        )


def _audit_file(coop: Coop, period: Period, at: datetime) -> Iterator[tuple[str, Pieces]]:
    """Whole, or in its place a sentence: some currencies have more decimals than the format."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="utf-8") as draft:
        try:
            draft.writelines(audit_file(coop, period, local_date(at, coop.timezone)))
        except NotExpressible as error:
            yield "audit-file-not-possible.txt", [f"{error}\n"]
            return
        draft.seek(0)
        yield f"audit-file-{period.code}.xaf", draft


def csv_pieces(*tables: Iterable[Sequence[object]]) -> Iterator[str]:
    yield MARK
    for table in tables:
        yield from csv_lines(table, end="\n")


def file_name(number: str) -> str:
    """A number may hold what the name of a file may not."""
    return "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in number)


def _readme(coop: Coop, period: Period, at: datetime) -> str:
    lines = [
        _("%(coop)s: %(period)s") % {"coop": coop.name, "period": period.label},
        _("Made on %(day)s by Marke.") % {"day": local_date(at, coop.timezone).isoformat()},
        "",
        "figures.pdf: " + _("balance sheet, result, trial balance and VAT, to read and to print"),
        "*.csv: " + _("the same as tables (UTF-8, comma), and every account by itself in trial-balance.csv"),
        "general-ledger.csv: " + _("every posting that is dated in the period"),
        "audit-file-*.xaf: " + _("the audit file XAF 3.2, which bookkeeping programs and tax inspectors read"),
        "ledger.beancount, ledger.journal: " + _("all books until the end of the period, for beancount and hledger"),
        "invoices/: " + _("the invoices and credit notes that were issued in the period"),
        "self-bills/: " + _("the invoices and credit notes that were issued in members’ names in the period"),
        "bills/: " + _("the suppliers’ bills that were approved in the period, as they came"),
    ]
    return "\n".join(lines) + "\n"
