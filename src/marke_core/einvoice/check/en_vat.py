"""EN 16931: the VAT categories, each with its own rules, numbered alike: BR-S-01 … BR-Z-10."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from marke_core.einvoice.check.en_totals import ZERO, near, tax_on, total, written
from marke_core.einvoice.check.inspection import Inspection
from marke_core.einvoice.check.tree import Node

LINES = ("InvoiceLine", "CreditNoteLine")
MOST_CATEGORIES = 20  # that are looked at on one line or allowance


class Category(NamedTuple):
    code: str
    rules: str  # how its rules begin
    rate: str  # "zero", "none", "not negative" or "positive"
    seller: str = "any"  # which registration of the seller (or representative) it asks for: any tax, VAT, or none at all
    buyer: str = ""  # and of the buyer: VAT, or VAT or a legal number
    reason: str = "must"  # whether a reason for exemption must stand, or may not
    many: bool = False  # several groups in the breakdown, one per rate


CATEGORIES = (
    Category("AE", "BR-AE", "zero", buyer="vat or legal"),
    Category("E", "BR-E", "zero"),
    Category("G", "BR-G", "zero", seller="vat"),
    Category("K", "BR-IC", "zero", seller="vat", buyer="vat"),
    Category("L", "BR-AF", "not negative", reason="may not", many=True),
    Category("M", "BR-AG", "not negative", reason="may not", many=True),
    Category("O", "BR-O", "none", seller="none"),
    Category("S", "BR-S", "positive", reason="may not", many=True),
    Category("Z", "BR-Z", "zero", reason="may not"),
)


class Uses(NamedTuple):
    """Where a document uses VAT categories. A use is a node of a tax category."""

    lines: list[Node]  # ClassifiedTaxCategory, anywhere
    allowances: list[Node]
    charges: list[Node]
    others: list[Node]  # of allowances that are neither
    groups: list[Node]  # of the breakdown
    elsewhere: list[Node]


def code_of(node: Node) -> str:
    return node.value("ID")


def _uses(i: Inspection) -> dict[str, Uses]:
    """The uses of each category."""
    uses: dict[str, Uses] = {}
    groups = set(i.subtotals)
    for place, nodes in ((0, i.every("ClassifiedTaxCategory")), (-1, i.every("TaxCategory"))):
        for node in nodes:
            above = node.parent
            where = place
            if above in groups:
                where = 4
            elif place and above is not None and above.name == "AllowanceCharge":
                where = {False: 1, True: 2, None: 3}[i.charged[above]]
            code = code_of(node)
            if code not in uses:
                uses[code] = Uses([], [], [], [], [], [])
            uses[code][where].append(node)
    return uses


class Registered(NamedTuple):
    """Under which numbers the parties are known."""

    seller_any: bool
    seller_vat: bool
    representative: bool
    buyer_vat: bool
    buyer_legal: bool


def _registered(i: Inspection) -> Registered:
    sellers, buyers = i.every("AccountingSupplierParty"), i.every("AccountingCustomerParty")
    own = [scheme for holder in sellers for scheme in holder.every("Party", "PartyTaxScheme") if "CompanyID" in scheme.kids]
    of_buyer = [s for holder in buyers for s in holder.every("Party", "PartyTaxScheme") if "CompanyID" in s.kids]
    acting = [s for holder in i.every("TaxRepresentativeParty") for s in holder.every("PartyTaxScheme") if "CompanyID" in s.kids]
    return Registered(
        bool(own),
        any(scheme in i.vat for scheme in own),
        any(scheme in i.vat for scheme in acting),
        any(scheme in i.vat for scheme in of_buyer),
        any(holder.every("Party", "PartyLegalEntity", "CompanyID") for holder in buyers),
    )


def categories(i: Inspection) -> None:
    """Every category that the document uses."""
    if not i.is_document:
        return
    uses = _uses(i)
    known = _registered(i)
    sums = Sums(i)
    for category in CATEGORIES:
        mine = uses.get(category.code)
        if mine is not None:
            _judge(i, category, mine, known, sums)
    outside = uses.get("O")
    if outside is not None and any(node in i.vat for node in outside.groups):
        _stands_alone(i, uses)
    if "B" in uses:
        _italian_split(i)


def _judge(i: Inspection, category: Category, mine: Uses, known: Registered, sums: Sums) -> None:
    vat = i.vat
    in_vat = Uses._make([node for node in nodes if node in vat] for nodes in mine)
    _is_broken_down(i, category, mine, in_vat)
    _parties_are_known(i, category, mine, in_vat, known)
    for number, nodes in (("05", in_vat.lines), ("06", in_vat.allowances), ("07", in_vat.charges)):
        for node in nodes:
            on_line = number != "05" or (node.parent is not None and _is_item_of_line(node.parent))
            if on_line and not _rate_fits(category.rate, node):
                i.fail(f"{category.rules}-{number}", node, "Percent")
    for node in in_vat.groups:
        _group(i, category, node, sums)
    if category.code == "K" and in_vat.groups:
        _says_where_and_when(i)


def _is_item_of_line(item: Node) -> bool:
    return item.name == "Item" and item.parent is not None and item.parent.name in ("InvoiceLine", "CreditNoteLine")


def _rate_fits(rate: str, node: Node) -> bool:
    given = node.one("Percent")
    if rate == "none":
        return given is None
    if given is None or given.number is None:
        return False
    return given.number > 0 if rate == "positive" else given.number >= 0 if rate == "not negative" else given.number == 0


def _is_broken_down(i: Inspection, category: Category, mine: Uses, in_vat: Uses) -> None:
    """-01: a category that is used has its group in the breakdown, and the other way round."""
    if not category.many:
        anywhere = any(node.kids.get("ID") for nodes in in_vat for node in nodes)
        right = not anywhere or len(in_vat.groups) == 1
    else:
        # For the standard rate the official test does not ask whether the scheme is VAT, for the islands' taxes only half.
        seen = mine if category.code == "S" else in_vat
        used = bool(seen.lines or seen.allowances or seen.charges or seen.others)
        # Here blanks around the code count when it is looked for, for the two island taxes.
        raw = [node for node in mine.groups if category.code != "M" or node in i.vat]
        raw = raw if category.code == "S" else [n for n in raw if any(x.text == category.code for x in n.every("ID"))]
        right = bool(raw) if used else not seen.groups
    if not right:
        i.fail(f"{category.rules}-01", i.root, "TaxTotal/TaxSubtotal", category=category.code)


def _parties_are_known(i: Inspection, category: Category, mine: Uses, in_vat: Uses, known: Registered) -> None:
    """-02, -03, -04: seller and buyer are registered as the category asks, for lines, allowances and charges."""
    seller = known.representative or (known.seller_vat if category.seller == "vat" else known.seller_any)
    buyer = not category.buyer or known.buyer_vat or (category.buyer == "vat or legal" and known.buyer_legal)
    right = seller and buyer
    if category.seller == "none":
        right = not (known.seller_vat or known.representative or known.buyer_vat)
    side = "AccountingCustomerParty" if seller and not buyer else "AccountingSupplierParty"
    allowances, charges = in_vat.allowances, in_vat.charges
    if category.code == "O":  # here only those of the whole document count
        allowances, charges = (
            [n for n in nodes if n.parent is not None and n.parent.parent is i.root] for nodes in (allowances, charges)
        )
    if category.code == "L":  # the one place where the official test takes the code with its blanks
        charges = [node for node in charges if node.text_of("ID") == "L"]
    for number, of_vat, any_scheme in (
        ("02", in_vat.lines, mine.lines if category.code == "S" else []),
        ("03", allowances, []),
        ("04", charges, []),
    ):
        if (of_vat and not right) or (any_scheme and not of_vat):
            i.fail(f"{category.rules}-{number}", i.root, f"{side}/Party/PartyTaxScheme/CompanyID", category=category.code)


class Sums:
    """Lines and charges less allowances of a category (and rate), as the official tests add them up."""

    def __init__(self, i: Inspection) -> None:
        self._sums: dict[tuple[str, str, Decimal | None], Decimal] = defaultdict(Decimal)
        for kind in LINES:
            for line in i.root.every(kind):
                self._add(kind, line.every("Item", "ClassifiedTaxCategory"), total(line.every("LineExtensionAmount")))
        for node in i.allowances:
            charge = i.charged[node]
            if charge is not None:
                amount = total(node.every("Amount"))
                self._add("", node.every("TaxCategory"), amount if charge else -amount)
        self.kind = LINES[0] if i.every(LINES[0]) else LINES[1]
        self._anywhere = {pair for node in i.every("AllowanceCharge") for pair in _pairs(node.every("TaxCategory"))}

    def _add(self, kind: str, categories: list[Node], amount: Decimal) -> None:
        for code, rate in _pairs(categories):
            self._sums[kind, code, rate] += amount

    def of(self, code: str, rate: Decimal | None = None, kind: str = "") -> Decimal:
        return self._sums.get((kind or self.kind, code, rate), ZERO) + self._sums.get(("", code, rate), ZERO)

    def knows(self, code: str, rate: Decimal, kind: str) -> bool:
        """Whether a line, or any allowance or charge, is of this category and rate."""
        return (kind, code, rate) in self._sums or (code, rate) in self._anywhere


def _pairs(categories: list[Node]) -> set[tuple[str, Decimal | None]]:
    """Each code with no rate, and with each rate that stands beside it. Nobody has more than a few."""
    codes = {code_of(node) for node in categories[:MOST_CATEGORIES]}
    rates = {node.amount("Percent") for node in categories[:MOST_CATEGORIES]}
    return {(code, rate) for code in codes for rate in (*rates, None)}


def _group(i: Inspection, category: Category, node: Node, sums: Sums) -> None:
    """-08, -09, -10: base, tax and reason of a group of the breakdown."""
    group = node.parent
    assert group is not None
    base, tax = group.amount("TaxableAmount"), group.amount("TaxAmount")
    fail = partial(i.fail, category=category.code)
    if category.many:
        _bases_per_rate(i, category, node, group, sums)
        rate = node.amount("Percent")
        expected = None if base is None or rate is None else tax_on(abs(base), rate)
        if expected is None or tax is None or not near(abs(tax), expected):
            fail(f"{category.rules}-09", group, "TaxAmount", expected=written(expected))
    else:
        expected = sums.of(category.code)
        if not i.lines or base != expected:
            fail(f"{category.rules}-08", group, "TaxableAmount", expected=written(expected))
        if tax != 0:
            fail(f"{category.rules}-09", group, "TaxAmount", expected="0")
    has_reason = "TaxExemptionReason" in node.kids or "TaxExemptionReasonCode" in node.kids
    if has_reason != (category.reason == "must"):
        fail(f"{category.rules}-10", node, "TaxExemptionReason")


def _bases_per_rate(i: Inspection, category: Category, node: Node, group: Node, sums: Sums) -> None:
    """-08 of the categories with rates: the base of each rate, give or take less than one unit of currency."""
    code, rate, base = category.code, node.amount("Percent"), group.amount("TaxableAmount")
    if rate is None:
        return
    right = False
    for kind in LINES:
        may = sums.knows(code, rate, kind) if code == "S" else bool(i.every(kind))
        if base is not None and may:
            # The official test reckons the margin in binary fractions; so do we, or we would judge 1.00 too much otherwise.
            low, high = Decimal(float(base) - 1.0), Decimal(float(base) + 1.0)
            right = right or low < sums.of(code, rate, kind) < high
    if not right:
        i.fail(f"{category.rules}-08", group, "TaxableAmount", category=code, expected=written(sums.of(code, rate)))


def _stands_alone(i: Inspection, uses: dict[str, Uses]) -> None:
    """BR-O-11 … 14: beside what is outside the scope of VAT nothing else may stand."""
    for number, place in (("11", 4), ("12", 0), ("13", 1), ("14", 2)):
        others = (node for code, each in uses.items() if code != "O" for node in each[place] if node in i.vat)
        other = next(others, None)
        if other is not None:
            i.fail(f"BR-O-{number}", other, "ID")


def _says_where_and_when(i: Inspection) -> None:
    """BR-IC-11, 12: a supply within the Union says when it was, and to which country."""
    root = i.root
    if not any(len(d.text) > 1 for d in root.every("Delivery", "ActualDeliveryDate")) and not any(
        period.kids for period in root.every("InvoicePeriod")
    ):
        i.fail("BR-IC-11", root, "Delivery/ActualDeliveryDate")
    place = ("Delivery", "DeliveryLocation", "Address", "Country", "IdentificationCode")
    if not any(len(country.text) > 1 for country in root.every(*place)):
        i.fail("BR-IC-12", root, "/".join(place))


def _italian_split(i: Inspection) -> None:
    """BR-B: the split payment of Italy."""
    at_top = [*i.root.every("TaxTotal", "TaxSubtotal", "TaxCategory"), *i.root.every("AllowanceCharge", "TaxCategory")]
    lines = i.every("ClassifiedTaxCategory")

    def says(nodes: list[Node], code: str) -> Node | None:
        return next((node for node in nodes if any(x.text == code for x in node.every("ID"))), None)

    anywhere = says([*i.every("TaxCategory"), *lines], "B")
    if anywhere is not None and any(country.text != "IT" for country in i.every("IdentificationCode")):
        i.fail("BR-B-01", anywhere, "ID")
    split = says([*at_top, *lines], "B")
    if split is not None and says([*at_top, *lines], "S") is not None:
        i.fail("BR-B-02", split, "ID")
