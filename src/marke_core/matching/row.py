"""Who is asked next, and why. Pure: integers in, integers and reasons out.

A *score* is what a mode orders by, smaller first: metres to the job (`nearest`), or minutes without a job, negated
(`longest_idle`). Ties go to whoever has been longest without a job, then to the lower member number, so that the same
question always has the same answer. Declining is not an input: it can lower nobody's place in any other job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int64]

MODES = ("by_hand", "nearest", "longest_idle")
UNITS = {"by_hand": "min", "nearest": "m", "longest_idle": "min"}
# Why somebody is not asked, in the order in which it is said when several hold.
REASONS = ("", "suspended", "declined", "busy", "no_position")
OUT = {reason: code for code, reason in enumerate(REASONS)}
EARTH_RADIUS_METRES = 6_371_000


class UnknownMode(LookupError):
    """There is no such way to match."""


@dataclass(frozen=True)
class Place:
    """A point: WGS 84 degrees times 1e7, or metres on a plane; the distance function decides."""

    lat: int
    lon: int


@dataclass(frozen=True)
class Candidate:
    """Somebody who could do the job. `idle_since`: seconds since 1970; `out`: one of REASONS, "" when free."""

    member: int
    idle_since: int
    place: Place | None = None
    out: str = ""


@dataclass(frozen=True)
class Ranked:
    """A candidate's place in the row. `score` is in `unit` (metres or minutes without a job), None where unknown."""

    member: int
    score: int | None
    unit: str
    out: str = ""


@dataclass(frozen=True)
class Workers:
    """Candidates as columns, int64[n] each; `out` holds codes of OUT; `placed` says whether lat and lon mean anything."""

    member: Column
    idle_since: Column
    lat: Column
    lon: Column
    placed: NDArray[np.bool_]
    out: Column

    def __len__(self) -> int:
        return len(self.member)

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> Workers:
        def column(values: list[int]) -> Column:
            return np.array(values, dtype=np.int64)

        return cls(
            member=column([c.member for c in candidates]),
            idle_since=column([c.idle_since for c in candidates]),
            lat=column([c.place.lat if c.place else 0 for c in candidates]),
            lon=column([c.place.lon if c.place else 0 for c in candidates]),
            placed=np.array([c.place is not None for c in candidates], dtype=np.bool_),
            out=column([OUT[c.out] for c in candidates]),
        )


Distance = Callable[[Column, Column, Place], Column]


def metres_on_earth(lat: Column, lon: Column, to: Place) -> Column:
    """Great-circle metres from each point (degrees times 1e7) to `to`, rounded. Source: haversine, Sinnott 1984."""
    lat_1, lon_1 = np.radians(lat / 1e7), np.radians(lon / 1e7)
    lat_2, lon_2 = np.radians(to.lat / 1e7), np.radians(to.lon / 1e7)
    half = np.sin((lat_2 - lat_1) / 2) ** 2 + np.cos(lat_1) * np.cos(lat_2) * np.sin((lon_2 - lon_1) / 2) ** 2
    metres = 2 * EARTH_RADIUS_METRES * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    rounded: Column = np.rint(metres).astype(np.int64)
    return rounded


def metres_on_plane(lat: Column, lon: Column, to: Place) -> Column:
    """Straight metres from each point to `to`, where both are given in metres, rounded."""
    return np.rint(np.hypot(lat - to.lat, lon - to.lon)).astype(np.int64)


@dataclass(frozen=True)
class Ranking:
    """A row of workers in order of asking, those who are out last. All columns are aligned with each other."""

    order: Column  # indices into the workers, best first
    score: Column  # int64[n], in `unit`; meaningless where out is "no_position"
    out: Column  # int64[n], codes of OUT
    unit: str

    @property
    def first(self) -> int | None:
        """The index of the worker who is asked, if there is anybody."""
        return int(self.order[0]) if len(self.order) and not self.out[self.order[0]] else None


def rank_workers(workers: Workers, mode: str, now: int, to: Place | None, distance: Distance = metres_on_earth) -> Ranking:
    """Orders n workers for one job: O(n) for the scores, O(n log n) for the row.

    now: seconds since 1970 · to: where the job begins, if known
    Raises: UnknownMode.
    """
    if mode not in MODES:
        raise UnknownMode(f"'{mode}' is not a way to match; known are: {', '.join(MODES)}")
    idle = np.maximum(now - workers.idle_since, 0) // 60
    out = workers.out
    if mode == "nearest":
        known = workers.placed if to else np.zeros(len(workers), dtype=np.bool_)
        score = distance(workers.lat, workers.lon, to) if to else np.zeros(len(workers), dtype=np.int64)
        out = np.where((out == 0) & ~known, OUT["no_position"], out)
        key = score
    else:
        score, key = idle, -idle
    order = np.lexsort((workers.member, workers.idle_since, key, out > 0)).astype(np.int64)
    return Ranking(order, score, out, UNITS[mode])


def rank(
    candidates: Sequence[Candidate],
    mode: str,
    now: int,
    to: Place | None = None,
    distance: Distance = metres_on_earth,
) -> list[Ranked]:
    """The row for one job, best first; those who are out come last, with their reason.

    Raises: UnknownMode.
    """
    ranking = rank_workers(Workers.of(candidates), mode, now, to, distance)
    row = []
    for index in ranking.order.tolist():
        candidate = candidates[index]
        unknown = mode == "nearest" and (to is None or candidate.place is None)
        score = None if unknown else int(ranking.score[index])
        row.append(Ranked(candidate.member, score, ranking.unit, REASONS[int(ranking.out[index])]))
    return row


@dataclass(frozen=True)
class OpenJob:
    """A job that waits for somebody, and where it begins."""

    number: int
    place: Place | None


@dataclass(frozen=True)
class Ask:
    """Ask this worker (an index into the workers) for this job, for these reasons."""

    job: OpenJob
    worker: int
    ranking: Ranking


class Matcher(Protocol):
    """The seam for better matching: sees all open jobs and all workers at once, and says who is asked for what."""

    def __call__(self, jobs: Sequence[OpenJob], workers: Workers, now: int) -> list[Ask]: ...


@dataclass(frozen=True)
class OneAtATime:
    """The plainest matcher: the jobs in their order, each to the first in its row; nobody is asked twice at once."""

    mode: str
    distance: Distance = metres_on_earth

    def __call__(self, jobs: Sequence[OpenJob], workers: Workers, now: int) -> list[Ask]:
        asks: list[Ask] = []
        out = workers.out.copy()
        for job in jobs:
            free = Workers(workers.member, workers.idle_since, workers.lat, workers.lon, workers.placed, out)
            ranking = rank_workers(free, self.mode, now, job.place, self.distance)
            if self.mode == "by_hand" or ranking.first is None:
                continue
            asks.append(Ask(job, ranking.first, ranking))
            out = out.copy()
            out[ranking.first] = OUT["busy"]
        return asks
