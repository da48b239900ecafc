"""Writes about invoices, quotes and orders."""

from marke.invoices.services.clients import change_client
from marke.invoices.services.crediting import credit_invoice
from marke.invoices.services.internal import credit_inside, invoice_inside, move_order, offer_inside
from marke.invoices.services.issuing import Issued, issue_invoice, issue_seen_invoices
from marke.invoices.services.ordering import invoice_order
from marke.invoices.services.quoting import (
    answer_quote,
    close_order,
    make_quote,
    order_directly,
    send_quote,
    start_quote,
    withdraw_quote,
    write_quote,
)
from marke.invoices.services.reminding import remind, send_due_reminders

__all__ = [
    "Issued",
    "answer_quote",
    "change_client",
    "close_order",
    "credit_inside",
    "credit_invoice",
    "invoice_inside",
    "invoice_order",
    "issue_invoice",
    "issue_seen_invoices",
    "make_quote",
    "move_order",
    "offer_inside",
    "order_directly",
    "remind",
    "send_due_reminders",
    "send_quote",
    "start_quote",
    "withdraw_quote",
    "write_quote",
]
