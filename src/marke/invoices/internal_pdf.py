"""An internal invoice as a paper: between two businesses of one co-op, without VAT."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.money import format_money
from marke.common.paper import write_pdf
from marke.invoices.models import InternalInvoice
from marke.invoices.pdf import TEMPLATE, dated_table, day_words, frame


def internal_pdf(invoice: InternalInvoice) -> bytes:
    """In the co-op's language, dated by its issue."""
    with translation.override(invoice.language):
        return write_pdf(TEMPLATE, internal_data(invoice), made_at=invoice.issued_at)


def internal_data(invoice: InternalInvoice) -> dict[str, Any]:
    amount = format_money(invoice.net, invoice.currency)
    buyer = {**invoice.buyer, "name": invoice.buyer["activity"]}
    return {
        **frame(invoice.seller, buyer, invoice.language),
        "title": _("Internal credit note") if invoice.is_credit_note else _("Internal invoice"),
        "number": invoice.number,
        "under": _("for invoice %(number)s") % {"number": invoice.credits.number} if invoice.credits else "",
        "facts": [(_("Date"), day_words(invoice.issue_date)), (_("Our order"), str(invoice.order.number))],
        **dated_table([(invoice.issue_date, invoice.text, amount)]),
        "totals": [(_("Credited") if invoice.is_credit_note else _("Paid inside the co-op"), amount, True)],
        "reasons": [_("No VAT is charged: both businesses are the same legal person.")],
        "notes": [invoice.reason] if invoice.reason else [],
    }
