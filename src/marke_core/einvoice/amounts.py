"""From quantities and prices to what is to be paid, exact: rounded half away from zero where EN 16931 rounds, nowhere else.

`add_up` computes an invoice, `amount_faults` says where a finished one does not add up. Both round at three places only: a
line's quantity times price, an allowance or charge that is a percentage, the VAT of each category and rate, and no total.
Source: EN 16931-1, BR-CO-10 to BR-CO-18 and BR-S-08/09 and their like, without the slack that their checks allow; Peppol BIS
Billing 3.0, PEPPOL-EN16931-R040 (percentages), R046 (price and discount), R120 (line amount), R130 (one unit).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from marke_core.einvoice.model import AllowanceCharge, Document, Line, Quantity, Totals, VatBreakdown
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.vat import CATEGORIES, BadVat, check_together
from marke_core.money import share_of_integers

NOTHING = Decimal(0)


class Reason(NamedTuple):
    """Why no VAT is charged: BT-121 and BT-120."""

    code: str = ""
    text: str = ""


class Sums(NamedTuple):
    breakdown: tuple[VatBreakdown, ...]
    totals: Totals


class AmountFault(NamedTuple):
    """`field` names the amount in the document (lines[2].net), `term` in EN 16931."""

    term: str
    field: str
    stated: int | Decimal | None
    computed: int | Decimal | None


# -- a line


def line_net(
    quantity: Decimal, price: Decimal, *, base: Decimal = Decimal(1), allowance_charges: Iterable[AllowanceCharge] = ()
) -> int:
    """BT-131 in hundredths: quantity times price for `base` units, rounded, with its allowances and charges.

    Raises: BadEInvoice when `base` is not above zero.
    """
    if base <= 0:
        raise BadEInvoice("number", "price_base", text=str(base))
    numerator, denominator = 100, 1
    for value in (quantity, price):
        above, below = value.as_integer_ratio()
        numerator, denominator = numerator * above, denominator * below
    above, below = base.as_integer_ratio()
    return share_of_integers(below, numerator, denominator * above) + _sum_of(allowance_charges)


def net_of(line: Line) -> int:
    """BT-131 as the line's own quantity, price, allowances and charges give it.

    Raises: BadEInvoice when there is no quantity or price, or the price is for another unit than the quantity.
    """
    if line.quantity is None or line.price is None:
        raise BadEInvoice("missing", f"line {line.id}", what="quantity" if line.quantity is None else "price")
    base = line.price_base or Quantity(Decimal(1))
    if base.unit and base.unit != line.quantity.unit:
        raise BadEInvoice("unit", f"line {line.id}", found=base.unit, expected=line.quantity.unit)
    return line_net(line.quantity.value, line.price, base=base.value, allowance_charges=line.allowance_charges)


def priced(line: Line) -> Line:
    """The line with the amount that its quantity and price give. Raises: BadEInvoice, as `net_of`."""
    return replace(line, net=net_of(line))


def percent_of(base: int, percent: Decimal) -> int:
    """What an allowance or charge of so many per cent comes to."""
    above, below = percent.as_integer_ratio()
    return share_of_integers(base, above, 100 * below)


def _sum_of(allowance_charges: Iterable[AllowanceCharge]) -> int:
    return sum(one.amount if one.is_charge else -one.amount for one in allowance_charges)


# -- an invoice


def add_up(
    lines: Sequence[Line],
    allowance_charges: Sequence[AllowanceCharge] = (),
    *,
    reasons: Mapping[str, Reason] | None = None,
    prepaid: int | None = None,
    rounding: int | None = None,
    vat_in_tax_currency: int | None = None,
) -> Sums:
    """The VAT breakdown and the totals of lines whose amounts stand.

    reasons: per category, where it is not the category's own code; E needs one.
    prepaid, rounding: BT-113, BT-114, in hundredths, as they were given.
    Raises: BadVat for a category that does not exist, a rate that does not go with it, or O beside another.
    """
    breakdown = breakdown_of(lines, allowance_charges, reasons=reasons or {})
    return Sums(
        breakdown,
        _totals(
            lines,
            allowance_charges,
            sum(group.vat for group in breakdown),
            prepaid=prepaid,
            rounding=rounding,
            vat_in_tax_currency=vat_in_tax_currency,
        ),
    )


def breakdown_of(
    lines: Iterable[Line], allowance_charges: Iterable[AllowanceCharge] = (), *, reasons: Mapping[str, Reason]
) -> tuple[VatBreakdown, ...]:
    """BG-23: a group for each category and rate, by category and falling rate. Raises: BadVat."""
    bases = _bases(lines, allowance_charges)
    for category, rate in bases:
        _check_rate(category, rate)
    check_together(category for category, _rate in bases)
    return tuple(
        _group(category, rate, base, reasons.get(category, Reason(CATEGORIES[category].reason_code)))
        for (category, rate), base in sorted(bases.items(), key=lambda group: (group[0][0], -group[0][1]))
    )


def _group(category: str, rate: Decimal, base: int, reason: Reason) -> VatBreakdown:
    return VatBreakdown(
        base=base,
        vat=percent_of(base, rate),
        category=category,
        rate=rate if CATEGORIES[category].states_rate else None,
        reason=reason.text,
        reason_code=reason.code,
    )


def _bases(lines: Iterable[Line], allowance_charges: Iterable[AllowanceCharge]) -> dict[tuple[str, Decimal], int]:
    bases: dict[tuple[str, Decimal], int] = defaultdict(int)
    for line in lines:
        bases[line.vat_category, line.vat_rate or NOTHING] += line.net
    for one in allowance_charges:
        bases[one.vat_category, one.vat_rate or NOTHING] += one.amount if one.is_charge else -one.amount
    return bases


def _check_rate(category: str, rate: Decimal) -> None:
    kind = CATEGORIES.get(category)
    if kind is None or rate < 0 or (rate > 0) != kind.rated:
        raise BadVat(f"A rate of {rate} % does not go with the category {category!r}.")


def _totals(
    lines: Iterable[Line],
    allowance_charges: Iterable[AllowanceCharge],
    vat: int,
    *,
    prepaid: int | None,
    rounding: int | None,
    vat_in_tax_currency: int | None,
) -> Totals:
    of_lines = sum(line.net for line in lines)  # BR-CO-10
    allowances = [one.amount for one in allowance_charges if not one.is_charge]  # BR-CO-11
    charges = [one.amount for one in allowance_charges if one.is_charge]  # BR-CO-12
    without_vat = of_lines - sum(allowances) + sum(charges)  # BR-CO-13
    return Totals(
        lines=of_lines,
        allowances=sum(allowances) if allowances else None,
        charges=sum(charges) if charges else None,
        without_vat=without_vat,
        vat=vat,  # BR-CO-14
        vat_in_tax_currency=vat_in_tax_currency,
        with_vat=without_vat + vat,  # BR-CO-15
        prepaid=prepaid,
        rounding=rounding,
        payable=without_vat + vat - (prepaid or 0) + (rounding or 0),  # BR-CO-16
    )


# -- whether it adds up


def check_amounts(document: Document) -> None:
    """Raises: BadEInvoice with the first amount that does not follow from the others."""
    for fault in amount_faults(document):
        raise BadEInvoice("sum", fault.field, term=fault.term, stated=str(fault.stated), computed=str(fault.computed))


def amount_faults(document: Document) -> Iterator[AmountFault]:
    """Every amount that does not follow from the others, to the cent."""
    yield from _of_allowance_charges(document.allowance_charges, "", "BT-92", "BT-99")
    for place, line in enumerate(document.lines):
        yield from _of_line(line, f"lines[{place}].")
    yield from _of_breakdown(document)
    yield from _of_totals(document)


def _of_allowance_charges(several: Iterable[AllowanceCharge], before: str, allowance: str, charge: str) -> Iterator[AmountFault]:
    for place, one in enumerate(several):
        if one.percent is None or one.base is None:
            continue
        if (computed := percent_of(one.base, one.percent)) != one.amount:
            term = charge if one.is_charge else allowance
            yield AmountFault(term, f"{before}allowance_charges[{place}].amount", one.amount, computed)


def _of_line(line: Line, before: str) -> Iterator[AmountFault]:
    yield from _of_allowance_charges(line.allowance_charges, before, "BT-136", "BT-141")
    if line.price is not None and line.gross_price is not None:
        computed = line.gross_price - (line.price_discount or NOTHING)
        if computed != line.price:
            yield AmountFault("BT-146", f"{before}price", line.price, computed)
    try:
        net = net_of(line)
    except BadEInvoice:
        yield AmountFault("BT-131", f"{before}net", line.net, None)
        return
    if net != line.net:
        yield AmountFault("BT-131", f"{before}net", line.net, net)


def _of_breakdown(document: Document) -> Iterator[AmountFault]:
    bases = _bases(document.lines, document.allowance_charges)
    for place, group in enumerate(document.breakdown):
        rate = group.rate or NOTHING
        base = bases.pop((group.category, rate), None)
        if base != group.base:
            yield AmountFault("BT-116", f"breakdown[{place}].base", group.base, base)
        if (vat := percent_of(group.base, rate)) != group.vat:
            yield AmountFault("BT-117", f"breakdown[{place}].vat", group.vat, vat)
    for base in bases.values():
        yield AmountFault("BT-116", "breakdown", None, base)


def _of_totals(document: Document) -> Iterator[AmountFault]:
    stated = document.totals
    vat = sum(group.vat for group in document.breakdown)
    computed = _totals(
        document.lines, document.allowance_charges, vat,
        prepaid=stated.prepaid, rounding=stated.rounding, vat_in_tax_currency=None,
    )  # fmt: skip
    for term, name in (
        ("BT-106", "lines"), ("BT-107", "allowances"), ("BT-108", "charges"), ("BT-109", "without_vat"),
        ("BT-110", "vat"), ("BT-112", "with_vat"), ("BT-115", "payable"),
    ):  # fmt: skip
        said, due = getattr(stated, name), getattr(computed, name)
        if (said or 0) != (due or 0):
            yield AmountFault(term, f"totals.{name}", said, due)
