"""The one door through which a CSV leaves: no cell of it is taken for a formula by a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO

# By it, spreadsheets know the encoding.
MARK = "\ufeff"
_NUMBER = re.compile(r"[-+\u2212]?[0-9][0-9.,\u00a0 ]*")
Row = Sequence[object]


def csv_cell(cell: object) -> object:
    """A text that begins like a formula gets an apostrophe in front: a spreadsheet would run it."""
    if cell is None or isinstance(cell, int | Decimal):
        return "" if cell is None else cell
    text = str(cell)
    if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def csv_lines(rows: Iterable[Row], *, delimiter: str = ",", end: str = "\r\n") -> Iterator[str]:
    """One text per row, so that nothing large is held at once."""
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=delimiter, lineterminator=end).writerow([csv_cell(cell) for cell in row])
        yield line.getvalue()


def csv_text(rows: Iterable[Row], *, delimiter: str = ",", end: str = "\r\n") -> str:
    """A whole file, for spreadsheets."""
    return MARK + "".join(csv_lines(rows, delimiter=delimiter, end=end))


def write_as_kept(stream: IO[str], rows: Iterable[Row]) -> None:
    """For programs that read exactly what was kept, such as `marke import`; not for spreadsheets."""
    csv.writer(stream, lineterminator="\n").writerows(rows)
