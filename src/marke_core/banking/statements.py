"""What a bank reports, whatever the file: statements of one account, with entries in whole minor units.

The readers of camt.053, CODA and CSV all give these. What they refuse is a BadStatement that names the line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

# A statement of 100,000 entries in camt.053 is about this long; nobody types it in.
MOST_BYTES = 96 * 2**20
MOST_ENTRIES = 100_000
# As the program's forms: a trillion in whole units fits the database's integers thrice over.
MOST_MINOR_UNITS = 10**14
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
_DECIMAL = re.compile(r"(\d{1,30})(?:\.(\d{0,10}))?")
# Source: ISO 4217, the currencies whose minor unit is not a hundredth.
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = dict.fromkeys(_NO_DIGITS.split(), 0) | dict.fromkeys(_THREE_DIGITS.split(), 3)

TRANSFER, COST = "transfer", "cost"


class BadStatement(ValueError):
    """A file that cannot be trusted. `reason` is a word of REASONS, `line` counts from 1 (0: the file as a whole)."""

    def __init__(self, reason: str, line: int = 0, **values: str | int) -> None:
        self.reason, self.line, self.values = reason, line, values
        said = ", ".join(f"{name} {value!r}" for name, value in values.items())
        super().__init__(f"line {line}: {reason}" + (f" ({said})" if said else ""))


REASONS = frozenset(
    {
        "empty", "too_large", "too_many", "encoding", "not_a_statement", "entities", "xml", "not_this_message", "no_statement",
        "no_account", "missing", "amount", "too_much", "date", "currency", "sign", "balance", "totals", "records", "record",
        "order", "truncated", "columns", "csv",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement. `amount` in minor units: positive when money came in."""

    line: int
    booked_on: date
    amount: int
    value_on: date | None = None
    name: str = ""  # of the other side
    iban: str = ""
    text: str = ""
    reference: str = ""  # structured, compact
    end_to_end_id: str = ""
    batch_id: str = ""  # what we called the file or batch that this belongs to
    bank_reference: str = ""  # the bank's own
    kind: str = TRANSFER
    reversal: bool = False  # it came back, or takes something back


@dataclass(frozen=True)
class Statement:
    """What one account did. Balances are None where the file does not say them."""

    iban: str
    currency: str
    entries: tuple[Entry, ...]
    label: str = ""
    opening: int | None = None
    closing: int | None = None
    closing_on: date | None = None
    line: int = 1
    notes: tuple[str, ...] = field(default=())


def minor_digits(currency: str) -> int:
    return _DIGITS.get(currency, 2)


def decimal_to_minor(text: str, currency: str, line: int) -> int:
    """ "12.50" → 1250. Raises: BadStatement for what is no amount, finer than the currency, or more than can be booked."""
    found = _DECIMAL.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        raise BadStatement("amount", line, text=short(text))
    digits = minor_digits(currency)
    whole, parts = found[1], (found[2] or "").ljust(digits, "0")
    if parts[digits:].strip("0"):
        raise BadStatement("amount", line, text=short(text))
    amount = int(whole + parts[:digits])
    if amount > MOST_MINOR_UNITS:
        raise BadStatement("too_much", line, text=short(text))
    return amount


def check_day(day: date, text: str, line: int) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadStatement("date", line, text=short(text))
    return day


def check_balances(statement: Statement) -> Statement:
    """Opening plus entries is closing. Raises: BadStatement."""
    if statement.opening is not None and statement.closing is not None:
        moved = sum(entry.amount for entry in statement.entries)
        if statement.opening + moved != statement.closing:
            raise BadStatement(
                "balance",
                statement.line,
                opening=statement.opening,
                moved=moved,
                closing=statement.closing,
                currency=statement.currency,
            )
    return statement


def check_size(content: bytes) -> None:
    if not content.strip():
        raise BadStatement("empty")
    if len(content) > MOST_BYTES:
        raise BadStatement("too_large", size=len(content) // 2**20 + 1, most=MOST_BYTES // 2**20)


def decode(content: bytes) -> str:
    """The text of a file that does not say how it is written: by its mark, else UTF-8, else what Windows wrote.

    Raises: BadStatement for what is no text at all.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, encoding)
    head = content[:2_000]
    if head.count(0) > len(head) // 4:
        return _strictly(content, "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be")
    if b"\0" in content:
        raise BadStatement("encoding")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise BadStatement("encoding") from None


def short(text: str, most: int = 40) -> str:
    text = clean(text, most + 1)
    return text if len(text) <= most else text[: most - 1] + "…"


def clean(text: str, most: int) -> str:
    """One line of what can be printed, at most `most` characters."""
    text = text[: most * 4]
    if not text.isprintable():  # most are, and are not looked at letter by letter
        text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:most]


def join(parts: Sequence[str], most: int = 280) -> str:
    return clean(" ".join(part for part in parts if part), most)
