"""A map drawn on the server: SVG that needs no script, and no tiles; where an installation names a tile server, it lies on them.

Web Mercator; with tiles in the pixels of a whole zoom step, so that they fit. Without: the points, the ways between, and a scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, degrees, floor, log, log2, pi, radians, sinh, tan
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from marke_core.matching import Place

TILE: Final = 256
FURTHEST_IN, FURTHEST_OUT = 17, 1
MARGIN: Final = 28  # pixels between the outermost point and the edge
POLE: Final = 85.0511  # beyond it Mercator has no paper
EARTH_METRES: Final = 40_075_016.686
LONGEST_SCALE: Final = 120  # pixels


@dataclass(frozen=True)
class MapPoint:
    """Something to be shown. `mark`: the letter or number in it; `kind`: pickup, stop, place, worker, me, or job."""

    at: Place
    label: str
    kind: str = "place"
    mark: str = ""
    url: str = ""


@dataclass(frozen=True)
class Mark:
    """A point as drawn, in pixels from the upper left. `count`: how many lie so close that they share one mark."""

    x: int
    y: int
    label: str
    kind: str
    mark: str
    url: str
    count: int = 1


@dataclass(frozen=True)
class Tile:
    x: int
    y: int
    url: str


@dataclass(frozen=True)
class Scale:
    """A bar of `pixels` that is `text` long."""

    pixels: int
    text: str


@dataclass(frozen=True)
class Map:
    width: int
    height: int
    marks: tuple[Mark, ...]
    ways: tuple[str, ...]  # the points of a polyline, as SVG writes them
    tiles: tuple[Tile, ...]
    scale: Scale
    credit: str

    def __bool__(self) -> bool:
        return bool(self.marks)


@dataclass(frozen=True)
class _Paper:
    """Where the paper lies on the world of a zoom step: the pixel of its upper left corner."""

    zoom: float
    left: float
    top: float

    def pixel(self, place: Place, around: float) -> tuple[int, int]:
        x, y = _world(place, around)
        return round(x * 2**self.zoom - self.left), round(y * 2**self.zoom - self.top)


def draw(
    points: Sequence[MapPoint],
    ways: Sequence[Sequence[Place]] = (),
    *,
    width: int = 480,
    height: int = 320,
    cluster: int = 0,
) -> Map:
    """All points and ways on one paper, as large as they fit. With `cluster`, points within so many pixels share a mark.

    Without points the map is empty, and false.
    """
    places = [point.at for point in points] + [place for way in ways for place in way]
    if not places:
        return Map(width, height, (), (), (), Scale(0, ""), "")
    around = places[0].lon / 1e7
    paper = _fit([_world(place, around) for place in places], width, height)
    marks = [Mark(*paper.pixel(p.at, around), p.label, p.kind, p.mark, p.url) for p in points]
    lines = tuple(" ".join("{},{}".format(*paper.pixel(place, around)) for place in way) for way in ways)
    tiles = _tiles(paper, width, height) if settings.MAP_TILES else ()
    return Map(
        width, height, tuple(_clustered(marks, cluster) if cluster else marks), lines, tiles,
        _scale(paper, height), settings.MAP_CREDIT if tiles else "",
    )  # fmt: skip


def _world(place: Place, around: float) -> tuple[float, float]:
    """Pixels at zoom 0. Longitudes go the short way from `around`, also across the date line."""
    lat = max(-POLE, min(POLE, place.lat / 1e7))
    lon = around + (place.lon / 1e7 - around + 180) % 360 - 180
    y = log(tan(pi / 4 + radians(lat) / 2))
    return TILE * (lon + 180) / 360, TILE * (1 - y / pi) / 2


def _fit(world: Sequence[tuple[float, float]], width: int, height: int) -> _Paper:
    xs, ys = [x for x, _y in world], [y for _x, y in world]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    fits = min(
        log2((width - 2 * MARGIN) / wide) if wide else FURTHEST_IN, log2((height - 2 * MARGIN) / high) if high else FURTHEST_IN
    )
    # Tiles are drawn for whole steps only.
    zoom = max(FURTHEST_OUT, min(FURTHEST_IN, floor(fits) if settings.MAP_TILES else fits))
    # One point alone is shown with the streets around it, not with a doorstep.
    zoom = min(zoom, 15) if len(set(world)) == 1 else zoom
    size = 2**zoom
    return _Paper(zoom, (max(xs) + min(xs)) / 2 * size - width / 2, (max(ys) + min(ys)) / 2 * size - height / 2)


def _clustered(marks: Sequence[Mark], pixels: int) -> list[Mark]:
    """One mark per kind and square; several in one say how many they are."""
    squares: dict[tuple[str, int, int], list[Mark]] = {}
    for mark in marks:
        squares.setdefault((mark.kind, mark.x // pixels, mark.y // pixels), []).append(mark)
    return [together[0] if len(together) == 1 else _shared(together) for together in squares.values()]


def _shared(marks: Sequence[Mark]) -> Mark:
    n = len(marks)
    label = ", ".join(mark.label for mark in marks[:5]) + ("…" if n > 5 else "")
    return Mark(sum(mark.x for mark in marks) // n, sum(mark.y for mark in marks) // n, label, marks[0].kind, str(n), "", n)


def _tiles(paper: _Paper, width: int, height: int) -> tuple[Tile, ...]:
    zoom = int(paper.zoom)
    count = 2**zoom
    columns = range(int(paper.left // TILE), int((paper.left + width) // TILE) + 1)
    rows = range(max(int(paper.top // TILE), 0), min(int((paper.top + height) // TILE), count - 1) + 1)
    return tuple(
        Tile(
            round(column * TILE - paper.left),
            round(row * TILE - paper.top),
            settings.MAP_TILES.replace("{z}", str(zoom)).replace("{x}", str(column % count)).replace("{y}", str(row)),
        )
        for column in columns
        for row in rows
    )


def _scale(paper: _Paper, height: int) -> Scale:
    """The longest round distance, 1, 2 or 5 times a power of ten, that fits under the map."""
    middle = (paper.top + height / 2) / 2**paper.zoom / TILE
    lat = degrees(atan(sinh(pi * (1 - 2 * middle))))
    metres_per_pixel = EARTH_METRES * cos(radians(lat)) / TILE / 2**paper.zoom
    metres = max(
        step * 10**power for power in range(7) for step in (1, 2, 5) if step * 10**power <= LONGEST_SCALE * metres_per_pixel
    )
    text = _("%(n)s km") % {"n": metres // 1000} if metres >= 1000 else _("%(n)s m") % {"n": metres}
    return Scale(round(metres / metres_per_pixel), text)
