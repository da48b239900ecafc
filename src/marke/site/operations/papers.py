"""What of an archive is for reading: the books for accountants, the invoices for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from marke.common.csv_files import csv_lines
from marke.invoices.models import Invoice
from marke.invoices.pdf import invoice_pdf
from marke.ledger.exports import GENERAL_LEDGER_HEADER, beancount_text, general_ledger
from marke.parties.models import Coop


def readable_papers(coop: Coop, report: Callable[[str, int, int], None]) -> Iterator[tuple[str, bytes]]:
    """(name in the archive, content)."""
    yield "ledger.beancount", "".join(beancount_text(coop)).encode()
    yield "general-ledger.csv", "".join(csv_lines(chain([GENERAL_LEDGER_HEADER], general_ledger(coop)), end="\n")).encode()
    invoices = Invoice.objects.filter(coop=coop).select_related("coop", "client__party").order_by("pk")
    total = invoices.count()
    for done, invoice in enumerate(invoices.iterator(), start=1):
        report("invoices as PDF", done, total)
        yield f"invoices/{_file_name(invoice.number)}.pdf", invoice_pdf(invoice)


def _file_name(number: str) -> str:
    """An invoice number may hold what a file name may not."""
    return "".join(letter if letter.isalnum() or letter in "-." else "_" for letter in number)
