"""Invoices and credit notes in UN/CEFACT CII D16B, as EN 16931-3-3 uses it: read, and written to lie inside a PDF (Factur-X).

Source: EN 16931-3-3 (syntax binding to CII D16B); UN/CEFACT Cross Industry Invoice D16B for the order of the elements. One
table serves both directions; where the model and CII differ in shape the part has its own way, in `cii_parts`.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from lxml import etree

from marke_core.einvoice.cii_parts import (
    CREDITOR,
    MANDATE,
    PAYMENT_REFERENCE,
    identifiers,
    line_object,
    payment_means,
    references,
    stamp,
    tax_numbers,
    vat_breakdown,
    vat_totals,
)
from marke_core.einvoice.leaves import amount, constant, flag, identifier, number, price, quantity, text
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
    silent,
    standing,
    surrounding,
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
    Line,
    Note,
    Party,
    Payment,
    Preceding,
    Reading,
    Totals,
)
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.xml import MOST_BYTES, parse_xml

_ROOT = clark("rsm:CrossIndustryInvoice")
_CURRENCY = "/".join(
    clark(tag) for tag in ("rsm:SupplyChainTradeTransaction", "ram:ApplicableHeaderTradeSettlement", "ram:InvoiceCurrencyCode")
)


# -- who


def _address(field: str) -> Part:
    return one(
        "ram:PostalTradeAddress", field, Address,
        text("ram:PostcodeCode", "postcode"),
        text("ram:LineOne", "line_1"),
        text("ram:LineTwo", "line_2"),
        text("ram:LineThree", "line_3"),
        text("ram:CityName", "city"),
        text("ram:CountryID", "country"),
        text("ram:CountrySubDivisionName", "subdivision"),
    )  # fmt: skip


_CONTACT = one(
    "ram:DefinedTradeContact", "contact", Contact,
    text("ram:PersonName", "name"),
    silent(text("ram:DepartmentName", "name")),
    inline("ram:TelephoneUniversalCommunication", text("ram:CompleteNumber", "telephone")),
    inline("ram:EmailURIUniversalCommunication", text("ram:URIID", "email")),
)  # fmt: skip
_TRADER = (
    *identifiers("identifiers", many=True),
    text("ram:Name", "name"),
    text("ram:Description", "legal_form"),
    inline("ram:SpecifiedLegalOrganization", identifier("ram:ID", "legal_id"), text("ram:TradingBusinessName", "trading_name")),
    _CONTACT,
    _address("address"),
    inline("ram:URIUniversalCommunication", identifier("ram:URIID", "endpoint")),
    tax_numbers(),
)
_PAYEE = one(
    "ram:PayeeTradeParty", "payee", Party,
    *identifiers("identifiers", many=True),
    text("ram:Name", "name"),
    inline("ram:SpecifiedLegalOrganization", identifier("ram:ID", "legal_id")),
)  # fmt: skip


# -- lines


def _period() -> Part:
    return inline(
        "ram:BillingSpecifiedPeriod", stamp("ram:StartDateTime", "period_start"), stamp("ram:EndDateTime", "period_end")
    )


def _vat_of(tag: str) -> Part:
    return inline(
        tag,
        constant("ram:TypeCode", "VAT"),
        text("ram:CategoryCode", "vat_category"),
        number("ram:RateApplicablePercent", "vat_rate"),
    )


_ALLOWANCE_CHARGE = many(
    "ram:SpecifiedTradeAllowanceCharge", "allowance_charges", AllowanceCharge,
    inline("ram:ChargeIndicator", flag("udt:Indicator", "is_charge")),
    number("ram:CalculationPercent", "percent"),
    amount("ram:BasisAmount", "base"),
    amount("ram:ActualAmount", "amount"),
    text("ram:ReasonCode", "reason_code"),
    text("ram:Reason", "reason"),
    _vat_of("ram:CategoryTradeTax"),
)  # fmt: skip
_PRODUCT = inline(
    "ram:SpecifiedTradeProduct",
    identifier("ram:GlobalID", "standard_id"),
    text("ram:SellerAssignedID", "sellers_id"),
    text("ram:BuyerAssignedID", "buyers_id"),
    text("ram:Name", "name"),
    text("ram:Description", "description"),
    many(
        "ram:ApplicableProductCharacteristic", "attributes", Attribute,
        text("ram:Description", "name"),
        text("ram:Value", "value"),
    ),
    many(
        "ram:DesignatedProductClassification", "classifications", Classification,
        text("ram:ClassCode", "code", listID="scheme", listVersionID="version"),
    ),
    inline("ram:OriginTradeCountry", text("ram:ID", "origin")),
)  # fmt: skip


_PRICE_BASE = quantity("ram:BasisQuantity", "price_base")
_NET_PRICE = inline("ram:NetPriceProductTradePrice", price("ram:ChargeAmount", "price"), _PRICE_BASE)


def _gross_price() -> Part:
    """Only where there is one. What it is for is said with the net price, too, and that holds when they differ."""
    inside = inline(
        "ram:GrossPriceProductTradePrice",
        price("ram:ChargeAmount", "gross_price", derived="full_price"),
        _PRICE_BASE,
        inline(
            "ram:AppliedTradeAllowanceCharge",
            surrounding("ram:ChargeIndicator", constant("udt:Indicator", "false", "0")),
            price("ram:ActualAmount", "price_discount"),
        ),
    )
    of_net = f"../{clark(_NET_PRICE.tag)}/{clark(_PRICE_BASE.tag)}"

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if (base := element.find(of_net)) is not None:
            _PRICE_BASE.read(base, values, notes)
        inside.read(element, values, notes)

    def write(line: Line, out: list[str], currency: str) -> bool:
        return line.full_price is not None and inside.write(line, out, currency)

    return Part(inside.tag, read, write)


_LINE = many(
    "ram:IncludedSupplyChainTradeLineItem", "lines", Line,
    inline(
        "ram:AssociatedDocumentLineDocument",
        text("ram:LineID", "id"),
        inline("ram:IncludedNote", text("ram:Content", "note")),
    ),
    _PRODUCT,
    inline(
        "ram:SpecifiedLineTradeAgreement",
        inline("ram:BuyerOrderReferencedDocument", text("ram:LineID", "order_line")),
        _gross_price(),
        _NET_PRICE,
    ),
    standing("ram:SpecifiedLineTradeDelivery", quantity("ram:BilledQuantity", "quantity")),
    inline(
        "ram:SpecifiedLineTradeSettlement",
        _vat_of("ram:ApplicableTradeTax"),
        _period(),
        _ALLOWANCE_CHARGE,
        inline("ram:SpecifiedTradeSettlementLineMonetarySummation", amount("ram:LineTotalAmount", "net")),
        line_object(),
        inline("ram:ReceivableSpecifiedTradeAccountingAccount", text("ram:ID", "accounting_reference")),
    ),
)  # fmt: skip


# -- the document


def _reference(tag: str, field: str) -> Part:
    return inline(tag, text("ram:IssuerAssignedID", field))


_CONTEXT = inline(
    "rsm:ExchangedDocumentContext",
    inline("ram:BusinessProcessSpecifiedDocumentContextParameter", text("ram:ID", "process")),
    inline("ram:GuidelineSpecifiedDocumentContextParameter", text("ram:ID", "specification")),
)
_HEAD = inline(
    "rsm:ExchangedDocument",
    text("ram:ID", "number"),
    text("ram:TypeCode", "type_code"),
    stamp("ram:IssueDateTime", "issue_date"),
    many("ram:IncludedNote", "notes", Note, text("ram:Content", "text"), text("ram:SubjectCode", "subject_code")),
)
_AGREEMENT = inline(
    "ram:ApplicableHeaderTradeAgreement",
    text("ram:BuyerReference", "buyer_reference"),
    one("ram:SellerTradeParty", "seller", Party, *_TRADER),
    one("ram:BuyerTradeParty", "buyer", Party, *_TRADER),
    one(
        "ram:SellerTaxRepresentativeTradeParty",
        "tax_representative",
        Party,
        text("ram:Name", "name"),
        _address("address"),
        tax_numbers(),
    ),
    _reference("ram:SellerOrderReferencedDocument", "sales_order_reference"),
    _reference("ram:BuyerOrderReferencedDocument", "order_reference"),
    _reference("ram:ContractReferencedDocument", "contract_reference"),
    references(),
    inline("ram:SpecifiedProcuringProject", text("ram:ID", "project_reference"), constant("ram:Name", "Project reference")),
)
_DELIVERY = standing(
    "ram:ApplicableHeaderTradeDelivery",
    inline(
        "ram:ShipToTradeParty",
        *identifiers("delivery_location", many=False),
        text("ram:Name", "delivery_name"),
        _address("delivery_address"),
    ),
    inline("ram:ActualDeliverySupplyChainEvent", stamp("ram:OccurrenceDateTime", "delivery_date")),
    _reference("ram:DespatchAdviceReferencedDocument", "despatch_reference"),
    _reference("ram:ReceivingAdviceReferencedDocument", "receipt_reference"),
)
_TOTALS = (
    amount("ram:LineTotalAmount", "totals.lines"),
    amount("ram:ChargeTotalAmount", "totals.charges"),
    amount("ram:AllowanceTotalAmount", "totals.allowances"),
    amount("ram:TaxBasisTotalAmount", "totals.without_vat"),
    vat_totals(),
    amount("ram:RoundingAmount", "totals.rounding"),
    amount("ram:GrandTotalAmount", "totals.with_vat"),
    amount("ram:TotalPrepaidAmount", "totals.prepaid"),
    amount("ram:DuePayableAmount", "totals.payable"),
)
_SETTLEMENT = inline(
    "ram:ApplicableHeaderTradeSettlement",
    CREDITOR,
    PAYMENT_REFERENCE,
    text("ram:TaxCurrencyCode", "tax_currency"),
    text("ram:InvoiceCurrencyCode", "currency"),
    _PAYEE,
    payment_means(),
    vat_breakdown(),
    _period(),
    _ALLOWANCE_CHARGE,
    inline(
        "ram:SpecifiedTradePaymentTerms",
        text("ram:Description", "payment_terms"),
        stamp("ram:DueDateDateTime", "due_date"),
        MANDATE,
    ),
    inline("ram:SpecifiedTradeSettlementHeaderMonetarySummation", *_TOTALS),
    many(
        "ram:InvoiceReferencedDocument", "preceding", Preceding,
        text("ram:IssuerAssignedID", "number"),
        stamp("ram:FormattedIssueDateTime", "issue_date", "qdt:DateTimeString"),
    ),
    inline("ram:ReceivableSpecifiedTradeAccountingAccount", text("ram:ID", "accounting_reference")),
)  # fmt: skip
_DOCUMENT = (_CONTEXT, _HEAD, inline("rsm:SupplyChainTradeTransaction", _LINE, _AGREEMENT, _DELIVERY, _SETTLEMENT))


# -- writing and reading


_SPACES = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("rsm", "ram", "udt", "qdt"))
_WRITE, _READ = write_parts(_DOCUMENT), readers(_DOCUMENT)


def write_cii(document: Document) -> bytes:
    """The document in UTF-8; every amount as it stands in the document, none computed anew.

    Inside a PDF, Factur-X calls for a specification (BT-24) of its own profiles: `model.EN16931` is one.
    Raises: BadEInvoice for a character that XML cannot carry.
    """
    out = [f'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice {_SPACES}>']
    _WRITE(document, out, "")
    out.append("</rsm:CrossIndustryInvoice>")
    return "".join(out).encode()


def is_cii(root: etree._Element) -> bool:
    return root.tag == _ROOT


def read_cii(content: bytes, *, most_bytes: int = MOST_BYTES) -> Reading:
    """What a file says; what of it has no place in the model is listed with its path.

    Raises: BadEInvoice when it is no invoice in CII, lacks what no invoice can lack, or holds an amount or a date that is none.
    """
    return cii_reading(parse_xml(content, most_bytes=most_bytes))


def cii_reading(root: etree._Element) -> Reading:
    """`read_cii` of a tree that `parse_xml` made."""
    if not is_cii(root):
        raise BadEInvoice("not_an_invoice", found=str(root.tag)[-60:])
    notes = Notes(root, (root.findtext(_CURRENCY) or "").strip(BLANK))
    values: dict[str, Any] = {}
    read_children(root, _READ, values, notes)
    _put_together(values, root, notes)
    return Reading(build(Document, values, root, notes), tuple(notes.unread))


def _put_together(values: dict[str, Any], root: etree._Element, notes: Notes) -> None:
    """What CII says in several places and the model in one."""
    totals = {field.name: values.pop(f"totals.{field.name}") for field in fields(Totals) if f"totals.{field.name}" in values}
    totals |= {name: values.pop(name) for name in ("vat", "vat_in_tax_currency") if name in values}
    values["totals"] = build(Totals, totals, root, notes)
    payment = values.pop("payment", {})
    debit = [payment.pop(name, "") for name in ("mandate", "creditor_id", "debited")]
    if any(debit):
        payment["direct_debit"] = DirectDebit(*debit)
    if payment:
        values["payment"] = build(Payment, payment, root, notes)
    for name in ("specification", "process"):
        values.setdefault(name, "")
