"""What is said in a PDF/A-3 that carries an invoice."""

import pytest

from marke_core.einvoice.facturx import NotOurPdf, declare

XMP = b"<rdf:RDF><pdfaExtension:schemas><rdf:Bag></rdf:Bag></pdfaExtension:schemas></rdf:RDF>"
HEAD = b"%PDF-1.7\n7 0 obj\n<</Length 85/Type/Metadata/Subtype/XML>>\nstream\n" + XMP + b"\nendstream\nendobj\n"
PDF = HEAD + b"xref\n0 8\ntrailer\n<</Size 8/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(HEAD)


def test_it_is_said_behind_the_paper_which_stays_as_it_was() -> None:
    said = declare(PDF)
    assert said.startswith(PDF)
    update = said[len(PDF) :]
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in update
    assert b"/Prev %d>>" % len(HEAD) in update
    begins = int(update.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert said[begins:].startswith(b"xref\n7 1\n")
    assert said[int(said[begins + 9 : begins + 19]) :].startswith(b"7 0 obj\n")


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.4\n", PDF + PDF, PDF.replace(b"schemas", b"other"), PDF.replace(b"trailer", b"")])
def test_what_another_program_wrote_is_not_touched(pdf: bytes) -> None:
    with pytest.raises(NotOurPdf):
        declare(pdf)
