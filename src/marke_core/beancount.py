"""Writes beancount, the plain-text accounting format. Source: Blais, Beancount Language Syntax, 2014–2024."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

_WORD = re.compile(r"[^A-Za-z0-9-]")
_COMMODITY = re.compile(r"[^A-Z0-9'._-]")


def decimal(minor: int, digits: int) -> str:
    """1250 with two digits → "12.50"."""
    return f"{Decimal(minor).scaleb(-digits):f}"


def commodity(unit: str) -> str:
    """A unit as beancount names commodities: capitals, at least two of them."""
    name = _COMMODITY.sub("", unit.upper())
    return name if len(name) > 1 else f"X{name}X"


def text(words: str) -> str:
    """A string literal on one line."""
    said = " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{said}"'


def account_name(name: str) -> str:
    """Parts begin with a capital or a digit and hold letters, digits and hyphens."""
    return ":".join(_WORD.sub("", part) or "X" for part in name.split(":"))


def header(name: str, currency: str) -> str:
    return f'option "title" {text(name)}\noption "operating_currency" "{commodity(currency)}"\n\n'


def open_account(day: date, name: str, unit: str, description: str) -> str:
    return f"{day:%Y-%m-%d} open {account_name(name)} {commodity(unit)}\n  description: {text(description)}\n"


def transaction(day: date, narration: str, metadata: Mapping[str, str], legs: Sequence[tuple[str, str, str]]) -> str:
    """`legs`: (account, amount in whole units, unit)."""
    said = [f"\n{day:%Y-%m-%d} * {text(narration)}"]
    said += [f"  {key}: {text(value)}" for key, value in metadata.items()]
    said += [f"  {account_name(account)}  {amount} {commodity(unit)}" for account, amount, unit in legs]
    return "\n".join(said) + "\n"
