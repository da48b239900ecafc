"""The published days of the Meal Delivery Routing Problem: read as problems, and answers written as their evaluator reads them.

Source: Reyes, Erera, Savelsbergh, Sahasrabudhe & O'Neil 2018; grubhub/mdrplib on GitHub. Moments are minutes of the day.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from marke_core.matching import Place, Request, Service, Worker
from marke_core.matching.play import Played, Run
from marke_core.matching.travel import PlanarTravel

FILES = ("orders.txt", "couriers.txt", "restaurants.txt", "instance_parameters.txt")


@dataclass(frozen=True)
class MealDay:
    """A day; request n is the n-th line of orders.txt, worker n the n-th of couriers.txt, whose names stand beside."""

    name: str
    requests: list[Request]
    workers: list[Worker]
    travel: PlanarTravel
    pay_per_order: int
    orders: list[str]
    couriers: list[str]


def day_folders(folder: Path) -> list[Path]:
    """The folders of days in `folder`, or itself when it is one, by name."""
    return sorted(path.parent for path in [*folder.glob("orders.txt"), *folder.glob("*/orders.txt")] if _is_whole(path.parent))


def _is_whole(folder: Path) -> bool:
    return all((folder / name).is_file() for name in FILES)


def read_day(folder: Path) -> MealDay:
    parameters = _rows(folder, "instance_parameters.txt")[0]
    pickup, dropoff = int(parameters["pickup service minutes"]), int(parameters["dropoff service minutes"])
    at_pickup, at_drop = (Service(minutes // 2, minutes - minutes // 2) for minutes in (pickup, dropoff))
    target, pay = int(parameters["target click-to-door"]), int(parameters["pay per order"])
    kitchens = {row["restaurant"]: _place(row) for row in _rows(folder, "restaurants.txt")}
    orders, couriers = _rows(folder, "orders.txt"), _rows(folder, "couriers.txt")
    requests = [
        Request(
            number=number,
            pickup=kitchens[row["restaurant"]],
            drop=_place(row),
            known=_whole(row["placement_time"]),
            ready=_whole(row["ready_time"]),
            due=_whole(row["placement_time"]) + target,
            at_pickup=at_pickup,
            at_drop=at_drop,
            source=row["restaurant"],
            earns=100 * pay,
        )
        for number, row in enumerate(orders, 1)
    ]
    workers = [
        Worker(number, _place(row), _whole(row["on_time"]), _whole(row["on_time"]), _whole(row["off_time"]))
        for number, row in enumerate(couriers, 1)
    ]
    travel = PlanarTravel(float(parameters["meters_per_minute"]))
    names = [row["order"] for row in orders], [row["courier"] for row in couriers]
    return MealDay(folder.name, requests, workers, travel, pay, *names)


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _whole(text: str) -> int:
    return round(float(text))


def _place(row: dict[str, str]) -> Place:
    return Place(_whole(row["x"]), _whole(row["y"]))


def write_answer(day: MealDay, played: Played, folder: Path) -> None:
    """Three files, as the published evaluator reads them. The moment of an assignment is that of its last instruction."""
    folder.mkdir(parents=True, exist_ok=True)
    assignments, orders, moves = ["assignment_time pickup_time courier orders"], [], ["courier departure_time origin destination"]
    for run in played.runs:
        bundle = " ".join(day.orders[request.number - 1] for request in run.route.requests)
        told_at = max(run.sent_at, *run.told_at)
        assignments.append(f"{told_at} {run.route.picked_up_at} {day.couriers[run.worker - 1]} {bundle}")
        orders += _order_lines(day, run)
    last: dict[int, str] = {}
    for run in sorted(played.runs, key=lambda run: (run.worker, run.left_at)):
        moves += _move_lines(day, run, last)
    header = "order placement_time ready_time pickup_time dropoff_time courier"
    for name, lines in (("assignments", assignments), ("orders", [header, *orders]), ("couriers", moves)):
        (folder / f"solution_info_{name}.txt").write_text("\n".join(lines) + "\n")


def _order_lines(day: MealDay, run: Run) -> list[str]:
    courier = day.couriers[run.worker - 1]
    return [
        f"{day.orders[r.number - 1]} {r.known} {r.ready} {run.route.picked_up_at} {done_at} {courier}"
        for r, done_at in zip(run.route.requests, run.route.done_at, strict=True)
    ]


def _move_lines(day: MealDay, run: Run, last: dict[int, str]) -> list[str]:
    """To the restaurant, and from door to door; 0 is where the courier began."""
    courier, here = day.couriers[run.worker - 1], str(run.route.requests[0].source)
    lines = [f"{courier} {run.left_at} {last.get(run.worker, '0')} {here}"]
    leaves = run.route.picked_up_at + run.route.requests[0].at_pickup.after
    for request, done_at in zip(run.route.requests, run.route.done_at, strict=True):
        door = day.orders[request.number - 1]
        lines.append(f"{courier} {leaves} {here} {door}")
        here, leaves = door, done_at + request.at_drop.after
    last[run.worker] = here
    return lines
