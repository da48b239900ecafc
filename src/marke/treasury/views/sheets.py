"""Sheets on pages and in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from marke.common.views import csv_response
from marke.treasury.sheets import Row, Sheet, Shown, file_rows, shown


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


def on_page(sheet: Sheet, csv: str = "") -> ShownSheet:
    rows = [_row(sheet, row) for row in sheet.rows]
    return ShownSheet(sheet, rows, shown(sheet, sheet.total, total=True) if sheet.total else [], csv)


def _row(sheet: Sheet, row: Row) -> ShownRow:
    return ShownRow(shown(sheet, row.cells, total=row.strong), row.url, row.strong)


def sheet_csv(name: str, sheet: Sheet) -> HttpResponse:
    header, *rows = file_rows(sheet)
    return csv_response(name, header, rows)


def find(sheets: Sequence[Sheet], key: str) -> Sheet | None:
    return next((sheet for sheet in sheets if sheet.key == key), None)
