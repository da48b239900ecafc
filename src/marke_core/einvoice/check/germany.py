"""Peppol: what Germany asks between two German parties, as its XRechnung does."""

from __future__ import annotations

import re

from marke_core.einvoice.check.inspection import Inspection
from marke_core.einvoice.check.peppol import both_in
from marke_core.einvoice.check.peppol_numbers import is_iban
from marke_core.einvoice.check.tree import BLANK, Node, collapse

_CATEGORIES = frozenset(["S", "Z", "E", "AE", "K", "G", "L", "M"])
_TYPES = frozenset(["326", "380", "384", "389", "381", "875", "876", "877"])
_SKONTO = re.compile(r"#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(?:#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#\Z")
_MAIL = re.compile(r"[^@\s]+@([^@.\s]+\.)+[^@.\s]+")
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")


def germany(i: Inspection) -> None:
    if not i.is_document or not both_in(i, "DE"):
        return
    _document(i)
    _addresses(i)
    for means in i.root.every("PaymentMeans"):
        _payment(i, means)
    for group in i.subtotals:
        if not any(group.values("TaxCategory", "Percent")):
            i.fail("DE-R-014", group, "TaxCategory/Percent")


def _document(i: Inspection) -> None:
    root = i.root
    if "PaymentMeans" not in root.kids:
        i.fail("DE-R-001", root, "PaymentMeans")
    if not root.value("BuyerReference"):
        i.fail("DE-R-015", root, "BuyerReference")
    seller = ("AccountingSupplierParty", "Party")
    if (
        _uses_vat(i)
        and "TaxRepresentativeParty" not in root.kids
        and not any(root.values(*seller, "PartyTaxScheme", "CompanyID"))
    ):
        i.fail("DE-R-016", root, "AccountingSupplierParty/Party/PartyTaxScheme/CompanyID")
    kinds = {root.value("InvoiceTypeCode"), root.value("CreditNoteTypeCode")}
    if not kinds & _TYPES:
        i.fail("DE-R-017", root, "InvoiceTypeCode")
    if "384" in kinds and not root.every("BillingReference", "InvoiceDocumentReference"):
        i.fail("DE-R-026", root, "BillingReference/InvoiceDocumentReference")
    terms = [node for each in root.every("PaymentTerms") for node in each.every("Note")[:1]]
    for note in terms:
        if not _is_skonto(note.text):
            i.fail("DE-R-018", note)
    _files(i)
    mandates = root.every("PaymentMeans", "PaymentMandate")
    ids = [*root.every(*seller, "PartyIdentification", "ID"), *root.every("PayeeParty", "PartyIdentification", "ID")]
    if mandates and not any(node.attributes.get("schemeID") == "SEPA" for node in ids):
        i.fail("DE-R-030", root, "AccountingSupplierParty/Party/PartyIdentification/ID")
    if mandates and not root.every("PaymentMeans", "PaymentMandate", "PayerFinancialAccount", "ID"):
        i.fail("DE-R-031", mandates[0], "PayerFinancialAccount/ID")


def _uses_vat(i: Inspection) -> bool:
    allowances = [node for node in i.allowances if node.text_of("ChargeIndicator") in ("true", "false")]
    ids = [node.text for allowance in allowances for node in allowance.every("TaxCategory", "ID")]
    for kind in ("InvoiceLine", "CreditNoteLine"):
        ids += [node.text for node in i.root.every(kind, "Item", "ClassifiedTaxCategory", "ID")]
    return any(code in _CATEGORIES for code in ids)


def _is_skonto(text: str) -> bool:
    """A discount for prompt payment stands on lines of its own, in signs that a machine reads, and the last line ends."""
    lines = [line for line in re.split(r"\r?\n", text) if line.strip(BLANK).startswith("#")]
    if not lines:
        return True
    rest = re.split(r"#[^\r\n]+#", text)[-1]
    return all(_SKONTO.match(collapse(line)) for line in lines) and re.match(r"[ \t\r\n]*\n", rest) is not None


def _files(i: Inspection) -> None:
    """DE-R-022: files that come along have names of their own."""
    seen: set[str] = set()
    for reference in i.root.every("AdditionalDocumentReference"):
        files = reference.every("Attachment", "EmbeddedDocumentBinaryObject")
        names = {node.attributes["filename"] for node in files if "filename" in node.attributes}
        if names & seen:
            i.fail("DE-R-022", reference, "Attachment/EmbeddedDocumentBinaryObject", file=min(names & seen))
        seen |= names
    for place in i.root.every("AdditionalDocumentReference", "Attachment", "ExternalReference"):
        if _URL.match(place.text_of("URI")) is None:
            i.fail("DE-R-T02", place, "URI")


def _addresses(i: Inspection) -> None:
    root = i.root
    seller = ("AccountingSupplierParty", "Party")
    if "AccountingSupplierParty" in root.kids and not root.every(*seller, "Contact"):
        i.fail("DE-R-002", root, "AccountingSupplierParty/Party/Contact")
    for city, zone, path in (
        ("DE-R-003", "DE-R-004", (*seller, "PostalAddress")),
        ("DE-R-008", "DE-R-009", ("AccountingCustomerParty", "Party", "PostalAddress")),
        ("DE-R-010", "DE-R-011", ("Delivery", "DeliveryLocation", "Address")),
    ):
        for address in root.every(*path):
            for rule, field in ((city, "CityName"), (zone, "PostalZone")):
                if not address.value(field):
                    i.fail(rule, address, field)
    for contact in root.every(*seller, "Contact"):
        for rule, field in (("DE-R-005", "Name"), ("DE-R-006", "Telephone"), ("DE-R-007", "ElectronicMail")):
            if not contact.value(field):
                i.fail(rule, contact, field)
        if sum(sign in "0123456789" for sign in contact.text_of("Telephone")) < 3:
            i.fail("DE-R-027", contact, "Telephone")
        if _MAIL.fullmatch(contact.value("ElectronicMail")) is None:
            i.fail("DE-R-028", contact, "ElectronicMail")


def _payment(i: Inspection, means: Node) -> None:
    """Each means of payment brings its own account and no other."""
    code = means.value("PaymentMeansCode")
    own, others, rule = {
        **dict.fromkeys(("30", "58"), ("PayeeFinancialAccount", ("CardAccount", "PaymentMandate"), "DE-R-023")),
        **dict.fromkeys(("48", "54", "55"), ("CardAccount", ("PayeeFinancialAccount", "PaymentMandate"), "DE-R-024")),
        "59": ("PaymentMandate", ("PayeeFinancialAccount", "CardAccount"), "DE-R-025"),
    }.get(code, ("", (), ""))
    if rule and own not in means.kids:
        i.fail(f"{rule}-1", means, own)
    other = next((name for name in others if name in means.kids), None)
    if other:
        i.fail(f"{rule}-2", means, other)
    if code == "58" and not is_iban(means.text_of("PayeeFinancialAccount", "ID")):
        i.fail("DE-R-019", means, "PayeeFinancialAccount/ID")
    if code == "59" and not is_iban(means.text_of("PaymentMandate", "PayerFinancialAccount", "ID")):
        i.fail("DE-R-020", means, "PaymentMandate/PayerFinancialAccount/ID")
