"""The spreadsheet to start from, in the reader's language: the columns that are understood, and one example."""

import io
from datetime import date

from marke.common.csv_files import csv_text
from marke.intake.columns import FIELDS
from marke.parties.models import Membership

COLUMNS = ("name", "email", "phone", "joined", "engagement", "shares", "share_amount", "balance")


def header() -> list[str]:
    return [str(FIELDS[name]) for name in COLUMNS]


def example() -> list[str | int | float | date]:
    work = str(Membership.Engagement.SELF_EMPLOYED.label)
    return ["Amina Kaya", "amina@example.org", "+32470123456", date(2025, 3, 1), work, 2, 100, 48.5]


def template_csv() -> str:
    row = [f"{cell:.2f}" if isinstance(cell, float) else cell for cell in example()]
    return csv_text([header(), row], delimiter=";")


def template_xlsx() -> bytes:
    import openpyxl  # large, and wanted here alone
    from openpyxl.styles import Font

    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(header())
    sheet.append(example())
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column in sheet.columns:
        sheet.column_dimensions[column[0].column_letter].width = 24  # type: ignore[union-attr]
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
