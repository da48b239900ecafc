"""Reading the files of a day of real meal orders; every refusal names file, line, value and what should stand there."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from marke.common.refusal import Refused
from marke_core.matching import Place
from marke_core.matching.day import Courier, DayRules, Order

# The columns of each file that we read; others may stand beside them.
COLUMNS = {
    "orders.txt": ("order", "x", "y", "placement_time", "restaurant", "ready_time"),
    "restaurants.txt": ("restaurant", "x", "y"),
    "couriers.txt": ("courier", "x", "y", "on_time", "off_time"),
    "instance_parameters.txt": (
        "meters_per_minute",
        "pickup service minutes",
        "dropoff service minutes",
        "maximum click-to-door",
    ),
}
# Metres and minutes beyond this are a mistake; it also keeps every square of a distance within 64 bits.
FARTHEST = 10**9
LATEST = 7 * 24 * 60
MOST_LINES = 100_000


class DayDoesNotFit(Refused):
    """A file of the day is missing or says something that cannot be."""


@dataclass(frozen=True)
class DayFiles:
    """What the files say; names as they stand there, in the order of the numbers."""

    name: str
    rules: DayRules
    orders: list[Order]
    order_names: list[str]
    order_restaurants: list[int]
    restaurant_names: list[str]
    restaurants: list[Place]
    couriers: list[Courier]
    courier_names: list[str]


def read_day(folder: Path) -> DayFiles:
    """Raises: DayDoesNotFit."""
    restaurants = _Table(folder, "restaurants.txt", key="restaurant")
    couriers = _Table(folder, "couriers.txt", key="courier")
    orders = _Table(folder, "orders.txt", key="order")
    places = [restaurants.place(row) for row in restaurants.rows]
    return DayFiles(
        name=folder.resolve().name[:60],
        rules=_rules(_Table(folder, "instance_parameters.txt")),
        orders=[_order(orders, row, number, restaurants, places) for number, row in enumerate(orders.rows, start=1)],
        order_names=orders.names,
        order_restaurants=[restaurants.number_of(orders, row) for row in orders.rows],
        restaurant_names=restaurants.names,
        restaurants=places,
        couriers=[_courier(couriers, row, number) for number, row in enumerate(couriers.rows, start=1)],
        courier_names=couriers.names,
    )


Line = tuple[int, dict[str, str]]


class _Table:
    """One file: tab-separated, the first line the names of the columns."""

    def __init__(self, folder: Path, name: str, key: str | None = None) -> None:
        self.name = name
        self.rows = self._read(folder)
        self.names = [self._text(row, key) for row in self.rows] if key else []
        if (
            twice := {each for each in self.names if self.names.count(each) > 1}
            if len(set(self.names)) < len(self.names)
            else None
        ):
            raise DayDoesNotFit(f"{name} has {min(twice)!r} more than once. Each {key} stands there once.")

    def _read(self, folder: Path) -> list[Line]:
        path = folder / self.name
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream, delimiter="\t")
                missing = [column for column in COLUMNS[self.name] if column not in (reader.fieldnames or [])]
                if missing:
                    raise DayDoesNotFit(f"{path} has no column {missing[0]!r}. It needs: {', '.join(COLUMNS[self.name])}.")
                rows = [(number, row) for number, row in enumerate(reader, start=2)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            why = error.strerror if isinstance(error, OSError) else error
            needed = ", ".join(COLUMNS)
            raise DayDoesNotFit(f"{path} cannot be read ({why}). A day's folder holds {needed}.") from None
        if not 0 < len(rows) <= MOST_LINES:
            raise DayDoesNotFit(f"{path} has {len(rows)} lines below the names. Give it between 1 and {MOST_LINES}.")
        return rows

    def _text(self, row: Line, column: str) -> str:
        text = (row[1].get(column) or "").strip()
        if not text or len(text) > 40 or not text.isprintable():
            raise self._refuse(row, column, text, "a name of up to 40 letters")
        return text

    def whole(self, row: Line, column: str, *, least: int, most: int) -> int:
        text = (row[1].get(column) or "").strip()
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 10 and least <= int(text) <= most):
            raise self._refuse(row, column, text, f"a whole number from {least} to {most}")
        return int(text)

    def place(self, row: Line) -> Place:
        x, y = (self.whole(row, axis, least=-FARTHEST, most=FARTHEST) for axis in ("x", "y"))
        return Place(x, y)

    def minute(self, row: Line, column: str) -> int:
        return self.whole(row, column, least=0, most=LATEST)

    def number_of(self, other: _Table, row: Line) -> int:
        """The place in this table of the one that a row of `other` names."""
        name = other._text(row, "restaurant")
        if not hasattr(self, "_numbers"):
            self._numbers = {each: number for number, each in enumerate(self.names)}
        if name not in self._numbers:
            raise other._refuse(row, "restaurant", name, f"a restaurant of {self.name}")
        return self._numbers[name]

    def _refuse(self, row: Line, column: str, text: str, wanted: str) -> DayDoesNotFit:
        return DayDoesNotFit(f"{self.name}, line {row[0]}: {text[:40]!r} cannot be the {column}. Write {wanted} there.")


def _rules(table: _Table) -> DayRules:
    row = table.rows[0]
    return DayRules(
        metres_per_minute=table.whole(row, "meters_per_minute", least=1, most=100_000),
        pickup_minutes=table.whole(row, "pickup service minutes", least=0, most=600),
        dropoff_minutes=table.whole(row, "dropoff service minutes", least=0, most=600),
        longest=table.whole(row, "maximum click-to-door", least=1, most=LATEST),
    )


def _order(table: _Table, row: Line, number: int, restaurants: _Table, places: list[Place]) -> Order:
    placed, ready = table.minute(row, "placement_time"), table.minute(row, "ready_time")
    if ready < placed:
        raise table._refuse(row, "ready_time", str(ready), f"a minute from {placed}, when it was placed,")
    return Order(number, placed, ready, places[restaurants.number_of(table, row)], table.place(row))


def _courier(table: _Table, row: Line, number: int) -> Courier:
    starts, ends = table.minute(row, "on_time"), table.minute(row, "off_time")
    if ends <= starts:
        raise table._refuse(row, "off_time", str(ends), f"a minute after {starts}, when the shift begins,")
    return Courier(number, table.place(row), starts, ends)
