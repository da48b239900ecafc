"""Our files beside the published schema, which is not ours to hand out: MARKE_DPI_SCHEMA names DPIXML_v1.0.xsd.

It imports isodpitypes_v1.0.xsd and oecddpitypes_v1.0.xsd, which stand beside it where it was unpacked.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache

import pytest
from lxml import etree

from marke_core.dac7 import (
    Activity,
    BirthPlace,
    Document,
    DocumentType,
    Message,
    MessageType,
    Reported,
    Tin,
    message_xml,
    missing_of_seller,
)
from tests.core.test_dac7 import AMINA, LUND, YEAR, message, seller

SCHEMA = os.environ.get("MARKE_DPI_SCHEMA", "")
pytestmark = pytest.mark.skipif(not SCHEMA, reason="MARKE_DPI_SCHEMA does not name the OECD's DPIXML_v1.0.xsd")


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))


def correction() -> Message:
    documents = (
        Document(DocumentType.CORRECTED, "BE2026-velo-8", "BE2026-velo-1"),
        Document(DocumentType.DELETED, "BE2026-velo-9", "BE2026-velo-2"),
    )
    sellers = tuple(Reported(seller(key), document) for key, document in zip("12", documents, strict=True))
    again = Document(DocumentType.RESENT, "BE2026-velo-0")
    return replace(message(), type=MessageType.CORRECTIONS, operator_document=again, sellers=sellers)


NADIA = replace(AMINA, tins=(), has_no_tin=True, birth_place=BirthPlace("Accra", "GH"), vat="BE0999900348")
EVERYTHING = replace(seller("4"), activities=tuple((each, YEAR) for each in reversed(Activity)))
FILES = {
    "new": message(seller(), seller("2", NADIA), seller("3", replace(LUND, establishments=("BE",))), EVERYTHING),
    "correction": correction(),
    "nothing": message(kind=MessageType.NOTHING),
    "numbered": replace(message(seller()), operator=replace(message().operator, sending_number="0417497106")),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_valid_by_the_schema(name: str) -> None:
    document = etree.fromstring(message_xml(FILES[name]))
    schema().assertValid(document)


def test_what_holds_a_seller_back_is_what_the_schema_refuses() -> None:
    nowhere = replace(AMINA.address, city="")
    for change in ({"birth_date": None}, {"first_name": ""}, {"last_name": ""}, {"address": nowhere}, {"tins": (Tin("1", ""),)}):
        identity = replace(AMINA, **change)  # type: ignore[arg-type]
        assert any(each.holds_back for each in missing_of_seller(seller(identity=identity), 2026))
        assert not schema().validate(etree.fromstring(message_xml(message(seller(identity=identity)))))
    silent = replace(AMINA, tins=(), address=replace(AMINA.address, street=""))
    assert not any(each.holds_back for each in missing_of_seller(seller(identity=silent), 2026))
    assert schema().validate(etree.fromstring(message_xml(message(seller(identity=silent)))))
