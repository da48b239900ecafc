"""INV-PAPER-1 on live data, for `marke doctor`."""

from collections.abc import Iterator

from marke.common.invariants import Invariant, Violation
from marke.invoices.models import InternalInvoice, Invoice, Series
from marke.invoices.queries import outstanding
from marke.ledger.owed import balance_by_party
from marke.parties.models import Coop
from marke_core.einvoice import NetLine, Paper, VatGroup, series_faults

SENTENCE = "numbers in a series have no gap and no double; an issued paper never changes"


def check_series(coop: Coop) -> Iterator[Violation]:
    for series in filter(lambda each: each.is_of_invoices, Series.objects.filter(coop=coop).order_by("prefix")):
        rows = Invoice.objects.filter(series=series).order_by("serial").prefetch_related("lines", "vat_breakdown")
        papers = [_read(invoice) for invoice in rows]
        for fault in series_faults(series.prefix, series.last, papers):
            yield Violation("INV-PAPER-1", f"invoice {fault.number} of {coop.slug}", fault.what)
    for series in Series.objects.filter(coop=coop, internal_invoices__isnull=False).distinct():
        internal = InternalInvoice.objects.filter(series=series).order_by("serial")
        for fault in series_faults(series.prefix, series.last, [_read_internal(invoice) for invoice in internal]):
            yield Violation("INV-PAPER-1", f"internal invoice {fault.number} of {coop.slug}", fault.what)
    yield from _check_receivables(coop)


def _read(invoice: Invoice) -> Paper:
    return Paper(
        invoice.number,
        invoice.serial,
        invoice.issue_date,
        invoice.net,
        invoice.vat,
        invoice.gross,
        tuple(NetLine(line.vat_category, line.vat_permille, line.net) for line in invoice.lines.all()),
        tuple(VatGroup(rate.category, rate.permille, rate.base, rate.vat) for rate in invoice.vat_breakdown.all()),
    )


def _read_internal(invoice: InternalInvoice) -> Paper:
    """Outside VAT, so that its one line is its whole."""
    line, group = NetLine("O", 0, invoice.net), VatGroup("O", 0, invoice.net, 0)
    return Paper(invoice.number, invoice.serial, invoice.issue_date, invoice.net, 0, invoice.net, (line,), (group,))


def _check_receivables(coop: Coop) -> Iterator[Violation]:
    """What the ledger says clients owe is what stands open on their invoices."""
    owed: dict[int, int] = {}
    for party, left in outstanding(coop).order_by().values_list("client__party", "owed"):  # type: ignore[misc]
        owed[party] = owed.get(party, 0) + left
    booked = balance_by_party(coop, "receivable", except_kinds=("opening",))
    for party in sorted(owed.keys() | booked.keys()):
        if owed.get(party, 0) != booked.get(party, 0):
            yield Violation(
                "INV-PAPER-1",
                f"what party {party} owes {coop.slug}",
                f"the invoices say {owed.get(party, 0)}, the ledger {booked.get(party, 0)}",
            )


INVARIANTS = [Invariant("INV-PAPER-1", SENTENCE, check_series)]
