"""A sheet is a table that is a page, a file and a paper: the same cells, written for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from marke.common.days import day_in_words
from marke.common.money import format_money
from marke.ledger.units import plain, write_amount


@dataclass(frozen=True)
class Money:
    """Minor units of a unit; `sign` shows a plus too."""

    amount: int
    unit: str


NOTHING = "–"
Cell: TypeAlias = str | int | date | Money | None


@dataclass(frozen=True)
class Column:
    """`aside`: for the accountant and the wide page; a phone leaves it out."""

    label: str
    numeric: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Row:
    """`url`: where what the first cell names is to be seen; `strong`: a sum."""

    cells: Sequence[Cell]
    url: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Sheet:
    key: str  # names the file
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Sequence[Cell] = ()
    note: str = ""
    empty: str = ""


@dataclass(frozen=True)
class Shown:
    """A cell as people read it."""

    text: str
    label: str
    numeric: bool
    aside: bool

    @property
    def is_nothing(self) -> bool:
        return self.text == NOTHING


def written(cell: Cell) -> str:
    """For people, in the active language."""
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return write_amount(cell.amount, cell.unit) if len(cell.unit) != 3 else format_money(cell.amount, cell.unit)
    if isinstance(cell, date):
        return day_in_words(cell, "d MMM y")
    return str(cell)


def for_file(cell: Cell) -> object:
    """For spreadsheets: whole units with a point, days as 2026-03-31."""
    if isinstance(cell, Money):
        return plain(cell.amount, cell.unit)
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else cell


def read(cell: Cell) -> str:
    """`written`, with a dash where there is nothing: what is something stands out."""
    return NOTHING if cell is None or cell == "" or (isinstance(cell, Money) and not cell.amount) else written(cell)


def shown(sheet: Sheet, cells: Sequence[Cell], *, total: bool = False) -> list[Shown]:
    say = written if total else read
    return [
        Shown(say(cell), column.label, column.numeric, column.aside) for column, cell in zip(sheet.columns, cells, strict=True)
    ]


def file_rows(sheet: Sheet) -> list[list[object]]:
    """The header first; the sums stand in the file too."""
    rows: list[list[object]] = [[column.label for column in sheet.columns]]
    rows += [[for_file(cell) for cell in row.cells] for row in sheet.rows]
    if sheet.total:
        rows.append([for_file(cell) for cell in sheet.total])
    return rows
