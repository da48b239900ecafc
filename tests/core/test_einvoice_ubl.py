"""UBL in and out: every official example comes back as it was, and what has no place in the model is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from marke_core.einvoice.check import check
from marke_core.einvoice.model import Reading
from marke_core.einvoice.samples import random_document
from marke_core.einvoice.ubl import read_ubl, write_ubl

FOLDERS = ("en16931/ubl/examples", "en16931/test/testfiles", "peppol-2026.5/examples", "peppol-selfbilling-2026.3/examples")
# What official files say outside the model of EN 16931: the version of UBL, and a scheme of tax numbers of their own.
OUTSIDE = {
    "CreditNote-Max_content.xml": {"CreditNote/UBLVersionID": "2.1"},
    "Invoice-Max_content.xml": {"Invoice/UBLVersionID": "2.1"},
    "ubl-tc434-test-1.xml": {"Invoice/AccountingCustomerParty/Party/PartyTaxScheme": "NO987654321MVA VA"},
}


def official(shared_data: Path) -> list[Path]:
    files = [path for folder in FOLDERS for path in sorted((shared_data / "invoicing" / folder).iterdir())]
    assert len(files) >= 67
    return files


@pytest.mark.needs_data
def test_every_official_file_comes_back_as_it_was(shared_data: Path) -> None:
    for path in official(shared_data):
        reading = read_ubl(path.read_bytes())
        assert {left.path: left.text for left in reading.unread} == OUTSIDE.get(path.name, {}), path.name
        assert read_ubl(write_ubl(reading.document)) == Reading(reading.document, ()), path.name


def test_a_sales_order_without_an_order_is_written_with_the_word_for_not_known() -> None:
    """UBL asks for an order's number beside the sales order's."""
    made = replace(random_document(Random(7)), sales_order_reference="V-12", order_reference="", buyer_reference="R")
    written = write_ubl(made)
    assert b"<cbc:ID>NA</cbc:ID><cbc:SalesOrderID>V-12<" in written
    assert read_ubl(written).document == made
    assert check(written).valid
