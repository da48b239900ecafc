"""Compiled translations are made where they are missing or older than their source, so that none is kept in git."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[3]


def catalogues() -> list[Path]:
    """Every .po file of the program and the packs."""
    return sorted(SOURCE.glob("*/**/locale/*/LC_MESSAGES/*.po"))


def compile_translations() -> int:
    """Returns how many were compiled. A file appears whole or not at all, also when two processes start at once."""
    compiled = 0
    for source in catalogues():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parents[1].name, domain=source.stem)
        draft = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        with draft.open("wb") as stream:
            write_mo(stream, catalogue)
        draft.replace(target)
        compiled += 1
    return compiled
