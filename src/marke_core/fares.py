"""What work costs, from a fare that is data: rows in, lines that sum to the price out. Integers and Fractions only.

A fare is a table of rows. Each row is for a *part* of the price, holds on some days, hours and in some zone, and counts
beyond some number of kilometres, minutes, items or kilos:

base      once per job. Of several rows that fit, the highest counts.
km …      `amount` for each kilometre (minute, item, kilo) beyond `above`, up to where the next row of the same part
          begins; of several rows from the same number on, the highest counts.
extra     added; all rows that fit are.
formula   a calculation in whole units of the currency (see `formula`), added; below zero it is nothing.
percent   of the sum of all the above, not of one another; all rows that fit are added.
minimum   the sum is lifted to it. Of several that fit, the highest.

Then come the co-op's surcharge for the day and hour, a discount agreed with the client, and what is missing for the
worker to earn enough. Every line is rounded once, half up, to the minor unit. The hour and the day are those at which the job starts, where the co-op is:
the caller turns the moment into them, so a change of the clocks needs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from marke_core.formula import BadFormula, Formula, read
from marke_core.matching import Place
from marke_core.money import share_of, share_of_integers

PARTS = ("base", "km", "minute", "item", "kg", "extra", "formula", "percent", "minimum")
MEASURED = ("km", "minute", "item", "kg")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NAMES = frozenset({"km", "minutes", "items", "kg", "hour", "weekday"})
OUTSIDE, BETWEEN = "!", "/"  # of a zone: "Centre", "!Centre" (some stop lies outside), "Centre/North" (from one to the other)


@dataclass(frozen=True)
class Row:
    """A row of a fare. `amount`: minor units; `above`: in the part's own unit; hours from `start` up to `end`, local."""

    part: str
    amount: int = 0
    percent: Fraction = Fraction(0)
    above: int = 0
    day: str = "every"
    start: int = 0
    end: int = 24
    zone: str = ""
    formula: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What the row is for, whatever it asks."""
        return self.part, self.above, self.day, self.start, self.end, self.zone, self.formula


@dataclass(frozen=True)
class Trip:
    """What is to be priced. `stops`: for each stop the names of the zones in which it lies. weekday: Monday is 0.

    On a `holiday` the rows for holidays hold, beside those for the day of the week.
    """

    metres: int = 0
    minutes: int = 0
    items: int = 1
    kilos: int = 0
    weekday: int = 0
    hour: int = 12
    stops: tuple[frozenset[str], ...] = ()
    holiday: bool = False


@dataclass(frozen=True)
class Line:
    """A line of a price, in minor units.

    part: one of PARTS, "surcharge", "discount" or "floor" · row: its place in the fare, None where no row made it · count: how much of
    it (metres, minutes, items, kilos) · of: the sum that a percentage is of
    """

    part: str
    amount: int
    row: int | None = None
    count: int = 0
    of: int = 0


class RowDoesNotFit(ValueError):
    """A row that says nothing, or two things. `why` is one of WHY; `row` is its place in the fare."""

    def __init__(self, why: str, row: int, part: str = "") -> None:
        self.why, self.row, self.part = why, row, part
        super().__init__(f"row {row}: {why} {part}".rstrip())


WHY = ("part", "hours", "amount", "percent", "above", "formula", "zone")


def check_rows(rows: Sequence[Row], zones: Iterable[str] | None = None) -> None:
    """Whether each row says one thing. With `zones`, also whether it names one of them. Raises: RowDoesNotFit."""
    known = None if zones is None else set(zones)
    for place, row in enumerate(rows):
        if row.part not in PARTS or row.amount < 0 or row.percent < 0:
            raise RowDoesNotFit("part", place)
        if not 0 <= row.start < row.end <= 24:
            raise RowDoesNotFit("hours", place)
        if (row.part == "percent") != bool(row.percent):
            raise RowDoesNotFit("percent", place)
        if row.amount and row.part in ("percent", "formula"):
            raise RowDoesNotFit("amount", place)
        if row.above and row.part not in MEASURED:
            raise RowDoesNotFit("above", place)
        if (row.part == "formula") != bool(row.formula):
            raise RowDoesNotFit("formula", place)
        if row.formula:
            _read(row.formula, place)
        if known is not None and (unknown := set(_zones_of(row.zone)) - known):
            raise RowDoesNotFit("zone", place, min(unknown))


def _read(text: str, place: int) -> Formula:
    try:
        return read(text, NAMES)
    except BadFormula as bad:
        raise RowDoesNotFit("formula", place, bad.part) from bad


def price(
    rows: Sequence[Row],
    trip: Trip,
    *,
    minor: int = 100,
    surcharge: Fraction = Fraction(0),
    discount: Fraction = Fraction(0),
    least: int = 0,
) -> tuple[Line, ...]:
    """The lines of a price; their sum is the price, and never below zero. Rows that ask nothing give no line.

    minor: how many minor units make a whole one, for formulas · surcharge, discount: of the sum so far; 0 to 1 is taken off
    least: what the price is lifted to in the end, so that the worker earns enough
    Raises: RowDoesNotFit for a formula that cannot be read; formula.CannotReckon for one that has no value here.
    """
    fitting = [(place, row) for place, row in enumerate(rows) if fits(row, trip)]
    lines = _base(fitting) + _measured(fitting, trip)
    lines += [Line("extra", row.amount, place) for place, row in fitting if row.part == "extra"]
    lines += _formulas(fitting, trip, minor)
    before = sum(line.amount for line in lines)
    lines += [Line("percent", share_of(before, row.percent), place, of=before) for place, row in fitting if row.part == "percent"]
    lines += _lifted(_highest(fitting, "minimum"), lines)
    for part, ratio in (("surcharge", surcharge), ("discount", -min(discount, Fraction(1)))):
        total = sum(line.amount for line in lines)
        lines.append(Line(part, share_of(total, ratio), of=total))
    total = sum(line.amount for line in lines)
    if total < least:
        lines.append(Line("floor", least - total, of=total))
    return tuple(line for line in lines if line.amount)


def fits(row: Row, trip: Trip) -> bool:
    """Whether a row holds on this day, at this hour and in these zones."""
    days = ["every", WEEKDAYS[trip.weekday], "weekend" if trip.weekday >= 5 else "weekdays"]
    if trip.holiday:
        days.append("holiday")
    return row.day in days and row.start <= trip.hour < row.end and in_zone(row.zone, trip.stops)


def in_zone(zone: str, stops: Sequence[frozenset[str]]) -> bool:
    """Whether a row for this zone holds for a job with these stops; without stops only rows for everywhere do."""
    if not zone:
        return True
    if not stops:
        return False
    if zone.startswith(OUTSIDE):
        return any(zone[1:] not in stop for stop in stops)
    one, between, other = zone.partition(BETWEEN)
    if not between:
        return all(one in stop for stop in stops)
    first, last = stops[0], stops[-1]
    return len(stops) > 1 and ((one in first and other in last) or (other in first and one in last))


def _zones_of(zone: str) -> list[str]:
    return [name for name in zone.removeprefix(OUTSIDE).split(BETWEEN) if name]


Fitting = Sequence[tuple[int, Row]]


def _highest(fitting: Fitting, part: str) -> tuple[int, Row] | None:
    """Of equals the first."""
    return max((each for each in fitting if each[1].part == part), key=lambda each: (each[1].amount, -each[0]), default=None)


def _base(fitting: Fitting) -> list[Line]:
    found = _highest(fitting, "base")
    return [Line("base", found[1].amount, found[0])] if found else []


def _lifted(found: tuple[int, Row] | None, lines: Sequence[Line]) -> list[Line]:
    total = sum(line.amount for line in lines)
    return [Line("minimum", found[1].amount - total, found[0], of=total)] if found and total < found[1].amount else []


def _measured(fitting: Fitting, trip: Trip) -> list[Line]:
    """What goes by the kilometre, minute, item and kilo: each row from its `above` up to that of the next."""
    lines = []
    for part, (size, unit) in _measures(trip).items():
        steps: dict[int, tuple[int, Row]] = {}
        for place, row in fitting:
            if row.part == part and (row.above not in steps or row.amount > steps[row.above][1].amount):
                steps[row.above] = (place, row)
        for begins, ends in pairwise([*sorted(steps), None]):
            assert begins is not None
            within = (size if ends is None else min(size, ends * unit)) - begins * unit
            if within > 0:
                place, row = steps[begins]
                lines.append(Line(part, share_of_integers(row.amount, within, unit), place, count=within))
    return lines


def _measures(trip: Trip) -> Mapping[str, tuple[int, int]]:
    """How much of each part there is, and how many make one."""
    return {"km": (trip.metres, 1000), "minute": (trip.minutes, 1), "item": (trip.items, 1), "kg": (trip.kilos, 1)}


def _formulas(fitting: Fitting, trip: Trip, minor: int) -> list[Line]:
    values = {
        "km": Fraction(trip.metres, 1000), "minutes": Fraction(trip.minutes), "items": Fraction(trip.items),
        "kg": Fraction(trip.kilos), "hour": Fraction(trip.hour), "weekday": Fraction(trip.weekday + 1),
    }  # fmt: skip
    return [
        Line("formula", share_of(minor, max(Fraction(0), _read(row.formula, place).reckon(values))), place)
        for place, row in fitting
        if row.part == "formula"
    ]


@dataclass(frozen=True)
class Zone:
    """A part of the world: postcodes by how they begin, and a polygon in degrees times 1e7. Either is enough."""

    name: str
    postcodes: tuple[str, ...] = ()
    polygon: tuple[Place, ...] = ()

    def holds(self, postcode: str, point: Place | None) -> bool:
        """A point on the border lies inside where the zone is to its north or east."""
        plain = postcode.replace(" ", "").upper()
        if plain and any(plain.startswith(prefix.replace(" ", "").upper()) for prefix in self.postcodes if prefix):
            return True
        return point is not None and _inside(self.polygon, point)


def zones_at(zones: Iterable[Zone], postcode: str, point: Place | None) -> frozenset[str]:
    """The names of the zones in which a place lies."""
    return frozenset(zone.name for zone in zones if zone.holds(postcode, point))


def _inside(polygon: Sequence[Place], point: Place) -> bool:
    """Even-odd rule in whole numbers. Source: W. R. Franklin, PNPOLY."""
    inside = False
    for a, b in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        if (a.lat > point.lat) != (b.lat > point.lat):
            side = (b.lon - a.lon) * (point.lat - a.lat) - (point.lon - a.lon) * (b.lat - a.lat)
            if (side > 0) == (b.lat > a.lat) and side:
                inside = not inside
    return inside
