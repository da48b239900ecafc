"""Any e-invoice of EN 16931, in whichever of its two syntaxes."""

from __future__ import annotations

from marke_core.einvoice.cii import cii_reading, is_cii
from marke_core.einvoice.model import Reading
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.ubl import is_ubl, ubl_reading
from marke_core.einvoice.xml import MOST_BYTES, parse_xml


def read_einvoice(content: bytes, *, most_bytes: int = MOST_BYTES) -> Reading:
    """The document, and what of the file it does not hold.

    Raises: BadEInvoice with a reason and, where there is one, the path of what cannot be read.
    """
    root = parse_xml(content, most_bytes=most_bytes)
    if is_ubl(root):
        return ubl_reading(root)
    if is_cii(root):
        return cii_reading(root)
    raise BadEInvoice("not_an_invoice", found=str(root.tag)[-60:])
