"""The yearly report of a platform: worked small cases of who is reported, with what, what is missing, what is corrected."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from marke_core.dac7 import (
    NOTHING,
    Account,
    Activity,
    Address,
    BadMessage,
    BirthPlace,
    Document,
    DocumentType,
    Entity,
    Individual,
    Lack,
    Message,
    MessageType,
    Operator,
    Quarter,
    Reported,
    Seller,
    Tin,
    message_xml,
    missing_of_operator,
    missing_of_seller,
    operator_data,
    read_operator,
    read_seller,
    residences,
    seller_data,
    whole,
)
from marke_core.dac7.missing import WORDS
from marke_core.dac7.writing import DPI, STF

NS = {"dpi": DPI, "stf": STF}
GHENT = Address("BE", "Gent", "Sleepstraat 41", "9000")
VELO = Operator("Velo CV", GHENT, (Tin("0417497106", "BE"),), "0417497106", "BE0417497106", ("Velo",))
AMINA = Individual("Amina", "Kaya", GHENT, (Tin("85073003328", "BE"),), birth_date=date(1985, 7, 30))
LUND = Entity("Lund BV", Address("NL", "Breda", "Kade 1"), (Tin("123456782", "NL"),), registration_number="12345678")
YEAR = (Quarter(104_950, 14_311, 0, 95), Quarter(0, 0, 0, 0), Quarter(1_250, 0, 0, 1), Quarter(-50, -7, 0, 0))
AT = datetime(2027, 1, 20, 9, 30, tzinfo=UTC)


def seller(key: str = "1", identity: Individual | Entity = AMINA, year: tuple[Quarter, ...] = YEAR) -> Seller:
    return Seller(key, identity, ((Activity.PERSONAL_SERVICES, year),), (Account("BE71096123456769"),))  # type: ignore[arg-type]


def message(*sellers: Seller, kind: MessageType = MessageType.NEW) -> Message:
    first = Document(DocumentType.NEW, "BE2026-velo-0")
    new = (Reported(each, Document(DocumentType.NEW, f"BE2026-velo-{each.key}")) for each in sellers)
    return Message("BE2026BE-velo-1", kind, 2026, "EUR", AT, VELO, first, tuple(new))


def read(xml: bytes) -> etree._Element:
    return etree.fromstring(xml)


def text(root: etree._Element, path: str) -> str | None:
    return root.findtext(path, namespaces=NS)


def test_a_small_report_worked_through() -> None:
    """A courier who was paid €1,049.50 in the first quarter, of which the co-op had kept €143.11: whole euros in the file."""
    root = read(message_xml(message(seller())))
    assert root.tag == f"{{{DPI}}}DPI_OECD"
    assert text(root, "dpi:MessageSpec/dpi:MessageTypeIndic") == "DPI401"
    assert text(root, "dpi:MessageSpec/dpi:ReportingPeriod") == "2026-12-31"
    assert text(root, "dpi:MessageSpec/dpi:Timestamp") == "2027-01-20T09:30:00.000"
    one = root.find(".//dpi:ReportableSeller", NS)
    assert one is not None
    assert text(one, ".//dpi:IndSellerID/dpi:TIN") == "85073003328"
    assert text(one, ".//dpi:BirthInfo/dpi:BirthDate") == "1985-07-30"
    assert text(one, ".//dpi:FinancialIdentifier/dpi:Identifier") == "BE71096123456769"
    done = one.find("dpi:RelevantActivities/dpi:PersonalServices", NS)
    assert done is not None
    assert [each.text for each in done.findall("dpi:Consideration/*", NS)] == ["1050", "0", "13", "-1"]
    assert [each.text for each in done.findall("dpi:Fees/*", NS)] == ["143", "0", "0", "0"]
    assert [each.text for each in done.findall("dpi:NumberOfActivities/*", NS)] == ["95", "0", "1", "0"]
    assert {each.get("currCode") for each in done.findall("dpi:Taxes/*", NS)} == {"EUR"}
    assert text(one, "dpi:DocSpec/stf:DocRefId") == "BE2026-velo-1"


def test_whole_units_are_rounded_half_away_from_nothing() -> None:
    assert [whole(each, 2) for each in (0, 49, 50, 149, 150, -50, -49)] == [0, 0, 1, 1, 2, -1, 0]
    assert whole(1_250, 0) == 1_250  # yen have no smaller unit


def test_somebody_without_a_number_is_reported_with_the_place_of_birth() -> None:
    born = BirthPlace("Accra", "GH")
    nadia = replace(AMINA, tins=(), has_no_tin=True, birth_place=born)
    root = read(message_xml(message(seller(identity=nadia))))
    tin = root.find(".//dpi:IndSellerID/dpi:TIN", NS)
    assert tin is not None
    assert (tin.get("unknown"), tin.text) == ("true", "NOTIN")
    assert text(root, ".//dpi:BirthPlace/dpi:CountryInfo/dpi:CountryCode") == "GH"


def test_a_seller_resides_where_they_live_and_where_their_number_is_from() -> None:
    assert residences(AMINA) == ("BE",)
    assert residences(replace(AMINA, tins=(Tin("123456782", "NL"), Tin("85073003328", "BE")))) == ("BE", "NL")


def test_nothing_to_report_names_the_operator_alone() -> None:
    root = read(message_xml(message(kind=MessageType.NOTHING)))
    assert text(root, ".//dpi:PlatformOperator/dpi:Name") == "Velo CV"
    assert root.find(".//dpi:ReportableSeller", NS) is None
    with pytest.raises(BadMessage, match="does not belong"):
        message_xml(message(seller(), kind=MessageType.NOTHING))


def test_no_reference_twice_and_no_correction_of_nothing() -> None:
    with pytest.raises(BadMessage, match="stands twice"):
        message_xml(message(seller(), seller()))
    corrected = Reported(seller(), Document(DocumentType.CORRECTED, "BE2026-velo-9"))
    mixed = replace(message(), sellers=(corrected,))
    with pytest.raises(BadMessage, match="does not belong"):
        message_xml(mixed)
    with pytest.raises(BadMessage, match="corrects nothing"):
        message_xml(replace(mixed, type=MessageType.CORRECTIONS))


def test_a_text_cannot_break_the_file() -> None:
    rude = replace(AMINA, last_name="Kaya\x00 -- /* &#1; <x>\n\ud800")
    assert text(read(message_xml(message(seller(identity=rude)))), ".//dpi:LastName") == "Kaya - / * & #1; <x>"


# What is missing


def lacks(identity: Individual | Entity) -> list[Lack]:
    return [each.lack for each in missing_of_seller(seller(identity=identity), 2026)]


def test_nothing_is_missing_of_who_told_everything() -> None:
    assert lacks(AMINA) == lacks(LUND) == []
    assert missing_of_operator(VELO) == []


def test_what_is_missing_is_found_one_by_one() -> None:
    assert lacks(replace(AMINA, birth_date=None)) == [Lack.BIRTH_DATE]
    assert lacks(replace(AMINA, birth_date=date(2027, 1, 1))) == [Lack.BIRTH_DATE_IMPOSSIBLE]
    assert lacks(replace(AMINA, tins=())) == [Lack.TIN]
    assert lacks(replace(AMINA, tins=(), has_no_tin=True)) == [Lack.BIRTH_PLACE]
    assert lacks(replace(AMINA, tins=(), has_no_tin=True, birth_place=BirthPlace("Accra", "GH"))) == []
    assert lacks(replace(AMINA, tins=(Tin("85073003328", ""),))) == [Lack.TIN_COUNTRY]
    assert lacks(replace(AMINA, address=Address("", "", ""))) == [Lack.STREET, Lack.CITY, Lack.COUNTRY]
    assert lacks(replace(LUND, registration_number="", tins=())) == [Lack.TIN, Lack.REGISTRATION_NUMBER]
    assert [each.lack for each in missing_of_operator(replace(VELO, tins=()))] == [Lack.TIN]


@pytest.mark.parametrize(
    ("number", "country", "right"),
    [
        ("85.07.30-033 28", "BE", True),  # the example in the manual of the national register
        ("85073003329", "BE", False),
        ("00012511119", "BE", True),  # born in 2000: a 2 goes before
        ("111222333", "NL", True),
        ("111222334", "NL", False),
        ("36574261809", "DE", True),
        ("36574261890", "DE", False),
        ("whatever", "FI", True),  # nobody here can tell
    ],
)
def test_the_shape_of_a_number_is_told_where_the_check_is_published(number: str, country: str, right: bool) -> None:
    assert lacks(replace(AMINA, tins=(Tin(number, country),))) == ([] if right else [Lack.TIN_SHAPE])


def test_every_lack_has_plain_words() -> None:
    assert set(WORDS) == set(Lack)
    assert "36574261890" in str(missing_of_seller(seller(identity=replace(AMINA, tins=(Tin("36574261890", "DE"),))), 2026)[0])


# What is kept


def test_what_is_kept_of_a_report_is_read_back_the_same() -> None:
    nadia = replace(AMINA, tins=(), has_no_tin=True, birth_place=BirthPlace("Accra", "GH"), birth_date=None)
    for identity in (AMINA, nadia, replace(LUND, establishments=("BE", "DE"))):
        kept = json.loads(json.dumps(seller_data(seller(identity=identity))))
        assert read_seller(kept) == seller(identity=identity)
    assert read_operator(json.loads(json.dumps(operator_data(VELO)))) == VELO


AMOUNTS = st.integers(-(10**12), 10**12)


@given(st.lists(st.builds(Quarter, AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 10**6)), min_size=4, max_size=4), st.text())
def test_any_figures_and_any_name_are_kept_and_written(quarters: list[Quarter], name: str) -> None:
    told = seller(identity=replace(AMINA, last_name=name), year=tuple(quarters))
    assert read_seller(seller_data(told)) == told
    written = read(message_xml(message(told)))
    assert [each.text for each in written.findall(".//dpi:NumberOfActivities/*", NS)] == [
        str(each.activities) for each in quarters
    ]


def test_nothing_is_a_year_of_nothing() -> None:
    assert all(quarter == Quarter() for quarter in NOTHING)
