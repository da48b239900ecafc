"""What may stand on the command line, checked once: each refusal names the value and the remedy."""

from __future__ import annotations

import argparse
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


def shown(text: str) -> str:
    """A value as it can be shown in a sentence, however long or strange it is."""
    visible = text if len(text) <= 60 else f"{text[:57]}…"
    return "'" + visible.encode("unicode_escape").decode() + "'" if not visible.isprintable() else f"'{visible}'"


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a port. Give a whole number from 1 to 65535, such as 8000.")
    return int(text)


def co_op(text: str) -> str:
    if not SLUG.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is not a co-op's short name. It is the word in its address, such as velo in /velo/."
        )
    return text


def a_year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4 and 2000 <= int(text) <= 2999):
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a year. Give one of four digits, such as 2026.")
    return int(text)


def price(text: str) -> int:
    """An amount as it is typed, in minor units of a currency with two decimals."""
    try:
        amount = Decimal(text.replace(",", ".")) if text.isascii() and len(text) <= 12 else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 < amount <= 10_000 or amount != round(amount, 2):
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a price. Give an amount from 0.01 to 10000.00, such as 12.50.")
    return int(amount * 100)


def existing_file(text: str) -> Path:
    path = _path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {shown(text)}. Check the name, or give the whole path.")
    return path


def existing_folder(text: str) -> Path:
    path = _path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {shown(text)}. Check the name, or give the whole path.")
    return path


def new_file(text: str) -> Path:
    path = _path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{shown(text)} is a folder. Give the name of the file to write.")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {shown(str(path.parent))} to write into. Make it first.")
    return path


def _path(text: str) -> Path:
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a file name.")
    try:
        path = Path(text).expanduser()
        path.exists()
    except (OSError, ValueError, RuntimeError):
        raise argparse.ArgumentTypeError(f"{shown(text)} cannot be a file name here.") from None
    return path
