"""Suppliers and the papers that they send, written by our own writers."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from marke.bills.services import Booking, Incoming, approve_bill, receive_bill
from marke_core.einvoice.model import (
    CREDIT_NOTE,
    INVOICE,
    Account,
    Address,
    Document,
    Identifier,
    Line,
    Party,
    Payment,
    Quantity,
    Totals,
    VatBreakdown,
)
from marke_core.einvoice.ubl import write_ubl

SUPPLIER = Party(
    name="Papier & Zn",
    legal_id=Identifier("0428759497", "0208"),
    vat_id="BE0428759497",
    endpoint=Identifier("0428759497", "0208"),
    address=Address(line_1="Kaai 3", city="Gent", postcode="9000", country="BE"),
)
US = Party(
    name="Velo",
    legal_id=Identifier("0417497106", "0208"),
    vat_id="BE0417497106",
    endpoint=Identifier("0417497106", "0208"),
    address=Address(line_1="Rue du Midi 12", city="Brussels", postcode="1000", country="BE"),
)
DUTCH = Party(
    name="Ontwerp BV",
    legal_id=Identifier("12345678", "0106"),
    vat_id="NL123456782B90",
    endpoint=Identifier("NL123456782B90", "9944"),
    address=Address(line_1="Gracht 1", city="Utrecht", postcode="3511", country="NL"),
)
IBAN, OTHER_IBAN = "BE71096123456769", "BE68539007547034"


def paper(
    number: str = "F-2026-17", *, net: int = 10_000, day: date = date(2026, 1, 10), iban: str = IBAN, reference: str = "010806817183",
    credit: bool = False, **changes: Any,
) -> Document:  # fmt: skip
    """A bill at 21 % for one thing, right by the rules of the network."""
    vat = (net * 21 + 50) // 100
    fields: dict[str, Any] = {
        "number": number, "issue_date": day, "type_code": CREDIT_NOTE if credit else INVOICE, "currency": "EUR",
        "due_date": None if credit else day + timedelta(days=30), "buyer_reference": "7", "seller": SUPPLIER, "buyer": US,
        "payment": Payment(code="30", reference=reference, accounts=(Account(iban, "Papier & Zn"),)),
        "lines": (
            Line(id="1", net=net, name="Posters, A2", quantity=Quantity(Decimal(1), "C62"), price=Decimal(net).scaleb(-2), vat_category="S", vat_rate=Decimal(21)),
        ),
        "breakdown": (VatBreakdown(base=net, vat=vat, category="S", rate=Decimal(21)),),
        "totals": Totals(lines=net, without_vat=net, vat=vat, with_vat=net + vat, payable=net + vat),
    }  # fmt: skip
    return Document(**(fields | changes))


def turned(
    number: str = "R-2026-1", *, net: int = 10_000, category: str = "AE", seller: Party = SUPPLIER, **changes: Any
) -> bytes:
    """A bill without VAT: the seller leaves it to us."""
    line = Line(
        id="1",
        net=net,
        name="Design",
        quantity=Quantity(Decimal(1), "C62"),
        price=Decimal(net).scaleb(-2),
        vat_category=category,
        vat_rate=Decimal(0),
    )
    code = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "O": "VATEX-EU-O"}.get(category, "")
    breakdown = VatBreakdown(base=net, vat=0, category=category, rate=Decimal(0), reason_code=code)
    totals = Totals(lines=net, without_vat=net, vat=0, with_vat=net, payable=net)
    return write_ubl(paper(number, net=net, seller=seller, lines=(line,), breakdown=(breakdown,), totals=totals, **changes))


def ubl(number: str = "F-2026-17", **changes: Any) -> bytes:
    return write_ubl(paper(number, **changes))


def received(
    coop: Any, content: bytes | None = None, *, at: datetime, by: Any = None, name: str = "bill.xml", **changes: Any
) -> Any:
    incoming = Incoming(content or ubl(**changes), name)
    return receive_bill(coop=coop, incoming=incoming, by=by, at=at).bill


def approved(bill: Any, by: Any, at: datetime, *, cost: str = "goods", deducted: int | None = 0, **more: Any) -> Any:
    return approve_bill(bill=bill, booking=Booking(cost, deducted, **more), by=by, at=at)


def pdf(xml: bytes = b"", *, name: str = "factur-x.xml", script: str = "", password: str = "") -> bytes:
    """One empty page, with an e-invoice in it, or a program."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if xml:
        writer.add_attachment(name, xml)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if password:
        writer.encrypt(password)
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def mail(to: str, *files: tuple[str, str, bytes], sender: str = "post@papier.example", **headers: str) -> bytes:
    """files: (name, type, content)"""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Papier <{sender}>", to, "Your bill — “januari”"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("In annex.")
    for name, kind, content in files:
        maintype, _slash, subtype = kind.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()
