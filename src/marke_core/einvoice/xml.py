"""XML from a stranger: no document type, no entities, no network, bounded in size, depth and number of elements."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from marke_core.einvoice.refused import BadEInvoice

MOST_BYTES = 20 * 2**20
MOST_DEPTH = 40  # EN 16931 goes down to 9, with extensions to 20
MOST_ELEMENTS = 500_000
_DOCUMENT_TYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parse_xml(content: bytes, *, most_bytes: int = MOST_BYTES) -> etree._Element:
    """The root element, without comments and processing instructions.

    Raises: BadEInvoice for what is no XML, or XML that could harm who reads it.
    """
    if not content.strip():
        raise BadEInvoice("empty")
    if len(content) > most_bytes:
        raise BadEInvoice("too_large", size=len(content), most=most_bytes)
    plain = content.replace(b"\0", b"") if b"\0" in content[:200] else content
    if _DOCUMENT_TYPE.search(plain):
        raise BadEInvoice("document_type")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadEInvoice("xml", why=_plain(str(error))) from None
    if root.getroottree().docinfo.internalDTD is not None:  # in letters that the search above does not know
        raise BadEInvoice("document_type")
    _check_shape(root)
    return root


def path_of(element: etree._Element, known: dict[etree._Element, dict[etree._Element, str]] | None = None) -> str:
    """Where an element stands, by local names, numbered where there are several: Invoice/InvoiceLine[2]/Item.

    known: the names of the children of parents met before, for who asks often.
    """
    steps = []
    here, known = element, {} if known is None else known
    while (parent := here.getparent()) is not None:
        if parent not in known:
            known[parent] = _numbered(parent)
        steps.append(known[parent][here])
        here = parent
    return "/".join([local_name(here), *reversed(steps)])


def _numbered(parent: etree._Element) -> dict[etree._Element, str]:
    several = {tag for tag, count in Counter(child.tag for child in parent).items() if count > 1}
    seen: Counter[str] = Counter()
    names = {}
    for child in parent:
        name = local_name(child)
        seen[child.tag] += 1
        names[child] = f"{name}[{seen[child.tag]}]" if child.tag in several else name
    return names


def local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _check_shape(root: etree._Element) -> None:
    """Counts without recursion: the depth is what is tested."""
    count, level = 0, [root]
    for _ in range(MOST_DEPTH + 1):
        level = [child for element in level for child in element]
        count += len(level)
        if count > MOST_ELEMENTS:
            raise BadEInvoice("too_many", most=MOST_ELEMENTS)
        if not level:
            return
    raise BadEInvoice("too_deep", most=MOST_DEPTH)


def _plain(message: str) -> str:
    return re.sub(r"\s+", " ", "".join(char if char.isprintable() else " " for char in message))[:160]
