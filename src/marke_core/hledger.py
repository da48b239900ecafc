"""Writes an hledger journal, the plain-text format of hledger and ledger. Source: hledger manual, “Journal”, 1.25–1.40."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_LETTERS = re.compile(r"[A-Za-z]+")


def text(words: str) -> str:
    """On one line, without what begins a comment or ends a name: semicolon, and two spaces."""
    return " ".join(words.replace(";", ",").replace("|", "/").split())


def commodity(unit: str) -> str:
    """A unit that is not letters alone stands between quotes."""
    return unit if _LETTERS.fullmatch(unit) else '"' + unit.replace('"', "") + '"'


def header(name: str, commodities: Sequence[tuple[str, int]]) -> str:
    """`commodities`: (unit, decimals)."""
    said = [f"; {text(name)}"]
    for unit, digits in commodities:
        said.append(f"commodity 1000.{'0' * digits} {commodity(unit)}")
    return "\n".join(said) + "\n\n"


def account(name: str, description: str) -> str:
    return f"account {text(name)}  ; {text(description)}\n"


def transaction(day: date, code: str, description: str, legs: Sequence[tuple[str, str, str]]) -> str:
    """`code`: the number in the book; `legs`: (account, amount in whole units, unit)."""
    said = [f"\n{day:%Y-%m-%d} * ({text(code).replace(')', '')}) {text(description)}"]
    said += [f"    {text(name)}  {amount} {commodity(unit)}" for name, amount, unit in legs]
    return "\n".join(said) + "\n"
