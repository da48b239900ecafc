"""An issued paper in UBL, as Peppol carries it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marke.invoices import documents
from marke.invoices.documents import CannotBeWritten
from marke.invoices.judging import NETWORK_RULES as RULES
from marke.invoices.models import Invoice
from marke.selfbills.models import SelfBill
from marke.selfbills.papers import RULES as SELF_BILLING_RULES
from marke.selfbills.papers import self_bill_ubl
from marke.sending.queries import connection_of, whereto
from marke_core.einvoice.participants import participant_of, read_participant, show_participant


def rules_for(paper: Invoice | SelfBill) -> str:
    return SELF_BILLING_RULES if isinstance(paper, SelfBill) else RULES


def ubl_of(paper: Invoice | SelfBill, *, sender: str, recipient: str) -> bytes:
    """The paper in UBL, checked: of ours we are the seller, of a member's we are the buyer. Raises: CannotBeWritten."""
    if isinstance(paper, SelfBill):
        return self_bill_ubl(paper, seller=recipient, buyer=sender)
    return documents.ubl_of(paper, seller=read_participant(sender), buyer=read_participant(recipient), rules=RULES)


def ubl_now(paper: Invoice | SelfBill) -> bytes:
    """The paper as it would go out now, also where nothing is connected. Raises: CannotBeWritten."""
    ours, theirs = (paper.buyer, paper.seller) if isinstance(paper, SelfBill) else (paper.seller, paper.buyer)
    connection, there = connection_of(paper.coop), whereto(paper)
    here = participant_of(ours["vat_number"])
    sender = connection.participant if connection else show_participant(here) if here else ""
    if not sender or not there:
        raise CannotBeWritten(
            _("It is not known where %(name)s is found on the network. Write it down under E-invoices, Who receives them.")
            % {"name": theirs["name"] if sender else ours["name"]}
        )
    return ubl_of(paper, sender=sender, recipient=there)
