"""The columns in which CoopCycle's co-ops and their shops exchange deliveries, and what a row of them says.

Source: coopcycle/coopcycle-web, the spreadsheet parser of deliveries and its documentation for shops.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import ceil
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from marke.jobs.wishes import HEAVIEST

PICKUP, DROPOFF, WEIGHT = "pickup", "dropoff", "weight"
# As CoopCycle's example file has them.
COLUMNS = (
    "pickup.address", "pickup.address.name", "pickup.address.description", "pickup.address.telephone", "pickup.comments",
    "pickup.timeslot", "pickup.tags", "dropoff.address", "dropoff.address.name", "dropoff.address.description",
    "dropoff.address.telephone", "dropoff.comments", "dropoff.timeslot", "dropoff.packages", "dropoff.tags", "weight",
)  # fmt: skip
NEEDED = ("pickup.address", "pickup.timeslot", "dropoff.address", "dropoff.timeslot")
# What goes into the note, in this order, after the words for it.
TOLD = ("address.name", "address.telephone", "address.description", "comments", "packages", "tags")

_DAY = r"(?:(?P<year{n}>\d{{4}})-(?P<month{n}>\d{{1,2}})-(?P<day{n}>\d{{1,2}})|(?P<d{n}>\d{{1,2}})/(?P<m{n}>\d{{1,2}})/(?P<y{n}>\d{{4}}))"
_TIME = r"(?P<hour{n}>\d{{1,2}})[:hH](?P<minute{n}>\d{{2}})"
_MOMENT = _DAY + r"\s+" + _TIME
SLOT = re.compile(_MOMENT.format(n=1) + r"\s*[-–]\s*" + _MOMENT.format(n=2), re.ASCII)


@dataclass(frozen=True)
class Slot:
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Row:
    """What one line says. `errors`: what is wrong with it; then the rest may be empty."""

    line: int
    pickup: str
    place: str
    note: str
    load_kg: int
    items: int | None
    begins: datetime | None
    ends: datetime | None
    errors: list[str] = field(default_factory=list)


def missing(header: Sequence[str]) -> list[str]:
    """The columns that a file has to have and this one has not."""
    known = {column_of(title) for title in header}
    return [name for name in NEEDED if name not in known]


def column_of(title: str) -> str:
    """The column that a title means, "" for one that is no column of CoopCycle's."""
    plain = title.strip().lower()
    return plain if plain in COLUMNS else ""


def read(header: Sequence[str], rows: Sequence[Sequence[str]], first_line: int, timezone: str) -> list[Row]:
    """What the rows say; empty lines are left out."""
    columns = [column_of(title) for title in header]
    zone = ZoneInfo(timezone)
    found = []
    for place, cells in enumerate(rows):
        said = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
        if any(said.values()):
            found.append(_row(first_line + place, said, zone))
    return found


def _row(line: int, said: Mapping[str, str], zone: ZoneInfo) -> Row:
    errors = [_("%(column)s: nothing stands there.") % {"column": name} for name in NEEDED if not said.get(name)]
    slots: dict[str, Slot] = {}
    for end in (PICKUP, DROPOFF):
        text = said.get(f"{end}.timeslot", "")
        slot = _slot(f"{end}.timeslot", text, zone) if text else None
        if isinstance(slot, Slot):
            slots[end] = slot
        elif slot:
            errors.append(slot)
    if len(slots) == 2 and slots[DROPOFF].ends <= slots[PICKUP].begins:
        errors.append(_("dropoff.timeslot: it ends before the pickup begins. Give a later one."))
    load = _kilos(said.get(WEIGHT, ""))
    if isinstance(load, str):
        errors.append(load)
    return Row(
        line=line,
        pickup=said.get("pickup.address", ""),
        place=said.get("dropoff.address", ""),
        note=_note(said),
        load_kg=load if isinstance(load, int) else 0,
        items=_things(said.get("dropoff.packages", "")),
        begins=slots[PICKUP].begins if PICKUP in slots else None,
        ends=slots[DROPOFF].ends if DROPOFF in slots else None,
        errors=errors,
    )


def _slot(column: str, text: str, zone: ZoneInfo) -> Slot | str:
    """The two moments, or what is wrong."""
    match = SLOT.fullmatch(text.strip())
    if match is None:
        return _("%(column)s: “%(text)s” is no time. Write it like 2026-12-01 10:00 - 2026-12-01 11:00.") % {
            "column": column, "text": text[:40],
        }  # fmt: skip
    try:
        begins, ends = (_moment(match, number, zone) for number in "12")
    except ValueError:
        return _("%(column)s: there is no such day or hour as “%(text)s”. Write another one.") % {
            "column": column, "text": text[:40],
        }  # fmt: skip
    if ends < begins:
        return _("%(column)s: “%(text)s” ends before it begins. Change one of the two.") % {"column": column, "text": text[:40]}
    return Slot(begins, ends)


def _moment(match: re.Match[str], number: str, zone: ZoneInfo) -> datetime:
    """Raises: ValueError for a moment that no clock shows there."""
    year, month, day = (
        match[name + number] or match[short + number] for name, short in (("year", "y"), ("month", "m"), ("day", "d"))
    )
    local = datetime(int(year), int(month), int(day), int(match["hour" + number]), int(match["minute" + number]), tzinfo=zone)
    if not 2000 <= local.year < 2100 or _skipped(local, zone):
        raise ValueError("no such moment")
    return local


def _skipped(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks went over this hour in spring."""
    return local.timestamp() != local.replace(fold=0).timestamp() or datetime.fromtimestamp(local.timestamp(), zone).replace(
        fold=0
    ) != local.replace(fold=0)


def _kilos(text: str) -> int | str:
    """Whole kilos, rounded up; or what is wrong."""
    if not text:
        return 0
    try:
        weight = Decimal(text.replace(",", "."))
    except InvalidOperation:
        weight = Decimal(-1)
    if not weight.is_finite() or not 0 <= weight <= HEAVIEST:
        return _("weight: “%(text)s” is no weight in kilos. Write it like 5.5.") % {"text": text[:20]}
    return ceil(weight)


def _things(packages: str) -> int | None:
    """How many packages there are: 3 in “small-box=1 big-box=2”; None where that is not told."""
    return sum(map(int, re.findall(r"=\s*(\d{1,4})\b", packages, re.ASCII))) or None


def _note(said: Mapping[str, str]) -> str:
    """What whoever carries it has to know, one line for each end of the way."""
    lines = []
    for end, word in ((PICKUP, _("Pickup")), (DROPOFF, _("Drop-off"))):
        told = [said[f"{end}.{name}"] for name in TOLD if said.get(f"{end}.{name}")]
        if told:
            lines.append(f"{word}: {' · '.join(told)}")
    return "\n".join(lines)
