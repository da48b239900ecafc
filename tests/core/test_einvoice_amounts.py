"""Amounts of an invoice, exact: each rounding where EN 16931 has it, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marke_core.einvoice.amounts import Reason, add_up, amount_faults, check_amounts, line_net, net_of, percent_of, priced
from marke_core.einvoice.model import AllowanceCharge, Document, Line, Party, Quantity
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.vat import BadVat

RATES = st.sampled_from(
    [("S", Decimal(21)), ("S", Decimal("5.5")), ("S", Decimal("2.10")), ("Z", Decimal(0)), ("E", Decimal(0)), ("AE", Decimal(0))]
)
PRICES = st.decimals(0, 10_000, places=4)
QUANTITIES = st.decimals(-1_000, 1_000, places=3)
BASES = st.decimals(Decimal("0.001"), 1_000, places=3)
CENTS = st.integers(0, 10**7)
ONE_OR_OTHER = st.builds(lambda is_charge, amount: AllowanceCharge(is_charge=is_charge, amount=amount), st.booleans(), CENTS)
LINES = st.builds(
    lambda quantity, price, base, vat, several: priced(
        Line(
            id="1", net=0, quantity=Quantity(quantity, "C62"), price=price, price_base=Quantity(base, "C62"),
            vat_category=vat[0], vat_rate=vat[1], allowance_charges=tuple(several),
        )
    ),
    QUANTITIES, PRICES, BASES, RATES, st.lists(ONE_OR_OTHER, max_size=2),
)  # fmt: skip
ON_DOCUMENT = st.builds(lambda one, vat: replace(one, vat_category=vat[0], vat_rate=vat[1]), ONE_OR_OTHER, RATES)


def document(lines: list[Line], several: list[AllowanceCharge], prepaid: int = 0, rounding: int = 0) -> Document:
    sums = add_up(lines, several, prepaid=prepaid, rounding=rounding)
    return Document(
        number="1", issue_date=date(2026, 1, 1), type_code="380", currency="EUR", seller=Party(), buyer=Party(),
        lines=tuple(lines), allowance_charges=tuple(several), breakdown=sums.breakdown, totals=sums.totals,
    )  # fmt: skip


def line(**fields: object) -> Line:
    given_ = {"id": "1", "net": 1000, "quantity": Quantity(Decimal(2), "HUR"), "price": Decimal(5), "vat_category": "S"}
    return Line(**(given_ | {"vat_rate": Decimal(21)} | fields))  # type: ignore[arg-type]


@given(QUANTITIES, PRICES, BASES)
def test_a_line_is_rounded_once_half_away_from_zero(quantity: Decimal, price: Decimal, base: Decimal) -> None:
    exact = Fraction(quantity) * Fraction(price) / Fraction(base)
    net = line_net(quantity, price, base=base)
    assert abs(net - 100 * exact) <= Fraction(1, 2)
    assert line_net(-quantity, price, base=base) == -net
    if base == 1:
        assert net == int((quantity * price).quantize(Decimal("0.01"), ROUND_HALF_UP).scaleb(2))


@pytest.mark.parametrize(
    ("quantity", "price", "base", "net"),
    [
        ("3", "0.335", "1", 101),  # 1.005
        ("-3", "0.335", "1", -101),
        ("1000", "1", "3", 33333),
        ("10000.6", "0.2564", "1", 256415),
        ("7", "12.34", "100", 86),
        ("0", "12.34", "1", 0),
    ],
)
def test_lines_from_the_page_about_amounts(quantity: str, price: str, base: str, net: int) -> None:
    assert line_net(Decimal(quantity), Decimal(price), base=Decimal(base)) == net


def test_a_third_of_a_cent_is_not_lost_by_dividing_first() -> None:
    assert line_net(Decimal(3), Decimal("0.01"), base=Decimal(3)) == 1


@given(st.lists(LINES, min_size=1, max_size=12), st.lists(ON_DOCUMENT, max_size=3), CENTS, st.integers(-99, 99))
def test_what_is_added_up_adds_up(lines: list[Line], several: list[AllowanceCharge], prepaid: int, rounding: int) -> None:
    found = document(lines, several, prepaid, rounding)
    assert not list(amount_faults(found))
    totals = found.totals
    assert totals.without_vat == sum(group.base for group in found.breakdown)
    assert totals.payable == totals.without_vat + sum(group.vat for group in found.breakdown) - prepaid + rounding


@given(st.lists(LINES, min_size=1, max_size=6), st.lists(ON_DOCUMENT, max_size=3), st.data())
def test_one_cent_more_anywhere_is_found(lines: list[Line], several: list[AllowanceCharge], data: st.DataObject) -> None:
    whole = document(lines, several)
    place = data.draw(st.integers(0, len(lines) - 1))
    name = data.draw(st.sampled_from(["lines", "without_vat", "vat", "with_vat", "payable", "allowances", "charges"]))
    dearer = replace(lines[place], net=lines[place].net + 1)
    assert any(
        fault.field == f"lines[{place}].net"
        for fault in amount_faults(replace(whole, lines=(*lines[:place], dearer, *lines[place + 1 :])))
    )
    wrong = replace(whole.totals, **{name: (getattr(whole.totals, name) or 0) + 1})
    with pytest.raises(BadEInvoice, match=f"totals.{name}"):
        check_amounts(replace(whole, totals=wrong))
    group = data.draw(st.integers(0, len(whole.breakdown) - 1))
    for field in ("base", "vat"):
        changed = replace(whole.breakdown[group], **{field: getattr(whole.breakdown[group], field) + 1})
        breakdown = (*whole.breakdown[:group], changed, *whole.breakdown[group + 1 :])
        assert any(fault.field == f"breakdown[{group}].{field}" for fault in amount_faults(replace(whole, breakdown=breakdown)))


@given(st.lists(LINES, min_size=1, max_size=6))
def test_vat_is_right_to_half_a_cent_of_each_group_and_never_of_a_line(lines: list[Line]) -> None:
    for group in add_up(lines).breakdown:
        assert group.rate is not None
        assert abs(group.vat - Fraction(group.base) * Fraction(group.rate) / 100) <= Fraction(1, 2)


def test_a_percentage_is_rounded_by_itself_and_checked() -> None:
    assert percent_of(1050, Decimal("12.5")) == 131  # 131.25
    assert percent_of(-1052, Decimal("12.5")) == -132  # 131.5
    off = AllowanceCharge(is_charge=False, amount=130, base=1050, percent=Decimal("12.5"), vat_category="S", vat_rate=Decimal(21))
    with pytest.raises(BadEInvoice, match=r"allowance_charges\[0\].amount") as refusal:
        check_amounts(document([line()], [off]))
    assert refusal.value.values == {"term": "BT-92", "stated": "130", "computed": "131"}


def test_a_price_is_the_gross_one_less_its_discount() -> None:
    check_amounts(document([line(gross_price=Decimal(6), price_discount=Decimal(1))], []))
    with pytest.raises(BadEInvoice, match=r"lines\[0\].price"):
        check_amounts(document([line(gross_price=Decimal(6))], []))


def test_a_price_for_another_unit_than_the_quantity_is_refused() -> None:
    with pytest.raises(BadEInvoice, match="unit"):
        net_of(line(price_base=Quantity(Decimal(1), "DAY")))
    with pytest.raises(BadEInvoice, match="price_base"):
        net_of(line(price_base=Quantity(Decimal(0), "HUR")))
    with pytest.raises(BadEInvoice, match="missing"):
        net_of(line(price=None))


def test_a_group_that_the_breakdown_forgets_is_found() -> None:
    whole = document([line(), line(id="2", vat_rate=Decimal(6))], [])
    faults = list(amount_faults(replace(whole, breakdown=whole.breakdown[:1])))
    assert ("BT-116", "breakdown", None, 1000) in faults


def test_a_reason_goes_with_its_category() -> None:
    exempt = line(vat_category="E", vat_rate=Decimal(0))
    (group,) = add_up([exempt], reasons={"E": Reason(text="Small business")}).breakdown
    assert (group.reason, group.reason_code) == ("Small business", "")
    (group,) = add_up([line(vat_category="AE", vat_rate=Decimal(0))]).breakdown
    assert group.reason_code == "VATEX-EU-AE"
    (group,) = add_up([line(vat_category="O", vat_rate=None)]).breakdown
    assert (group.rate, group.reason_code) == (None, "VATEX-EU-O")


@pytest.mark.parametrize(("category", "rate"), [("S", "0"), ("E", "21"), ("X", "0"), ("S", "-1")])
def test_a_rate_that_does_not_go_with_its_category_is_refused(category: str, rate: str) -> None:
    with pytest.raises(BadVat):
        add_up([line(vat_category=category, vat_rate=Decimal(rate))])
    with pytest.raises(BadVat):
        add_up([line(), line(vat_category="O", vat_rate=None)])


def test_the_worked_invoice_of_the_page() -> None:
    def worked(quantity: str, price: str, category: str, rate: int, **more: object) -> Line:
        fields = {"quantity": Quantity(Decimal(quantity), "C62"), "price": Decimal(price), "vat_category": category}
        return priced(line(**(fields | {"vat_rate": Decimal(rate)} | more)))

    standard = {"vat_category": "S", "vat_rate": Decimal(21)}
    off = AllowanceCharge(is_charge=False, base=3125, percent=Decimal(10), amount=percent_of(3125, Decimal(10)))
    lines = [
        worked("3", "41.335", "S", 21),
        worked("250", "12.50", "S", 6, price_base=Quantity(Decimal(100), "C62"), allowance_charges=(off,)),
        worked("0.5", "33.33", "S", 21),
        worked("1", "80", "E", 0),
    ]
    charge = AllowanceCharge(is_charge=True, amount=500, **standard)  # type: ignore[arg-type]
    less = AllowanceCharge(is_charge=False, amount=percent_of(lines[0].net, Decimal("2.5")), **standard)  # type: ignore[arg-type]
    sums = add_up(lines, [charge, less], prepaid=10_000)
    assert [one.net for one in lines] == [12401, 2812, 1667, 8000]
    assert [(group.category, group.base, group.vat) for group in sums.breakdown] == [
        ("E", 8000, 0),
        ("S", 14258, 2994),
        ("S", 2812, 169),
    ]
    totals = sums.totals
    assert (totals.lines, totals.allowances, totals.charges, totals.without_vat) == (24880, 310, 500, 25070)
    assert (totals.vat, totals.with_vat, totals.prepaid, totals.payable) == (3163, 28233, 10000, 18233)
