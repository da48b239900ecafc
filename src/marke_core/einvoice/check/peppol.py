"""Peppol BIS Billing: what it asks beyond EN 16931."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_DOWN, Context, Decimal

from marke_core.einvoice.check import codes as lists
from marke_core.einvoice.check.en_codes import AMOUNTS
from marke_core.einvoice.check.en_fields import day_number
from marke_core.einvoice.check.en_totals import CENT, ONE, ZERO, cents, total, written
from marke_core.einvoice.check.inspection import Inspection
from marke_core.einvoice.check.structure import is_date
from marke_core.einvoice.check.tree import BLANK, Node, collapse

_PROFILES = {
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0": "01",
    "urn:peppol:france:billing:regulated": "01",
    "urn:peppol:france:billing:non-regulated": "01",
    "urn:peppol:bis:billing_with_response": "02",
}
_SELF_BILLING = re.compile(r"urn:fdc:peppol.eu:2017:poacc:selfbilling:([0-9]{2}):1.0")
SLACK = Decimal("0.02")
# Saxon divides decimals to eighteen places; a line that is right to the last cent there must be so here.
_EIGHTEEN = Decimal("1e-18")
_WIDE = Context(prec=120)


def divided(amount: Decimal, by: Decimal) -> Decimal:
    return amount if by == 1 else _WIDE.divide(amount, by).quantize(_EIGHTEEN, ROUND_HALF_DOWN, _WIDE)


def near(given: Decimal, expected: Decimal) -> bool:
    return given - SLACK <= expected <= given + SLACK


def profile_of(i: Inspection) -> str:
    """The number of the process that the document names; empty when Peppol has none of that name."""
    return i.rules.profile(collapse(i.root.text_of("ProfileID")))


def billing_profile(name: str) -> str:
    return _PROFILES.get(name, "")


def self_billing_profile(name: str) -> str:
    """Any number passes here; rules look at process 01."""
    match = _SELF_BILLING.search(name)
    return match[1] if match else ""


def both_in(i: Inspection, country: str) -> bool:
    return i.seller_country.upper() == country and i.buyer_country.upper() == country


def nothing_empty(i: Inspection) -> None:
    """R008: an element with nothing in it says nothing."""
    for node in i.empty:
        i.fail("PEPPOL-EN16931-R008", node)


def process(i: Inspection) -> None:
    """Which process, which rules, which references, how many VAT totals."""
    root = i.root
    if not i.is_document:
        return
    if "ProfileID" not in root.kids:
        i.fail("PEPPOL-EN16931-R001", root, "ProfileID")
    if not profile_of(i):
        i.fail("PEPPOL-EN16931-R007", root, "ProfileID")
    if len(root.every("Note")) > 1 and not (i.rules.codes is lists.OF_2026 and both_in(i, "DE")):
        i.fail("PEPPOL-EN16931-R002", root, "Note")
    if "BuyerReference" not in root.kids and not root.every("OrderReference", "ID"):
        i.fail("PEPPOL-EN16931-R003", root, "BuyerReference")
    says = root.one("CustomizationID")
    customization = collapse(says.text) if says is not None and not says.broken else ""
    strict = i.rules.codes is lists.OF_2026
    if not customization.startswith(i.rules.customization) or (strict and "::" in customization):
        i.fail("PEPPOL-EN16931-R004", root, "CustomizationID", expected=i.rules.customization)
    _vat_totals(i)
    in_50 = [n for n in root.every("AdditionalDocumentReference") if any(k.text == "50" for k in n.every("DocumentTypeCode"))]
    if i.is_credit_note and len(in_50) > 1:
        i.fail("PEPPOL-EN16931-R080", in_50[1])
    for rule, who in (("R010", "AccountingCustomerParty"), ("R020", "AccountingSupplierParty")):
        for holder in i.every(who):
            for party in holder.every("Party"):
                if "EndpointID" not in party.kids:
                    i.fail(f"PEPPOL-EN16931-{rule}", party, "EndpointID")


def _vat_totals(i: Inspection) -> None:
    root = i.root
    totals = root.every("TaxTotal")
    if sum("TaxSubtotal" in node.kids for node in totals) != 1:
        i.fail("PEPPOL-EN16931-R053", root, "TaxTotal")
    bare = sum("TaxSubtotal" not in node.kids for node in totals)
    other = root.one("TaxCurrencyCode")
    if bare != (0 if other is None else 1):
        i.fail("PEPPOL-EN16931-R054", root, "TaxTotal/TaxAmount")
    if other is None:
        return
    own = root.value("DocumentCurrencyCode")
    for node in i.every("TaxCurrencyCode"):
        if node.broken or node.text.strip(BLANK) == own:
            i.fail("PEPPOL-EN16931-R005", node)
    signs: list[set[int]] = []
    for currency in (other.text.strip(BLANK), own):
        amounts = [n.number for n in root.every("TaxTotal", "TaxAmount") if n.attributes.get("currencyID") == currency]
        signs.append({(amount > 0) - (amount < 0) for amount in amounts if amount is not None})
    one_way = all(sign & {-1, 0} for sign in signs) or all(sign & {1, 0} for sign in signs)
    if not one_way:
        i.fail("PEPPOL-EN16931-R055", root, "TaxTotal/TaxAmount")


def allowances(i: Inspection) -> None:
    """Percentages of allowances and charges."""
    for node in i.every("AllowanceCharge"):
        above = node.parent
        if above is None or not i.is_document:
            continue
        if above is i.root or (above.name == f"{i.root.name}Line" and above.parent is i.root):
            _allowance(i, node)
        elif above.name == "Price":
            _discount(i, node, above)


def _allowance(i: Inspection, node: Node) -> None:
    percent, base = node.one("MultiplierFactorNumeric"), node.one("BaseAmount")
    if percent is not None and base is None:
        i.fail("PEPPOL-EN16931-R041", node, "BaseAmount")
        return
    if base is not None and percent is None:
        i.fail("PEPPOL-EN16931-R042", node, "MultiplierFactorNumeric")
        return
    if base is not None and percent is not None:
        amount = node.amount("Amount") if "Amount" in node.kids else ZERO
        expected = None if base.number is None or percent.number is None else base.number * percent.number * CENT
        if amount is None or expected is None or not near(amount, expected):
            i.fail("PEPPOL-EN16931-R040", node, "Amount", expected=written(expected and cents(expected)))
    indicator = node.one("ChargeIndicator")
    if indicator is None or indicator.broken or indicator.text.strip(BLANK) not in ("true", "false"):
        i.fail("PEPPOL-EN16931-R043", node, "ChargeIndicator")


def _discount(i: Inspection, node: Node, price: Node) -> None:
    if node.value("ChargeIndicator") != "false":
        i.fail("PEPPOL-EN16931-R044", node, "ChargeIndicator")
    gross, off, net = node.one("BaseAmount"), node.amount("Amount"), price.amount("PriceAmount")
    if gross is not None and (gross.number is None or off is None or net != gross.number - off):
        expected = None if gross.number is None or off is None else gross.number - off
        i.fail("PEPPOL-EN16931-R046", node, "BaseAmount", expected=written(expected))


def lines(i: Inspection) -> None:
    """The sum of a line, its quantities, its references and its period."""
    for line in i.lines:
        quantity_name = "CreditedQuantity" if i.is_credit_note else "InvoicedQuantity"
        expected = _sum_of_line(line, quantity_name)
        given = line.amount("LineExtensionAmount") if "LineExtensionAmount" in line.kids else ZERO
        if expected is None or given is None or not near(given, expected):
            i.fail("PEPPOL-EN16931-R120", line, "LineExtensionAmount", expected=written(expected and cents(expected)))
        base = line.one("Price", "BaseQuantity")
        if base is not None and (base.number is None or base.number <= 0):
            i.fail("PEPPOL-EN16931-R121", line, "Price/BaseQuantity")
        references = line.every("DocumentReference")
        if len(references) > 1:
            i.fail("PEPPOL-EN16931-R100", line, "DocumentReference")
        if references and not any(k.text == "130" for r in references for k in r.every("DocumentTypeCode")):
            i.fail("PEPPOL-EN16931-R101", line, "DocumentReference/DocumentTypeCode")
        _unit_of_price(i, line, quantity_name)
    _periods(i)


def _sum_of_line(line: Node, quantity_name: str) -> Decimal | None:
    """Quantity × price per base quantity, with charges, less allowances; None when one of them is no number."""
    factors = []
    for path, without in (((quantity_name,), ONE), (("Price", "PriceAmount"), ZERO), (("Price", "BaseQuantity"), ONE)):
        node = line.one(*path)
        factors.append(without if node is None else node.number)
    quantity, price, base = factors
    if quantity is None or price is None or base is None:
        return None
    expected = quantity * divided(price, base or ONE)
    allowances = line.every("AllowanceCharge")
    for word, sign in (("true", 1), ("false", -1)) if allowances else ():
        own = [node for node in allowances if node.value("ChargeIndicator") == word]
        expected += sign * cents(total([amount for node in own for amount in node.every("Amount")]))
    return expected


def _unit_of_price(i: Inspection, line: Node, quantity_name: str) -> None:
    base = line.one("Price", "BaseQuantity")
    if base is None or "unitCode" not in base.attributes:
        return
    if "InvoicedQuantity" not in line.kids and "CreditedQuantity" not in line.kids:
        return
    quantity = line.one(quantity_name)
    unit = None if quantity is None else quantity.attributes.get("unitCode")
    if base.attributes["unitCode"] != unit:
        i.fail("PEPPOL-EN16931-R130", base, unit=unit or "")


def _periods(i: Inspection) -> None:
    """R110, R111: a line's period lies within that of the document."""
    if not i.is_document:
        return
    for rule, field, before in (("R110", "StartDate", False), ("R111", "EndDate", True)):
        limits = i.root.every("InvoicePeriod", field)
        if not limits:
            continue
        limit = day_number(limits[0].text)
        for node in i.root.every(f"{i.root.name}Line", "InvoicePeriod", field):
            day = day_number(node.text)
            fits = day is not None and limit is not None and (day <= limit if before else day >= limit)
            if not fits or node.broken or len(limits) > 1:
                i.fail(f"PEPPOL-EN16931-{rule}", node, limit=limits[0].text)


def payment(i: Inspection) -> None:
    for node in i.every("PaymentMeans"):
        if node.value("PaymentMeansCode") in ("49", "59") and not node.every("PaymentMandate", "ID"):
            i.fail("PEPPOL-EN16931-R061", node, "PaymentMandate/ID")


def codes(i: Inspection) -> None:
    """Peppol's own editions of the code lists."""
    own = i.root.text_of("DocumentCurrencyCode")
    for name in AMOUNTS:
        for node in i.every(name):
            currency = node.attributes.get("currencyID", "")
            if currency not in i.codes.peppol_currencies:
                i.fail("PEPPOL-EN16931-CL007", node, currency=currency)
            if currency != own and (name != "TaxAmount" or _is_in_own_currency(i, node)):
                i.fail("PEPPOL-EN16931-R051", node, currency=currency, expected=own)
    for node in i.every("EmbeddedDocumentBinaryObject"):
        if node.attributes.get("mimeCode", "text/csv") not in lists.MIME_TYPES:
            i.fail("PEPPOL-EN16931-CL001", node, code=node.attributes["mimeCode"])
    for node in i.every("AllowanceChargeReasonCode"):
        charge = node.parent.text_of("ChargeIndicator") if node.parent is not None else ""
        known = {"true": i.codes.peppol_charge_reasons, "false": lists.ALLOWANCE_REASONS}.get(charge)
        if known is not None and (node.broken or node.text.strip(BLANK) not in known):
            i.fail("PEPPOL-EN16931-CL003" if charge == "true" else "PEPPOL-EN16931-CL002", node)
    for period in i.every("InvoicePeriod"):
        for node in period.every("DescriptionCode"):
            if node.broken or node.text.strip(BLANK) not in lists.PERIOD_CODES:
                i.fail("PEPPOL-EN16931-CL006", node)
    for node in i.every("EndpointID"):
        if node.attributes.get("schemeID", "0088") not in i.codes.peppol_endpoint_schemes:
            i.fail("PEPPOL-EN16931-CL008", node, code=node.attributes["schemeID"])
    for name in ("IssueDate", "DueDate", "TaxPointDate", "StartDate", "EndDate", "ActualDeliveryDate"):
        for node in i.every(name):
            if len(node.text) != 10 or node.broken or not is_date(node.text):
                i.fail("PEPPOL-EN16931-F001", node)
    _types(i)
    _exemptions(i)


def _is_in_own_currency(i: Inspection, tax: Node) -> bool:
    """A VAT total without groups is in the currency of the tax, all other tax amounts in that of the document."""
    above = tax.parent
    if above is None or (above.name == "TaxSubtotal" and i.rules.codes is lists.OF_SELF_BILLING):
        return False
    return above.name == "TaxSubtotal" or (above.name == "TaxTotal" and "TaxSubtotal" in above.kids)


def _types(i: Inspection) -> None:
    """Kinds of document that the process takes."""
    profile = profile_of(i)
    judged = profile in ("01", "02") if i.rules.codes is lists.OF_2026 else profile == "01"
    for rule, name, known in (
        ("P0100", "InvoiceTypeCode", i.codes.peppol_invoice_types),
        ("P0101", "CreditNoteTypeCode", i.codes.peppol_credit_note_types),
    ):
        for node in i.every(name):
            code = node.text.strip(BLANK)
            if judged and (node.broken or code not in known):
                i.fail(f"PEPPOL-EN16931-{rule}", node)
            if name == "InvoiceTypeCode" and code in ("326", "384") and not both_in(i, "DE"):
                i.fail("PEPPOL-EN16931-P0112", node)


_CATEGORY_OF_REASON = {
    "VATEX-EU-G": ("P0104", "G"),
    "VATEX-EU-O": ("P0105", "O"),
    "VATEX-EU-IC": ("P0106", "K"),
    "VATEX-EU-AE": ("P0107", "AE"),
    "VATEX-EU-D": ("P0108", "E"),
    "VATEX-EU-F": ("P0109", "E"),
    "VATEX-EU-I": ("P0110", "E"),
    "VATEX-EU-J": ("P0111", "E"),
}


def _exemptions(i: Inspection) -> None:
    for node in i.every("TaxCategory"):
        rule, category = _CATEGORY_OF_REASON.get(node.text_of("TaxExemptionReasonCode").upper(), ("", ""))
        if rule and node.value("ID") != category:
            i.fail(f"PEPPOL-EN16931-{rule}", node, "ID", expected=category)
