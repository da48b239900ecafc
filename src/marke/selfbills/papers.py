"""A self-billed paper for reading, and as a file for programs."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.money import format_money, minor_digits
from marke.common.refusal import Refused
from marke.invoices.documents import cii_of, document_of
from marke.invoices.pdf import dated_table, day_words, frame, kept_pdf, totals
from marke.selfbills.models import SelfBill
from marke.selfbills.vat import called
from marke_core.einvoice.check import check
from marke_core.einvoice.model import PEPPOL_SELF_BILLING, SELF_BILLING_PROCESS
from marke_core.einvoice.participants import participant_of
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.ubl import write_ubl

RULES = "peppol-selfbilling-3.0.1"


class CannotBeWritten(Refused):
    """Something is missing without which no e-invoice is accepted anywhere."""


def self_bill_pdf(bill: SelfBill) -> bytes:
    """In the member's language, dated by its issue, with the e-invoice inside."""
    with translation.override(bill.language):
        return kept_pdf(self_bill_data(bill), cii_of(bill), made_at=bill.issued_at)


def self_bill_data(bill: SelfBill) -> dict[str, Any]:
    lines = [(line.date, line.text, format_money(line.net, bill.currency)) for line in bill.lines.all()]
    strong = _("Credited") if bill.is_credit_note else _("To be paid")
    taken = _("for invoice %(number)s") % {"number": bill.credits.number} if bill.credits else ""
    return {
        **frame(bill.seller, bill.buyer, bill.language),
        "title": _("Credit note") if bill.is_credit_note else _("Invoice"),
        "number": bill.number,
        "under": " · ".join(part for part in (called(bill.language), taken) if part),
        "facts": _facts(bill),
        **dated_table(lines),
        "totals": totals(bill.net, bill.rates(), bill.gross, strong, bill.currency),
        "reasons": [bill.reason] if bill.reason else [],
        "notes": bill.notes,
    }


def _facts(bill: SelfBill) -> list[tuple[str, str]]:
    facts = [(_("Date"), day_words(bill.issue_date))]
    if not bill.is_credit_note:
        facts += [(_("To be paid by"), day_words(bill.due_date)), (_("To object until"), day_words(bill.object_until))]
    return [*facts, (_("Agreement"), str(bill.agreement.number))]


def self_bill_ubl(bill: SelfBill) -> bytes:
    """As Peppol carries it (BIS Self-Billing 3.0), checked. Raises: CannotBeWritten, with what is to be mended."""
    if minor_digits(bill.currency) != 2:
        raise CannotBeWritten(
            _("An e-invoice has amounts with two decimals, and %(currency)s has not.") % {"currency": bill.currency}
        )
    seller, buyer = participant_of(bill.seller["vat_number"]), participant_of(bill.buyer["vat_number"])
    if seller is None or buyer is None:
        missing = bill.buyer["name"] if seller else bill.seller["name"]
        raise CannotBeWritten(
            _("%(name)s has no VAT number by which it is found on the network. Write it down first.") % {"name": missing}
        )
    try:
        document = document_of(
            bill, sender=seller, recipient=buyer, specification=PEPPOL_SELF_BILLING, process=SELF_BILLING_PROCESS
        )
        content = write_ubl(document)
    except BadEInvoice as bad:
        raise CannotBeWritten(str(bad)) from bad
    if wrong := dict.fromkeys(str(finding.message) for finding in check(content, rules=RULES).fatal):
        raise CannotBeWritten(" ".join(list(wrong)[:3]))
    return content
