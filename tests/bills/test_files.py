"""Files from strangers: what is a bill is understood, what could harm is refused, and nothing of it is kept."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from marke.bills.files import NotABill, examine
from marke.bills.models import Bill, BillFile, Supplier
from marke.bills.pdfs import BadPdf
from marke.bills.services import Incoming, receive_bill
from marke.parties.models import Coop, Party
from marke_core.einvoice.cii import write_cii
from tests.factories.bills import paper, pdf, ubl
from tests.factories.parties import T0

NOW = T0 + timedelta(days=15)
BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'"><!ENTITY c "&b;&b;&b;&b;">]><Invoice>&c;</Invoice>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Invoice>&b;</Invoice>'


def packed(name: str = "bill.xml") -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr(name, ubl())
    return kept.getvalue()


def image(kind: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(kept, kind)
    return kept.getvalue()


def acting(action: str, *, hidden: bool = False) -> bytes:
    """A PDF that does something when it is opened; `hidden` in a stream of packed objects, where no search of bytes finds it."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    what = DictionaryObject({NameObject("/S"): NameObject(f"/{action}"), NameObject("/F"): TextStringObject("x")})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(what) if hidden else what
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"  ", "bill.xml", "empty"),
        (b"x" * (10 * 2**20 + 1), "bill.pdf", "10 MB"),
        (BOMB, "bill.xml", "entities"),
        (OUTSIDE, "bill.xml", "entities"),
        (BOMB.decode().encode("utf-16"), "bill.xml", "entities"),
        (b"<a>" * 5000, "bill.xml", "no XML"),
        (b"<Invoice/>", "bill.xml", "neither UBL nor CII"),
        (b"<html><script>alert(1)</script></html>", "bill.xml", "neither UBL nor CII"),
        (packed(), "bills.zip", "packed"),
        (packed("word/document.xml"), "bill.docx", "packed"),
        (b"MZ\x90\x00", "bill.pdf", "neither an e-invoice"),
        (ubl(), "bill.pdf", "ends in “.pdf”"),
        (pdf(), "bill.xml", "ends in “.xml”"),
        (b"\xff\xd8\xff\xe0 no picture", "bill.jpg", "not a photo"),
        (pdf(password="secret"), "bill.pdf", "locked"),
        (pdf(script="app.alert(1)"), "bill.pdf", "program"),
        (acting("Launch"), "bill.pdf", "program"),
        (acting("SubmitForm", hidden=True), "bill.pdf", "program"),
        (pdf()[:300], "bill.pdf", "damaged"),
        (b"%PDF-1.7\n" + b"\0" * 5000, "bill.pdf", "damaged"),
        (pdf(BOMB), "bill.pdf", "entities"),
        (ubl().replace(b"100.00", b"1e9999"), "bill.xml", "cannot be read"),
    ],
)
def test_what_could_harm_or_is_no_bill_is_refused_with_a_reason(content: bytes, name: str, why: str) -> None:
    with pytest.raises((NotABill, BadPdf), match=why):
        examine(content, name)


def test_a_pdf_that_unpacks_to_gigabytes_costs_little() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("factur-x.xml", b"<a>" + b" " * 200_000_000 + b"</a>")
    writer._objects[:] = [each.flate_encode() if type(each) is DecodedStreamObject else each for each in writer._objects]
    kept = io.BytesIO()
    writer.write(kept)
    assert len(kept.getvalue()) < 10 * 2**20
    tracemalloc.start()
    with pytest.raises((NotABill, BadPdf)):
        examine(kept.getvalue(), "bill.pdf")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200_000_000  # pypdf unpacks no stream beyond 75 MB


@pytest.mark.parametrize(
    ("content", "name", "kind", "payable"),
    [
        (ubl(), "bill.xml", "xml", 12_100),
        (write_cii(paper()), "cii.xml", "xml", 12_100),
        (pdf(write_cii(paper())), "factur-x.pdf", "pdf", 12_100),
        (pdf(ubl(), name="holiday.xml"), "", "pdf", None),
        (pdf(), "scan.pdf", "pdf", None),
        (image("JPEG"), "IMG_1.JPG", "image", None),
        (image("PNG"), "a.png", "image", None),
        (image("WEBP"), "a.webp", "image", None),
    ],
)
def test_what_is_a_bill_is_understood_and_its_bytes_are_kept(content: bytes, name: str, kind: str, payable: int | None) -> None:
    found = examine(content, name)
    assert (found.kind, found.content) == (kind, content)
    assert (found.reading.document.totals.payable if found.reading else None) == payable


@pytest.mark.django_db
@pytest.mark.one_database
def test_nothing_of_what_was_refused_is_kept(coop: Coop) -> None:
    parties = Party.objects.count()
    for content in (BOMB, packed(), pdf(script="x"), ubl().replace(b"100.00", b"1e9999")):
        with pytest.raises((NotABill, BadPdf)):
            receive_bill(coop=coop, incoming=Incoming(content), by=None, at=NOW)
    assert (Bill.objects.count(), BillFile.objects.count(), Supplier.objects.count(), Party.objects.count()) == (0, 0, 0, parties)


@pytest.mark.django_db
@pytest.mark.one_database
def test_the_same_paper_in_another_file_is_recognised_and_kept_beside_it(coop: Coop) -> None:
    first = receive_bill(coop=coop, incoming=Incoming(ubl("F-17")), by=None, at=NOW)
    content = pdf(write_cii(paper("f 17")))
    again = receive_bill(coop=coop, incoming=Incoming(content, "same.pdf"), by=None, at=NOW)
    assert (again.known, again.bill, [file.kind for file in first.bill.files.all()]) == (True, first.bill, ["xml", "pdf"])
    assert bytes(BillFile.objects.get(position=2).content) == content
    assert Supplier.objects.count() == 1
