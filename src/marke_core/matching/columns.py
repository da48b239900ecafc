"""A dispatch as columns: requests and workers as arrays, so that a step of a large city costs milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from marke_core.matching.answer import CONDITIONS
from marke_core.matching.problem import NotAProblem, Request, Service, Worker
from marke_core.matching.row import Column
from marke_core.matching.travel import Travel

FOREVER = 2**60  # later than any moment, and small enough to be added to
CODE = {word: code for code, word in enumerate(("", *CONDITIONS))}
Codes = NDArray[np.int8]
Need = TypeVar("Need", bound=Hashable)
Has = TypeVar("Has", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Columns:
    def take(self, rows: Column) -> Self:
        """The same columns with these rows only."""
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class RequestColumns(_Columns):
    """n requests. `direct`: from the end of the pickup to the end of the drop's first half; `tail`: what follows it."""

    number: Column
    lat: Column
    lon: Column
    ready: Column
    start_by: Column
    due: Column
    done_by: Column
    before: Column
    after: Column
    direct: Column
    tail: Column
    earns: Column

    @classmethod
    def of(cls, requests: Sequence[Request], travel: Travel) -> RequestColumns:
        ends = [request.drop or request.pickup for request in requests]
        at_drop = [request.at_drop if request.drop else Service() for request in requests]
        lat, lon = column(r.pickup.lat for r in requests), column(r.pickup.lon for r in requests)
        way = travel(lat, lon, column(end.lat for end in ends), column(end.lon for end in ends))
        way = np.where([request.drop is not None for request in requests], way, 0) if requests else way
        return cls(
            number=column(r.number for r in requests),
            lat=lat,
            lon=lon,
            ready=column(r.ready for r in requests),
            start_by=moments(r.start_by for r in requests),
            due=moments(r.due for r in requests),
            done_by=moments(r.done_by for r in requests),
            before=column(r.at_pickup.before for r in requests),
            after=column(r.at_pickup.after for r in requests),
            direct=way + column(service.before for service in at_drop),
            tail=column(service.after for service in at_drop),
            earns=column(r.earns for r in requests),
        )


@dataclass(frozen=True, slots=True)
class WorkerColumns(_Columns):
    """n workers: where and when they can set out, until when they pick up, what they have earned, time logged."""

    number: Column
    lat: Column
    lon: Column
    free_at: Column
    starts: Column
    ends: Column
    earned: Column
    logged: Column

    @classmethod
    def of(cls, workers: Sequence[Worker]) -> WorkerColumns:
        return cls(
            number=column(w.number for w in workers),
            lat=column(w.place.lat for w in workers),
            lon=column(w.place.lon for w in workers),
            free_at=column(w.free_at for w in workers),
            starts=column(w.starts for w in workers),
            ends=moments(w.ends for w in workers),
            earned=column(w.earned for w in workers),
            logged=column(w.logged for w in workers),
        )


def column(values: Iterable[int]) -> Column:
    return np.fromiter(values, dtype=np.int64)


def moments(values: Iterable[int | None]) -> Column:
    """None is FOREVER."""
    return column(FOREVER if value is None else value for value in values)


def check(requests: Sequence[Request], workers: Sequence[Worker]) -> None:
    """Raises: NotAProblem, with the numbers that contradict themselves."""
    for what, numbers in (("request", [r.number for r in requests]), ("worker", [w.number for w in workers])):
        if len(set(numbers)) != len(numbers):
            twice = sorted({number for number in numbers if numbers.count(number) > 1})
            raise NotAProblem(f"The {what} numbers {twice} stand there twice; each needs its own.")
    for request in requests:
        services = (request.at_pickup.before, request.at_pickup.after, request.at_drop.before, request.at_drop.after)
        if min(*services, request.load, request.earns) < 0:
            raise NotAProblem(f"Request {request.number} has a negative duration, load or pay.")
        if request.start_by is not None and request.start_by < request.ready:
            raise NotAProblem(f"Request {request.number} must begin by {request.start_by} and cannot before {request.ready}.")
    for worker in workers:
        if worker.ends is not None and worker.ends < worker.starts:
            raise NotAProblem(f"Worker {worker.number} begins at {worker.starts} and ends at {worker.ends}.")


def excluded(requests: Sequence[Request], workers: Sequence[Worker]) -> Codes | None:
    """Who cannot do what whatever the moment: int8[requests, workers], codes of CODE; None where nobody is excluded.

    Several conditions at once: the first in the order of CONDITIONS is said.
    """
    codes = np.zeros((len(requests), len(workers)), dtype=np.int8)
    where = {worker.number: place for place, worker in enumerate(workers)}
    _without(codes, "load", [r.load for r in requests], [_capacity(w) for w in workers], lambda load, room: load > room)
    _without(codes, "access", [r.access for r in requests], [w.access for w in workers], lambda need, has: not need <= has)
    _without(codes, "skill", [r.skills for r in requests], [w.skills for w in workers], lambda need, has: not need <= has)
    for row, request in enumerate(requests):
        for word, numbers in (("declined", request.declined), ("blocked", request.blocked)):
            for number in numbers & where.keys():
                codes[row, where[number]] = CODE[word]
    return codes if codes.any() else None


def _capacity(worker: Worker) -> int:
    return FOREVER if worker.capacity is None else worker.capacity


def _without(codes: Codes, word: str, needs: Sequence[Need], has: Sequence[Has], lacks: Callable[[Need, Has], bool]) -> None:
    """Writes the code where a worker lacks what a request needs; each different pair is asked once."""
    for need in set(needs):
        rows = np.array([value == need for value in needs], dtype=np.bool_)
        short = {value: lacks(need, value) for value in set(has)}
        codes[np.ix_(rows, np.array([short[value] for value in has], dtype=np.bool_))] = CODE[word]
