"""How long the way between places is: by a router where the operator has set one up, else by the straight line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from marke.parties.models import Coop
from marke.places.routers import GraphTravel, RouterSilent, Way, address_of, is_graph, router
from marke.rules.queries import Rulebook, rulebook
from marke_core.matching import Place
from marke_core.matching.travel import EarthTravel, Travel, haversine_metres
from marke_core.money import share_of


@dataclass(frozen=True)
class Line:
    """The straight line over the earth times a detour, at a speed. `percent`: 130 is a way 1.3 times as long."""

    detour_percent: int
    kilometres_per_hour: int

    def way(self, points: Sequence[Place]) -> Way:
        lat = np.array([point.lat for point in points], dtype=np.int64)
        lon = np.array([point.lon for point in points], dtype=np.int64)
        straight = int(np.rint(haversine_metres(lat[:-1], lon[:-1], lat[1:], lon[1:])).sum())
        metres = -(-straight * self.detour_percent // 100)
        return Way(metres, self.seconds(metres), "line")

    def seconds(self, metres: int) -> int:
        """How long so many metres take, rounded up."""
        return -(-metres * 3_600 // (self.kilometres_per_hour * 1_000))


def line(rules: Rulebook, job_kind: str) -> Line:
    """The co-op's own reckoning of a way for this kind of work."""
    detour = rules.value("places.detour", job_kind=job_kind)
    return Line(share_of(100, detour), rules.value("places.speed", job_kind=job_kind))


def way(coop: Coop, points: Sequence[Place], job_kind: str, *, at: datetime, rules: Rulebook | None = None) -> Way:
    """The way along the points for this kind of work. `rules` spares a query where the caller has the rulebook already."""
    if len(points) < 2:
        return Way(0, 0, "")
    reckoned = line(rules or rulebook(coop, at), job_kind)
    by_road = router(job_kind)
    if by_road is None:
        return reckoned.way(points)
    try:
        return by_road.way(points)
    except RouterSilent:
        found = reckoned.way(points)
        return Way(found.metres, found.seconds, "fallback")


def travel(rules: Rulebook, job_kind: str) -> Travel:
    """How long many ways take at once, in seconds. A router over the network would be asked too often for that: only a graph on
    this machine tells them by road."""
    detour = rules.value("places.detour", job_kind=job_kind)
    reckoned = EarthTravel(
        metres_per_hour=rules.value("places.speed", job_kind=job_kind) * 1000, detour_percent=round(detour * 100)
    )
    address = address_of(job_kind)
    return GraphTravel(address, reckoned) if is_graph(address) else reckoned
