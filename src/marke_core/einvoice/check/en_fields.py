"""EN 16931: what an invoice must say, and what it may say only once."""

from __future__ import annotations

from datetime import date

from marke_core.einvoice.check.inspection import Inspection
from marke_core.einvoice.check.structure import DATE, is_date, plain_date
from marke_core.einvoice.check.tree import BLANK, Node, yes


def _paths(*rules: tuple[str, str]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(rule, field, tuple(field.split("/"))) for rule, field in rules]


_MUST = _paths(
    ("BR-01", "CustomizationID"),
    ("BR-02", "ID"),
    ("BR-03", "IssueDate"),
    ("BR-05", "DocumentCurrencyCode"),
    ("BR-06", "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName"),
    ("BR-07", "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName"),
)


def head(i: Inspection) -> None:
    """Number, date, kind, currency, parties and lines."""
    root = i.root
    if not i.is_document:
        return
    for rule, field, path in _MUST:
        if not any(root.values(*path)):
            i.fail(rule, root, field)
    if not root.value("InvoiceTypeCode") and not root.value("CreditNoteTypeCode"):
        i.fail("BR-04", root, "CreditNoteTypeCode" if i.is_credit_note else "InvoiceTypeCode")
    if not root.every("AccountingSupplierParty", "Party", "PostalAddress"):
        i.fail("BR-08", root, "AccountingSupplierParty/Party/PostalAddress")
    if not root.every("AccountingCustomerParty", "Party", "PostalAddress"):
        i.fail("BR-10", root, "AccountingCustomerParty/Party/PostalAddress")
    if "InvoiceLine" not in root.kids and "CreditNoteLine" not in root.kids:
        i.fail("BR-16", root, "CreditNoteLine" if i.is_credit_note else "InvoiceLine")
    if "TaxPointDate" in root.kids and root.every("InvoicePeriod", "DescriptionCode"):
        i.fail("BR-CO-03", root, "TaxPointDate")
    if not i.subtotals:
        i.fail("BR-CO-18", root, "TaxTotal/TaxSubtotal")


_ONCE = _paths(
    ("UBL-SR-01", "ContractDocumentReference/ID"),
    ("UBL-SR-02", "ReceiptDocumentReference/ID"),
    ("UBL-SR-03", "DespatchDocumentReference/ID"),
    ("UBL-SR-05", "PaymentTerms/Note"),
    ("UBL-SR-08", "InvoicePeriod"),
    ("UBL-SR-09", "AccountingSupplierParty/Party/PartyLegalEntity/RegistrationName"),
    ("UBL-SR-10", "AccountingSupplierParty/Party/PartyName/Name"),
    ("UBL-SR-11", "AccountingSupplierParty/Party/PartyLegalEntity/CompanyID"),
    ("UBL-SR-14", "AccountingSupplierParty/Party/PartyLegalEntity/CompanyLegalForm"),
    ("UBL-SR-15", "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName"),
    ("UBL-SR-16", "AccountingCustomerParty/Party/PartyIdentification/ID"),
    ("UBL-SR-17", "AccountingCustomerParty/Party/PartyLegalEntity/CompanyID"),
    ("UBL-SR-24", "Delivery"),
    ("UBL-SR-39", "ProjectReference/ID"),
    ("UBL-SR-40", "AccountingCustomerParty/Party/PartyName/Name"),
    ("UBL-SR-45", "PaymentMeans/PaymentDueDate"),
    ("UBL-SR-49", "InvoicePeriod/DescriptionCode"),
    ("UBL-SR-54", "PaymentMeans/CardAccount"),
    ("UBL-SR-55", "PaymentMeans/PaymentMandate"),
    ("UBL-SR-56", "OriginatorDocumentReference/ID"),
)
_LINE_ONCE = _paths(
    ("UBL-SR-34", "Note"),
    ("UBL-SR-35", "OrderLineReference/LineID"),
    ("UBL-SR-36", "InvoicePeriod"),
    ("UBL-SR-37", "Price/AllowanceCharge/Amount"),
    ("UBL-SR-50", "Item/Description"),
    ("UBL-SR-52", "DocumentReference"),
)


def once(i: Inspection) -> None:
    """UBL lets repeat what an invoice of EN 16931 says once."""
    root = i.root
    if not i.is_document:
        return
    kids = root.kids
    for rule, field, path in _ONCE:
        if path[0] in kids and len(root.every(*path)) > 1:
            i.fail(rule, root, field)
    for rule, who, of_vat in (
        ("UBL-SR-12", "AccountingSupplierParty", True),
        ("UBL-SR-13", "AccountingSupplierParty", False),
        ("UBL-SR-18", "AccountingCustomerParty", True),
    ):
        schemes = root.every(who, "Party", "PartyTaxScheme")
        same = [scheme for scheme in schemes if of_vat in _says_vat(scheme)]
        if sum(len(scheme.every("CompanyID")) for scheme in same) > 1:
            i.fail(rule, root, f"{who}/Party/PartyTaxScheme/CompanyID")
    if sum(code.attributes.get("name") is not None for code in root.every("PaymentMeans", "PaymentMeansCode")) > 1:
        i.fail("UBL-SR-46", root, "PaymentMeans/PaymentMeansCode")
    if sum(node.attributes.get("schemeID", "").upper() == "SEPA" for node in _party_ids(i)) > 1:
        i.fail("UBL-SR-29", root, "AccountingSupplierParty/Party/PartyIdentification/ID")
    if len({node.text for node in i.every("PaymentID")}) > 1:
        i.fail("UBL-SR-44", root, "PaymentMeans/PaymentID")
    if len({node.text for node in i.every("PaymentMeansCode")}) > 1:
        i.fail("UBL-SR-47", root, "PaymentMeans/PaymentMeansCode")


def _says_vat(registration: Node) -> set[bool]:
    """Whether its schemes are VAT, blanks and all."""
    ids = (scheme.one("ID") for scheme in registration.every("TaxScheme"))
    return {node is not None and node.text.upper() == "VAT" for node in ids}


def _party_ids(i: Inspection) -> list[Node]:
    return [kid for node in i.every("PartyIdentification") for kid in node.every("ID")]


def parties(i: Inspection) -> None:
    """Addresses, endpoints and registrations of seller, buyer, payee and tax representative."""
    for who, address, endpoint in (("AccountingSupplierParty", "BR-09", "BR-62"), ("AccountingCustomerParty", "BR-11", "BR-63")):
        for holder in i.every(who):
            for node in holder.every("Party", "PostalAddress"):
                if not any(node.values("Country", "IdentificationCode")):
                    i.fail(address, node, "Country/IdentificationCode")
            for node in holder.every("Party", "EndpointID"):
                if "schemeID" not in node.attributes:
                    i.fail(endpoint, node)
    for holder in i.every("AccountingSupplierParty"):
        _seller_is_known(i, holder)
        for party in holder.every("Party"):
            if len(party.every("PartyTaxScheme")) > 2:
                i.fail("UBL-SR-42", party, "PartyTaxScheme")
    for node in [*i.every("PostalAddress"), *i.every("Address")]:
        if len(node.every("AddressLine")) > 1:
            i.fail("UBL-SR-51", node, "AddressLine")
    for node in i.every("PartyTaxScheme"):
        if not node.every("TaxScheme", "ID") or not node.every("CompanyID"):
            i.fail("UBL-SR-53", node, "CompanyID" if node.every("TaxScheme", "ID") else "TaxScheme/ID")
    _payee(i)
    _representative(i)


def _seller_is_known(i: Inspection, holder: Node) -> None:
    """BR-CO-26: a buyer must be able to tell the seller by some number. The number of a SEPA creditor is none."""
    by_vat = any("CompanyID" in scheme.kids for scheme in holder.every("Party", "PartyTaxScheme") if scheme in i.vat)
    ids = holder.every("Party", "PartyIdentification", "ID")
    ids = [node for node in ids if node.attributes.get("schemeID") not in i.codes.creditor_schemes]
    if not by_vat and not ids and not holder.every("Party", "PartyLegalEntity", "CompanyID"):
        i.fail("BR-CO-26", holder, "Party/PartyLegalEntity/CompanyID")


def _payee(i: Inspection) -> None:
    seller = ("AccountingSupplierParty", "Party")
    for payee in i.every("PayeeParty"):
        above = payee.parent or payee
        names = {node.text for node in payee.every("PartyName", "Name")}
        same_name = names & {node.text for node in above.every(*seller, "PartyName", "Name")}
        ids = {node.text for node in payee.every("PartyIdentification", "ID")}
        same_id = ids & {node.text for node in above.every(*seller, "PartyIdentification", "ID")}
        if not names or same_name or same_id:
            i.fail("BR-17", payee, "PartyName/Name")
        # As the official test is written, the payee's name must also differ from the seller's registered name.
        registered = {node.text for node in above.every(*seller, "PartyLegalEntity", "RegistrationName")}
        differs = any(name != other for name in names for other in registered)
        if not differs or len(payee.every("PartyName", "Name")) > 1:
            i.fail("UBL-SR-19", payee, "PartyName/Name")
        plain = [n for n in payee.every("PartyIdentification", "ID") if n.attributes.get("schemeID", "SEPA").upper() != "SEPA"]
        if not differs or len(plain) > 1:
            i.fail("UBL-SR-20", payee, "PartyIdentification/ID")
        if not differs or len(payee.every("PartyLegalEntity", "CompanyID")) > 1:
            i.fail("UBL-SR-21", payee, "PartyLegalEntity/CompanyID")


def _representative(i: Inspection) -> None:
    for node in i.every("TaxRepresentativeParty"):
        if not any(node.values("PartyName", "Name")):
            i.fail("BR-18", node, "PartyName/Name")
        if "PostalAddress" not in node.kids:
            i.fail("BR-19", node, "PostalAddress")
        if not any("CompanyID" in scheme.kids for scheme in node.every("PartyTaxScheme") if scheme in i.vat):
            i.fail("BR-56", node, "PartyTaxScheme/CompanyID")
        for address in node.every("PostalAddress"):
            if not any(address.values("Country", "IdentificationCode")):
                i.fail("BR-20", address, "Country/IdentificationCode")
        if len(node.every("PartyName", "Name")) > 1:
            i.fail("UBL-SR-22", node, "PartyName/Name")
        if len(node.every("PartyTaxScheme", "CompanyID")) > 1:
            i.fail("UBL-SR-23", node, "PartyTaxScheme/CompanyID")


def payment(i: Inspection) -> None:
    """Means of payment."""
    for node in i.every("PaymentMeans"):
        codes = [code.text for code in node.every("PaymentMeansCode")]
        code = codes[0].strip(BLANK) if codes else None
        if code is None:
            i.fail("BR-49", node, "PaymentMeansCode")
        elif code in ("30", "58") and not node.every("PayeeFinancialAccount", "ID"):
            i.fail("BR-61", node, "PayeeFinancialAccount/ID")
        if "30" in codes or "58" in codes:
            for account in node.every("PayeeFinancialAccount"):
                if not any(account.values("ID")):
                    i.fail("BR-50", account, "ID")
        for card in node.every("CardAccount", "PrimaryAccountNumberID"):
            if len(card.text.strip(BLANK)) > 10:
                i.fail("BR-51", card)
        for rule, path in (("26", "PaymentID"), ("27", "PaymentMeansCode"), ("28", "PaymentMandate/ID")):
            if len(node.every(*path.split("/"))) > 1:
                i.fail(f"UBL-SR-{rule}", node, path)


def references(i: Inspection) -> None:
    """References to other documents, and the files that come along."""
    kind_of_object = "130"
    for node in i.every("AdditionalDocumentReference"):
        if not any(node.values("ID")):
            i.fail("BR-52", node, "ID")
        if len(node.every("DocumentDescription")) > 1:
            i.fail("UBL-SR-33", node, "DocumentDescription")
        kinds = [kind.text for kind in node.every("DocumentTypeCode")]
        plain = not kinds and not any("schemeID" in ref.attributes for ref in node.every("ID"))
        if not plain and kind_of_object not in kinds and not (i.is_credit_note and "50" in kinds):
            i.fail("UBL-SR-43", node, "DocumentTypeCode")
        if kind_of_object in kinds:
            if "Attachment" in node.kids:
                i.fail("UBL-CR-666", node, "Attachment")
            if "DocumentDescription" in node.kids:
                i.fail("UBL-CR-673", node, "DocumentDescription")
    objects = [
        n for n in i.root.every("AdditionalDocumentReference") if kind_of_object in (k.text for k in n.every("DocumentTypeCode"))
    ]
    if sum(len(node.every("ID")) for node in objects) > 1:
        i.fail("UBL-SR-04", objects[-1])
    for node in i.every("BillingReference"):
        invoices = node.every("InvoiceDocumentReference")
        if not any("ID" in invoice.kids for invoice in invoices):
            i.fail("BR-55", node, "InvoiceDocumentReference/ID")
            i.fail("UBL-SR-07", node, "InvoiceDocumentReference/ID")
        if len(invoices) > 1:
            i.fail("UBL-SR-06", node, "InvoiceDocumentReference")
    for name, files in i.by.items():
        if name.endswith("BinaryObject"):
            for file in files:
                if "mimeCode" not in file.attributes:
                    i.fail("UBL-DT-06", file)
                if "filename" not in file.attributes:
                    i.fail("UBL-DT-07", file)


def delivery(i: Inspection) -> None:
    for node in i.every("Delivery"):
        for address in node.every("DeliveryLocation", "Address"):
            if not address.every("Country", "IdentificationCode"):
                i.fail("BR-57", address, "Country/IdentificationCode")
        if len(node.every("DeliveryParty", "PartyName", "Name")) > 1:
            i.fail("UBL-SR-25", node, "DeliveryParty/PartyName/Name")


def periods(i: Inspection) -> None:
    """Periods of the document and of its lines."""
    for node in i.every("InvoicePeriod"):
        of_line = node.parent is not None and node.parent.name in ("InvoiceLine", "CreditNoteLine")
        start, end = node.one("StartDate"), node.one("EndDate")
        if start is not None and end is not None and not _in_order(start, end):
            i.fail("BR-30" if of_line else "BR-29", node, "EndDate", start=start.text)
        if start is None and end is None:
            if of_line:
                i.fail("BR-CO-20", node, "StartDate")
            elif "DescriptionCode" not in node.kids:
                i.fail("BR-CO-19", node, "StartDate")


def _in_order(start: Node, end: Node) -> bool:
    first, last = day_number(start.text), day_number(end.text)
    return first is not None and last is not None and first <= last


def day_number(text: str) -> int | None:
    """When a date begins, in minutes, such that dates with time zones compare; None for no date."""
    text = text.strip(BLANK)
    plain = plain_date(text)
    if plain is not None:
        return plain.toordinal() * 1440
    match = DATE.fullmatch(text)
    if match is None or not is_date(text):
        return None
    year = int(match[1]) * (-1 if text.startswith("-") else 1)
    zone = match[4]
    east = 0 if zone in ("", "Z") else (int(zone[1:3]) * 60 + int(zone[4:6])) * (1 if zone[0] == "+" else -1)
    # The calendar repeats after 400 years.
    day = date(2000 + year % 400, int(match[2]), int(match[3])).toordinal() + (year // 400 - 5) * 146_097
    return day * 1440 - east


def lines(i: Inspection) -> None:
    """What every line must say."""
    for line in i.lines:
        quantity = line.one("InvoicedQuantity") or line.one("CreditedQuantity")
        unit = any("unitCode" in q.attributes for q in (*line.every("InvoicedQuantity"), *line.every("CreditedQuantity")))
        if not any(line.values("ID")):
            i.fail("BR-21", line, "ID")
        if quantity is None:
            i.fail("BR-22", line, "CreditedQuantity" if line.name == "CreditNoteLine" else "InvoicedQuantity")
        if not unit:
            i.fail("BR-23", line, quantity.name if quantity else "InvoicedQuantity")
        if "LineExtensionAmount" not in line.kids:
            i.fail("BR-24", line, "LineExtensionAmount")
        if not any(line.values("Item", "Name")):
            i.fail("BR-25", line, "Item/Name")
        _price_of_line(i, line)
        categories = line.every("Item", "ClassifiedTaxCategory")
        if not any("ID" in category.kids for category in categories if category in i.vat):
            i.fail("BR-CO-04", line, "Item/ClassifiedTaxCategory/ID")
        if len(categories) != 1:
            i.fail("UBL-SR-48", line, "Item/ClassifiedTaxCategory")
        for rule, field, path in _LINE_ONCE:
            if path[0] in line.kids and len(line.every(*path)) > 1:
                i.fail(rule, line, field)
        _item(i, line)
    for node in i.every("AdditionalItemProperty"):
        if "Name" not in node.kids or "Value" not in node.kids:
            i.fail("BR-54", node, "Value" if "Name" in node.kids else "Name")


def _price_of_line(i: Inspection, line: Node) -> None:
    price = line.amount("Price", "PriceAmount")
    if not line.every("Price", "PriceAmount"):
        i.fail("BR-26", line, "Price/PriceAmount")
    if price is None or price < 0:
        i.fail("BR-27", line, "Price/PriceAmount")
    gross = line.every("Price", "AllowanceCharge", "BaseAmount")
    if gross and not any(node.number is not None and node.number >= 0 for node in gross):
        i.fail("BR-28", line, "Price/AllowanceCharge/BaseAmount")


def _item(i: Inspection, line: Node) -> None:
    for code in line.every("Item", "CommodityClassification", "ItemClassificationCode"):
        if "listID" not in code.attributes:
            i.fail("BR-65", code)
    for number in line.every("Item", "StandardItemIdentification", "ID"):
        if "schemeID" not in number.attributes:
            i.fail("BR-64", number)


_ALLOWANCE_RULES = {
    # (on a line, a charge): amount, VAT category, reason, reason again, decimals, decimals of the base
    (False, False): ("BR-31", "BR-32", "BR-33", "BR-CO-21", "BR-DEC-01", "BR-DEC-02"),
    (False, True): ("BR-36", "BR-37", "BR-38", "BR-CO-22", "BR-DEC-05", "BR-DEC-06"),
    (True, False): ("BR-41", "", "BR-42", "BR-CO-23", "BR-DEC-24", "BR-DEC-25"),
    (True, True): ("BR-43", "", "BR-44", "BR-CO-24", "BR-DEC-27", "BR-DEC-28"),
}


def allowances(i: Inspection) -> None:
    """Allowances and charges, on the document and on lines."""
    for node in i.every("AllowanceCharge"):
        charge = yes(node.value("ChargeIndicator"))
        if charge is None:
            continue
        if len(node.every("AllowanceChargeReason")) > 1:
            i.fail("UBL-SR-31" if charge else "UBL-SR-30", node, "AllowanceChargeReason")
        above = node.parent
        on_line = above is not None and above.name in ("InvoiceLine", "CreditNoteLine")
        if on_line or (above is i.root and i.is_document):
            _allowance(i, node, _ALLOWANCE_RULES[on_line, charge])


def _allowance(i: Inspection, node: Node, rules: tuple[str, ...]) -> None:
    amount, vat, reason, reason_again, decimals, decimals_of_base = rules
    if "Amount" not in node.kids:
        i.fail(amount, node, "Amount")
    if vat and not any("ID" in category.kids for category in node.every("TaxCategory") if category in i.vat):
        i.fail(vat, node, "TaxCategory/ID")
    if "AllowanceChargeReason" not in node.kids and "AllowanceChargeReasonCode" not in node.kids:
        i.fail(reason, node, "AllowanceChargeReason")
        i.fail(reason_again, node, "AllowanceChargeReason")
    if too_fine(node, "Amount"):
        i.fail(decimals, node, "Amount")
    if too_fine(node, "BaseAmount"):
        i.fail(decimals_of_base, node, "BaseAmount")


def too_fine(node: Node, field: str) -> bool:
    """More than two decimals, blanks after them included."""
    found = node.kids.get(field)
    return found is not None and len(found[0].text.partition(".")[2]) > 2
