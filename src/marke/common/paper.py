"""Papers that leave the house: typst sets them, from a template of ours and data as JSON.

Nothing a person typed is ever part of the markup. The same data and date give the same bytes on one machine.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The faces that typst carries (Latin, Greek, Cyrillic), and what the machine has for other scripts."""
    return typst.Fonts(include_system_fonts=True)


class NotArchivable(Exception):
    """A text has a letter for which there is no font here: it can be printed, but not as PDF/A."""


def write_pdf(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Sets `template` with `data`, which it reads by `json(bytes(sys.inputs.data))`. Money comes as text."""
    return _written(template, data, made_at)


def write_archive_pdf(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """As `write_pdf`, as PDF/A-3b: to be kept, with files inside. Raises: NotArchivable."""
    try:
        return _written(template, data, made_at, pdf_standards=["a-3b"])
    except typst.TypstError as error:
        raise NotArchivable(str(error)) from error


def _written(template: Path, data: Mapping[str, Any], made_at: datetime, **said: Any) -> bytes:
    written: bytes = typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)},
        timestamp=int(made_at.astimezone(UTC).timestamp()),
        **said,
    )
    return written


def qr_svg(text: str) -> str:
    """A QR code as SVG, black on white with the quiet zone that readers need; for pages and papers."""
    written = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        written, kind="svg", border=4, light="#fff", xmldecl=False, svgns=True, nl=False, omitsize=True
    )
    return written.getvalue().decode()
