"""Moments as credentials write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# XML Schema's dateTimeStamp: the zone is part of it.
_STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def moment(text: object) -> datetime | None:
    """None for what is not a moment with its zone. A fraction finer than a microsecond is cut off."""
    found = _STAMP.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    fraction = (found[7] or "")[:7]
    zone = "+00:00" if found[8] == "Z" else found[8]
    try:
        return datetime.fromisoformat(f"{found[0][:19]}{fraction.ljust(7, '0') if fraction else ''}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def stamp(at: datetime) -> str:
    """A moment to the second, in UTC: 2026-01-31T09:00:00Z."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"
