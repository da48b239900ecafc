"""Which fare counts for whom: the members', a circle's, or a member's own within the bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from marke.rates.models import MemberFare
from marke.rates.rulebook import FARE
from marke.rules.models import RuleValue
from marke.rules.queries import Rulebook
from marke_core.fares import Row, Zone
from marke_core.matching import Place

CORNER = re.compile(r"(-?\d{1,2}(?:\.\d{1,12})?),(-?\d{1,3}(?:\.\d{1,12})?)", re.ASCII)


@dataclass(frozen=True)
class Fare:
    """Rows, and where they come from. `setter`: coop, circle, member or client; `name`: of the circle or the member."""

    rows: tuple[Row, ...]
    entry: RuleValue
    setter: str = "coop"
    name: str = ""
    own: MemberFare | None = None


@dataclass(frozen=True)
class Bounds:
    """What a member's own amounts may be, as parts of the members' amounts."""

    least: Fraction
    most: Fraction

    def of(self, amount: int) -> tuple[int, int]:
        """The least and the most, in minor units: at most `amount`, and at least `amount`."""
        return ceil(amount * self.least), floor(amount * self.most)


def rows_of(typed: Sequence[Sequence[Any]]) -> tuple[Row, ...]:
    return tuple(Row(*cells) for cells in typed)


def rows_from(kept: Any) -> tuple[Row, ...]:
    """The rows of a fare as it is kept in JSON."""
    return rows_of(FARE.load(kept))


def kept(rows: Sequence[Row]) -> Any:
    """A fare as it is kept in JSON."""
    return FARE.dump([_cells(row) for row in rows])


def _cells(row: Row) -> tuple[Any, ...]:
    return row.part, row.amount, row.percent, row.above, row.day, row.start, row.end, row.zone, row.formula


def common_fare(rules: Rulebook, job_kind: str) -> Fare | None:
    """The fare that the members set together, if there is one."""
    entry = rules.entry("rates.fare", job_kind=job_kind)
    rows = rows_of(rules.timeline.typed(entry))
    return Fare(rows, entry) if rows else None


def circle_fare(rules: Rulebook, job_kind: str, circle: int, name: str) -> Fare | None:
    """The fare of a circle's own, if it has one."""
    entry = rules.entry("rates.fare", job_kind=job_kind, circle=circle)
    rows = rows_of(rules.timeline.typed(entry))
    return Fare(rows, entry, "circle", name) if rows and "circle=" in entry.scope else None


def bounds(rules: Rulebook, job_kind: str) -> Bounds:
    return Bounds(rules.value("rates.least", job_kind=job_kind), rules.value("rates.most", job_kind=job_kind))


def can_be_own(row: Row) -> bool:
    """Whether a member may ask another amount for it: surcharges in percent and formulas are the same for all."""
    return bool(row.amount)


def own_rows(common: Sequence[Row], own: Sequence[Row], within: Bounds) -> tuple[Row, ...]:
    """The members' rows with the member's amounts, each brought within the bounds as they are now.

    Rows that the members have dropped since are dropped; new ones count as they are.
    """
    amounts = {row.key: row.amount for row in own}
    return tuple(_own(row, amounts.get(row.key, row.amount), within) for row in common)


def _own(row: Row, amount: int, within: Bounds) -> Row:
    if not can_be_own(row):
        return row
    least, most = within.of(row.amount)
    return replace(row, amount=min(max(amount, least), most))


def zones(rules: Rulebook) -> list[Zone]:
    return [zone_of(name, area) for name, area in rules.value("rates.zones")]


class NoArea(ValueError):
    """What is written for a zone is neither postcodes nor corners; the argument is the piece that is wrong."""


def zone_of(name: str, area: str) -> Zone:
    """A zone from how its postcodes begin and its corners: "1000 1005" or "50.84,4.35 50.86,4.36 50.85,4.33". Raises: NoArea."""
    words = area.split()
    corners = tuple(_corner(word) for word in words if "," in word)
    if len(corners) in (1, 2) or not words:
        raise NoArea(area)
    return Zone(name, tuple(word for word in words if "," not in word), corners)


def _corner(word: str) -> Place:
    parts = CORNER.fullmatch(word)
    if parts is None:
        raise NoArea(word)
    lat, lon = (int(Decimal(part).scaleb(7).to_integral_value()) for part in parts.groups())
    if abs(lat) > 900_000_000 or abs(lon) > 1_800_000_000:
        raise NoArea(word)
    return Place(lat, lon)
