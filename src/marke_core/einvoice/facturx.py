"""Factur-X (ZUGFeRD 2): a PDF/A-3 that carries its invoice in CII, and says so in its metadata.

The PDF is written with the file inside (`NAME`, relation "alternative"); `declare` adds the words by which readers find it.
Source: Factur-X 1.0, technical part (XMP extension of PDF/A-3); ISO 32000-1, 7.5.6 (incremental updates); ISO 19005-3.
"""

from __future__ import annotations

import re

NAME = "factur-x.xml"
_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
# What PDF/A asks of metadata that it does not know itself: each word, and what it means.
_WORDS = {
    "DocumentFileName": ("name of the embedded XML invoice file", NAME),
    "DocumentType": ("kind of the embedded document", "INVOICE"),
    "Version": ("version of the XML schema of the embedded document", "1.0"),
    "ConformanceLevel": ("profile that the embedded document keeps to", "EN 16931"),
}
_METADATA = re.compile(rb"(\d+) 0 obj\n<</Length (\d+)/Type/Metadata/Subtype/XML>>\nstream\n")
_END = re.compile(rb"trailer\n<<(.*)>>\nstartxref\n(\d+)\n%%EOF\s*\Z", re.DOTALL)


class NotOurPdf(ValueError):
    """A PDF that was not written as `declare` expects it: with metadata that can be read, and a table of its objects."""


def declare(pdf: bytes) -> bytes:
    """Says in the metadata that the PDF/A-3 holds an invoice, in an update appended behind it. Raises: NotOurPdf."""
    found, end = list(_METADATA.finditer(pdf)), _END.search(pdf)
    if len(found) != 1 or end is None:
        raise NotOurPdf("one metadata stream and one trailer are expected")
    number, length, begins = found[0][1], int(found[0][2]), found[0].end()
    said = _with_words(pdf[begins : begins + length])
    head = pdf if pdf.endswith(b"\n") else pdf + b"\n"
    written = b"%b 0 obj\n<</Length %d/Type/Metadata/Subtype/XML>>\nstream\n%b\nendstream\nendobj\n" % (number, len(said), said)
    table = b"xref\n%b 1\n%010d 00000 n \n" % (number, len(head))
    trailer = b"trailer\n<<%b/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (end[1], end[2], len(head) + len(written))
    return head + written + table + trailer


def _with_words(xmp: bytes) -> bytes:
    known, last = b"</rdf:Bag></pdfaExtension:schemas>", b"</rdf:RDF>"
    if xmp.count(known) != 1 or xmp.count(last) != 1:
        raise NotOurPdf("metadata with one list of extensions are expected")
    return xmp.replace(known, _extension().encode() + known).replace(last, _description().encode() + last)


def _extension() -> str:
    words = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>{meaning}</pdfaProperty:description>"
        f"<pdfaProperty:name>{word}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for word, (meaning, _value) in _WORDS.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{words}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


def _description() -> str:
    words = "".join(f"<fx:{word}>{value}</fx:{word}>" for word, (_meaning, value) in _WORDS.items())
    return f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}">{words}</rdf:Description>'
