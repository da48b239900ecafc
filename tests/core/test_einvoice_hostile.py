"""Files from strangers: harmful ones are refused with a reason, odd ones lose nothing in silence."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import marke_core.einvoice
from marke_core.einvoice.cii import cii_reading, write_cii
from marke_core.einvoice.model import CREDIT_NOTE, INVOICE, Document, Note, Party, Reading
from marke_core.einvoice.reading import read_einvoice
from marke_core.einvoice.refused import REASONS, BadEInvoice
from marke_core.einvoice.samples import random_document
from marke_core.einvoice.ubl import read_ubl, ubl_reading, write_ubl
from marke_core.einvoice.xml import MOST_BYTES, MOST_DEPTH, parse_xml

TOKEN = "ZQXJK"
START = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">'


@cache
def largest(write: Callable[[Document], bytes], *, credit_note: bool = False) -> bytes:
    """Of many random documents the one that says most."""
    rng = Random(3)
    kind = CREDIT_NOTE if credit_note else INVOICE
    drawn = (random_document(rng) for _ in range(60))
    written = [write(document) for document in drawn if document.type_code == kind and len(document.lines) < 4]
    return max(written, key=lambda content: len(set(content.split(b"<"))))


def refusal(content: bytes, **limits: int) -> BadEInvoice:
    with pytest.raises(BadEInvoice) as refused:
        read_einvoice(content, **limits)
    assert refused.value.reason in REASONS
    return refused.value


def test_every_reason_is_on_the_list() -> None:
    sources = Path(marke_core.einvoice.__file__).parent.glob("*.py")
    raised = {found for path in sources for found in re.findall(r"(?:BadEInvoice|refuse)\(\s*\"(\w+)\"", path.read_text())}
    assert raised == REASONS


# -- harm


LAUGHS = b'<!DOCTYPE a [<!ENTITY l "lol">' + b"".join(
    b'<!ENTITY l%d "%s">' % (place, (b"&l%s;" % (b"" if place == 1 else b"%d" % (place - 1))) * 10) for place in range(1, 10)
)


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS + b"]>" + START + b"&l9;</Invoice>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + START + b"&x;</Invoice>",
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>' + START + b"</Invoice>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">' + START + b"</Invoice>",
        b"<!doctype a>" + START + b"</Invoice>",
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]>' + START.decode() + "&x;</Invoice>").encode(
            "utf-16"
        ),
        '<?xml version="1.0" encoding="IBM037"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("cp037"),
    ],
)
def test_a_document_type_is_refused_however_it_is_written(content: bytes) -> None:
    before = process_time()
    assert refusal(content).reason in {"document_type", "xml"}
    assert process_time() - before < 1


def test_an_entity_without_a_document_type_is_no_xml() -> None:
    assert refusal(START + b"&x;</Invoice>").reason == "xml"


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    content = START + b" " * (100 * 2**20) + b"</Invoice>"
    before = process_time()
    found = refusal(content)
    assert found.reason == "too_large"
    assert found.values == {"size": len(content), "most": MOST_BYTES}
    assert process_time() - before < 0.5
    assert refusal(largest(write_ubl), most_bytes=1_000).reason == "too_large"


@pytest.mark.parametrize("depth", [MOST_DEPTH + 1, 200, 100_000])
def test_great_depth_is_refused(depth: int) -> None:
    assert refusal(START + b"<a>" * depth + b"</a>" * depth + b"</Invoice>").reason in {"too_deep", "xml"}


def test_very_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marke_core.einvoice.xml.MOST_ELEMENTS", 10_000)
    assert refusal(START + b"<a/>" * 10_001 + b"</Invoice>").reason == "too_many"


def test_very_many_strange_elements_are_refused_quickly() -> None:
    before = process_time()
    assert refusal(largest(write_ubl).replace(b"</Invoice>", b"<cbc:Odd/>" * 20_000 + b"</Invoice>")).reason == "too_many"
    assert process_time() - before < 2


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"%PDF-1.7 x", b"<Invoice>", b"\0\0\0", b"PK\x03\x04", b"{}", START + b"\xff</Invoice>"]
)
def test_what_is_no_xml_is_refused(content: bytes) -> None:
    assert refusal(content).reason in {"empty", "xml"}


@pytest.mark.parametrize(
    "content", [b"<Invoice/>", b"<html/>", b"<a xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>"]
)
def test_xml_that_is_no_invoice_is_refused(content: bytes) -> None:
    assert refusal(content).reason == "not_an_invoice"


def test_comments_and_instructions_are_not_part_of_a_text() -> None:
    plain = read_ubl(largest(write_ubl))
    dressed = largest(write_ubl).replace(b"<cbc:ID>", b"<?x y?><cbc:ID><!-- a -->").replace(b"</cbc:ID>", b"<!-- b --></cbc:ID>")
    assert read_ubl(dressed) == plain


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for around in (content, START + content + b"</Invoice>"):
        assert refusal(around)


@settings(max_examples=40)
@given(st.data())
def test_a_file_with_a_piece_torn_out_is_read_or_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([largest(write_ubl), largest(write_cii)]))
    first = data.draw(st.integers(0, len(whole)))
    torn = whole[:first] + data.draw(st.binary(max_size=3)) + whole[first + data.draw(st.integers(0, 40)) :]
    try:
        assert read_einvoice(torn).document
    except BadEInvoice as refused:
        assert refused.reason in REASONS


# -- loss


CASES = [(write_ubl, ubl_reading, False), (write_ubl, ubl_reading, True), (write_cii, cii_reading, False)]


def changed(root: etree._Element, change: Callable[[etree._Element], None]) -> Iterator[etree._Element]:
    """The tree once for each element in it, with that element changed."""
    for place in range(1, len(list(root.iter()))):
        tree = copy.deepcopy(root)
        change(list(tree.iter())[place])
        yield tree


def holds(read: Callable[[etree._Element], Reading], tree: etree._Element) -> bool:
    """Whether the token is in what was read or in what was not, or the file is refused."""
    try:
        reading = read(tree)
    except BadEInvoice:
        return True
    return TOKEN in repr(reading)


@pytest.mark.parametrize(("write", "read", "credit_note"), CASES)
def test_no_text_is_dropped_in_silence(
    write: Callable[[Document], bytes], read: Callable[[etree._Element], Reading], credit_note: bool
) -> None:
    def say(element: etree._Element) -> None:
        if len(element):
            element[0].tail = TOKEN
        else:
            element.text = TOKEN

    for tree in changed(parse_xml(largest(write, credit_note=credit_note)), say):
        assert holds(read, tree), etree.tostring(tree)


@pytest.mark.parametrize(("write", "read", "credit_note"), CASES)
def test_no_attribute_is_dropped_in_silence(
    write: Callable[[Document], bytes], read: Callable[[etree._Element], Reading], credit_note: bool
) -> None:
    for tree in changed(parse_xml(largest(write, credit_note=credit_note)), lambda element: element.set("odd", TOKEN)):
        assert holds(read, tree), etree.tostring(tree)


@pytest.mark.parametrize(("write", "read", "credit_note"), CASES)
def test_no_strange_and_no_second_element_is_dropped_in_silence(
    write: Callable[[Document], bytes], read: Callable[[etree._Element], Reading], credit_note: bool
) -> None:
    def rename(element: etree._Element) -> None:
        element.tag = f"{{{etree.QName(element).namespace}}}Odd{TOKEN}"

    def double(element: etree._Element) -> None:
        second = copy.deepcopy(element)
        for leaf in second.iter():
            if not len(leaf):
                leaf.text = TOKEN
        element.addnext(second)

    root = parse_xml(largest(write, credit_note=credit_note))
    for change in (rename, double):
        for tree in changed(root, change):
            assert holds(read, tree), etree.tostring(tree)


# -- what is written


def with_note(text: str) -> Document:
    document = random_document(Random(1))
    return Document(
        number="1", issue_date=document.issue_date, type_code="380", currency="EUR", seller=Party(name=text, legal_form="cv"),
        buyer=document.buyer, totals=document.totals, lines=document.lines, notes=(Note(text),),
    )  # fmt: skip


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_any_text_comes_back_or_is_refused(text: str) -> None:
    document = with_note(text)
    try:
        written = write_ubl(document), write_cii(document)
    except BadEInvoice as refused:
        assert refused.reason == "character"
        return
    for content in written:
        assert read_einvoice(content).document.seller.name == text.strip(" \t\r\n")


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[2J", "\ufffe", "\ud800"])
def test_a_character_that_xml_has_no_room_for_is_refused(text: str) -> None:
    for write in (write_ubl, write_cii):
        with pytest.raises(BadEInvoice, match="character"):
            write(with_note(text))


def test_a_currency_cannot_carry_markup() -> None:
    document = random_document(Random(1))
    for currency in ("", "eur", 'EUR"/><x y="', "EURO"):
        with pytest.raises(BadEInvoice, match="currency"):
            write_ubl(Document(**{name: getattr(document, name) for name in document.__slots__} | {"currency": currency}))
