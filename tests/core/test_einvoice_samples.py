"""Random invoices and credit notes: of every kind, exact, and read as they were written."""

from __future__ import annotations

from random import Random

import pytest

from marke_core.einvoice import CATEGORIES, term_faults
from marke_core.einvoice.amounts import amount_faults
from marke_core.einvoice.model import Document, Reading
from marke_core.einvoice.samples import TYPES, random_document
from marke_core.einvoice.ubl import read_ubl, write_ubl
from marke_core.einvoice.vat import lacks_reason


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    rng = Random(20260101)
    return [random_document(rng) for _ in range(120)]


def test_one_seed_gives_one_document() -> None:
    assert random_document(Random(7)) == random_document(Random(7)) != random_document(Random(8))


def test_all_kinds_and_categories_are_drawn(documents: list[Document]) -> None:
    assert {document.type_code for document in documents} == set(TYPES)
    assert {group.category for document in documents for group in document.breakdown} == set(CATEGORIES)


def test_they_add_up_and_have_what_their_categories_ask(documents: list[Document]) -> None:
    for document in documents:
        assert not list(amount_faults(document))
        assert not list(term_faults((group.category for group in document.breakdown), terms_of(document)))
        assert not any(lacks_reason(group.category, code=group.reason_code, text=group.reason) for group in document.breakdown)


def test_ubl_gives_them_back(documents: list[Document]) -> None:
    for document in documents:
        assert read_ubl(write_ubl(document)) == Reading(document, ())


def terms_of(document: Document) -> set[str]:
    seller, buyer, representative = document.seller, document.buyer, document.tax_representative
    terms = {
        "BT-31": seller.vat_id, "BT-32": seller.tax_id, "BT-47": buyer.legal_id, "BT-48": buyer.vat_id,
        "BT-63": representative and representative.vat_id, "BT-72": document.delivery_date, "BG-14": document.period_start,
        "BT-80": document.delivery_address and document.delivery_address.country,
    }  # fmt: skip
    return {term for term, value in terms.items() if value}
