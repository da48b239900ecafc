"""A document as plain nodes: what the rules look at. One walk over the parsed XML makes it and judges its structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

BLANK = " \t\r\n"  # what XML calls white space; a no-break space is text
NOTHING: dict[str, Any] = {}
NONE: list[Any] = []
_DECIMAL = re.compile(r"[ \t\r\n]*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*")
_SPACES = re.compile("[ \t\r\n]+")
LONGEST_NUMBER = 60


class Node:
    """An element. `name` is the name without prefix where the element is where UBL has it; `kids` are its elements by name."""

    kids: dict[str, list[Node]] = NOTHING
    number: Decimal | None = None  # of an amount, a quantity, a percentage
    place = 0  # among its brothers and sisters of the same name
    broken = False  # a comment stands inside its text

    def __init__(self, name: str, parent: Node | None, text: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.parent = parent
        self.text = text
        self.attributes = attributes

    def one(self, *path: str) -> Node | None:
        """The first element along the path."""
        node = self
        for name in path:
            found = node.kids.get(name)
            if found is None:
                return None
            node = found[0]
        return node

    def every(self, *path: str) -> list[Node]:
        """All elements along the path. The list is not the caller's to change."""
        nodes = [self]
        for name in path:
            if len(nodes) == 1:
                nodes = nodes[0].kids.get(name) or NONE
            elif nodes:
                nodes = [kid for node in nodes for kid in node.kids.get(name, NONE)]
            else:
                return NONE
        return nodes

    def value(self, *path: str) -> str:
        """The text of the first element along the path without blanks around it; empty when there is none."""
        node = self.one(*path)
        return "" if node is None else node.text.strip(BLANK)

    def text_of(self, *path: str) -> str:
        """The same, blanks and all."""
        node = self.one(*path)
        return "" if node is None else node.text

    def values(self, *path: str) -> list[str]:
        return [node.text.strip(BLANK) for node in self.every(*path)]

    def amount(self, *path: str) -> Decimal | None:
        node = self.one(*path)
        return None if node is None else node.number

    def up(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


def number_of(text: str) -> Decimal | None:
    """The number that a text is; None when it is none, or longer than any sum of money will ever be."""
    if len(text) > LONGEST_NUMBER or _DECIMAL.fullmatch(text) is None:
        return None
    return Decimal(text)


def collapse(text: str) -> str:
    """The text with single spaces between its words."""
    return _SPACES.sub(" ", text).strip(" ")


def is_vat(node: Node) -> bool:
    """Whether a tax category or registration is one of VAT."""
    for scheme in node.kids.get("TaxScheme", NONE):
        ids = scheme.kids.get("ID")
        if ids is not None and ids[0].text.strip(BLANK).upper() == "VAT":
            return True
    return False


def yes(text: str) -> bool | None:
    """An indicator: true, false, or neither."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip(BLANK))
