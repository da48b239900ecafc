"""Where UBL has another shape than the model: payment, VAT totals, tax numbers, references to documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

from marke_core.einvoice.leaves import (
    amount,
    amount_text,
    attached,
    attribute,
    constant,
    day,
    hundredths_in,
    identifier,
    number,
    text,
)
from marke_core.einvoice.mapping import (
    Notes,
    Part,
    build,
    clark,
    inline,
    many,
    one,
    put,
    read_children,
    readers,
    said,
    surrounding,
)
from marke_core.einvoice.model import (
    Account,
    Attached,
    Card,
    DirectDebit,
    Document,
    Identifier,
    Party,
    Payment,
    SupportingDocument,
    VatBreakdown,
)

# VAT is BT-31; BT-32 is written as TAX, and other files have the national schemes LOC and FC for it.
KNOWN_SCHEMES = ("VAT", "TAX", "LOC", "FC")
INVOICED_OBJECT, PROJECT = "130", "50"
NO_INSTRUMENT = "1"  # UNTDID 4461, where a due date needs payment means around it


VAT_SCHEME = surrounding("cac:TaxScheme", constant("cbc:ID", "VAT"))


# -- tax numbers


@dataclass(frozen=True, slots=True)
class _TaxNumber:
    number: str = ""
    scheme: str = ""


def tax_numbers() -> Part:
    """BT-31 under the scheme VAT, BT-32 under any other."""
    table = readers([text("cbc:CompanyID", "number"), inline("cac:TaxScheme", text("cbc:ID", "scheme"))])
    shape = inline("cac:PartyTaxScheme", text("cbc:CompanyID", "number"), inline("cac:TaxScheme", text("cbc:ID", "scheme")))

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        own: dict[str, Any] = {}
        read_children(element, table, own, notes)
        scheme = own.get("scheme", "").upper()
        if own.get("number"):
            put(values, "vat_id" if scheme == "VAT" else "tax_id", own["number"], element, notes)
        if not own.get("number") or scheme not in KNOWN_SCHEMES:
            notes.leave(element)

    def write(party: Party, out: list[str], currency: str) -> bool:
        if party.vat_id:
            shape.write(_TaxNumber(party.vat_id, "VAT"), out, currency)
        if party.tax_id:
            shape.write(_TaxNumber(party.tax_id, "TAX"), out, currency)
        return bool(party.vat_id or party.tax_id)

    return Part("cac:PartyTaxScheme", read, write)


# -- payment


_ACCOUNT = many(
    "cac:PayeeFinancialAccount", "accounts", Account,
    text("cbc:ID", "number"),
    text("cbc:Name", "name"),
    inline("cac:FinancialInstitutionBranch", text("cbc:ID", "bic")),
)  # fmt: skip
_CARD = one(
    "cac:CardAccount", "card", Card,
    text("cbc:PrimaryAccountNumberID", "number"),
    constant("cbc:NetworkID", "NA"),
    text("cbc:HolderName", "holder"),
)  # fmt: skip
_DEBIT = one(
    "cac:PaymentMandate", "direct_debit", DirectDebit,
    text("cbc:ID", "mandate"),
    inline("cac:PayerFinancialAccount", text("cbc:ID", "account")),
)  # fmt: skip
_MEANS = (
    text("cbc:PaymentMeansCode", "code", name="name"),
    day("cbc:PaymentDueDate", "due_date"),
    text("cbc:PaymentID", "reference"),
    _CARD,
    _ACCOUNT,
    _DEBIT,
)


@dataclass(frozen=True, slots=True)
class _Accounts:
    accounts: tuple[Account, ...]


def payment_means(*, dated: bool) -> Part:
    """One element for each account, with the code and the reference in each, and what the code means once (UBL-SR-46).

    dated: the due date stands here, as in a credit note.
    """
    table = readers(_MEANS)
    code, due, reference, card, accounts, debit = (part.write for part in _MEANS)
    bare_code = text("cbc:PaymentMeansCode", "code").write

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        own = values.setdefault("payment", {})
        read_children(element, table, own, notes)
        if "due_date" in own:
            put(values, "due_date", own.pop("due_date"), element, notes)

    def write(document: Document, out: list[str], currency: str) -> bool:
        payment = document.payment
        if payment is None and not (dated and document.due_date):
            return False
        payment = payment or Payment(code=NO_INSTRUMENT)
        for place in range(max(1, len(payment.accounts))):
            out.append("<cac:PaymentMeans>")
            (bare_code if place else code)(payment, out, currency)
            if dated and place == 0:
                due(document, out, currency)
            reference(payment, out, currency)
            if place == 0:
                card(payment, out, currency)
            accounts(_Accounts(payment.accounts[place : place + 1]), out, currency)
            if place == 0:
                debit(payment, out, currency)
            out.append("</cac:PaymentMeans>")
        return True

    return Part("cac:PaymentMeans", read, write)


# -- VAT


_SUBTOTAL = many(
    "cac:TaxSubtotal", "breakdown", VatBreakdown,
    amount("cbc:TaxableAmount", "base"),
    amount("cbc:TaxAmount", "vat"),
    inline(
        "cac:TaxCategory",
        text("cbc:ID", "category"),
        number("cbc:Percent", "rate"),
        text("cbc:TaxExemptionReasonCode", "reason_code"),
        text("cbc:TaxExemptionReason", "reason"),
        VAT_SCHEME,
    ),
)  # fmt: skip


def vat_totals() -> Part:
    """BT-110 with the breakdown; BT-111 in an element of its own, in the tax currency."""
    total, subtotal = clark("cbc:TaxAmount"), clark("cac:TaxSubtotal")

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        found = element.find(total)
        elsewhere = found is not None and found.get("currencyID", notes.currency) != notes.currency
        foreign = elsewhere and found is not None and found.get("currencyID") == values.get("tax_currency")

        def read_total(child: etree._Element, into: dict[str, Any], notes: Notes) -> None:
            value = hundredths_in(child, said(child, notes, ("currencyID",)), notes)
            if elsewhere and not foreign:
                notes.leave(child)
            else:
                put(into, "vat_in_tax_currency" if foreign else "vat", value, child, notes)

        def leave(child: etree._Element, into: dict[str, Any], notes: Notes) -> None:
            notes.leave(child)

        own = values.setdefault("vat_totals", {})
        read_children(element, {total: read_total, subtotal: leave if elsewhere else _SUBTOTAL.read}, own, notes)

    def write(document: Document, out: list[str], currency: str) -> bool:
        totals = document.totals
        if totals.vat is not None or document.breakdown:
            vat = sum(group.vat for group in document.breakdown) if totals.vat is None else totals.vat
            out.append(f'<cac:TaxTotal><cbc:TaxAmount currencyID="{currency}">{amount_text(vat)}</cbc:TaxAmount>')
            _SUBTOTAL.write(document, out, currency)
            out.append("</cac:TaxTotal>")
        if totals.vat_in_tax_currency is not None:
            other = attribute("currencyID", document.tax_currency)
            said_there = amount_text(totals.vat_in_tax_currency)
            out.append(f"<cac:TaxTotal><cbc:TaxAmount{other}>{said_there}</cbc:TaxAmount></cac:TaxTotal>")
        return True

    return Part("cac:TaxTotal", read, write)


# -- documents


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    id: Identifier | None = None
    type_code: str = ""
    description: str = ""
    location: str = ""
    attached: Attached | None = None


_REFERENCE = (
    identifier("cbc:ID", "id"),
    text("cbc:DocumentTypeCode", "type_code"),
    text("cbc:DocumentDescription", "description"),
    inline(
        "cac:Attachment",
        attached("cbc:EmbeddedDocumentBinaryObject", "attached"),
        inline("cac:ExternalReference", text("cbc:URI", "location")),
    ),
)


def references(*, with_project: bool) -> Part:
    """BG-24, and among them BT-18 by its type; in a credit note, which has no other place for it, also BT-11."""
    table, shape = readers(_REFERENCE), inline("cac:AdditionalDocumentReference", *_REFERENCE)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        own: dict[str, Any] = {}
        read_children(element, table, own, notes)
        found: _Reference = build(_Reference, own, element, notes)
        bare = not (found.description or found.location or found.attached)
        if found.type_code == INVOICED_OBJECT and found.id and bare:
            put(values, "invoiced_object", found.id, element, notes)
        elif found.type_code == PROJECT and with_project and found.id and bare and not found.id.scheme:
            put(values, "project_reference", found.id.value, element, notes)
        else:
            if found.type_code or (found.id and found.id.scheme):
                notes.leave(element)
            values.setdefault("supporting", []).append(
                SupportingDocument(
                    reference=found.id.value if found.id else "",
                    description=found.description,
                    location=found.location,
                    attached=found.attached,
                )
            )

    def write(document: Document, out: list[str], currency: str) -> bool:
        if document.invoiced_object:
            shape.write(_Reference(id=document.invoiced_object, type_code=INVOICED_OBJECT), out, currency)
        if with_project and document.project_reference:
            shape.write(_Reference(id=Identifier(document.project_reference), type_code=PROJECT), out, currency)
        for paper in document.supporting:
            shape.write(
                _Reference(
                    id=Identifier(paper.reference),
                    description=paper.description,
                    location=paper.location,
                    attached=paper.attached,
                ),
                out,
                currency,
            )
        return True

    return Part("cac:AdditionalDocumentReference", read, write)
