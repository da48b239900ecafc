"""An issued paper in UBL, as Peppol carries it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marke.common.money import minor_digits
from marke.common.refusal import Refused
from marke.invoices.documents import document_of
from marke.invoices.models import Invoice
from marke.sending.queries import connection_of, reached
from marke_core.einvoice.check import check
from marke_core.einvoice.participants import participant_of, read_participant, show_participant
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.ubl import write_ubl

RULES = "peppol-bis-3.0.21"


class CannotBeWritten(Refused):
    """Something is missing without which no e-invoice is accepted anywhere."""


def ubl_of(invoice: Invoice, *, sender: str, recipient: str) -> bytes:
    """The paper in UBL, checked. Raises: CannotBeWritten, with what is to be mended."""
    if minor_digits(invoice.currency) != 2:
        raise CannotBeWritten(
            _("An e-invoice has amounts with two decimals, and %(currency)s has not.") % {"currency": invoice.currency}
        )
    try:
        content = write_ubl(document_of(invoice, sender=read_participant(sender), recipient=read_participant(recipient)))
    except BadEInvoice as bad:
        raise CannotBeWritten(str(bad)) from bad
    report = check(content, rules=RULES)
    # Some rules come in pairs, which say the same of the same field.
    if wrong := dict.fromkeys(str(finding.message) for finding in report.fatal):
        raise CannotBeWritten(" ".join(list(wrong)[:3]))
    return content


def ubl_now(invoice: Invoice) -> bytes:
    """The paper as it would go out now, also where nothing is connected. Raises: CannotBeWritten."""
    connection, there = connection_of(invoice.coop), reached(invoice.client).participant
    here = participant_of(invoice.seller["vat_number"])
    sender = connection.participant if connection else show_participant(here) if here else ""
    if not sender or not there:
        raise CannotBeWritten(
            _("It is not known where %(name)s is found on the network. Write it down under E-invoices, Who receives them.")
            % {"name": invoice.buyer["name"] if sender else invoice.seller["name"]}
        )
    return ubl_of(invoice, sender=sender, recipient=there)
