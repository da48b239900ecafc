"""From what is asked to what can be priced: the way, the zones, the local day and hour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from marke.parties.models import Coop
from marke.places.routers import Way
from marke.places.travel import Line, line, way
from marke.rates.fares import zones
from marke.rules.queries import Rulebook
from marke_core.fares import Trip, zones_at
from marke_core.matching import Place

# How a postcode is written, by country; elsewhere it is a group of digits.
POSTCODES = {
    "NL": r"\b[1-9]\d{3} ?[A-Z]{2}\b",
    "GB": r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",
    "US": r"\b\d{5}(?:-\d{4})?\b",
    "BR": r"\b\d{5}-?\d{3}\b",
}


@dataclass(frozen=True)
class Stop:
    """A stop of a job: where it is on the map, if that is known, and its address as it was given."""

    point: Place | None
    address: str = ""


def postcode_in(address: str, country: str) -> str:
    """The last piece of an address that looks like a postcode of this country; "" when none does."""
    found = re.findall(POSTCODES.get(country, r"\b\d{4,5}\b"), address.upper(), re.ASCII)
    return str(found[-1]) if found else ""


def way_of(*, rules: Rulebook, coop: Coop, job_kind: str, stops: Sequence[Stop], at: datetime) -> Way:
    """The way along the stops. Where one is not on the map, the rule for that says how long it is taken to be."""
    points = [stop.point for stop in stops if stop.point is not None]
    if len(points) == len(stops):
        return way(coop, points, job_kind, at=at, rules=rules)
    return way_by(rules=rules, job_kind=job_kind, stops=stops, router=line(rules, job_kind))


def way_by(*, rules: Rulebook, job_kind: str, stops: Sequence[Stop], router: Line) -> Way:
    """`way_of` without asking any router on the net."""
    points = [stop.point for stop in stops if stop.point is not None]
    if len(stops) < 2:
        return Way(0, 0, "")
    if len(points) == len(stops):
        return router.way(points)
    metres = 1000 * rules.value("rates.unknown_way", job_kind=job_kind)
    return Way(metres, router.seconds(metres), "unknown")


def trip_of(
    *, rules: Rulebook, coop: Coop, metres: int, stops: Sequence[Stop], starts_at: datetime, minutes: int, items: int, kilos: int
) -> Trip:
    """The job as a fare sees it, by the clock where the co-op is."""
    local = starts_at.astimezone(ZoneInfo(coop.timezone))
    drawn = zones(rules)
    in_zones = tuple(zones_at(drawn, postcode_in(stop.address, coop.country), stop.point) for stop in stops) if drawn else ()
    holidays = {day for day, _name in rules.value("rates.holidays")}
    holiday = not holidays.isdisjoint((f"{local:%m-%d}", local.date().isoformat()))
    return Trip(metres, minutes, items, kilos, local.weekday(), local.hour, in_zones, holiday)
