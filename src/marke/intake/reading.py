"""Turns a file that people have (CSV of any kind, or XLSX) into a table of texts, and refuses what it cannot trust."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from statistics import median_high
from typing import Any

from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.intake.columns import looks_like_header

MAX_BYTES = 5 * 2**20
MAX_UNPACKED = 80 * 2**20
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 1_000
LEAD_IN = 20  # lines in which the header is looked for: titles and empty lines stand above it


class CannotBeRead(Refused):
    """The file is no table that can be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Table:
    header: list[str]
    rows: list[list[str]]
    first_line: int  # of the rows, counted from 1 as spreadsheets do


def read_table(content: bytes) -> Table:
    """Raises: CannotBeRead."""
    if len(content) > MAX_BYTES:
        raise CannotBeRead(
            _("This file is %(size)d MB; at most %(most)d MB can be read. Keep only the columns that are needed.")
            % {"size": len(content) // 2**20 + 1, "most": MAX_BYTES // 2**20}
        )
    if not content.strip():
        raise CannotBeRead(_("This file is empty. Choose the spreadsheet with your members."))
    if content[:4] == b"PK\x03\x04":
        lines = _read_xlsx(content)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise CannotBeRead(
            _("This is an old Excel file (.xls) or one with a password. Save it as .xlsx without password, or as CSV.")
        )
    elif content[:5] == b"%PDF-":
        raise CannotBeRead(_("This is a PDF. Choose the spreadsheet it was made of, as .xlsx or CSV."))
    else:
        lines = _read_csv(_decode(content))
    return _table(lines)


def _decode(content: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    head = content[:2000]
    if head.count(0) > len(head) // 4:
        return content.decode("utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be", errors="replace")
    if b"\0" in content:
        raise CannotBeRead(_("This is not a spreadsheet. Save yours as .xlsx or CSV, and choose that file."))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # Excel on Windows


def _read_csv(text: str) -> list[list[str]]:
    delimiter = None
    first, _break, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text = first.strip()[4], "\n" + rest
    delimiter = delimiter or _delimiter(text)
    lines: list[list[str]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            lines.append(_line(line, len(lines) + 1))
            _check_length(len(lines))
    except csv.Error as error:
        raise CannotBeRead(
            _("Line %(line)d cannot be read as CSV (%(why)s). Save the spreadsheet as .xlsx and choose that file.")
            % {"line": len(lines) + 1, "why": error}
        ) from None
    return lines


def _delimiter(text: str) -> str:
    """The mark that cuts the first lines into the most columns, evenly."""

    def columns(mark: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 50) if any(row)]
        except csv.Error:
            return (0, 0)
        usual = median_high(widths) if widths else 0
        return (usual if usual > 1 else 0, widths.count(usual))

    return max((";", ",", "\t", "|"), key=columns)


def _read_xlsx(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > MAX_UNPACKED or len(archive.infolist()) > 2_000:
                raise CannotBeRead(
                    _("This file unpacks to %(size)d MB, too much to be a list of members. Copy the list to a new spreadsheet.")
                    % {"size": unpacked // 2**20}
                )
            if any(_declares_entities(archive, member) for member in archive.infolist()):
                raise CannotBeRead(_("This file holds definitions that no spreadsheet needs, so it is not opened. Save it anew."))
        import openpyxl  # large, and wanted here alone

        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        return list(_cells(sheet.iter_rows(values_only=True)))
    except CannotBeRead:
        raise
    except Exception as error:  # openpyxl raises whatever the damage leads to
        raise CannotBeRead(
            _("This .xlsx cannot be opened (%(why)s). Open it in your spreadsheet program and save it again.")
            % {"why": type(error).__name__}
        ) from None


def _declares_entities(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Entities that grow when they are read stand in a document type, which no spreadsheet program writes."""
    if not member.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(member) as part:
        return b"<!DOCTYPE" in part.read(4_096).replace(b"\0", b"").upper()


def _cells(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[str]]:
    """Rows of texts up to the last one with something in it; empty tails of sheets are endless."""
    empty = 0
    for count, row in enumerate(rows, start=1):
        line = _line([_text(cell) for cell in row], count)
        if not any(line):
            empty += 1
            if empty > 1_000:
                return
            continue
        yield from ([] for _gap in range(empty))
        empty = 0
        _check_length(count)
        yield line


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return _decimal(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _decimal(number: float) -> str:
    """A number of a sheet as a plain decimal with at least two places, so that its point is never taken for thousands."""
    exact = Decimal(repr(number))
    if not exact.is_finite():
        return str(number)
    exact = round(exact, 9).normalize()  # 0.1 + 0.2 is 0.30000000000000004 in every sheet
    places = -int(exact.as_tuple().exponent)
    if places <= 0:
        return f"{exact:.0f}"
    return f"{exact:.{4 if places == 3 else max(places, 2)}f}"


def _line(cells: list[str], number: int) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise CannotBeRead(
            _("Line %(line)d has %(count)d columns; at most %(most)d can be read. Keep only those that are needed.")
            % {"line": number, "count": len(cells), "most": MAX_COLUMNS}
        )
    if any(len(cell) > MAX_CELL for cell in cells):
        raise CannotBeRead(
            _("A cell in line %(line)d holds more than %(most)d characters. Shorten it.") % {"line": number, "most": MAX_CELL}
        )
    return [" ".join(cell.replace("\x00", "").split()) for cell in cells]


def _check_length(count: int) -> None:
    if count > MAX_ROWS + LEAD_IN:
        raise CannotBeRead(
            _("This file has more than %(most)d rows. Split it into several files; each is checked and booked by itself.")
            % {"most": MAX_ROWS}
        )


def _table(lines: list[list[str]]) -> Table:
    """The header is the first line with names of columns in it; what stands above is a title."""
    filled = [place for place, line in enumerate(lines[:LEAD_IN]) if any(line)]
    if not filled:
        raise CannotBeRead(_("This file is empty. Choose the spreadsheet with your members."))
    at = next((place for place in filled if looks_like_header(lines[place])), filled[0])
    rows = lines[at + 1 :]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise CannotBeRead(_("Below the names of the columns there are no rows. Is the list on the first sheet?"))
    width = max(len(row) for row in [lines[at], *rows])
    return Table(_padded(lines[at], width), [_padded(row, width) for row in rows], at + 2)


def _padded(line: list[str], width: int) -> list[str]:
    return line + [""] * (width - len(line))
