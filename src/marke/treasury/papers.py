"""Sheets as a paper: one template for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.paper import write_pdf
from marke.ledger.closed_days import written_day
from marke.parties.models import Coop
from marke.treasury.sheets import Row, Sheet, read, written

TEMPLATE = Path(__file__).parent / "typst" / "sheets.typ"


def sheets_pdf(coop: Coop, *, title: str, subtitle: str, sheets: Sequence[Sheet], text: str = "", at: datetime) -> bytes:
    """The sheets one after the other, with what was written down beside them."""
    data = {
        "lang": (translation.get_language() or "en")[:2],
        "accent": coop.accent,
        "coop": coop.name,
        "numbers": _numbers(coop),
        "title": title,
        "subtitle": subtitle,
        "made": _("Made on %(day)s") % {"day": written_day(local_date(at, coop.timezone))},
        "text": [line for line in text.splitlines() if line.strip()],
        "sheets": [_sheet(sheet) for sheet in sheets],
        "page": _("Page"),
        "of": _("of"),
    }
    return write_pdf(TEMPLATE, data, made_at=at)


def _numbers(coop: Coop) -> list[str]:
    said = []
    if coop.registration_number:
        said.append(_("Registered as %(number)s") % {"number": coop.registration_number})
    if coop.vat_number:
        said.append(_("VAT number %(number)s") % {"number": coop.vat_number})
    return said


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "head": [column.label for column in sheet.columns],
        "numeric": [column.numeric for column in sheet.columns],
        "rows": [_row(row) for row in sheet.rows],
        "total": [written(cell) for cell in sheet.total],
        "note": sheet.note,
        "empty": sheet.empty if not sheet.rows else "",
    }


def _row(row: Row) -> dict[str, Any]:
    return {"cells": [written(cell) if row.strong else read(cell) for cell in row.cells], "strong": row.strong}
