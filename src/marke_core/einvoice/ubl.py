"""Invoices and credit notes in UBL 2.1, as EN 16931-3-2 and Peppol BIS Billing 3.0 use it: written, and read back.

Source: EN 16931-3-2 (syntax binding to UBL 2.1); Peppol BIS Billing 3.0 and Self-Billing 3.0, syntax tables; OASIS UBL 2.1
for the order of the elements. One table serves both directions; where the model and UBL differ in shape (payment, VAT
totals, tax numbers, references) the part has its own way, in `ubl_parts`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lxml import etree

from marke_core.einvoice.leaves import amount, constant, day, flag, identifier, number, price, quantity, repeated, text
from marke_core.einvoice.mapping import (
    BLANK,
    NAMESPACES,
    Notes,
    Part,
    build,
    clark,
    inline,
    many,
    one,
    read_children,
    readers,
    write_parts,
)
from marke_core.einvoice.model import (
    Address,
    AllowanceCharge,
    Attribute,
    Classification,
    Contact,
    DirectDebit,
    Document,
    Identifier,
    Line,
    Note,
    Party,
    Payment,
    Preceding,
    Reading,
    Totals,
)
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.ubl_parts import (
    INVOICED_OBJECT,
    VAT_SCHEME,
    payment_means,
    references,
    tax_numbers,
    vat_totals,
)
from marke_core.einvoice.xml import MOST_BYTES, parse_xml

INVOICE_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CREDIT_NOTE_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
NOT_KNOWN = "NA"
CREDITOR = "SEPA"  # the scheme under which a party's identifiers hold BT-90
_NOTE = re.compile(r"#([A-Z]{3})#(.*)", re.DOTALL)


def read_note(content: str) -> Note:
    found = _NOTE.fullmatch(content)
    return Note(found[2], found[1]) if found else Note(content)


def write_note(note: Note) -> str:
    return f"#{note.subject_code}#{note.text}" if note.subject_code else note.text


def _address(tag: str, field: str) -> Part:
    return one(
        tag, field, Address,
        text("cbc:StreetName", "line_1"),
        text("cbc:AdditionalStreetName", "line_2"),
        text("cbc:CityName", "city"),
        text("cbc:PostalZone", "postcode"),
        text("cbc:CountrySubentity", "subdivision"),
        inline("cac:AddressLine", text("cbc:Line", "line_3")),
        inline("cac:Country", text("cbc:IdentificationCode", "country")),
    )  # fmt: skip


_ADDRESS = _address("cac:PostalAddress", "address")
_IDENTIFIERS = many("cac:PartyIdentification", "identifiers", Identifier, text("cbc:ID", "value", schemeID="scheme"))
_TRADER = (
    identifier("cbc:EndpointID", "endpoint"),
    _IDENTIFIERS,
    inline("cac:PartyName", text("cbc:Name", "trading_name")),
    _ADDRESS,
    tax_numbers(),
    inline(
        "cac:PartyLegalEntity",
        text("cbc:RegistrationName", "name"),
        identifier("cbc:CompanyID", "legal_id"),
        text("cbc:CompanyLegalForm", "legal_form"),
    ),
    one(
        "cac:Contact", "contact", Contact,
        text("cbc:Name", "name"),
        text("cbc:Telephone", "telephone"),
        text("cbc:ElectronicMail", "email"),
    ),
)  # fmt: skip
_PARTIES = (
    one("cac:AccountingSupplierParty", "seller", Party, inline("cac:Party", *_TRADER)),
    one("cac:AccountingCustomerParty", "buyer", Party, inline("cac:Party", *_TRADER)),
    one(
        "cac:PayeeParty", "payee", Party,
        _IDENTIFIERS,
        inline("cac:PartyName", text("cbc:Name", "name")),
        inline("cac:PartyLegalEntity", identifier("cbc:CompanyID", "legal_id")),
    ),
    one(
        "cac:TaxRepresentativeParty", "tax_representative", Party,
        inline("cac:PartyName", text("cbc:Name", "name")),
        _ADDRESS,
        tax_numbers(),
    ),
)  # fmt: skip
_PERIOD = (day("cbc:StartDate", "period_start"), day("cbc:EndDate", "period_end"))


def _vat_of(tag: str) -> Part:
    return inline(tag, text("cbc:ID", "vat_category"), number("cbc:Percent", "vat_rate"), VAT_SCHEME)


_ALLOWANCE_CHARGE = many(
    "cac:AllowanceCharge", "allowance_charges", AllowanceCharge,
    flag("cbc:ChargeIndicator", "is_charge"),
    text("cbc:AllowanceChargeReasonCode", "reason_code"),
    text("cbc:AllowanceChargeReason", "reason"),
    number("cbc:MultiplierFactorNumeric", "percent"),
    amount("cbc:Amount", "amount"),
    amount("cbc:BaseAmount", "base"),
    _vat_of("cac:TaxCategory"),
)  # fmt: skip
_TOTALS = one(
    "cac:LegalMonetaryTotal", "totals", Totals,
    amount("cbc:LineExtensionAmount", "lines"),
    amount("cbc:TaxExclusiveAmount", "without_vat"),
    amount("cbc:TaxInclusiveAmount", "with_vat"),
    amount("cbc:AllowanceTotalAmount", "allowances"),
    amount("cbc:ChargeTotalAmount", "charges"),
    amount("cbc:PrepaidAmount", "prepaid"),
    amount("cbc:PayableRoundingAmount", "rounding"),
    amount("cbc:PayableAmount", "payable"),
)  # fmt: skip
_ITEM = inline(
    "cac:Item",
    text("cbc:Description", "description"),
    text("cbc:Name", "name"),
    inline("cac:BuyersItemIdentification", text("cbc:ID", "buyers_id")),
    inline("cac:SellersItemIdentification", text("cbc:ID", "sellers_id")),
    inline("cac:StandardItemIdentification", identifier("cbc:ID", "standard_id")),
    inline("cac:OriginCountry", text("cbc:IdentificationCode", "origin")),
    many(
        "cac:CommodityClassification", "classifications", Classification,
        text("cbc:ItemClassificationCode", "code", listID="scheme", listVersionID="version"),
    ),
    _vat_of("cac:ClassifiedTaxCategory"),
    many("cac:AdditionalItemProperty", "attributes", Attribute, text("cbc:Name", "name"), text("cbc:Value", "value")),
)  # fmt: skip
_PRICE = inline(
    "cac:Price",
    price("cbc:PriceAmount", "price"),
    quantity("cbc:BaseQuantity", "price_base"),
    inline(
        "cac:AllowanceCharge",
        constant("cbc:ChargeIndicator", "false", "0"),
        price("cbc:Amount", "price_discount", derived="taken_off"),
        price("cbc:BaseAmount", "gross_price"),
    ),
)


def _line(tag: str, quantity_tag: str) -> Part:
    return many(
        tag, "lines", Line,
        text("cbc:ID", "id"),
        text("cbc:Note", "note"),
        quantity(quantity_tag, "quantity"),
        amount("cbc:LineExtensionAmount", "net"),
        text("cbc:AccountingCost", "accounting_reference"),
        inline("cac:InvoicePeriod", *_PERIOD),
        inline("cac:OrderLineReference", text("cbc:LineID", "order_line")),
        inline(
            "cac:DocumentReference",
            identifier("cbc:ID", "object_id"),
            constant("cbc:DocumentTypeCode", INVOICED_OBJECT),
        ),
        _ALLOWANCE_CHARGE,
        _ITEM,
        _PRICE,
    )  # fmt: skip


def _reference(tag: str, field: str) -> Part:
    return inline(tag, text("cbc:ID", field))


_START = (
    text("cbc:CustomizationID", "specification"),
    text("cbc:ProfileID", "process"),
    text("cbc:ID", "number"),
    day("cbc:IssueDate", "issue_date"),
)
_TAX_POINT = day("cbc:TaxPointDate", "tax_point_date")
_NOTES = repeated("cbc:Note", "notes", read_note, write_note)
_HEAD = (
    text("cbc:DocumentCurrencyCode", "currency"),
    text("cbc:TaxCurrencyCode", "tax_currency"),
    text("cbc:AccountingCost", "accounting_reference"),
    text("cbc:BuyerReference", "buyer_reference"),
    inline("cac:InvoicePeriod", *_PERIOD, text("cbc:DescriptionCode", "tax_point_code")),
    inline("cac:OrderReference", text("cbc:ID", "order_reference"), text("cbc:SalesOrderID", "sales_order_reference")),
    many(
        "cac:BillingReference", "preceding", Preceding,
        inline("cac:InvoiceDocumentReference", text("cbc:ID", "number"), day("cbc:IssueDate", "issue_date")),
    ),
    _reference("cac:DespatchDocumentReference", "despatch_reference"),
    _reference("cac:ReceiptDocumentReference", "receipt_reference"),
)  # fmt: skip
_TENDER = _reference("cac:OriginatorDocumentReference", "tender_reference")
_CONTRACT = _reference("cac:ContractDocumentReference", "contract_reference")
_DELIVERY = inline(
    "cac:Delivery",
    day("cbc:ActualDeliveryDate", "delivery_date"),
    inline("cac:DeliveryLocation", identifier("cbc:ID", "delivery_location"), _address("cac:Address", "delivery_address")),
    inline("cac:DeliveryParty", inline("cac:PartyName", text("cbc:Name", "delivery_name"))),
)


def _foot(*, dated: bool) -> tuple[Part, ...]:
    terms = inline("cac:PaymentTerms", text("cbc:Note", "payment_terms"))
    return (*_PARTIES, _DELIVERY, payment_means(dated=dated), terms, _ALLOWANCE_CHARGE, vat_totals(), _TOTALS)


_INVOICE = (
    *_START, day("cbc:DueDate", "due_date"), text("cbc:InvoiceTypeCode", "type_code"), _NOTES, _TAX_POINT, *_HEAD,
    _TENDER, _CONTRACT, references(with_project=False), _reference("cac:ProjectReference", "project_reference"),
    *_foot(dated=False), _line("cac:InvoiceLine", "cbc:InvoicedQuantity"),
)  # fmt: skip
_CREDIT_NOTE = (
    *_START, _TAX_POINT, text("cbc:CreditNoteTypeCode", "type_code"), _NOTES, *_HEAD,
    _CONTRACT, references(with_project=True), _TENDER,
    *_foot(dated=True), _line("cac:CreditNoteLine", "cbc:CreditedQuantity"),
)  # fmt: skip


# -- writing


def _root(name: str, namespace: str) -> tuple[str, str]:
    spaces = f'xmlns="{namespace}" xmlns:cac="{NAMESPACES["cac"]}" xmlns:cbc="{NAMESPACES["cbc"]}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {spaces}>', f"</{name}>"


_WRITE_INVOICE, _WRITE_CREDIT_NOTE = write_parts(_INVOICE), write_parts(_CREDIT_NOTE)
_INVOICE_ROOT, _CREDIT_NOTE_ROOT = _root("Invoice", INVOICE_NAMESPACE), _root("CreditNote", CREDIT_NOTE_NAMESPACE)


def write_ubl(document: Document) -> bytes:
    """The document in UTF-8; every amount as it stands in the document, none computed anew.

    Raises: BadEInvoice for a character that XML cannot carry.
    """
    shaped = _with_order(_with_creditor(document))
    (start, end), write = (_CREDIT_NOTE_ROOT, _WRITE_CREDIT_NOTE) if document.is_credit_note else (_INVOICE_ROOT, _WRITE_INVOICE)
    out = [start]
    write(shaped, out, escaped_currency(document))
    out.append(end)
    return "".join(out).encode()


def escaped_currency(document: Document) -> str:
    """The code as it goes into each amount, unescaped: three letters, and nothing else."""
    if not re.fullmatch("[A-Z]{3}", document.currency):
        raise BadEInvoice("currency", "DocumentCurrencyCode", found=document.currency[:10], expected="EUR")
    return document.currency


def _with_order(document: Document) -> Document:
    """UBL has no sales order without an order; Peppol writes NA for the one that is not known."""
    if document.sales_order_reference and not document.order_reference:
        return replace(document, order_reference=NOT_KNOWN)
    return document


def _with_creditor(document: Document) -> Document:
    """BT-90 stands in UBL among the identifiers of who is paid."""
    debit = document.payment.direct_debit if document.payment else None
    if debit is None or not debit.creditor_id:
        return document
    paid = document.payee or document.seller
    named = replace(paid, identifiers=(*paid.identifiers, Identifier(debit.creditor_id, CREDITOR)))
    return replace(document, payee=named) if document.payee else replace(document, seller=named)


# -- reading


_READ_INVOICE, _READ_CREDIT_NOTE = readers(_INVOICE), readers(_CREDIT_NOTE)
_ROOTS = {
    f"{{{INVOICE_NAMESPACE}}}Invoice": _READ_INVOICE,
    f"{{{CREDIT_NOTE_NAMESPACE}}}CreditNote": _READ_CREDIT_NOTE,
}


def is_ubl(root: etree._Element) -> bool:
    return root.tag in _ROOTS


def read_ubl(content: bytes, *, most_bytes: int = MOST_BYTES) -> Reading:
    """What a file says; what of it has no place in the model is listed with its path.

    Raises: BadEInvoice when it is no UBL invoice or credit note, lacks what no invoice can lack, or holds an amount or a date
    that is none.
    """
    return ubl_reading(parse_xml(content, most_bytes=most_bytes))


def ubl_reading(root: etree._Element) -> Reading:
    """`read_ubl` of a tree that `parse_xml` made."""
    if not is_ubl(root):
        raise BadEInvoice("not_an_invoice", found=str(root.tag)[-60:])
    notes = Notes(root, (root.findtext(clark("cbc:DocumentCurrencyCode")) or "").strip(BLANK))
    values: dict[str, Any] = {}
    read_children(root, _ROOTS[root.tag], values, notes)
    _put_together(values, root, notes)
    document: Document = build(Document, values, root, notes)
    if document.is_credit_note is not (_ROOTS[root.tag] is _READ_CREDIT_NOTE):
        raise BadEInvoice("kind", type_code=document.type_code[:10])
    return Reading(document, tuple(notes.unread))


def _put_together(values: dict[str, Any], root: etree._Element, notes: Notes) -> None:
    """What UBL says in several places and the model in one."""
    vat = values.pop("vat_totals", {})
    values["breakdown"] = vat.pop("breakdown", [])
    if "totals" in values:
        values["totals"] = replace(values["totals"], **vat)
    creditor = _take_creditor(values)
    payment = values.pop("payment", {})
    if values.get("sales_order_reference") and values.get("order_reference") == NOT_KNOWN:
        values["order_reference"] = ""
    if creditor:
        payment["direct_debit"] = replace(payment.get("direct_debit") or DirectDebit(), creditor_id=creditor)
    if payment:
        values["payment"] = build(Payment, payment, root, notes)
    for name in ("specification", "process"):
        values.setdefault(name, "")


def _take_creditor(values: dict[str, Any]) -> str:
    """BT-90 out of the identifiers of the payee and the seller; the first holds, a second stays where it is."""
    creditor = ""
    for who in ("payee", "seller"):
        party: Party | None = values.get(who)
        if party is None:
            continue
        found = next((one.value for one in party.identifiers if one.scheme == CREDITOR), "")
        if found and creditor in ("", found):
            creditor = found
            kept = tuple(one for one in party.identifiers if one != Identifier(found, CREDITOR))
            values[who] = replace(party, identifiers=kept)
    return creditor
