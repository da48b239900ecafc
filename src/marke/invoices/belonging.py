"""What the app below, about people, asks of invoices: those that somebody got as a client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marke.invoices.models import Invoice, InvoiceLine
from marke.parties.models import Party

Rows = Iterable[Mapping[str, Any]]


def invoices(party: Party) -> Rows:
    for invoice in Invoice.objects.filter(client__party=party).select_related("coop", "credits").order_by("id"):
        yield {
            "co-op": invoice.coop.name,
            "invoice": invoice.number,
            "credits": invoice.credits.number if invoice.credits else "",
            "issue_date": invoice.issue_date.isoformat(),
            "due_date": invoice.due_date.isoformat(),
            "buyer": invoice.buyer,
            "reference": invoice.reference,
            "currency": invoice.currency,
            "net": invoice.net,
            "vat": invoice.vat,
            "gross": invoice.gross,
        }


def invoice_lines(party: Party) -> Rows:
    rows = InvoiceLine.objects.filter(invoice__client__party=party).select_related("coop", "invoice", "job")
    for line in rows.order_by("invoice", "position").iterator(2_000):
        yield {
            "co-op": line.coop.name,
            "invoice": line.invoice.number,
            "line": line.position,
            "job": line.job.number if line.job else "",
            "date": line.date.isoformat(),
            "text": line.text,
            "net": line.net,
            "vat_permille": line.vat_permille,
        }
