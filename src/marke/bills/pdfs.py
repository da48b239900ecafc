"""PDFs from strangers: what could act is refused, and the e-invoice inside is found (Factur-X, ZUGFeRD).

pypdf runs nothing that stands in a file. It unpacks no more than its own limits allow; ours are on how much it has to look at.
Source: ISO 32000-1, 7.5 (objects), 7.11.4 (embedded files), 12.6.4 (actions).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from marke.common.refusal import Refused

MOST_OBJECTS = 20_000
MOST_XML = 5 * 2**20
# Names of what a reader would run, start, send off, or fetch when the file is opened.
ACTS = frozenset({"/JS", "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMedia", "/XFA", "/GoToE"})
# Names under which Factur-X and its ancestors keep the e-invoice.
EINVOICES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml"})


class BadPdf(Refused):
    """This PDF is not opened."""

    status = 422


def open_pdf(content: bytes) -> bytes:
    """The e-invoice that the file carries; b"" where there is none. Raises: BadPdf."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise BadPdf(_("The PDF is locked with a password. Ask the supplier for one that is not."))
        found = b""
        for each in _objects(reader):
            _check_acts(each)
            found = found or _einvoice(each)
        if not len(reader.pages):
            raise _broken()
    except BadPdf:
        raise
    except Exception as error:  # whatever a reader meets in a file that somebody made up
        raise _broken() from error
    return found


def _broken() -> BadPdf:
    return BadPdf(_("This PDF is damaged: it cannot be opened. Ask the supplier for it again."))


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object that the file has, each once, whether anything refers to it or not."""
    numbers = {(number, generation) for generation, rows in reader.xref.items() for number in rows}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise BadPdf(_("The PDF has more parts than any bill needs. Ask the supplier for a simpler one."))
    yield reader.trailer
    for number, generation in sorted(numbers):
        if number:
            yield IndirectObject(number, generation, reader).get_object()


def _check_acts(found: Any) -> None:
    """Looks into what is written inside an object too, without recursion; what it refers to is looked at by itself.

    Raises: BadPdf.
    """
    waiting, seen = [found], 0
    while waiting:
        here = waiting.pop()
        seen += 1
        if seen > MOST_OBJECTS:
            raise BadPdf(_("The PDF has more parts than any bill needs. Ask the supplier for a simpler one."))
        if isinstance(here, DictionaryObject):
            waiting += [*here, *(here.raw_get(name) for name in here)]
        elif isinstance(here, list):
            waiting += list.__iter__(here)
        elif isinstance(here, str) and here in ACTS:
            raise BadPdf(
                _("The PDF carries a program or sends things off (%(what)s). Ask the supplier for a plain one.")
                % {"what": here[1:]}
            )


def _einvoice(found: Any) -> bytes:
    """Of a description of an embedded file: the e-invoice. Other files in a PDF are left alone, as long as they only lie there."""
    if not isinstance(found, DictionaryObject) or "/EF" not in found:
        return b""
    name = str(found.get("/UF") or found.get("/F") or "").rpartition("/")[2].lower()
    files = found["/EF"].get_object()
    named = (files.get("/UF") or files.get("/F")) if isinstance(files, DictionaryObject) else None
    stream = named.get_object() if named is not None else None
    if name not in EINVOICES or not isinstance(stream, StreamObject):
        return b""
    xml = stream.get_data()
    if len(xml) > MOST_XML:
        raise BadPdf(_("The e-invoice in the PDF is too large."))
    return bytes(xml)
