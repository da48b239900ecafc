"""Sheets on pages and in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import HttpResponse

from marke.common.views import csv_response
from marke.treasury.sheets import Cell, Money, Row, Sheet, Shown, file_rows, shown


@dataclass(frozen=True)
class ShownRow:
    cells: list[Shown]
    url: str
    strong: bool


@dataclass(frozen=True)
class ShownSheet:
    """A sheet as its template reads it; `csv` is the address of the same as a file."""

    sheet: Sheet
    rows: list[ShownRow]
    total: list[Shown]
    csv: str

    @property
    def is_pair(self) -> bool:
        """A name and one more thing: side by side on a phone."""
        return sum(not column.aside for column in self.sheet.columns) == 2


def on_page(sheet: Sheet, csv: str = "") -> ShownSheet:
    """A column in which every amount is nothing stands in the file alone."""
    sheet = _without_empty_columns(sheet)
    rows = [_row(sheet, row) for row in sheet.rows]
    return ShownSheet(sheet, rows, shown(sheet, sheet.total, total=True) if sheet.total else [], csv)


def _without_empty_columns(sheet: Sheet) -> Sheet:
    columns = [place for place in range(len(sheet.columns)) if not _is_all_nothing([row.cells[place] for row in sheet.rows])]
    if not sheet.rows or len(columns) == len(sheet.columns):
        return sheet
    return replace(
        sheet,
        columns=[sheet.columns[place] for place in columns],
        rows=[replace(row, cells=[row.cells[place] for place in columns]) for row in sheet.rows],
        total=[sheet.total[place] for place in columns] if sheet.total else (),
    )


def _is_all_nothing(cells: Sequence[Cell]) -> bool:
    return all(isinstance(cell, Money) and not cell.amount for cell in cells)


def _row(sheet: Sheet, row: Row) -> ShownRow:
    return ShownRow(shown(sheet, row.cells, total=row.strong), row.url, row.strong)


def sheet_csv(name: str, sheet: Sheet) -> HttpResponse:
    header, *rows = file_rows(sheet)
    return csv_response(name, header, rows)


def find(sheets: Sequence[Sheet], key: str) -> Sheet | None:
    return next((sheet for sheet in sheets if sheet.key == key), None)
