"""Days of real meal orders, dealt out by the rolling matcher under strict rules, and what that gave clients and couriers.

The checker of `marke_core.matching` verifies every answer. The same weights serve all days. Three turns a day: with λ,
without, and with λ where nobody knows when a meal will be ready. Seconds are the processor's, of the slowest turn.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.machine import load, machine
from benchmarks.mdrp_days import MealDay, day_folders, read_day, write_answer
from marke_core.matching import Weights
from marke_core.matching.checker import violations
from marke_core.matching.equity import equity
from marke_core.matching.play import Played, play
from marke_core.matching.preparing import RunningMedian

DAYS = Path(__file__).resolve().parents[2] / "shared" / "data" / "mdrp"
FAIRNESS = 5.0
LATENESS = 0.5  # a minute after the target that each instance names counts one and a half
FIRST_GUESS_MINUTES = 15


class NoDays(SystemExit):
    """The days are not redistributed here: their repository has no licence file."""


@dataclass(frozen=True)
class Seen:
    """One turn of one day. Minutes, currency units per logged hour, percent, processor seconds."""

    undelivered: float
    click_to_door: float
    click_to_door_90: float
    ready_to_pickup: float
    gini: float
    p10: float
    travel: float
    violations: int
    seconds: float


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lambda",
        dest="fairness",
        type=float,
        default=FAIRNESS,
        metavar="MINUTES",
        help="who earned twice the average counts as so much further away",
    )
    parser.add_argument("--days", type=Path, default=DAYS, metavar="FOLDER", help="a folder of days, or one day")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write the answers with λ as the published evaluator reads them"
    )


def run(*, data: Path, quick: bool, fairness: float = FAIRNESS, days: Path = DAYS, out: Path | None = None) -> dict[str, Any]:
    folders = day_folders(days)
    if not folders:
        raise NoDays(f"No days in {days}. Fetch github.com/grubhub/mdrplib and name its public_instances with --days.")
    table = Table(title=f"{len(folders)} days, λ = {fairness:g}. {machine()}; load {load()}")
    for heading in (
        "day",
        "orders",
        "undelivered %",
        "click to door",
        "ready to pickup",
        "Gini",
        "P10 per hour",
        "travel",
        "CPU s",
    ):
        table.add_column(heading, justify="left" if heading == "day" else "right")
    turns: list[tuple[Seen, Seen, Seen]] = []
    for folder in folders[:2] if quick else folders:
        day = read_day(folder)
        keep = (lambda played, day=day: write_answer(day, played, out / day.name)) if out else None
        turns.append((_turn(day, fairness, keep=keep), _turn(day, 0.0), _turn(day, fairness, guess=True)))
        seen = turns[-1][0]
        numbers = (seen.undelivered, seen.click_to_door, seen.ready_to_pickup, seen.gini, seen.p10, seen.travel, seen.seconds)
        table.add_row(day.name, f"{len(day.requests):,}", *(f"{number:.2f}" for number in numbers))
    Console(width=130).print(table)
    return _summary(turns, fairness)


def _turn(day: MealDay, fairness: float, *, guess: bool = False, keep: Callable[[Played], None] | None = None) -> Seen:
    weights = Weights(per_minute=1, fairness=fairness, lateness=LATENESS)
    preparation = RunningMedian(day.requests, first=FIRST_GUESS_MINUTES) if guess else None
    begun = time.process_time()
    played = play(requests=day.requests, workers=day.workers, travel=day.travel, weights=weights, preparation=preparation)
    seconds = time.process_time() - begun
    wrong = violations(runs=played.runs, requests=day.requests, workers=day.workers, travel=day.travel)
    for violation in wrong[:5]:
        Console(stderr=True).print(f"{day.name}: {violation}")
    if keep is not None:
        keep(played)
    return _measure(day, played, len(wrong), seconds)


def _measure(day: MealDay, played: Played, wrong: int, seconds: float) -> Seen:
    to_door, to_pickup, travel = [], [], 0
    earned = np.zeros(len(day.workers), dtype=np.int64)
    for run in played.runs:
        route = run.route
        to_door += [done_at - int(r.known or 0) for r, done_at in zip(route.requests, route.done_at, strict=True)]
        to_pickup += [route.picked_up_at - request.ready for request in route.requests]
        travel += route.travel + int(
            day.travel(
                *(
                    np.array([v])
                    for v in (run.from_place.lat, run.from_place.lon, route.requests[0].pickup.lat, route.requests[0].pickup.lon)
                )
            )[0]
        )
        earned[run.worker - 1] += day.pay_per_order * len(route.requests)
    logged = np.array([int(worker.ends or 0) - worker.starts for worker in day.workers])
    even = equity(earned=earned, logged=logged, units_per_hour=60)
    return Seen(
        undelivered=100 * len(played.unserved) / len(day.requests),
        click_to_door=float(np.mean(to_door)),
        click_to_door_90=float(np.percentile(to_door, 90)),
        ready_to_pickup=float(np.mean(to_pickup)),
        gini=even.gini,
        p10=even.p10,
        travel=travel / len(to_door),
        violations=wrong,
        seconds=seconds,
    )


def _summary(turns: list[tuple[Seen, Seen, Seen]], fairness: float) -> dict[str, Any]:
    def mean(turn: int, name: str, digits: int = 2) -> float:
        return round(float(np.mean([getattr(day[turn], name) for day in turns])), digits)

    return {
        "days": len(turns),
        "lambda": fairness,
        "undelivered_pct": mean(0, "undelivered", 3),
        "click_to_door_min": mean(0, "click_to_door"),
        "ready_to_pickup_min": mean(0, "ready_to_pickup"),
        "violations": sum(seen.violations for day in turns for seen in day),
        "gini": mean(0, "gini", 3),
        "gini_lambda0": mean(1, "gini", 3),
        "p10_per_hour": mean(0, "p10"),
        "p10_lambda0": mean(1, "p10"),
        "travel_min_per_order": mean(0, "travel"),
        "ctd_lambda0": mean(1, "click_to_door"),
        "ctd90_unknown_prep": mean(2, "click_to_door_90"),
        "undelivered_unknown_prep_pct": mean(2, "undelivered", 3),
        "slowest_day_s": round(max(seen.seconds for day in turns for seen in day), 2),
    }
