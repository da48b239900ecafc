"""Thousands of requests and members in a made city, matched exactly on few candidates; beside it scipy on all pairs.

Processor seconds include the KD-tree, the candidates and the proof. Optimal means: the same cost as scipy's dense
assignment of the whole matrix, and prices that prove it without asking scipy.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from benchmarks.machine import load, machine
from marke_core.matching.assignment import Assignment, assign_nearest

UNSERVED_METRES = 2_000
SEED, CLUSTERS, EXTENT = 2026, 25, 15_000
SIZES = ((2_000, 7_500), (6_000, 7_500))
TURNS = 3
Points = NDArray[np.float64]


def run(*, data: Path, quick: bool) -> dict[str, Any]:
    table = Table(title=f"A city of {CLUSTERS} quarters, unserved = {UNSERVED_METRES:,} m. {machine()}; load {load()}")
    for heading in ("requests × members", "CPU s", "scipy, all pairs", "cost in m", "unserved", "pairs looked at"):
        table.add_column(heading, justify="right")
    found: dict[str, Any] = {}
    optimal, ratio = True, 0.0
    for n, m in SIZES[:1] if quick else SIZES:
        requests, members = city(n, m)
        seconds, answer = min((_timed(requests, members) for _ in range(TURNS)), key=lambda turn: turn[0])
        dense_seconds, dense = _dense(requests, members)
        optimal &= dense == answer.cost and is_proven(answer, requests, members)
        ratio = ratio or dense_seconds / seconds
        unserved = int((answer.worker < 0).sum())
        table.add_row(
            f"{n:,} × {m:,}", f"{seconds:.3f}", f"{dense_seconds:.2f}", f"{answer.cost:,}", f"{unserved:,}", f"{answer.pairs:,}"
        )
        found[f"cpu_s_{n}x{m}"] = round(seconds, 3)
    Console(width=120).print(table)
    return {**found, "vs_scipy_dense": round(ratio, 1), "optimal": optimal}


def city(n: int, m: int) -> tuple[Points, Points]:
    """n requests and m members in quarters of different density; the members are half where the requests are not."""
    chance = np.random.default_rng(SEED)
    centres = chance.uniform(-12_000, 12_000, (CLUSTERS, 2))
    spread = chance.uniform(400, 2_500, CLUSTERS)
    wanted = chance.dirichlet(np.ones(CLUSTERS))
    at_work = 0.5 * wanted + 0.5 * chance.dirichlet(np.ones(CLUSTERS))

    def points(count: int, share: Points) -> Points:
        quarter = chance.choice(CLUSTERS, count, p=share)
        places = centres[quarter] + chance.normal(0, 1, (count, 2)) * spread[quarter][:, None]
        anywhere = chance.random(count) < 0.2
        places[anywhere] = chance.uniform(-EXTENT, EXTENT, (int(anywhere.sum()), 2))
        return np.rint(places)

    return points(n, wanted), points(m, at_work)


def _timed(requests: Points, members: Points) -> tuple[float, Assignment]:
    begun = time.process_time()
    answer = assign_nearest(requests, members, unserved=UNSERVED_METRES)
    return time.process_time() - begun, answer


def _dense(requests: Points, members: Points) -> tuple[float, int]:
    """As there are more members than requests, a pair capped at the cost of being unserved is the same as unserved."""
    begun = time.process_time()
    cost = np.minimum(np.rint(cdist(requests, members)), UNSERVED_METRES)
    rows, columns = linear_sum_assignment(cost)
    return time.process_time() - begun, int(cost[rows, columns].sum())


def is_proven(answer: Assignment, requests: Points, members: Points) -> bool:
    """Whether the prices prove it: no pair of the whole matrix costs less than its two prices, and they sum to the cost."""
    cost = np.rint(cdist(requests, members))
    fits = (cost >= answer.request_price[:, None] + answer.worker_price[None]).all()
    within = (answer.request_price <= UNSERVED_METRES).all() and (answer.worker_price <= 0).all()
    return bool(fits and within and answer.request_price.sum() + answer.worker_price.sum() == answer.cost)
