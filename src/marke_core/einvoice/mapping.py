"""How a syntax is told: a table of parts, each an element and the field of the model that it carries, in the order of the
schema. The same table reads and writes, so that what is written is what is read.

A part reads an element into the values of the object that is being built, and writes a field of an object as text. What no
part knows (an element, an attribute, a second one where one is allowed) is noted with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from operator import attrgetter
from typing import Any

from lxml import etree

from marke_core.einvoice.model import Unread
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.xml import path_of

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"  # where the schema lies, which says nothing of the invoice
BLANK = " \t\r\n"  # what XML calls white space; a no-break space is a character
MOST_UNREAD = 1_000


class Notes:
    """What the reader of one file carries along: its currency, and what it could not place."""

    def __init__(self, root: etree._Element, currency: str) -> None:
        """Raises: BadEInvoice without a currency, for then no amount says anything."""
        if not currency:
            raise BadEInvoice("missing", path_of(root), what="currency")
        self.currency = currency
        self.unread: list[Unread] = []
        self._known: dict[etree._Element, dict[etree._Element, str]] = {}

    def path(self, element: etree._Element) -> str:
        return path_of(element, self._known)

    def leave(self, element: etree._Element, attribute: str = "") -> None:
        """Note an element, or one of its attributes, as not read."""
        if len(self.unread) == MOST_UNREAD:
            raise BadEInvoice("too_many", self.path(element), most=MOST_UNREAD)
        path = self.path(element)
        if attribute:
            self.unread.append(Unread(f"{path}/@{attribute.rpartition('}')[2]}", (element.get(attribute) or "")[:200]))
        else:
            said = " ".join(" ".join(str(text) for text in element.itertext()).split())
            self.unread.append(Unread(path, said[:200]))

    def refuse(self, reason: str, element: etree._Element, **values: str | int) -> BadEInvoice:
        return BadEInvoice(reason, self.path(element), **values)


Read = Callable[[etree._Element, dict[str, Any], Notes], None]
Write = Callable[[Any, list[str], str], bool]  # object, text so far, currency; whether it said anything


@dataclass(frozen=True)
class Part:
    tag: str
    read: Read
    write: Write


def clark(tag: str) -> str:
    prefix, _, name = tag.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{name}"


def put(values: dict[str, Any], name: str, value: object, element: etree._Element, notes: Notes) -> None:
    """Keep what was read; what was said before in the same words loses nothing, in other words it is noted."""
    if name not in values:
        values[name] = value
    elif values[name] != value:
        notes.leave(element)


def said(element: etree._Element, notes: Notes, attributes: Container[str] = ()) -> str:
    """The text of an element that has only text, and no attribute but these."""
    if len(element):
        for child in element:
            notes.leave(child)
    for name in element.keys():  # noqa: SIM118 (an element's own iteration gives its children)
        if name not in attributes:
            notes.leave(element, str(name))
    return (element.text or "").strip(BLANK)


def readers(parts: Iterable[Part]) -> dict[str, Read]:
    return {clark(part.tag): part.read for part in parts}


def read_children(element: etree._Element, table: dict[str, Read], values: dict[str, Any], notes: Notes) -> None:
    if element.text and element.text.strip(BLANK):
        notes.leave(element)
    for child in element:
        read = table.get(child.tag)
        if read is None:
            notes.leave(child)
        else:
            read(child, values, notes)
        if child.tail and child.tail.strip(BLANK):
            notes.leave(element)
    for name in element.keys():  # noqa: SIM118
        if not str(name).startswith(SCHEMA_INSTANCE):
            notes.leave(element, str(name))


def build(kind: Callable[..., Any], values: dict[str, Any], element: etree._Element, notes: Notes) -> Any:
    """The object. Raises: BadEInvoice when the file lacks what an object of this kind cannot do without."""
    for name in _required(kind):
        if name not in values:
            raise notes.refuse("missing", element, what=name)
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


_REQUIRED: dict[Any, tuple[str, ...]] = {}


def _required(kind: Any) -> tuple[str, ...]:
    if kind not in _REQUIRED:
        bare = (field for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING)
        _REQUIRED[kind] = tuple(field.name for field in bare)
    return _REQUIRED[kind]


def write_parts(parts: Sequence[Part]) -> Write:
    writers = [part.write for part in parts]

    def write(thing: object, out: list[str], currency: str) -> bool:
        spoken = False
        for one in writers:
            if one(thing, out, currency):
                spoken = True
        return spoken

    return write


def inline(tag: str, *parts: Part) -> Part:
    """An element around parts of the same object; it stands there when one of them says something."""
    table, writers, start, end = readers(parts), [part.write for part in parts], f"<{tag}>", f"</{tag}>"

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        read_children(element, table, values, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        place, spoken = len(out), False
        for one in writers:  # as `write_parts`, without one more call for each of a hundred elements
            if one(thing, out, currency):
                spoken = True
        if spoken:
            out.insert(place, start)
            out.append(end)
        else:
            del out[place:]
        return spoken

    return Part(tag, read, write)


def one(tag: str, field: str, kind: Callable[..., Any], *parts: Part) -> Part:
    """An element that is an object of its own."""
    table, inside, get = readers(parts), inline(tag, *parts), attrgetter(field)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        own: dict[str, Any] = {}
        read_children(element, table, own, notes)
        if own:
            put(values, field, build(kind, own, element, notes), element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        return value is not None and inside.write(value, out, currency)

    return Part(tag, read, write)


def many(tag: str, field: str, kind: Callable[..., Any], *parts: Part) -> Part:
    """An element that stands there once for each object of a tuple."""
    table, inside, get = readers(parts), inline(tag, *parts), attrgetter(field)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        own: dict[str, Any] = {}
        read_children(element, table, own, notes)
        if own:
            values.setdefault(field, []).append(build(kind, own, element, notes))

    def write(thing: object, out: list[str], currency: str) -> bool:
        for value in get(thing):
            inside.write(value, out, currency)
        return bool(get(thing))

    return Part(tag, read, write)


def surrounding(tag: str, inside: Part) -> Part:
    """An element around a constant, which always stands there and says nothing."""
    content: list[str] = []
    inside.write(None, content, "")
    whole, table = f"<{tag}>{''.join(content)}</{tag}>", readers([inside])

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        read_children(element, table, values, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        out.append(whole)
        return False

    return Part(tag, read, write)


def silent(part: Part) -> Part:
    """A part that is read and never written, because another writes the field."""
    return Part(part.tag, part.read, lambda thing, out, currency: False)


def standing(tag: str, *parts: Part) -> Part:
    """An element that stands there even when nothing is in it."""
    inside, write_inside = inline(tag, *parts), write_parts(parts)

    def write(thing: object, out: list[str], currency: str) -> bool:
        out.append(f"<{tag}>")
        write_inside(thing, out, currency)
        out.append(f"</{tag}>")
        return True

    return Part(tag, inside.read, write)
