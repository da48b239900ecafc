"""What a dispatcher at a moment believes of when requests are ready, where nobody says so before they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from marke_core.matching.columns import column
from marke_core.matching.problem import Request
from marke_core.matching.row import Column


class Preparation(Protocol):
    """`known`, `ready` and the answer are columns of all requests; of what is ready after `at`, only the guess is said."""

    guesses: bool

    def seen(self, known: Column, ready: Column, at: int) -> Column: ...


class Announced:
    """The moment is known with the request."""

    guesses = False

    def seen(self, known: Column, ready: Column, at: int) -> Column:
        return ready


class RunningMedian:
    """Until it is ready: when it became known, plus the median of the preparations that have finished so far.

    What should have been ready by then may be so at any moment, and its client has waited long: it is expected when the
    first quarter of those that took longer were ready, because a worker's minute weighs less than theirs.
    """

    guesses = True

    def __init__(self, requests: Sequence[Request], *, first: int) -> None:
        coming = sorted((request.ready, request.ready - known_at(request)) for request in requests)
        self._ready, self._took = column(ready for ready, _ in coming), column(took for _, took in coming)
        self._first = np.array([first], dtype=np.int64)

    def seen(self, known: Column, ready: Column, at: int) -> Column:
        count = int(self._ready.searchsorted(at, side="right"))
        finished = np.sort(self._took[:count]) if count else self._first
        expected: Column = known + finished[len(finished) // 2]
        np.copyto(expected, ready, where=ready <= at)
        overdue = np.flatnonzero((expected <= at) & (ready > at))
        longer = finished.searchsorted(at - known[overdue], side="right")
        quarter = finished[np.minimum((3 * longer + len(finished)) // 4, len(finished) - 1)]
        expected[overdue] = np.maximum(known[overdue] + quarter, at + 1)
        return expected


def known_at(request: Request) -> int:
    return request.ready if request.known is None else request.known
