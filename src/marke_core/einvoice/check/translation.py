"""A document in CII as UBL that says the same, so that one set of rules judges both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from marke_core.einvoice.check.reading import NotReadable, root_of

if TYPE_CHECKING:
    from marke_core.einvoice.model import Unread

CII = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"


def as_ubl(root: Any) -> tuple[Any, tuple[Unread, ...]]:
    """The root of the UBL, and what of the CII has no place there. Raises: NotReadable when it cannot be translated."""
    # Imported here, because a check of UBL begins three times as fast without.
    from marke_core.einvoice.cii import read_cii
    from marke_core.einvoice.refused import BadEInvoice
    from marke_core.einvoice.ubl import write_ubl

    try:
        reading = read_cii(etree.tostring(root))
        return root_of(write_ubl(reading.document)), reading.unread
    except BadEInvoice as fault:
        raise NotReadable("CII", str(fault)) from None
