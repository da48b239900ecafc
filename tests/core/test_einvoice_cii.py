"""CII in and out, and between the two syntaxes: one model, nothing lost on the way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from marke_core.einvoice.cii import read_cii, write_cii
from marke_core.einvoice.model import Document, Quantity, Reading
from marke_core.einvoice.reading import read_einvoice
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.samples import random_document
from marke_core.einvoice.ubl import read_ubl, write_ubl

BASE = "SpecifiedLineTradeAgreement/GrossPriceProductTradePrice/BasisQuantity"
LINE = "CrossIndustryInvoice/SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem[{}]/"
# What official files say twice, in two ways: the quantity that a price is for, which holds as it stands with the net price.
TWICE = {
    "CII_business_example_01.xml": {LINE.format(1) + BASE, LINE.format(3) + BASE},
    "CII_example2.xml": {LINE.format(1) + BASE, LINE.format(3) + BASE},
    "CII_example5.xml": {LINE.format(1) + BASE},
}


def official(shared_data: Path) -> list[Path]:
    files = sorted((shared_data / "invoicing/en16931/cii/examples").iterdir())
    assert len(files) >= 15
    return files


def as_ubl_has_it(document: Document) -> Document:
    """UBL has the breakdown inside the total of VAT, and a price inside its discount: neither is absent there."""
    totals = document.totals
    vat = sum(group.vat for group in document.breakdown) if totals.vat is None else totals.vat
    lines = tuple(replace(line, price_discount=line.taken_off) for line in document.lines)
    return replace(document, totals=replace(totals, vat=vat), lines=lines)


def as_cii_has_it(document: Document) -> Document:
    """CII has the discount inside the full price, and identifiers without a scheme before those with one."""
    seller = document.seller
    ordered = tuple(sorted(seller.identifiers, key=lambda one: bool(one.scheme)))
    lines = tuple(replace(line, gross_price=line.full_price) for line in document.lines)
    return replace(document, seller=replace(seller, identifiers=ordered), lines=lines)


@pytest.mark.needs_data
def test_every_official_file_comes_back_as_it_was(shared_data: Path) -> None:
    for path in official(shared_data):
        reading = read_einvoice(path.read_bytes())
        assert {left.path for left in reading.unread} == TWICE.get(path.name, set()), path.name
        assert read_cii(write_cii(reading.document)) == Reading(reading.document, ()), path.name


@pytest.mark.needs_data
def test_every_official_file_goes_through_ubl_and_back(shared_data: Path) -> None:
    for path in official(shared_data):
        document = as_ubl_has_it(read_cii(path.read_bytes()).document)
        assert read_ubl(write_ubl(document)) == Reading(document, ()), path.name


@pytest.mark.needs_data
def test_every_official_ubl_file_goes_through_cii_and_back(shared_data: Path) -> None:
    for folder in ("en16931/ubl/examples", "peppol-2026.5/examples", "peppol-selfbilling-2026.3/examples"):
        for path in sorted((shared_data / "invoicing" / folder).iterdir()):
            document = read_einvoice(path.read_bytes()).document
            assert read_cii(write_cii(document)) == Reading(as_cii_has_it(document), ()), path.name


def test_random_documents_go_through_cii_and_back() -> None:
    rng = Random(5)
    for _ in range(120):
        document = random_document(rng)
        assert read_einvoice(write_cii(document)) == Reading(document, ())


def test_the_quantity_of_a_price_holds_as_it_stands_with_the_net_price() -> None:
    document = random_document(Random(1))
    line = replace(
        document.lines[0],
        price=Decimal(2),
        gross_price=Decimal(3),
        price_discount=Decimal(1),
        price_base=Quantity(Decimal(10), "C62"),
    )
    written = write_cii(replace(document, lines=(line,))).decode()
    assert written.count(">10</ram:BasisQuantity>") == 2
    reading = read_cii(written.replace(">10</ram:BasisQuantity>", ">7</ram:BasisQuantity>", 1).encode())
    assert reading.document.lines == (line,)
    assert [(left.path.rpartition("/")[2], left.text) for left in reading.unread] == [("BasisQuantity", "7")]


@pytest.mark.parametrize(("text", "reason"), [("20260230", "date"), ("2026-02-03", "date"), ("٢٠٢٦٠٢٠٣", "date")])
def test_a_day_that_is_none_is_refused_with_its_place(text: str, reason: str) -> None:
    document = random_document(Random(1))
    written = write_cii(document).decode().replace(f"{document.issue_date:%Y%m%d}<", f"{text}<", 1)
    with pytest.raises(BadEInvoice, match="ExchangedDocument/IssueDateTime/DateTimeString") as refusal:
        read_cii(written.encode())
    assert refusal.value.reason == reason
