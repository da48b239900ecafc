"""A self-billed paper for reading, and as a file for programs."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.money import format_money
from marke.invoices.documents import CannotBeWritten, cii_of, ubl_of
from marke.invoices.pdf import dated_table, day_words, frame, kept_pdf, totals
from marke.selfbills.models import SelfBill
from marke.selfbills.vat import called
from marke_core.einvoice.model import PEPPOL_SELF_BILLING, SELF_BILLING_PROCESS, Identifier
from marke_core.einvoice.participants import participant_of, read_participant

RULES = "peppol-selfbilling-3.0.1"


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


def self_bill_ubl(bill: SelfBill, *, seller: str = "", buyer: str = "") -> bytes:
    """As Peppol carries it (BIS Self-Billing 3.0), checked. `seller`, `buyer`: who they are on the network, where that does not
    follow from their VAT numbers.

    Raises: CannotBeWritten, with what is to be mended.
    """
    here, there = _participant(bill.seller, seller), _participant(bill.buyer, buyer)
    return ubl_of(bill, seller=here, buyer=there, rules=RULES, specification=PEPPOL_SELF_BILLING, process=SELF_BILLING_PROCESS)


def _participant(who: dict[str, Any], known: str) -> Identifier:
    found = read_participant(known) if known else participant_of(who["vat_number"])
    if found is None:
        raise CannotBeWritten(
            _("%(name)s has no VAT number by which it is found on the network. Write it down first.") % {"name": who["name"]}
        )
    return found
