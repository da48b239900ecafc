"""A small safe calculation, as people write it in a fare: "max(0, km - 3) * 1.20", "if(hour >= 22, 4, 0)".

Numbers, names from a given list, + − * /, brackets, comparisons (1 or 0), min max round ceil floor if. Everything is a
Fraction; nothing of Python is ever executed. Bounds on length, depth and size hold for whatever is written, so that
parsing and reckoning take next to no time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import TypeAlias

LONGEST = 200
DEEPEST = 20
LARGEST = 10**24  # of numerator and denominator

_TOKEN = re.compile(r"\s*(?:(\d{1,9}(?:\.\d{1,6})?)(?![\d.])|([a-z]+)|(<=|>=|==|!=|[-+*/()<>=,]))", re.ASCII)
COMPARISONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
OPERATIONS: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
}  # fmt: skip
# name -> (fewest arguments, most, what it gives)
FUNCTIONS: Mapping[str, tuple[int, int, Callable[[Sequence[Fraction]], Fraction]]] = {
    "min": (1, 8, lambda given: min(given)),
    "max": (1, 8, lambda given: max(given)),
    "round": (1, 1, lambda given: Fraction(floor(abs(given[0]) + Fraction(1, 2)) * (1 if given[0] >= 0 else -1))),
    "ceil": (1, 1, lambda given: Fraction(ceil(given[0]))),
    "floor": (1, 1, lambda given: Fraction(floor(given[0]))),
    "if": (3, 3, lambda given: given[1] if given[0] else given[2]),  # reckoned lazily, see _reckon
}
Node: TypeAlias = "Fraction | str | tuple[str, tuple[Node, ...]]"


class BadFormula(ValueError):
    """A calculation that cannot be read. `why` is one of WHY; `part` is the piece of text that it is about."""

    def __init__(self, why: str, part: str) -> None:
        self.why, self.part = why, part
        super().__init__(f"{why}: {part!r}")


class CannotReckon(ArithmeticError):
    """It divides by zero, or grows beyond all bounds, for these values."""


WHY = ("length", "depth", "sign", "name", "arguments", "end")


@dataclass(frozen=True)
class Formula:
    """A calculation that has been read."""

    text: str
    tree: Node

    def reckon(self, values: Mapping[str, Fraction]) -> Fraction:
        """Its value, exactly. Raises: CannotReckon; KeyError for a name without a value."""
        try:
            return _reckon(self.tree, values)
        except ZeroDivisionError:
            raise CannotReckon(f"{self.text!r} divides by zero") from None


@lru_cache(maxsize=1024)
def read(text: str, names: frozenset[str]) -> Formula:
    """Reads a calculation in which these names may stand. Raises: BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula("length", text[:40])
    reader = _Reader(_tokens(text), names)
    tree = reader.comparison(0)
    if reader.ahead:
        raise BadFormula("end", reader.ahead)
    return Formula(text, tree)


def _tokens(text: str) -> list[str]:
    tokens, position, text = [], 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadFormula("sign", text[position : position + 12].strip())
        tokens.append(match.group().strip())
        position = match.end()
    return tokens


class _Reader:
    """Recursive descent; `depth` counts brackets, signs and calls around the place where it reads."""

    def __init__(self, tokens: Sequence[str], names: frozenset[str]) -> None:
        self.tokens, self.names, self.place = tokens, names, 0

    @property
    def ahead(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.ahead
        if not token or (expected and token != expected):
            raise BadFormula("end", token or "…")
        self.place += 1
        return token

    def comparison(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise BadFormula("depth", self.ahead)
        left = self.sum(depth)
        if self.ahead in COMPARISONS:
            return self.take(), (left, self.sum(depth))
        return left

    def sum(self, depth: int) -> Node:
        left = self.product(depth)
        while self.ahead in ("+", "-"):
            left = self.take(), (left, self.product(depth))
        return left

    def product(self, depth: int) -> Node:
        left = self.signed(depth)
        while self.ahead in ("*", "/"):
            left = self.take(), (left, self.signed(depth))
        return left

    def signed(self, depth: int) -> Node:
        if self.ahead == "-":
            if depth > DEEPEST:
                raise BadFormula("depth", self.ahead)
            self.take()
            return "-", (Fraction(0), self.signed(depth + 1))
        return self.atom(depth)

    def atom(self, depth: int) -> Node:
        piece = self.take()
        if piece[0].isdigit():
            return Fraction(piece)
        if piece == "(":
            inner = self.comparison(depth + 1)
            self.take(")")
            return inner
        if piece in FUNCTIONS and self.ahead == "(":
            return piece, self.arguments(piece, depth)
        if piece in self.names:
            return piece
        raise BadFormula("name" if piece.isalpha() else "sign", piece)

    def arguments(self, function: str, depth: int) -> tuple[Node, ...]:
        self.take("(")
        given = [self.comparison(depth + 1)]
        while self.ahead == ",":
            self.take()
            given.append(self.comparison(depth + 1))
        self.take(")")
        fewest, most, _gives = FUNCTIONS[function]
        if not fewest <= len(given) <= most:
            raise BadFormula("arguments", function)
        return tuple(given)


def _reckon(node: Node, values: Mapping[str, Fraction]) -> Fraction:
    if isinstance(node, Fraction):
        return node
    if isinstance(node, str):
        return values[node]
    name, parts = node
    if name == "if":
        return _reckon(parts[1] if _reckon(parts[0], values) else parts[2], values)
    given = [_reckon(part, values) for part in parts]
    if name in COMPARISONS:
        return Fraction(COMPARISONS[name](given[0], given[1]))
    found = FUNCTIONS[name][2](given) if name in FUNCTIONS else OPERATIONS[name](given[0], given[1])
    if abs(found.numerator) > LARGEST or found.denominator > LARGEST:
        raise CannotReckon(f"{name} gives a number beyond {LARGEST}")
    return found
