"""EN 16931: the sums. All amounts are decimals, rounded half up to cents where the standard rounds."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise

from marke_core.einvoice.check.en_fields import too_fine
from marke_core.einvoice.check.inspection import Inspection
from marke_core.einvoice.check.tree import Node

CENT = Decimal("0.01")
HALF = Decimal("0.5")
ZERO = Decimal(0)
ONE = Decimal(1)


def cents(amount: Decimal) -> Decimal:
    """Rounded to cents, halves upwards, as XPath's round() does."""
    return amount.quantize(CENT, ROUND_HALF_UP if amount > 0 else ROUND_HALF_DOWN)


def whole(amount: Decimal) -> Decimal:
    return (amount + HALF).to_integral_value(ROUND_FLOOR)


def total(nodes: list[Node]) -> Decimal:
    return sum((node.number for node in nodes if node.number is not None), ZERO)


def written(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


_DECIMALS = (
    ("BR-DEC-09", "LineExtensionAmount"),
    ("BR-DEC-10", "AllowanceTotalAmount"),
    ("BR-DEC-11", "ChargeTotalAmount"),
    ("BR-DEC-12", "TaxExclusiveAmount"),
    ("BR-DEC-14", "TaxInclusiveAmount"),
    ("BR-DEC-16", "PrepaidAmount"),
    ("BR-DEC-17", "PayableRoundingAmount"),
    ("BR-DEC-18", "PayableAmount"),
)


def totals(i: Inspection) -> None:
    """The document's totals follow from its lines, allowances, charges and VAT."""
    for node in i.every("LegalMonetaryTotal"):
        for rule, field in (
            ("BR-12", "LineExtensionAmount"),
            ("BR-13", "TaxExclusiveAmount"),
            ("BR-14", "TaxInclusiveAmount"),
            ("BR-15", "PayableAmount"),
        ):
            if field not in node.kids:
                i.fail(rule, node, field)
        for rule, field in _DECIMALS:
            if too_fine(node, field):
                i.fail(rule, node, field)
        lines = cents(total([amount for line in i.lines for amount in line.every("LineExtensionAmount")]))
        if node.amount("LineExtensionAmount") != lines:
            i.fail("BR-CO-10", node, "LineExtensionAmount", expected=written(lines))
        above = node.parent or node
        _allowances_in_all(i, node, above, "BR-CO-11", "AllowanceTotalAmount", charge=False)
        _allowances_in_all(i, node, above, "BR-CO-12", "ChargeTotalAmount", charge=True)
        _without_vat(i, node)
        _payable(i, node)
    if i.is_document:
        _with_vat(i)


def _allowances_in_all(i: Inspection, node: Node, above: Node, rule: str, field: str, *, charge: bool) -> None:
    each = [allowance for allowance in above.every("AllowanceCharge") if i.charged[allowance] is charge]
    given = node.one(field)
    if given is None and not each:
        return
    expected = cents(total([amount for allowance in each for amount in allowance.every("Amount")]))
    if given is None or given.number != expected:
        i.fail(rule, node, field, expected=written(expected))


def _without_vat(i: Inspection, node: Node) -> None:
    """BR-CO-13. Where nothing is added or taken off, nothing is rounded either."""
    lines, given = node.amount("LineExtensionAmount"), node.amount("TaxExclusiveAmount")
    charges, allowances = node.one("ChargeTotalAmount"), node.one("AllowanceTotalAmount")
    expected = lines
    if lines is not None and (charges is not None or allowances is not None):
        added = charges.number if charges is not None else ZERO
        taken = allowances.number if allowances is not None else ZERO
        expected = None if added is None or taken is None else cents(lines + added - taken)
    if expected is None or given != expected:
        i.fail("BR-CO-13", node, "TaxExclusiveAmount", expected=written(expected))


def _payable(i: Inspection, node: Node) -> None:
    """BR-CO-16: what is to be paid is the sum with VAT, less what was prepaid, rounded if that is agreed."""
    due, gross = node.amount("PayableAmount"), node.amount("TaxInclusiveAmount")
    prepaid, rounding = node.one("PrepaidAmount"), node.one("PayableRoundingAmount")
    before = None if prepaid is None else prepaid.number
    rounded = None if rounding is None else rounding.number
    expected = gross
    right = False
    if gross is not None and due is not None:
        if prepaid is not None and before is not None:
            expected = cents(gross - before)
        if rounding is None:
            right = due == expected
        elif rounded is not None and expected is not None:
            right = cents(due - rounded) == expected
            expected += rounded
    if not right:
        i.fail("BR-CO-16", node, "PayableAmount", expected=written(expected))


def _with_vat(i: Inspection) -> None:
    """BR-CO-15: one total of VAT in the currency of the document, and the sum with VAT includes it."""
    root = i.root
    for currency in root.every("DocumentCurrencyCode"):
        own = [tax for tax in root.every("TaxTotal", "TaxAmount") if tax.attributes.get("currencyID") == currency.text]
        tax = own[0].number if len(own) == 1 else None
        net, gross = (root.amount("LegalMonetaryTotal", f"Tax{kind}Amount") for kind in ("Exclusive", "Inclusive"))
        expected = cents(net + tax) if net is not None and tax is not None else None
        if expected is None or gross != expected:
            i.fail("BR-CO-15", root, "LegalMonetaryTotal/TaxInclusiveAmount", expected=written(expected))
    in_tax_currency = {
        tax.attributes.get("currencyID") for tax in i.every("TaxAmount") if tax.parent and tax.parent.name == "TaxTotal"
    }
    for currency in root.every("TaxCurrencyCode"):
        if currency.text not in in_tax_currency:
            i.fail("BR-53", root, "TaxTotal/TaxAmount", currency=currency.text)
    if "BR-CO-25" not in i.rules.without and not i.is_credit_note:
        _has_a_term(i)


def _has_a_term(i: Inspection) -> None:
    due = i.root.amount("LegalMonetaryTotal", "PayableAmount")
    terms = [note for terms in i.every("PaymentTerms") for note in terms.every("Note")]
    if due is not None and due > 0 and not i.every("DueDate") and not terms:
        i.fail("BR-CO-25", i.root, "DueDate")


def breakdown(i: Inspection) -> None:
    """The groups of VAT, each on its own."""
    if i.is_document:
        for node in i.root.every("TaxTotal"):
            groups = node.every("TaxSubtotal")
            expected = cents(total([amount for group in groups for amount in group.every("TaxAmount")]))
            if groups and node.amount("TaxAmount") != expected:
                i.fail("BR-CO-14", node, "TaxAmount", expected=written(expected))
    for group in i.every("TaxSubtotal"):
        if len(group.every("TaxCategory", "TaxExemptionReason")) > 1:
            i.fail("UBL-SR-32", group, "TaxCategory/TaxExemptionReason")
        if group.parent is not None and group.parent.name == "TaxTotal":
            _group(i, group)


def _group(i: Inspection, group: Node) -> None:
    for rule, field in (("BR-45", "TaxableAmount"), ("BR-46", "TaxAmount")):
        if field not in group.kids:
            i.fail(rule, group, field)
    for rule, field in (("BR-DEC-19", "TaxableAmount"), ("BR-DEC-20", "TaxAmount")):
        if too_fine(group, field):
            i.fail(rule, group, field)
    categories = [category for category in group.every("TaxCategory") if category in i.vat]
    if not any("ID" in category.kids for category in categories):
        i.fail("BR-47", group, "TaxCategory/ID")
    percents = [percent for category in categories for percent in category.every("Percent")]
    if not percents and not any(category.value("ID") == "O" for category in categories):
        i.fail("BR-48", group, "TaxCategory/Percent")
    base, tax = group.amount("TaxableAmount"), group.amount("TaxAmount")
    rate = percents[0].number if percents else ZERO
    if rate is None or tax is None or not _tax_is_near(base, rate, tax):
        expected = None if base is None or rate is None else tax_on(base, rate)
        i.fail("BR-CO-17", group, "TaxAmount", expected=written(expected), rate=written(rate))


def _tax_is_near(base: Decimal | None, rate: Decimal, tax: Decimal) -> bool:
    """BR-CO-17 allows for one unit of currency, either side; signs are not compared."""
    if whole(rate) == 0:
        return whole(tax) == 0
    return base is not None and near(abs(tax), tax_on(abs(base), rate))


def tax_on(base: Decimal, rate: Decimal) -> Decimal:
    return cents(base * rate * CENT)


def near(given: Decimal, expected: Decimal) -> bool:
    return given - ONE < expected < given + ONE


def decimals(i: Inspection) -> None:
    """No amount has more than two decimals, but for prices."""
    for line in i.lines:
        if too_fine(line, "LineExtensionAmount"):
            i.fail("BR-DEC-23", line, "LineExtensionAmount")
    for name, nodes in i.by.items():
        if not name.endswith("Amount") or name.endswith("PriceAmount"):
            continue
        for node in nodes:
            if len(node.text.partition(".")[2]) > 2 and not _in_a_price(node):
                i.fail("UBL-DT-01", node)


def _in_a_price(node: Node) -> bool:
    return any(inner.name == "AllowanceCharge" and outer.name == "Price" for inner, outer in pairwise(node.up()))
