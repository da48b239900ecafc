"""One moment's deal: what each choice costs, the cheapest choice for all together, and what joins a trip on its way.

The deal is an exact assignment of requests to workers; then each request that could join a trip is weighed by what it
costs there against what the whole assignment would save without it, which is its dual price.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from marke_core.matching.columns import CODE, FOREVER, Codes, RequestColumns, WorkerColumns
from marke_core.matching.problem import Weights
from marke_core.matching.row import Column
from marke_core.matching.travel import Travel

Minutes = NDArray[np.float64]
NOBODY = -1
LINKS = 2
AT_ANY_PRICE_AFTER = 60  # minutes waited, from which on the cheapest worker will do, however far


@dataclass(frozen=True, slots=True)
class Costs:
    """All choices of a moment, [requests, workers]: moments in whole units, parts of the cost in weighed minutes."""

    travel: Column
    picked_up_at: Column
    done_at: Column
    out: Codes  # codes of CODE; 0: possible
    approach: Minutes
    waiting: Minutes
    lateness: Minutes | None
    fairness: Minutes | None
    position: Minutes | None  # [workers]
    waited: Minutes  # [requests], since they are ready
    later: Minutes  # [requests], what their clients would wait and be late if they were fetched so much later

    @property
    def total(self) -> Minutes:
        total = self.approach + self.waiting
        for part in (self.lateness, self.fairness, self.position):
            if part is not None:
                total += part
        return total


def costs(
    requests: RequestColumns,
    workers: WorkerColumns,
    *,
    at: int,
    travel: Travel,
    weights: Weights,
    remoteness: Minutes | None = None,
    out: Codes | None = None,
) -> Costs:
    """What each worker would cost for each request at the moment `at`.

    remoteness: float64[workers], minutes to where requests lately began (see `remoteness_of`)
    out: int8[requests, workers], who is excluded whatever the moment
    """
    minute = weights.per_minute
    sets_out = np.maximum(np.maximum(workers.free_at, workers.starts), at)
    way = travel(workers.lat[None], workers.lon[None], requests.lat[:, None], requests.lon[:, None])
    picked_up_at = np.maximum(sets_out[None] + way + requests.before[:, None], requests.ready[:, None])
    done_at = picked_up_at + (requests.after + requests.direct)[:, None]
    late = np.maximum(done_at - requests.due[:, None], 0) if weights.lateness else None
    fairness = Fairness.among(workers, requests.earns, at, weights)
    return Costs(
        travel=way,
        picked_up_at=picked_up_at,
        done_at=done_at,
        out=_possible(requests, workers, picked_up_at, done_at, out),
        approach=np.asarray(way * (weights.approach / minute), dtype=np.float64),
        waiting=(picked_up_at - requests.ready[:, None]) / minute,
        lateness=late * (weights.lateness / minute) if late is not None else None,
        fairness=_fairness(fairness, workers, requests.earns) if fairness.average else None,
        position=_position(remoteness, _present(workers, at), weights),
        waited=np.maximum(at - requests.ready, 0) / minute,
        later=_later(requests, at, weights),
    )


def _later(requests: RequestColumns, at: int, weights: Weights) -> Minutes:
    """What it costs a request's client to be fetched `unserved_minutes` later than is possible now."""
    then = np.maximum(requests.ready, at) + weights.unserved_minutes * weights.per_minute
    cost = np.asarray(then - requests.ready, dtype=np.float64)
    if weights.lateness:
        cost += weights.lateness * np.maximum(then + requests.after + requests.direct - requests.due, 0)
    return cost / weights.per_minute


def _possible(
    requests: RequestColumns, workers: WorkerColumns, picked_up_at: Column, done_at: Column, out: Codes | None
) -> Codes:
    codes = np.zeros(picked_up_at.shape, dtype=np.int8)
    if min(requests.start_by.min(initial=FOREVER), requests.done_by.min(initial=FOREVER)) < FOREVER:
        codes[(picked_up_at > requests.start_by[:, None]) | (done_at > requests.done_by[:, None])] = CODE["window"]
    codes[picked_up_at > workers.ends[None]] = CODE["shift_end"]
    if out is not None:
        codes = np.where(out > 0, out, codes)
    return codes


def _fairness(fairness: Fairness, workers: WorkerColumns, earns: Column) -> Minutes:
    """[requests, workers]; worked out once where all requests bring the same."""
    differ = earns if (earns != earns[0]).any() else earns[:1]
    parts = fairness.minutes(workers.earned[None], workers.logged[None], differ[:, None])
    return np.broadcast_to(parts, (len(earns), len(workers.number)))


@dataclass(frozen=True, slots=True)
class Fairness:
    """λ times by how much somebody would stand above the average of those at work, with a request's pay counted in."""

    weights: Weights
    average: float  # minor units per hour

    @classmethod
    def among(cls, workers: WorkerColumns, earns: Column, at: int, weights: Weights) -> Fairness:
        present = _present(workers, at)
        if not weights.fairness or not len(earns) or not present.any():
            return cls(weights, 0.0)
        rates = (workers.earned + earns.mean()) / hours(workers.logged, weights)
        return cls(weights, float(rates[present].mean()))

    def minutes(self, earned: Column, logged: Column, earns: Column) -> Minutes:
        """Arguments are broadcast; zero where nobody earns anything or λ is zero."""
        if self.average <= 0:
            return np.zeros(np.broadcast_shapes(np.shape(earned), np.shape(earns)))
        rates = (earned + earns) / hours(logged, self.weights)
        return np.asarray(self.weights.fairness * (rates / self.average - 1))

    def minutes_of_one(self, earned: int, logged: int, earns: int) -> float:
        """As `minutes`, for one worker and one request."""
        if self.average <= 0:
            return 0.0
        minute = self.weights.per_minute
        rate = (earned + earns) * 60 * minute / max(logged, self.weights.newcomer_minutes * minute, 1)
        return self.weights.fairness * (rate / self.average - 1)


def hours(logged: Column, weights: Weights) -> Minutes:
    """Logged time in hours, a newcomer's raised to the least that earnings are divided by."""
    least = max(weights.newcomer_minutes * weights.per_minute, 1)
    return np.asarray(np.maximum(logged, least) / (60 * weights.per_minute))


def _present(workers: WorkerColumns, at: int) -> NDArray[np.bool_]:
    return np.asarray((workers.starts <= at) & (workers.ends >= at))


def _position(remoteness: Minutes | None, present: NDArray[np.bool_], weights: Weights) -> Minutes | None:
    if remoteness is None or not weights.position:
        return None
    average = float(remoteness[present].mean()) if present.any() else 0.0
    position: Minutes = weights.position * (average - remoteness)
    return position


def remoteness_of(
    lat: Column, lon: Column, lately_lat: Column, lately_lon: Column, *, travel: Travel, weights: Weights
) -> Minutes:
    """Minutes from each place within which a quarter of the requests of late began, float64[places]."""
    ways = travel(lat[:, None], lon[:, None], lately_lat[None], lately_lon[None])
    quarter = max(0, ways.shape[1] // 4 - 1)
    return np.asarray(np.partition(ways, quarter, axis=1)[:, quarter] / weights.per_minute)


def _unserved(costs: Costs, total: Minutes, weights: Weights) -> Minutes:
    """What leaving each request for later costs, float64[requests]; who has waited for an hour is served at any price."""
    unserved = costs.later.copy()
    cheapest = np.min(total, axis=1, initial=np.inf, where=costs.out == 0)
    long_waited = (costs.waited > AT_ANY_PRICE_AFTER) & np.isfinite(cheapest)
    unserved[long_waited] = np.maximum(unserved, cheapest + 10)[long_waited]
    return unserved


@dataclass(slots=True)
class Deal:
    """The cheapest assignment of a moment, kept cheap while requests leave it to join a trip.

    Unserved is a choice like any other: a request's costs are capped by what being unserved costs.
    `chosen`: int64[requests], a worker or NOBODY · `price`: what the whole deal would save without each request, minutes
    """

    capped: Minutes  # [requests, columns], columns >= requests; those after the workers mean unserved
    served: NDArray[np.bool_]  # [requests, columns]
    column: Column = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    left: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))

    @classmethod
    def of(cls, costs: Costs, weights: Weights) -> Deal:
        """O(n^2 m) at worst for n requests and m workers. Source: Crouse 2016, as in scipy."""
        from scipy.optimize import linear_sum_assignment  # here: 27 MB, which whoever deals no work need not carry

        total, (rows, workers) = costs.total, costs.out.shape
        unserved = _unserved(costs, total, weights)[:, None]
        served = (costs.out == 0) & (total < unserved)
        capped = np.repeat(unserved, max(rows, workers), axis=1)
        np.copyto(capped[:, :workers], total, where=served)
        wide = np.zeros(capped.shape, dtype=np.bool_)
        wide[:, :workers] = served
        return cls(capped, wide, linear_sum_assignment(capped)[1].astype(np.int64), np.zeros(rows, dtype=np.bool_))

    @property
    def chosen(self) -> Column:
        rows = np.arange(len(self.column))
        return np.where(self.served[rows, self.column] & ~self.left, self.column, NOBODY)

    def is_served(self, row: int) -> bool:
        return bool(self.served[row, self.column[row]])

    def copy(self) -> Deal:
        """To come back to."""
        return replace(self, column=self.column.copy(), left=self.left.copy())

    def cost(self, own_trip_minutes: float) -> float:
        """Of all that have not left, served or not, with what each trip costs on top; weighed minutes."""
        rows = np.flatnonzero(~self.left)
        columns = self.column[rows]
        trips = int(self.served[rows, columns].sum())
        return float(self.capped[rows, columns].sum()) + own_trip_minutes * trips

    def prices(self) -> Minutes:
        """float64[requests]: the saving if the request were not there, by the cheapest chain of changes that follows."""
        prices = np.zeros(len(self.column))
        rows = np.flatnonzero(~self.left)
        held, gain = self._gains(rows)
        prices[rows] = held - gain
        return prices

    def _gains(self, rows: Column) -> tuple[Minutes, Minutes]:
        """What each row pays, and the (negative) cost of the best chain that would begin if its column became free.

        Chains of LINKS changes at most: a longer one is a promise about later moments that is seldom kept.
        """
        columns = self.column[rows]
        held = self.capped[rows, columns]
        change = self.capped[np.ix_(rows, columns)] - held[:, None]  # [who moves, to whose column]
        gain = np.minimum(change.min(axis=0, initial=0.0), 0.0)
        for _ in range(LINKS - 1):
            gain = np.minimum(gain, (change + gain[:, None]).min(axis=0, initial=0.0))
        return held, gain

    def leave(self, row: int) -> None:
        """Takes a request out, and lets the others move up along the cheapest chain.

        Chains are reckoned once, for all: to reckon them anew after each move takes twice as long for as good a day, so that
        now and then somebody waits for a place that is gone.
        """
        self.left[row] = True
        free = int(self.column[row])
        rows = np.flatnonzero(~self.left)
        held, gain = self._gains(rows)
        for _ in range(len(rows)):
            moves = self.capped[rows, free] - held + gain
            best = int(np.argmin(moves))
            if moves[best] > -1e-9:
                return
            mover = int(rows[best])
            free, self.column[mover], held[best] = int(self.column[mover]), free, self.capped[mover, free]
            gain[best] = 0.0
