"""The seven VAT categories of EN 16931 and what each asks of the invoice it stands on."""

import pytest

from marke_core.einvoice import CATEGORIES, NetLine, VatGroup, term_faults, vat_breakdown
from marke_core.einvoice.vat import BadVat, lacks_reason

NOT_RATED = sorted(set(CATEGORIES) - {"S"})
ALL_TERMS = {"BT-31", "BT-32", "BT-47", "BT-48", "BT-63", "BT-72", "BT-80", "BG-14"}


def faults(categories: str, *given: str) -> set[tuple[str, ...]]:
    return {fault.terms for fault in term_faults(categories.split(), set(given))}


@pytest.mark.parametrize("category", NOT_RATED)
def test_only_the_standard_category_has_a_rate(category: str) -> None:
    assert vat_breakdown([NetLine(category, 0, 1234)]) == [VatGroup(category, 0, 1234, 0)]
    with pytest.raises(BadVat):
        vat_breakdown([NetLine(category, 1, 1234)])


@pytest.mark.parametrize("other", sorted(set(CATEGORIES) - {"O"}))
def test_outside_the_scope_stands_alone(other: str) -> None:
    with pytest.raises(BadVat, match="outside the scope"):
        vat_breakdown([NetLine("O", 0, 1), NetLine(other, 210 if other == "S" else 0, 1)])


def test_all_others_may_stand_together() -> None:
    lines = [NetLine(category, 0, 100) for category in NOT_RATED if category != "O"]
    assert [group.category for group in vat_breakdown([*lines, NetLine("S", 210, 100)])] == ["AE", "E", "G", "K", "S", "Z"]


@pytest.mark.parametrize("category", sorted("SZE"))
def test_a_seller_who_charges_or_is_exempt_is_known_to_the_tax_office(category: str) -> None:
    assert faults(category) == {("BT-31", "BT-32", "BT-63")}
    for term in ("BT-31", "BT-32", "BT-63"):
        assert faults(category, term) == set()


def test_reverse_charge_names_the_buyer_by_vat_or_legal_number() -> None:
    assert faults("AE", "BT-32") == {("BT-48", "BT-47")}
    assert faults("AE", "BT-32", "BT-47") == faults("AE", "BT-31", "BT-48") == set()


def test_goods_within_the_union_need_both_vat_numbers_a_date_and_a_country() -> None:
    assert faults("K", "BT-32") == {("BT-31", "BT-63"), ("BT-48",), ("BT-72", "BG-14"), ("BT-80",)}
    assert faults("K", "BT-31", "BT-48", "BG-14", "BT-80") == set()


def test_an_export_needs_a_vat_number_of_the_seller() -> None:
    assert faults("G", "BT-32") == {("BT-31", "BT-63")}


def test_outside_the_scope_no_vat_number_stands_there() -> None:
    assert faults("O") == faults("O", "BT-32", "BT-47") == set()
    assert [(fault.terms, fault.forbidden) for fault in term_faults(["O"], ALL_TERMS)] == [(("BT-31", "BT-63", "BT-48"), True)]


@pytest.mark.parametrize(
    ("category", "code"), [("AE", "VATEX-EU-AE"), ("K", "VATEX-EU-IC"), ("G", "VATEX-EU-G"), ("O", "VATEX-EU-O")]
)
def test_a_category_has_its_own_reason(category: str, code: str) -> None:
    assert CATEGORIES[category].reason_code == code
    assert not lacks_reason(category, code=code)
    assert lacks_reason(category)
    assert not lacks_reason(category, text="why")
    others = {kind.reason_code for kind in CATEGORIES.values() if kind.reason_code} - {code}
    assert all(lacks_reason(category, code=other, text="why") for other in others)


def test_an_exemption_gives_a_code_or_a_text_and_no_other_does() -> None:
    assert lacks_reason("E")
    assert not lacks_reason("E", code="VATEX-EU-132")
    assert lacks_reason("E", code="VATEX-EU-O")
    assert not lacks_reason("E", text="Small business")
    assert lacks_reason("S", text="why")
    assert not lacks_reason("Z")
