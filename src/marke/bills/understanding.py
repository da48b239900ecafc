"""What an e-invoice says, as the fields of a bill; and what a person should look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from marke.bills.conditions import compact
from marke.bills.models import Bill
from marke_core.banking import BadIban, BadReference, read_iban, read_reference
from marke_core.einvoice.model import Document, Party

# UNTDID 4461: what is collected from us, or was paid by card.
COLLECTED = frozenset({"48", "49", "54", "55", "59"})


@dataclass(frozen=True)
class Seller:
    name: str
    vat_number: str = ""
    registration: str = ""
    country: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""


@dataclass(frozen=True)
class Said:
    """The fields of a bill. Amounts carry their sign: in a credit note they are below zero."""

    seller: Seller
    paper: str
    issue_date: date
    currency: str
    net: int
    vat: int
    payable: int
    is_credit_note: bool = False
    type_code: str = "380"
    due_date: date | None = None
    iban: str = ""
    reference: str = ""
    paid_by: str = Bill.PaidBy.TRANSFER


def sale_by(document: Document) -> Said:
    """The same where we are the seller: the other one is the buyer, and no account of ours is paid."""
    return replace(said_by(document), seller=_seller(document.buyer), iban="", reference="")


def said_by(document: Document) -> Said:
    sign = -1 if document.is_credit_note else 1
    totals, payment = document.totals, document.payment
    return Said(
        seller=_seller(document.seller),
        paper=" ".join(document.number.split())[:60],
        issue_date=document.issue_date,
        due_date=document.due_date,
        currency=document.currency[:3],
        net=sign * totals.without_vat,
        vat=sign * (totals.with_vat - totals.without_vat),
        payable=sign * totals.payable,
        is_credit_note=document.is_credit_note,
        type_code=document.type_code[:3],
        iban=_iban(payment.accounts[0].number) if payment and payment.accounts else "",
        reference=_reference(payment.reference) if payment else "",
        paid_by=Bill.PaidBy.DEBIT if payment and payment.code in COLLECTED else Bill.PaidBy.TRANSFER,
    )


def _seller(party: Party) -> Seller:
    address = party.address
    return Seller(
        name=(party.name or party.trading_name or party.vat_id or "?")[:120],
        vat_number=compact(party.vat_id)[:20],
        registration=compact(party.legal_id.value)[:40] if party.legal_id else "",
        country=address.country[:2] if address else "",
        street=address.line_1[:200] if address else "",
        postcode=address.postcode[:20] if address else "",
        city=address.city[:100] if address else "",
        email=party.contact.email[:254] if party.contact and "@" in party.contact.email else "",
    )


def _iban(text: str) -> str:
    try:
        return read_iban(text)
    except BadIban:
        return ""


def _reference(text: str) -> str:
    """A structured reference as banks compare it, or the words as they are."""
    try:
        return read_reference(text)
    except BadReference:
        return " ".join(text.split())[:140]
