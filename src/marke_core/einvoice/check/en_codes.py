"""EN 16931: codes come from their lists."""

from __future__ import annotations

from collections.abc import Callable

from marke_core.einvoice.check import codes as lists
from marke_core.einvoice.check.inspection import Inspection
from marke_core.einvoice.check.tree import BLANK, Node

AMOUNTS = (
    "Amount",
    "BaseAmount",
    "PriceAmount",
    "TaxAmount",
    "TaxableAmount",
    "LineExtensionAmount",
    "TaxExclusiveAmount",
    "TaxInclusiveAmount",
    "AllowanceTotalAmount",
    "ChargeTotalAmount",
    "PrepaidAmount",
    "PayableRoundingAmount",
    "PayableAmount",
)
_BY_LETTERS = " ".join(sorted(lists.NOTE_SUBJECTS))
# With EL for Greece; XPath's contains() is asked, so that half a code passes here as it does there.
_VAT_PREFIXES = f" {' '.join(sorted(lists.COUNTRIES | {'EL'}))} "


def codes(i: Inspection) -> None:
    """Codes that are the text of a field."""
    known = i.codes
    _texts(i, "BR-CL-01", "InvoiceTypeCode", known.invoice_types)
    _texts(i, "BR-CL-01", "CreditNoteTypeCode", known.credit_note_types)
    _texts(i, "BR-CL-04", "DocumentCurrencyCode", known.currencies)
    _texts(i, "BR-CL-05", "TaxCurrencyCode", known.currencies)
    _texts(i, "BR-CL-06", "DescriptionCode", lists.PERIOD_CODES, lambda node: _stands_in(node, "InvoicePeriod"))
    _texts(i, "BR-CL-14", "IdentificationCode", lists.COUNTRIES, lambda node: _stands_in(node, "Country"))
    _texts(i, "BR-CL-15", "IdentificationCode", lists.COUNTRIES, lambda node: _stands_in(node, "OriginCountry"))
    _texts(i, "BR-CL-16", "PaymentMeansCode", lists.PAYMENT_MEANS, lambda node: _stands_in(node, "PaymentMeans"))
    for rule, name in (("BR-CL-17", "TaxCategory"), ("BR-CL-18", "ClassifiedTaxCategory")):
        for category in i.every(name):
            for node in category.every("ID"):
                if node.text.strip(BLANK) not in lists.VAT_CATEGORIES:
                    i.fail(rule, node)
    for node in i.every("AllowanceChargeReasonCode"):
        charge = i.charged.get(node.parent) if node.parent is not None else None
        reasons = lists.CHARGE_REASONS if charge else lists.ALLOWANCE_REASONS
        if charge is not None and node.text.strip(BLANK) not in reasons:
            i.fail("BR-CL-20" if charge else "BR-CL-19", node)
    for node in i.every("TaxExemptionReasonCode"):
        if node.text.strip(BLANK).upper() not in known.exemption_reasons:
            i.fail("BR-CL-22", node)
    if i.is_document:
        for note in i.root.every("Note"):
            _subject_of_note(i, note)


def _texts(i: Inspection, rule: str, name: str, known: frozenset[str], where: Callable[[Node], bool] | None = None) -> None:
    for node in i.every(name):
        if (where is None or where(node)) and node.text.strip(BLANK) not in known:
            i.fail(rule, node)


def _stands_in(node: Node, name: str) -> bool:
    return node.parent is not None and node.parent.name == name


def _subject_of_note(i: Inspection, note: Node) -> None:
    """BR-CL-08: a note may begin with the code of its subject between two hashes."""
    _, hash_, rest = note.text.partition("#")
    subject, end, _ = rest.partition("#")
    if hash_ and end and len(subject) == 3 and subject not in _BY_LETTERS:
        i.fail("BR-CL-08", note)


def schemes(i: Inspection) -> None:
    """Codes that are attributes: currencies, units, schemes of identifiers."""
    known = i.codes
    currencies = known.currencies
    for name in AMOUNTS:
        for node in i.every(name):
            if node.attributes.get("currencyID", "").strip(BLANK) not in currencies:
                i.fail("BR-CL-03", node, currency=node.attributes.get("currencyID", ""))
    for name in ("InvoicedQuantity", "BaseQuantity", "CreditedQuantity"):
        _attribute(i, "BR-CL-23", i.every(name), "unitCode", lists.UNITS)
    _attribute(i, "BR-CL-25", i.every("EndpointID"), "schemeID", known.endpoint_schemes)
    for rule, part, name, key, allowed in (
        ("BR-CL-11", "PartyLegalEntity", "CompanyID", "schemeID", known.identifier_schemes),
        ("BR-CL-13", "CommodityClassification", "ItemClassificationCode", "listID", known.item_classifications),
        ("BR-CL-21", "StandardItemIdentification", "ID", "schemeID", known.identifier_schemes),
        ("BR-CL-26", "DeliveryLocation", "ID", "schemeID", known.identifier_schemes),
    ):
        for above in i.every(part):
            _attribute(i, rule, above.every(name), key, allowed)
    for name in ("AdditionalDocumentReference", "DocumentReference"):
        for reference in i.every(name):
            if any(kind.text == "130" for kind in reference.every("DocumentTypeCode")):
                _attribute(i, "BR-CL-07", reference.every("ID"), "schemeID", known.reference_types)
    for above in i.every("PartyIdentification"):
        sepa = any(node.name in ("AccountingSupplierParty", "PayeeParty") for node in above.up())
        allowed = known.identifier_schemes | known.creditor_schemes if sepa else known.identifier_schemes
        _attribute(i, "BR-CL-10", above.every("ID"), "schemeID", allowed)
    _attribute_as_it_stands(i)
    for scheme in i.every("PartyTaxScheme"):
        if scheme in i.vat and scheme.text_of("CompanyID")[:2] not in _VAT_PREFIXES:
            i.fail("BR-CO-09", scheme, "CompanyID")


def _attribute(i: Inspection, rule: str, nodes: list[Node], key: str, known: frozenset[str]) -> None:
    for node in nodes:
        code = node.attributes.get(key)
        if code is not None and code.strip(BLANK) not in known:
            i.fail(rule, node, code=code)


def _attribute_as_it_stands(i: Inspection) -> None:
    for node in i.every("EmbeddedDocumentBinaryObject"):
        kind = node.attributes.get("mimeCode")
        if kind is not None and kind not in lists.MIME_TYPES:
            i.fail("BR-CL-24", node, code=kind)
