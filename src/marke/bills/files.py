"""What a file is that somebody brought: an e-invoice, a PDF, a photo. Content decides, not name; what could harm is refused."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext as _

from marke.bills.models import BillFile
from marke.bills.pdfs import open_pdf
from marke.bills.reasons import reason_in_words
from marke.common.photos import PhotoRefused, picture
from marke.common.refusal import Refused
from marke_core.einvoice.model import Reading
from marke_core.einvoice.reading import read_einvoice
from marke_core.einvoice.refused import BadEInvoice

Kind = BillFile.Kind
MOST_BYTES = 10 * 2**20
MIMES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
ENDINGS = {
    "pdf": "application/pdf", "xml": "application/xml", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
    "webp": "image/webp",
}  # fmt: skip
ACCEPT = ".xml,.pdf,image/jpeg,image/png,image/webp"


class NotABill(Refused):
    """This file is no bill that can be kept."""

    status = 422


@dataclass(frozen=True)
class Found:
    """`content` is what came, unchanged; `xml` is the e-invoice in it, or the whole of it; `reading` what that says."""

    kind: str
    mime: str
    content: bytes
    xml: bytes = b""
    reading: Reading | None = None


def examine(content: bytes, name: str) -> Found:
    """Raises: NotABill, with the reason and what to do."""
    if len(content) > MOST_BYTES:
        raise NotABill(
            _("The file has %(size)d MB. Bring one of at most %(most)d MB.")
            % {"size": -(-len(content) // 2**20), "most": MOST_BYTES // 2**20}
        )
    if not content.strip():
        raise NotABill(_("The file is empty."))
    mime = _mime(content)
    _check_ending(name, mime)
    if mime == "application/pdf":
        xml = open_pdf(content)
        return Found(Kind.PDF, mime, content, xml, _read(xml) if xml else None)
    if mime == "application/xml":
        return Found(Kind.XML, mime, content, content, _read(content))
    _check_photo(content)
    return Found(Kind.IMAGE, mime, content)


def _mime(content: bytes) -> str:
    for start, mime in MIMES.items():
        if content.startswith(start):
            return mime
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if re.match(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<", content[:200]):
        return "application/xml"
    if content.startswith(b"PK\x03\x04"):
        raise NotABill(_("This is a packed file. Unpack it, and bring the bills in it one by one."))
    raise NotABill(_("This is neither an e-invoice (XML) nor a PDF nor a photo (JPEG, PNG, WebP)."))


def _check_ending(name: str, mime: str) -> None:
    """A file that claims by its name to be something else was made to deceive, or is broken."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending and ENDINGS.get(ending, mime if ending not in ENDINGS and len(ending) > 4 else "") != mime:
        raise NotABill(
            _("The name ends in “.%(ending)s”, but inside is %(mime)s. Ask the supplier for the right file.")
            % {"ending": ending[:20], "mime": mime}
        )


def _read(xml: bytes) -> Reading:
    try:
        return read_einvoice(xml, most_bytes=MOST_BYTES)
    except BadEInvoice as bad:
        raise NotABill(reason_in_words(bad)) from bad


def _check_photo(content: bytes) -> None:
    try:
        picture(io.BytesIO(content), size=len(content))
    except PhotoRefused as refused:
        raise NotABill(str(refused)) from refused
