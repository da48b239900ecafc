"""How long the way between places is: by a router where the operator has set one up, else by the straight line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from http.client import HTTPException
from typing import Protocol
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np
from django.conf import settings

from marke.parties.models import Coop
from marke.rules.queries import Rulebook, rulebook
from marke_core.matching import Place
from marke_core.matching.travel import haversine_metres
from marke_core.money import share_of

PATIENCE = 1.5  # seconds; a price is asked for while somebody waits
LONGEST_ANSWER = 200_000  # bytes
FURTHEST = 25_000_000  # metres; an answer beyond is not one


@dataclass(frozen=True)
class Way:
    """`metres` and `seconds` of the whole way, rounded up. `by` says who told: "router", "line" (the straight line times
    the detour), "fallback" (the line, because the router did not answer), "" (no way: fewer than two points)."""

    metres: int
    seconds: int
    by: str


class RouterSilent(Exception):
    """The router gave no way: too late, not there, or no answer that can be one."""


class Router(Protocol):
    """The seam for a provider of ways by road."""

    def way(self, points: Sequence[Place]) -> Way:
        """Along the points in their order. Raises: RouterSilent."""
        ...


@dataclass(frozen=True)
class Osrm:
    """OSRM over HTTP. `address` goes up to and with the profile: https://router.example/route/v1/bike

    Source: OSRM's HTTP API v5, service "route".
    """

    address: str
    patience: float = PATIENCE

    def way(self, points: Sequence[Place]) -> Way:
        along = ";".join(f"{_degrees(point.lon)},{_degrees(point.lat)}" for point in points)
        try:
            with urlopen(f"{self.address}/{along}?overview=false", timeout=self.patience) as answer:  # noqa: S310 the operator gave the address
                told = json.loads(answer.read(LONGEST_ANSWER), parse_float=Decimal)
            route = told["routes"][0]
            metres, seconds = _whole(route["distance"]), _whole(route["duration"])
        except (URLError, HTTPException, OSError, ValueError, LookupError, TypeError, ArithmeticError) as error:
            raise RouterSilent(f"{urlsplit(self.address).netloc}: {error}") from error
        if told.get("code") != "Ok" or not (0 <= metres <= FURTHEST and seconds >= 0):
            raise RouterSilent(f"{urlsplit(self.address).netloc} answered {told.get('code')!r}, {metres} m, {seconds} s")
        return Way(metres, seconds, "router")


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


def router(job_kind: str) -> Router | None:
    """The router that the operator has set up for this kind of work, or for every kind."""
    address = settings.ROUTERS.get(job_kind) or settings.ROUTERS.get("")
    return Osrm(address) if address else None


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


def _degrees(e7: int) -> str:
    return f"{Decimal(e7).scaleb(-7):f}"


def _whole(value: Decimal | int) -> int:
    return int(Decimal(value).to_integral_value(ROUND_CEILING))
