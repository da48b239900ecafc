"""How long the way is. A provider answers for columns of places at once, in whole units of time, rounded up.

Rounding up once, here, keeps every other sum exact: a plan is never faster than the provider says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from marke_core.matching.row import EARTH_RADIUS_METRES, Column, Place

Metres = NDArray[np.float64]


class Travel(Protocol):
    """The seam for a router (OSRM, Valhalla, a table): any callable with this signature."""

    def __call__(self, lat: Column, lon: Column, to_lat: Column, to_lon: Column) -> Column:
        """How long from each point to each other, int64, in the problem's unit of time; arguments are broadcast."""
        ...


@dataclass(frozen=True, slots=True)
class PlanarTravel:
    """Straight lines on a plane in metres, at a speed in metres per unit of time, rounded up.

    A root that should land on a whole number of units does: for |coordinates| < 10^6 m the squares are exact, the root
    is rounded correctly, and its nearest neighbours lie further off than the quotient's last digit.
    """

    metres_per_unit: float

    def __call__(self, lat: Column, lon: Column, to_lat: Column, to_lon: Column) -> Column:
        units = np.subtract(lat, to_lat, dtype=np.float64)
        east = np.subtract(lon, to_lon, dtype=np.float64)
        units *= units
        units += east * east
        np.sqrt(units, out=units)
        units /= self.metres_per_unit
        return np.asarray(np.ceil(units, out=units).astype(np.int64))


@dataclass(frozen=True, slots=True)
class EarthTravel:
    """Great circles at a speed, the streets' detour as a factor in percent. Degrees times 1e7 in, seconds out.

    Bicycles 15 km/h, cars 25 km/h and 130 % serve where there is no router. Source: haversine, Sinnott 1984.
    """

    metres_per_hour: int = 15_000
    detour_percent: int = 130

    def __call__(self, lat: Column, lon: Column, to_lat: Column, to_lon: Column) -> Column:
        metres = haversine_metres(lat, lon, to_lat, to_lon)
        seconds = metres * (36.0 * self.detour_percent / self.metres_per_hour)
        return np.asarray(np.ceil(np.round(seconds, 6)).astype(np.int64))


def haversine_metres(lat: Column, lon: Column, to_lat: Column, to_lon: Column) -> Metres:
    """Great-circle metres between points in degrees times 1e7; arguments are broadcast."""
    phi, to_phi = np.radians(lat / 1e7), np.radians(to_lat / 1e7)
    half = np.sin((to_phi - phi) / 2) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(np.radians((to_lon - lon) / 1e7) / 2) ** 2
    metres: Metres = 2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return metres


def local_metres(lat: Column, lon: Column, *, around: Place) -> tuple[Metres, Metres]:
    """Points near `around` (degrees times 1e7) as metres (x, y) on a plane that touches the earth there.

    Equirectangular: within 50 km of a place up to 60 degrees north, distances are right to about 1 %. Across the date
    line, longitudes are taken the short way.
    """
    scale = float(np.pi / 180 / 1e7 * EARTH_RADIUS_METRES)
    shrunk = scale * float(np.cos(np.radians(around.lat / 1e7)))
    east = (lon - around.lon + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    return east.astype(np.float64) * shrunk, (lat - around.lat).astype(np.float64) * scale
