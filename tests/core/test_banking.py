"""Account numbers, references, the code that a phone pays by, and the file of a pay run."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sepaxml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from stdnum import iso11649
from stdnum.be import ogm_vcs

from marke_core.banking import (
    Address,
    BadIban,
    BadReference,
    Debtor,
    Transfer,
    control_sums,
    epc_payload,
    read_iban,
    read_reference,
    show_iban,
    show_reference,
    structured_reference,
    write_pain001,
)
from marke_core.banking.amounts import euros
from marke_core.banking.characters import bank_text

IBAN = "BE68539007547034"
SCHEMA = etree.XMLSchema(etree.parse(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"))
NAMES = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
PAYER = Debtor("Velo", IBAN, address=Address("Brussels", "BE", "Rue du Midi 12", "1000"))


# References


@given(st.integers(1, 10**10 - 1))
def test_a_belgian_reference_is_an_ogm_that_reads_back(number: int) -> None:
    reference = structured_reference("BE", number)
    assert ogm_vcs.is_valid(reference)
    assert int(reference[:10]) == number
    assert read_reference(show_reference(reference)) == reference


@given(st.integers(1, 10**15), st.sampled_from(["NL", "DE", "FR", "DK"]))
def test_any_other_reference_is_iso_11649_and_reads_back(number: int, country: str) -> None:
    reference = structured_reference(country, number)
    assert iso11649.is_valid(reference)
    assert read_reference(show_reference(reference).lower()) == reference


def test_the_check_digits_of_an_ogm_are_never_zero() -> None:
    assert structured_reference("BE", 97) == "000000009797"


def test_the_published_example_of_iso_11649_reads() -> None:
    assert read_reference("RF18 5390 0754 7034") == "RF18539007547034"
    assert read_reference("+++010/8068/17183+++") == "010806817183"


@pytest.mark.parametrize("text", ["", " ", "RF", "RF00123", "RF185390075470345", "010/8068/17180", "0", "abc", "١٢٣", "+" * 99])
def test_what_is_no_reference_is_named(text: str) -> None:
    with pytest.raises(BadReference, match="is not a payment reference"):
        read_reference(text)


@pytest.mark.parametrize(("country", "number"), [("BE", 0), ("NL", -3), ("BE", 10**10)])
def test_a_number_that_makes_no_reference_is_refused(country: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"digits|positive"):
        structured_reference(country, number)


# Accounts


def test_an_iban_reads_as_people_type_it() -> None:
    assert read_iban(" be68-5390 0754 7034 ") == IBAN
    assert show_iban(IBAN) == "BE68 5390 0754 7034"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "characters"), ("BE68539007547035", "check"), ("BE68", "length"), ("BE6853900754703", "length"), ("ZZ68539007547034", "country"),
     ("ВЕ68539007547034", "characters")],
)  # fmt: skip
def test_what_is_no_iban_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadIban) as refusal:
        read_iban(text)
    assert refusal.value.reason == reason


# The code


def test_the_code_carries_an_iso_reference_in_its_own_field_and_an_ogm_in_the_text() -> None:
    iso = epc_payload(name="Velo", iban=IBAN, cents=1513, reference="RF18539007547034").split("\n")
    assert iso == ["BCD", "002", "1", "SCT", "", "Velo", IBAN, "EUR15.13", "", "RF18539007547034"]
    ogm = epc_payload(name="Velo", iban=IBAN, cents=1513, reference="010806817183").split("\n")
    assert ogm[9:] == ["", "+++010/8068/17183+++"]


@given(st.text(max_size=200), st.integers(1, 99_999_999_999))
def test_the_code_is_never_too_long_and_keeps_its_lines(name: str, cents: int) -> None:
    payload = epc_payload(name=f"V{name}", iban=IBAN, cents=cents, reference="010806817183")
    assert len(payload.encode()) <= 331
    assert len(payload.split("\n")) == 11
    assert payload.split("\n")[7] == f"EUR{euros(cents)}"


@pytest.mark.parametrize("cents", [0, -1, 10**11])
def test_an_amount_that_cannot_be_transferred_is_refused(cents: int) -> None:
    with pytest.raises(ValueError, match="cannot be transferred"):
        epc_payload(name="Velo", iban=IBAN, cents=cents)


# The file


def written(*transfers: Transfer, debtor: Debtor = PAYER) -> "etree._Element":
    document = etree.fromstring(
        write_pain001(
            message_id="MARKE-1",
            created_at=datetime(2026, 3, 6, 9, tzinfo=UTC),
            execution_date=date(2026, 3, 6),
            debtor=debtor,
            transfers=transfers,
        )
    )
    SCHEMA.assertValid(document)
    return document


def test_a_file_with_every_kind_of_remittance_is_valid() -> None:
    document = written(
        Transfer("A-1", "Amina", IBAN, 1, reference="RF18539007547034"),
        Transfer("A-2", "Bo", IBAN, 99, reference="010806817183"),
        Transfer("A-3", "Cy", IBAN, 100_000_000, text="Pay of March", address=Address("Gent", "BE")),
        Transfer("A-4", "Di", IBAN, 5),
    )
    issuers = document.xpath("//p:CdtrRefInf/p:Tp/p:Issr/text()", namespaces=NAMES)
    assert issuers == ["ISO", "BBA"]
    assert document.xpath("//p:CdtrRefInf/p:Tp/p:CdOrPrtry/p:Cd/text()", namespaces=NAMES) == ["SCOR", "SCOR"]
    assert document.xpath("string(//p:PmtInf/p:CtrlSum)", namespaces=NAMES) == "1000001.05"
    assert document.xpath("string(//p:GrpHdr/p:NbOfTxs)", namespaces=NAMES) == "4"


def test_an_address_is_structured_or_absent() -> None:
    document = written(Transfer("A-1", "A", IBAN, 1, address=Address("", "BE", "Somewhere 1")))
    assert document.xpath("count(//p:AdrLine)", namespaces=NAMES) == 0
    assert document.xpath("count(//p:Cdtr/p:PstlAdr)", namespaces=NAMES) == 0
    assert document.xpath("string(//p:Dbtr/p:PstlAdr/p:TwnNm)", namespaces=NAMES) == "Brussels"


@given(st.lists(st.tuples(st.text(max_size=90), st.integers(1, 10**10), st.text(max_size=200)), min_size=1, max_size=5))
def test_whatever_people_are_called_the_file_is_valid_and_no_cent_is_lost(rows: list[tuple[str, int, str]]) -> None:
    transfers = tuple(Transfer(f"T-{i}", name, IBAN, cents, text=text) for i, (name, cents, text) in enumerate(rows))
    document = written(*transfers)
    texts: Any = document.xpath("//p:InstdAmt/text()", namespaces=NAMES)
    amounts = [int(text.replace(".", "")) for text in texts]
    assert sum(amounts) == control_sums(transfers).cents == sum(cents for _, cents, _ in rows)


def test_a_file_is_refused_when_empty_or_when_an_identifier_is_doubled_or_unwritable() -> None:
    with pytest.raises(ValueError, match="without transfers"):
        written()
    with pytest.raises(ValueError, match="stands in the file twice"):
        written(Transfer("A", "A", IBAN, 1), Transfer("A", "B", IBAN, 1))
    for identifier in ("", "é", "x" * 36, "/a", "a//b"):
        with pytest.raises(ValueError, match="cannot be an identifier"):
            written(Transfer(identifier, "A", IBAN, 1))
    with pytest.raises(ValueError, match="not a structured reference"):
        written(Transfer("A", "A", IBAN, 1, reference="hello"))
    with pytest.raises(BadIban):
        written(Transfer("A", "A", "BE00", 1))


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Søren Łukasz Œuvre", "Soren Lukasz OEuvre"), ("Müller & Söhne", "Muller + Sohne"), ("Иванов", "Ivanov"), ("Γιώργος", "Giorgos"),
     ("a//b/", "a/b"), ("王", "?"), ("x\ty\nz", "x y z")],
)  # fmt: skip
def test_names_are_written_with_the_letters_that_banks_pass_on(name: str, plain: str) -> None:
    assert bank_text(name, 70) == plain
