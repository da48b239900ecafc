"""Providers of ways by road: OSRM over HTTP, or inside this program over a graph that the operator has prepared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from http.client import HTTPException
from importlib import import_module
from typing import Any, Protocol
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import numpy as np
from django.conf import settings

from marke_core.matching import Place
from marke_core.matching.row import Column
from marke_core.matching.travel import Travel

PATIENCE = 1.5  # seconds; a price is asked for while somebody waits
LONGEST_ANSWER = 200_000  # bytes
FURTHEST = 25_000_000  # metres; an answer beyond is not one
OFF_THE_ROAD = 500  # metres; what lies further from every road is not on this graph
E7 = 10**7
# What a broken answer raises while it is read.
UNREADABLE = (ValueError, LookupError, TypeError, ArithmeticError)


@dataclass(frozen=True)
class Way:
    """`metres` and `seconds` of the whole way, rounded up. `by` says who told: "router", "line" (the straight line times
    the detour), "fallback" (the line, because the router did not answer), "" (no way: fewer than two points)."""

    metres: int
    seconds: int
    by: str


class RouterSilent(Exception):
    """The router gave no way: too late, not there, or no answer that can be one."""


class BindingMissing(RouterSilent):
    """A graph is set up, and nothing that could read it is installed."""


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
        where = urlsplit(self.address).netloc
        along = ";".join(f"{_degrees(point.lon)},{_degrees(point.lat)}" for point in points)
        near = ";".join([str(OFF_THE_ROAD)] * len(points))
        try:
            with urlopen(f"{self.address}/{along}?overview=false&radiuses={near}", timeout=self.patience) as answer:  # noqa: S310 the operator gave the address
                told = json.loads(answer.read(LONGEST_ANSWER), parse_float=Decimal)
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise RouterSilent(f"{where}: {error}") from error
        return way_told(told, where)


@dataclass(frozen=True)
class OsrmGraph:
    """OSRM inside this program. `graph`: the path of what `python -m osrm contract` made, up to and with `.osrm`."""

    graph: str

    def way(self, points: Sequence[Place]) -> Way:
        try:
            told = engine(self.graph).Route(
                binding().RouteParameters(
                    coordinates=[degrees(point.lat, point.lon) for point in points], radiuses=[OFF_THE_ROAD] * len(points),
                    overview="false", generate_hints=False,
                )
            )  # fmt: skip
        except RuntimeError as error:
            raise RouterSilent(f"{self.graph}: {error}") from error
        return way_told(told, self.graph)


@dataclass(frozen=True)
class GraphTravel:
    """How long many ways take by a graph, in seconds; `line` says it where the graph does not."""

    graph: str
    line: Travel

    def __call__(self, lat: Column, lon: Column, to_lat: Column, to_lon: Column) -> Column:
        reckoned = self.line(lat, lon, to_lat, to_lon)
        if not reckoned.size:
            return reckoned
        points, start, end = _places(lat, lon, to_lat, to_lon)
        sources, row = np.unique(start, return_inverse=True)
        targets, column = np.unique(end, return_inverse=True)
        try:
            told = engine(self.graph).Table(
                binding().TableParameters(
                    coordinates=[degrees(*point) for point in points], sources=sources.tolist(), destinations=targets.tolist(),
                    generate_hints=False,
                )
            )  # fmt: skip
            seconds = table_told(told)
        except (RouterSilent, RuntimeError, *UNREADABLE):
            return reckoned
        by_road = seconds[row.reshape(start.shape), column.reshape(end.shape)]
        return np.where(by_road < 0, reckoned, by_road)


def _places(lat: Column, lon: Column, to_lat: Column, to_lon: Column) -> tuple[list[tuple[int, int]], Column, Column]:
    """Each place once, and for each way which of them it begins and ends at."""
    lat, lon, to_lat, to_lon = np.broadcast_arrays(lat, lon, to_lat, to_lon)
    both = np.stack([np.concatenate([lat.ravel(), to_lat.ravel()]), np.concatenate([lon.ravel(), to_lon.ravel()])], axis=1)
    found, which = np.unique(both, axis=0, return_inverse=True)
    begins, ends = which.reshape(2, *lat.shape)
    return [(int(one), int(other)) for one, other in found], begins, ends


def way_told(told: Any, where: str) -> Way:
    """An answer of the service "route". Raises: RouterSilent where it cannot be a way."""
    try:
        code, route = told["code"], told["routes"][0]
        metres, seconds = _whole(route["distance"]), _whole(route["duration"])
    except UNREADABLE as error:
        raise RouterSilent(f"{where}: {error}") from error
    if code != "Ok" or not (0 <= metres <= FURTHEST and seconds >= 0):
        raise RouterSilent(f"{where} answered {code!r}, {metres} m, {seconds} s")
    return Way(metres, seconds, "router")


def table_told(told: Any) -> Column:
    """An answer of the service "table": whole seconds from each source to each destination, −1 where there is no way.

    Raises: one of UNREADABLE.
    """
    off_source, off_target = (_off_the_road(told[side]) for side in ("sources", "destinations"))
    rows = [[-1.0 if cell is None else float(cell) for cell in row] for row in told["durations"]]
    # Seconds come with one decimal: what is beyond is noise, and would round a whole number up.
    tenths = np.round(np.array(rows), 3)
    if not np.isfinite(tenths).all():
        raise ValueError("a time that is no number")
    seconds = np.ceil(tenths).astype(np.int64)
    return np.where(off_source[:, None] | off_target[None, :], -1, seconds)


def _off_the_road(snapped: Iterable[Any]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([float(each["distance"]) > OFF_THE_ROAD for each in snapped], dtype=np.bool_)


def binding() -> Any:
    """The library that reads graphs, loaded when it is asked for first. Raises: BindingMissing."""
    try:
        return import_module("osrm")
    except ImportError as error:
        raise BindingMissing(
            "MARKE_ROUTER names a graph, which osrm-bindings reads. Install it, on Python 3.12 or newer: pip install osrm-bindings"
        ) from error


@lru_cache(maxsize=8)
def engine(graph: str) -> Any:
    """A graph, read once; several processes share the memory. Raises: RuntimeError where it is not one."""
    return binding().OSRM(storage_config=graph, algorithm="CH", use_shared_memory=False, use_mmap=True)


def address_of(job_kind: str) -> str:
    """What the operator has set up for this kind of work, or for every kind; "" for nothing."""
    return settings.ROUTERS.get(job_kind) or settings.ROUTERS.get("") or ""


def is_graph(address: str) -> bool:
    """Whether an address is a path on this machine."""
    return bool(address) and "://" not in address


def router(job_kind: str) -> Router | None:
    address = address_of(job_kind)
    if not address:
        return None
    return OsrmGraph(address) if is_graph(address) else Osrm(address)


def degrees(lat: int, lon: int) -> tuple[float, float]:
    """As OSRM takes a place: the longitude first."""
    return lon / E7, lat / E7


def _degrees(e7: int) -> str:
    return f"{Decimal(e7).scaleb(-7):f}"


def _whole(value: Decimal | float) -> int:
    return int(Decimal(value).to_integral_value(ROUND_CEILING))
