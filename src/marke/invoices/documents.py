"""An issued paper as a document of EN 16931. The amounts are those that were issued; nothing is computed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from marke.common.money import minor_digits
from marke.common.refusal import Refused
from marke.invoices.lines import line_amounts
from marke.invoices.models import VatBreakdown as Rate
from marke_core.einvoice.check import check
from marke_core.einvoice.cii import write_cii
from marke_core.einvoice.model import (
    BILLING_PROCESS,
    EN16931,
    PEPPOL_BILLING,
    Account,
    Address,
    AllowanceCharge,
    Contact,
    Document,
    Identifier,
    Line,
    Note,
    Party,
    Payment,
    Preceding,
    Quantity,
    Totals,
    VatBreakdown,
)
from marke_core.einvoice.participants import BELGIAN_ENTERPRISE, participant_of
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.ubl import write_ubl
from marke_core.einvoice.vat import CATEGORIES

RULES = "en16931-1.3.16"
SEPA_TRANSFER = "58"
ONE = "C62"
DISCOUNT = "95"  # UNTDID 5189


class CannotBeWritten(Refused):
    """Something is missing without which no e-invoice is accepted anywhere."""


class Paper(Protocol):
    """What any issued paper knows of itself: our invoices, and those that we write in somebody's name."""

    number: str
    issue_date: date
    due_date: date
    currency: str
    seller: dict[str, Any]
    buyer: dict[str, Any]
    notes: list[str]
    net: int
    vat: int
    gross: int

    @property
    def delivery_date(self) -> date | None: ...
    @property
    def reference(self) -> str: ...
    @property
    def lines(self) -> Any: ...
    @property
    def credits(self) -> Any: ...
    @property
    def type_code(self) -> str: ...
    @property
    def is_credit_note(self) -> bool: ...
    def rates(self) -> list[Rate]: ...


class PaperLine(Protocol):
    """`quantity_milli`, `unit_price`: None where it is one thing at one price."""

    position: int
    text: str
    date: date
    net: int
    quantity_milli: Any
    unit_price: Any
    unit: Any
    discount_permille: Any

    @property
    def vat_category(self) -> str: ...
    @property
    def vat_permille(self) -> int: ...


def cii_of(invoice: Paper) -> bytes | None:
    """What lies inside its PDF (Factur-X, profile EN 16931): in CII, without a fault. None where the paper lacks what EN 16931 asks."""
    if minor_digits(invoice.currency) != 2:
        return None
    try:
        content = in_cii(invoice)
    except BadEInvoice:
        return None
    return None if check(content, rules=RULES).fatal else content


def in_cii(paper: Paper) -> bytes:
    """The paper by EN 16931 alone, not checked. Raises: BadEInvoice."""
    document = document_of(paper, specification=EN16931, process="")
    if document.buyer.address and not document.buyer.address.country:
        # A client whose country nobody wrote down was charged VAT as one of here.
        at_home = replace(document.buyer.address, country=paper.seller["country"])
        document = replace(document, buyer=replace(document.buyer, address=at_home))
    return write_cii(document)


def ubl_of(
    paper: Paper, *, seller: Identifier, buyer: Identifier, rules: str, specification: str = PEPPOL_BILLING, process: str = BILLING_PROCESS,
) -> bytes:  # fmt: skip
    """As the network carries it, checked by these rules. Raises: CannotBeWritten, with what is to be mended."""
    if minor_digits(paper.currency) != 2:
        raise CannotBeWritten(two_decimals(paper.currency))
    try:
        content = ubl_unchecked(paper, seller=seller, buyer=buyer, specification=specification, process=process)
    except BadEInvoice as bad:
        raise CannotBeWritten(no_place_for(bad)) from bad
    # Some rules come in pairs, which say the same of the same field.
    if wrong := dict.fromkeys(finding.message.said(_) for finding in check(content, rules=rules).fatal):
        raise CannotBeWritten(" ".join(list(wrong)[:3]))
    return content


def ubl_unchecked(
    paper: Paper, *, seller: Identifier, buyer: Identifier, specification: str = PEPPOL_BILLING, process: str = BILLING_PROCESS
) -> bytes:
    """As the network would carry it. Raises: BadEInvoice."""
    return write_ubl(document_of(paper, sender=seller, recipient=buyer, specification=specification, process=process))


def two_decimals(currency: str) -> str:
    """Why nothing in this currency is an e-invoice."""
    return _("An e-invoice has amounts with two decimals, and %(currency)s has not.") % {"currency": currency}


def no_place_for(bad: BadEInvoice) -> str:
    """What on the paper no e-invoice can carry, and what to do."""
    if bad.reason == "character":
        return _("“%(text)s” has a sign that no e-invoice can carry (%(sign)s). Remove it.") % {
            "text": bad.values["text"],
            "sign": bad.values["found"],
        }
    return _("Something on it cannot stand in an e-invoice: %(what)s.") % {"what": bad}


def document_of(
    invoice: Paper,
    *,
    sender: Identifier | None = None,
    recipient: Identifier | None = None,
    specification: str = PEPPOL_BILLING,
    process: str = BILLING_PROCESS,
) -> Document:
    """Its lines and VAT come with one query each. In a credit note the amounts are positive. `sender`, `recipient`: on the network."""
    sign = -1 if invoice.is_credit_note else 1
    breakdown = invoice.rates()
    categories = {row.category for row in breakdown}
    outside = "O" in categories
    return Document(
        specification=specification,
        process=process,
        number=invoice.number,
        issue_date=invoice.issue_date,
        due_date=None if invoice.is_credit_note else invoice.due_date,
        type_code=invoice.type_code,
        currency=invoice.currency,
        buyer_reference=str(invoice.buyer.get("reference") or invoice.buyer["number"]),
        seller=_party(invoice.seller, sender, outside=outside),
        buyer=_party(invoice.buyer, recipient, outside=outside),
        notes=(Note(" ".join(invoice.notes)),) if invoice.notes else (),
        preceding=(Preceding(invoice.credits.number, invoice.credits.issue_date),) if invoice.credits else (),
        payment=Payment(code=SEPA_TRANSFER, reference=invoice.reference, accounts=(Account(invoice.seller["iban"], invoice.seller["name"]),))
        if invoice.seller.get("iban")
        else None,
        # Goods that go to another country of the Union: when, and to which.
        delivery_date=invoice.delivery_date or (invoice.issue_date if "K" in categories else None),
        delivery_address=Address(country=invoice.buyer["country"]) if "K" in categories else None,
        lines=tuple(_line(line, sign) for line in invoice.lines.all()),
        breakdown=tuple(
            VatBreakdown(
                base=sign * row.base, vat=sign * row.vat, category=row.category, rate=_rate(row.category, row.permille),
                reason=row.reason, reason_code=CATEGORIES[row.category].reason_code,
            )
            for row in breakdown
        ),
        totals=Totals(
            lines=sign * invoice.net, without_vat=sign * invoice.net, vat=sign * invoice.vat, with_vat=sign * invoice.gross,
            payable=sign * invoice.gross,
        ),
    )  # fmt: skip


def _line(line: PaperLine, sign: int) -> Line:
    """A price is never negative: what is taken off has a quantity below zero. Where quantity and price do not make the net to
    the cent, as in a credit of a part, it stands as one thing at that price."""
    net = sign * line.net
    side = -1 if net < 0 else 1
    quantity, unit, price, discount = Decimal(side), ONE, abs(net), 0
    if line.quantity_milli is not None and line.unit_price is not None:
        amounts = line_amounts(abs(line.quantity_milli), abs(line.unit_price), line.discount_permille)
        if amounts.net == abs(net):
            quantity, unit = side * Decimal(abs(line.quantity_milli)).scaleb(-3), line.unit
            price, discount = abs(line.unit_price), side * amounts.discount
    return Line(
        id=str(line.position), net=net, name=line.text, quantity=Quantity(quantity.normalize() + 0, unit), price=_major(price),
        allowance_charges=(AllowanceCharge(is_charge=False, amount=discount, reason_code=DISCOUNT),) if discount else (),
        vat_category=line.vat_category, vat_rate=_rate(line.vat_category, line.vat_permille),
        period_start=line.date, period_end=line.date,
    )  # fmt: skip


def _party(told: dict[str, str], endpoint: Identifier | None, *, outside: bool) -> Party:
    """As it was written down when the paper was issued."""
    vat, registered = told.get("vat_number", ""), told.get("registration_number", "")
    known = participant_of(vat)
    legal = known if known and known.scheme == BELGIAN_ENTERPRISE else Identifier(registered) if registered else None
    return Party(
        name=told["name"],
        legal_id=legal,
        vat_id="" if outside else vat,
        # A small enterprise without a VAT number is known to the tax office by its registration.
        tax_id="" if outside or vat else registered,
        endpoint=endpoint,
        address=Address(line_1=told.get("street", ""), city=told.get("city", ""), postcode=told.get("postcode", ""), country=told["country"]),
        contact=Contact(email=told["email"], telephone=told.get("phone", "")) if told.get("email") else None,
    )  # fmt: skip


def _rate(category: str, permille: int) -> Decimal | None:
    return Decimal(permille).scaleb(-1) if CATEGORIES[category].states_rate else None


def _major(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)
