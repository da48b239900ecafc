"""Peppol: what Norway, Denmark, Sweden, Iceland, Italy, the Netherlands and Greece ask of their own sellers."""

from __future__ import annotations

import re

from marke_core.einvoice.check import peppol_numbers as numbers
from marke_core.einvoice.check.en_totals import ZERO
from marke_core.einvoice.check.inspection import Inspection
from marke_core.einvoice.check.peppol_parties import country_of, registrations
from marke_core.einvoice.check.structure import is_date
from marke_core.einvoice.check.tree import BLANK, Node, collapse, number_of

SELLER = "AccountingSupplierParty/Party"
BUYER = "AccountingCustomerParty/Party"


def national(i: Inspection) -> None:
    """The rules of the seller's country."""
    if not i.is_document:
        return
    seller = country_of(i, "AccountingSupplierParty", represented=True)
    buyer = country_of(i, "AccountingCustomerParty", represented=False)
    if seller == "NO":
        _norway(i)
    if seller == "IT":
        _italy(i)
    greek = ("GR", "EL")
    _greece(i, seller in greek, seller in greek and buyer in greek)
    at_home = i.root.text_of(*SELLER.split("/"), "PostalAddress", "Country", "IdentificationCode")
    buyer_at = i.root.text_of(*BUYER.split("/"), "PostalAddress", "Country", "IdentificationCode")
    if at_home == "DK":
        _denmark(i, buyer_at == "DK")
    if at_home == "IS":
        _iceland(i, buyer_at == "IS")
    if i.seller_country.upper() == "NL":
        _netherlands(i, i.buyer_country.upper() == "NL")
    _sweden(i, buyer_at)


def _norway(i: Inspection) -> None:
    party = i.seller
    if party is None:
        return
    vat = [scheme.text_of("CompanyID") for scheme in registrations(party, trimmed=True)]
    if any(number.startswith("NO") for number in vat):
        rest = vat[0][2:]
        if len(vat) > 1 or not rest.endswith("MVA") or not numbers.is_norwegian(rest[:-3]):
            i.fail("NO-R-001", party, "PartyTaxScheme/CompanyID")
    taxes = [s for s in party.every("PartyTaxScheme") if any(collapse(x.text) == "TAX" for x in s.every("TaxScheme", "ID"))]
    if not any(scheme.value("CompanyID") == "Foretaksregisteret" for scheme in taxes):
        i.fail("NO-R-002", party, "PartyTaxScheme/CompanyID")


_DANISH_MEANS = frozenset(["1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97"])
_DANISH_LISTS = frozenset(["19.05.01", "19.0501", "26.08.01", "26.0801"])


def _denmark(i: Inspection, both: bool) -> None:
    root = i.root
    company = f"{SELLER}/PartyLegalEntity/CompanyID"
    own = root.every(*company.split("/"))
    if not any(node.text.strip(BLANK) for node in own):
        i.fail("DK-R-002", root, company)
    if own and own[0].attributes.get("schemeID", "").strip(BLANK) != "0184":
        i.fail("DK-R-014", root, company)
    due = root.amount("LegalMonetaryTotal", "PayableAmount")
    if both and i.is_credit_note and due is not None and due < 0:
        i.fail("DK-R-016", root, "LegalMonetaryTotal/PayableAmount")
    if not both:
        return
    for who in (SELLER, BUYER):
        for node in root.every(*who.split("/"), "PartyIdentification"):
            if "ID" in node.kids and not node.kids["ID"][0].attributes.get("schemeID", "").strip(BLANK):
                i.fail("DK-R-013", node, "ID")
    for party in root.every(*BUYER.split("/")):
        numbers_ = party.every("PartyLegalEntity", "CompanyID")
        if numbers_ and numbers_[0].attributes.get("schemeID", "").strip(BLANK) != "0184":
            i.fail("DK-R-017", party, "PartyLegalEntity/CompanyID")
    for line in root.every(f"{root.name}Line"):
        classes = line.every("Item", "CommodityClassification", "ItemClassificationCode")
        if any(code.attributes.get("listID") == "TST" for code in classes) and not any(
            code.attributes.get("listVersionID") in _DANISH_LISTS for code in classes
        ):
            i.fail("DK-R-003", line, "Item/CommodityClassification/ItemClassificationCode")
    for node in i.every("AllowanceCharge"):
        if node.text_of("AllowanceChargeReasonCode") == "ZZZ" and not _is_danish_reason(node.text_of("AllowanceChargeReason")):
            i.fail("DK-R-004", node, "AllowanceChargeReason")
    if not i.is_credit_note:
        for means in root.every("PaymentMeans"):
            _danish_payment(i, means)


def _is_danish_reason(reason: str) -> bool:
    number = number_of(reason)
    if len(collapse(reason)) == 4 and number is not None and ZERO <= number <= 9999:
        return True
    return "#" in reason and not reason.startswith("#") and not reason.endswith("#")


def _danish_payment(i: Inspection, node: Node) -> None:
    code, card = node.text_of("PaymentMeansCode"), node.text_of("PaymentID")
    account = node.text_of("PayeeFinancialAccount", "ID")
    if code not in _DANISH_MEANS:
        i.fail("DK-R-005", node, "PaymentMeansCode")
    bank = node.value("PayeeFinancialAccount", "FinancialInstitutionBranch", "ID")
    if code in ("31", "42") and not (account.strip(BLANK) and bank):
        i.fail("DK-R-006", node, "PayeeFinancialAccount/FinancialInstitutionBranch/ID" if account else "PayeeFinancialAccount/ID")
    payer = node.value("PaymentMandate", "PayerFinancialAccount", "ID")
    if code == "49" and not (node.value("PaymentMandate", "ID") and payer):
        i.fail("DK-R-007", node, "PaymentMandate/ID")
    kind = card[:3]
    if code == "50":
        if kind not in ("01#", "04#", "15#") or re.fullmatch("[0-9]{7,8}", account) is None:
            i.fail("DK-R-008", node, "PaymentID")
        if kind in ("04#", "15#") and len(card) != 19:
            i.fail("DK-R-009", node, "PaymentID")
    if code == "93":
        if kind not in ("71#", "73#", "75#") or len(account) != 8:
            i.fail("DK-R-010", node, "PaymentID")
        if kind in ("71#", "75#") and len(card) not in (18, 19):
            i.fail("DK-R-011", node, "PaymentID")


def _italy(i: Inspection) -> None:
    party = i.seller
    if party is None:
        return
    for scheme in party.every("PartyTaxScheme"):
        other = any(collapse(each.text_of("ID")) != "VAT" for each in scheme.every("TaxScheme"))
        if other and re.fullmatch("[A-Z0-9]{11,16}", scheme.value("CompanyID")) is None:
            i.fail("IT-R-001", scheme, "CompanyID")
    for rule, field in (("IT-R-002", "StreetName"), ("IT-R-003", "CityName"), ("IT-R-004", "PostalZone")):
        if not party.every("PostalAddress", field):
            i.fail(rule, party, f"PostalAddress/{field}")


def _sweden(i: Inspection, buyer_at: str) -> None:
    in_sweden = [p for holder in i.every("AccountingSupplierParty") for p in holder.every("Party") if _is_in(p, "SE")]
    for party in in_sweden:
        vat = [node.text for scheme in registrations(party) for node in scheme.every("CompanyID")]
        if any(number.startswith("SE") for number in vat):
            if len(vat) > 1 or len(collapse(vat[0])) != 14:
                i.fail("SE-R-001", party, "PartyTaxScheme/CompanyID")
            if len(vat) > 1 or not numbers.is_number(vat[0][2:14]):
                i.fail("SE-R-002", party, "PartyTaxScheme/CompanyID")
            _swedish_rates(i)
        _swedish_company(i, party)
    if in_sweden:
        _swedish_payment(i, buyer_at)


def _is_in(party: Node, country: str) -> bool:
    return any(node.text == country for node in party.every("PostalAddress", "Country", "IdentificationCode"))


def _swedish_rates(i: Inspection) -> None:
    for node in [*i.every("TaxCategory"), *i.every("ClassifiedTaxCategory")]:
        if node.text_of("ID") == "S" and node.amount("Percent") not in (25, 12, 6):
            i.fail("SE-R-006", node, "Percent")


def _swedish_company(i: Inspection, party: Node) -> None:
    companies = party.every("PartyLegalEntity", "CompanyID")
    for node in companies:
        number = collapse(node.text)
        if not numbers.is_number(node.text):
            i.fail("SE-R-003", node)
        if len(number) != 10:
            i.fail("SE-R-004", node)
        if not numbers.is_swedish(number):
            i.fail("SE-R-013", node)
    for scheme in party.every("PartyTaxScheme"):
        if companies and collapse(scheme.text_of("TaxScheme", "ID").upper()) != "VAT":
            for node in scheme.every("CompanyID"):
                if collapse(node.text.upper()) != "GODKÄND FÖR F-SKATT":
                    i.fail("SE-R-005", node)


def _swedish_payment(i: Inspection, buyer_at: str) -> None:
    for means in i.every("PaymentMeans"):
        code = means.text_of("PaymentMeansCode")
        bank = means.value("PayeeFinancialAccount", "FinancialInstitutionBranch", "ID")
        for account in means.every("PayeeFinancialAccount", "ID"):
            number = collapse(account.text)
            if code.strip(BLANK) == "30" and bank == "SE:PLUSGIRO":
                if not numbers.is_number(number):
                    i.fail("SE-R-007", account)
                if not 2 <= len(number) <= 8:
                    i.fail("SE-R-010", account)
            if code.strip(BLANK) == "30" and bank == "SE:BANKGIRO":
                if not numbers.is_number(number):
                    i.fail("SE-R-008", account)
                if len(number) not in (7, 8):
                    i.fail("SE-R-009", account)
        if code in ("50", "56"):
            i.fail("SE-R-011", means, "PaymentMeansCode")
        if code == "31" and buyer_at == "SE":
            i.fail("SE-R-012", means, "PaymentMeansCode")


def _iceland(i: Inspection, both: bool) -> None:
    root = i.root
    kinds = (root.value("InvoiceTypeCode"), root.value("CreditNoteTypeCode"))
    if "380" not in kinds and "381" not in kinds:
        i.fail("IS-R-001", root, "CreditNoteTypeCode" if i.is_credit_note else "InvoiceTypeCode")
    _icelandic_party(i, "IS-R-002", "IS-R-003", SELLER)
    if both:
        _icelandic_party(i, "IS-R-004", "IS-R-005", BUYER)
    for rule, code in (("IS-R-006", "9"), ("IS-R-007", "42")):
        means = [node for node in root.every("PaymentMeans") if node.text_of("PaymentMeansCode") == code]
        accounts = [node.text for each in means for node in each.every("PayeeFinancialAccount", "ID")]
        if means and (len(accounts) != 1 or len(collapse(accounts[0])) != 12):
            i.fail(rule, means[0], "PayeeFinancialAccount/ID")
    final = [n for n in root.every("AdditionalDocumentReference") if _describes(n, "EINDAGI")]
    days = [node.text for each in final for node in each.every("ID")]
    if not final:
        return
    if len(days) != 1 or len(days[0]) != 10 or not is_date(days[0]):
        i.fail("IS-R-008", final[0], "ID")
    due = root.every("DueDate")
    if not due:
        i.fail("IS-R-009", root, "DueDate")
    if not any(node.text <= day for node in due for day in days):
        i.fail("IS-R-010", final[0], "ID")


def _icelandic_party(i: Inspection, number: str, address: str, who: str) -> None:
    root = i.root
    if who == BUYER and "AccountingCustomerParty" not in root.kids:
        return
    company = f"{who}/PartyLegalEntity/CompanyID"
    if not any(node.attributes.get("schemeID") == "0196" for node in root.every(*company.split("/"))):
        i.fail(number, root, company)
    for field in ("StreetName", "PostalZone"):
        if not root.every(*who.split("/"), "PostalAddress", field):
            i.fail(address, root, f"{who}/PostalAddress/{field}")


def _describes(reference: Node, words: str) -> bool:
    return any(node.text == words for node in reference.every("DocumentDescription"))


def _netherlands(i: Inspection, both: bool) -> None:
    root = i.root
    for node in i.every("CreditNoteTypeCode"):
        if not root.every("BillingReference", "InvoiceDocumentReference", "ID"):
            i.fail("NL-R-001", node.parent or node, "BillingReference/InvoiceDocumentReference/ID")
    _dutch_party(i, "NL-R-002", "NL-R-003", "AccountingSupplierParty")
    if both:
        _dutch_party(i, "NL-R-004", "NL-R-005", "AccountingCustomerParty")
        for means in i.every("PaymentMeans"):
            if means.value("PaymentMeansCode") not in ("30", "48", "49", "57", "58", "59"):
                i.fail("NL-R-008", means, "PaymentMeansCode")
    acting = i.root.value("TaxRepresentativeParty", "PostalAddress", "Country", "IdentificationCode")
    if acting.upper() == "NL":
        for holder in i.every("TaxRepresentativeParty"):
            _dutch_address(i, "NL-R-006", holder.every("PostalAddress"))
    for node in i.every("LegalMonetaryTotal"):
        due = node.amount("PayableAmount")
        nothing_due = due is not None and (due >= 0 if i.is_credit_note else due <= 0)
        if not nothing_due and not i.every("PaymentMeans"):
            i.fail("NL-R-007", root, "PaymentMeans")
    for reference in i.every("OrderLineReference"):
        if "LineID" in reference.kids and not root.every("OrderReference", "ID"):
            i.fail("NL-R-009", root, "OrderReference/ID")


def _dutch_party(i: Inspection, address: str, number: str, who: str) -> None:
    for holder in i.every(who):
        _dutch_address(i, address, holder.every("Party", "PostalAddress"))
        for node in holder.every("Party", "PartyLegalEntity", "CompanyID"):
            schemes = node.attributes.get("schemeID", "").split(" ")
            if ("0106" not in schemes and "0190" not in schemes) or not node.text.strip(BLANK):
                i.fail(number, node)


def _dutch_address(i: Inspection, rule: str, addresses: list[Node]) -> None:
    for node in addresses:
        missing = next((field for field in ("StreetName", "CityName", "PostalZone") if field not in node.kids), None)
        if missing:
            i.fail(rule, node, missing)


_GREEK_DATE = re.compile(r"(0?[1-9]|[12][0-9]|3[01])[-\\/ ]?(0?[1-9]|1[0-2])[-\\/ ]?(19|20)[0-9]{2}")
_GREEK_TYPES = frozenset(["1.1", "1.6", "2.1", "2.4", "5.1", "5.2"])
_MARK, _URL = "##M.AR.K##", "##INVOICE|URL##"


def _greece(i: Inspection, sender: bool, both: bool) -> None:
    if sender:
        for node in i.root.every("ID"):
            _greek_number(i, node)
        _greek_parties(i)
        _greek_references(i)
    own = country_of_seller_alone(i)
    if own in ("GR", "EL"):
        _greek_endpoint(i, "GR-R-009", "AccountingSupplierParty")
    if both:
        _greek_endpoint(i, "GR-R-010", "AccountingCustomerParty")
        for holder in i.every("AccountingCustomerParty"):
            for party in holder.every("Party"):
                if not _has_greek_vat(party):
                    i.fail("GR-R-006", party, "PartyTaxScheme/CompanyID")


def country_of_seller_alone(i: Inspection) -> str:
    """Where the seller is registered or lives, whoever represents it."""
    prefixes = [scheme.text_of("CompanyID")[:2] for scheme in registrations(i.seller)]
    if prefixes and prefixes[0]:
        return prefixes[0].strip(BLANK).upper()
    return i.seller_country.upper()


def _has_greek_vat(party: Node) -> bool:
    vat = [node.text for scheme in registrations(party, trimmed=True) for node in scheme.every("CompanyID")]
    return len(vat) == 1 and vat[0].startswith("EL") and numbers.is_greek(vat[0][2:])


def _greek_number(i: Inspection, node: Node) -> None:
    """The number of a Greek invoice has six parts: tax number, date, branch, kind, series, number."""
    parts = node.text.split("|")
    if len(parts) != 6:
        i.fail("GR-R-001-1", node)
    parts += [""] * (6 - len(parts))
    holders = (i.seller, i.root.one("TaxRepresentativeParty"))
    known = {s.text_of("CompanyID")[2:11] for holder in holders for s in registrations(holder)}
    if len(collapse(parts[0])) != 9 or not numbers.is_greek(parts[0]) or parts[0] not in known:
        i.fail("GR-R-001-2", node)
    day = parts[1].split("/")
    issued = i.root.text_of("IssueDate").split("-")
    if _GREEK_DATE.match(parts[1]) is None or day[:3] != issued[2::-1]:
        i.fail("GR-R-001-3", node)
    branch = parts[2].strip(BLANK)
    if not numbers.is_digits(branch.removeprefix("+")):
        i.fail("GR-R-001-4", node)
    if parts[3] not in _GREEK_TYPES:
        i.fail("GR-R-001-5", node)
    if not parts[4]:
        i.fail("GR-R-001-6", node)
    if not parts[5]:
        i.fail("GR-R-001-7", node)


def _greek_parties(i: Inspection) -> None:
    for rule, who in (("GR-R-002", "AccountingSupplierParty"), ("GR-R-005", "AccountingCustomerParty")):
        for holder in i.every(who):
            for party in holder.every("Party"):
                names = party.every("PartyName", "Name")
                if len(names) != 1 or not names[0].text:
                    i.fail(rule, party, "PartyName/Name")
    for holder in i.every("AccountingSupplierParty"):
        for party in holder.every("Party"):
            if not _has_greek_vat(party):
                i.fail("GR-S-011", party, "PartyTaxScheme/CompanyID")
            for scheme in registrations(party, trimmed=True):
                for node in scheme.every("CompanyID"):
                    if not node.text.startswith("EL") or not numbers.is_greek(node.text[2:]):
                        i.fail("GR-R-003", node)


def _greek_references(i: Inspection) -> None:
    root = i.root
    references = root.every("AdditionalDocumentReference")
    marks = [node for node in references if _describes(node, _MARK)]
    links = [node for node in references if _describes(node, _URL)]
    seller = root.one(*SELLER.split("/"))
    if seller is not None and _is_in(seller, "GR"):
        if len(marks) != 1:
            i.fail("GR-R-004-1", root, "AdditionalDocumentReference")
        if len(links) != 1:
            i.fail("GR-S-008-1", root, "AdditionalDocumentReference")
        if len(links) > 1:
            i.fail("GR-R-008-2", links[1])
        for mark in marks:
            for node in mark.every("ID"):
                if re.match("[1-9]", node.text) is None:
                    i.fail("GR-R-004-2", node)
    for link in links:
        if not any(link.values("Attachment", "ExternalReference", "URI")):
            i.fail("GR-R-008-3", link, "Attachment/ExternalReference/URI")


def _greek_endpoint(i: Inspection, rule: str, who: str) -> None:
    for holder in i.every(who):
        for node in holder.every("Party", "EndpointID"):
            if node.attributes.get("schemeID") != "9933" or not numbers.is_greek(node.text):
                i.fail(rule, node)
