"""Parts that hold one value: a text, an identifier, an amount, a price, a quantity, a day, a file."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from lxml import etree

from marke_core.einvoice.mapping import BLANK, Notes, Part, put, said
from marke_core.einvoice.model import Attached, Identifier, Quantity
from marke_core.einvoice.refused import BadEInvoice

MOST_HUNDREDTHS = 10**15
_DECIMAL = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})")
# What text cannot hold as it is: markup, a return that XML reads as a new line, and what XML 1.0 has no room for.
_SPECIAL = re.compile('[&<>\r"\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """Raises: BadEInvoice for a character that XML cannot carry."""
    if _SPECIAL.search(text) is None:
        return text
    if found := _FORBIDDEN.search(text):
        raise BadEInvoice("character", found=f"U+{ord(found[0]):04X}", text=_FORBIDDEN.sub("?", text)[:40])
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;").replace('"', "&quot;")


def attribute(name: str, value: str) -> str:
    if not value:
        return ""
    value = escaped(value)
    if not value.isprintable():
        value = value.replace("\n", "&#10;").replace("\t", "&#9;")
    return f' {name}="{value}"'


def text(tag: str, field: str, **marks: str) -> Part:
    """marks: attributes, each with the field of the same object that it carries."""
    start, end, get, getters = f"<{tag}", f"</{tag}>", attrgetter(field), {mark: attrgetter(of) for mark, of in marks.items()}

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if found := said(element, notes, marks):
            put(values, field, found, element, notes)
        for mark, of in marks.items():
            if value := (element.get(mark) or "").strip(BLANK):
                put(values, of, value, element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        if not value:
            return False
        extra = "".join([attribute(mark, getter(thing)) for mark, getter in getters.items()]) if getters else ""
        out.append(f"{start}{extra}>{escaped(value)}{end}")
        return True

    return Part(tag, read, write)


def constant(tag: str, content: str, *also: str) -> Part:
    """What always stands there and says nothing; another content is noted, unless it is `also` good."""
    whole, good = f"<{tag}>{content}</{tag}>", {content.upper(), *also}

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if said(element, notes).upper() not in good:
            notes.leave(element)

    def write(thing: object, out: list[str], currency: str) -> bool:
        out.append(whole)
        return False

    return Part(tag, read, write)


def identifier(tag: str, field: str) -> Part:
    get = attrgetter(field)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if found := said(element, notes, ("schemeID",)):
            put(values, field, Identifier(found, (element.get("schemeID") or "").strip(BLANK)), element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        if value is None:
            return False
        out.append(f"<{tag}{attribute('schemeID', value.scheme)}>{escaped(value.value)}</{tag}>")
        return True

    return Part(tag, read, write)


def decimal_in(element: etree._Element, content: str, notes: Notes, reason: str = "number") -> Decimal:
    if not content.isascii() or not _DECIMAL.fullmatch(content):
        raise notes.refuse(reason, element, text=content[:40])
    return Decimal(content)


def number(tag: str, field: str) -> Part:
    return _number(tag, field, field, priced=False)


def price(tag: str, field: str, derived: str = "") -> Part:
    """A decimal in the document's currency, as exact as it is written.

    derived: what is written instead of the field, where the syntax cannot do without.
    """
    return _number(tag, field, derived or field, priced=True)


def _number(tag: str, field: str, written: str, *, priced: bool) -> Part:
    get, end, marks = attrgetter(written), f"</{tag}>", ("currencyID",) if priced else ()

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if content := said(element, notes, marks):
            if priced:
                check_currency(element, notes)
            put(values, field, decimal_in(element, content, notes), element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        if value is None:
            return False
        mark = f' currencyID="{currency}"' if priced and currency else ""
        out.append(f"<{tag}{mark}>{value:f}{end}")
        return True

    return Part(tag, read, write)


def quantity(tag: str, field: str) -> Part:
    get, end = attrgetter(field), f"</{tag}>"

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if content := said(element, notes, ("unitCode",)):
            found = Quantity(decimal_in(element, content, notes), (element.get("unitCode") or "").strip(BLANK))
            put(values, field, found, element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        if value is None:
            return False
        out.append(f"<{tag}{attribute('unitCode', value.unit)}>{value.value:f}{end}")
        return True

    return Part(tag, read, write)


def hundredths_in(element: etree._Element, content: str, notes: Notes) -> int:
    value = decimal_in(element, content, notes, "amount").scaleb(2)
    if value != value.to_integral_value() or abs(value) > MOST_HUNDREDTHS:
        raise notes.refuse("amount", element, text=content[:40])
    return int(value)


def amount_text(value: int) -> str:
    size = abs(value)
    return f"{'-' if value < 0 else ''}{size // 100}.{size % 100:02d}"


def amount(tag: str, field: str) -> Part:
    get, end = attrgetter(field), f"</{tag}>"

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if content := said(element, notes, ("currencyID",)):
            check_currency(element, notes)
            put(values, field, hundredths_in(element, content, notes), element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        if value is None:
            return False
        mark = f' currencyID="{currency}"' if currency else ""
        out.append(f"<{tag}{mark}>{amount_text(value)}{end}")
        return True

    return Part(tag, read, write)


def check_currency(element: etree._Element, notes: Notes) -> None:
    """Every amount is in the currency of the document, but one: the VAT in the tax currency."""
    found = element.get("currencyID")
    if found and found != notes.currency:
        raise notes.refuse("currency", element, found=str(found)[:10], expected=notes.currency[:10])


def flag(tag: str, field: str) -> Part:
    get = attrgetter(field)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        content = said(element, notes)
        if content not in ("true", "false", "1", "0"):
            raise notes.refuse("indicator", element, text=content[:40])
        put(values, field, content in ("true", "1"), element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        out.append(f"<{tag}>{'true' if get(thing) else 'false'}</{tag}>")
        return True

    return Part(tag, read, write)


def day_in(element: etree._Element, content: str, notes: Notes) -> date:
    try:
        return date.fromisoformat(content)
    except ValueError:
        raise notes.refuse("date", element, text=content[:40]) from None


def day(tag: str, field: str) -> Part:
    get = attrgetter(field)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if content := said(element, notes):
            put(values, field, day_in(element, content, notes), element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        if value is None:
            return False
        out.append(f"<{tag}>{value.isoformat()}</{tag}>")
        return True

    return Part(tag, read, write)


def repeated(tag: str, field: str, read_one: Callable[[str], Any], write_one: Callable[[Any], str]) -> Part:
    """A text that stands there once for each object of a tuple."""
    get = attrgetter(field)

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if content := said(element, notes):
            values.setdefault(field, []).append(read_one(content))

    def write(thing: object, out: list[str], currency: str) -> bool:
        values = get(thing)
        out.extend(f"<{tag}>{escaped(write_one(value))}</{tag}>" for value in values)
        return bool(values)

    return Part(tag, read, write)


def attached(tag: str, field: str) -> Part:
    """A file in base 64."""
    get, marks = attrgetter(field), ("mimeCode", "filename")

    def read(element: etree._Element, values: dict[str, Any], notes: Notes) -> None:
        if content := said(element, notes, marks):
            try:
                found = base64.b64decode("".join(content.split()), validate=True)
            except (binascii.Error, ValueError):
                raise notes.refuse("attachment", element, text=content[:40]) from None
            put(values, field, Attached(found, *[(element.get(mark) or "").strip(BLANK) for mark in marks]), element, notes)

    def write(thing: object, out: list[str], currency: str) -> bool:
        value = get(thing)
        if value is None:
            return False
        extra = attribute("mimeCode", value.mime) + attribute("filename", value.filename)
        out.append(f"<{tag}{extra}>{base64.b64encode(value.content).decode()}</{tag}>")
        return True

    return Part(tag, read, write)
