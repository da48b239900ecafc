"""The types of rules. A value is kept as plain JSON; its type reads it (`load`), writes it (`dump`), checks it (`check`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any, TypeAlias

from marke_core.money import share_of
from marke_core.rulebook.refused_value import BadValue, plain, translatable

Json: TypeAlias = Any
Text: TypeAlias = Any  # a str, or a translation that becomes one when it is shown

ON, OFF, NO_ROWS = translatable("on"), translatable("off"), translatable("none")


def _whole_number(data: Json) -> int:
    if isinstance(data, bool) or not isinstance(data, int):
        raise BadValue(translatable("“{value}” is not a whole number. Give one such as 12."), value=data)
    return data


def _within(value: Any, least: Any, most: Any) -> None:
    if least is not None and value < least:
        raise BadValue(translatable("{value} is too little. Give {least} or more."), value=value, least=least)
    if most is not None and value > most:
        raise BadValue(translatable("{value} is too much. Give {most} or less."), value=value, most=most)


@dataclass(frozen=True)
class Percent:
    """A part of something. Value: a Fraction, 12 % is Fraction(12, 100). JSON: [numerator, denominator]."""

    least: Fraction | None = Fraction(0)
    most: Fraction | None = Fraction(1)
    name = "percent"

    def load(self, data: Json) -> Fraction:
        if not isinstance(data, list | tuple) or len(data) != 2:
            raise BadValue(
                translatable("“{value}” is not a percentage. Give two whole numbers, such as [12, 100] for 12 %."), value=data
            )
        numerator, denominator = _whole_number(data[0]), _whole_number(data[1])
        if denominator <= 0:
            raise BadValue(translatable("“{value}” is not a percentage. The second number must be above zero."), value=data)
        value = Fraction(numerator, denominator)
        self.check(value)
        return value

    def dump(self, value: Fraction) -> Json:
        self.check(value)
        return [value.numerator, value.denominator]

    def check(self, value: Fraction) -> None:
        _within(value, self.least, self.most)
        if value.denominator > 1_000_000:
            raise BadValue(translatable("{value} is too fine. Give a percentage with at most four decimals."), value=value)


@dataclass(frozen=True)
class Amount:
    """Money. Value and JSON: an int, in minor units of the co-op's currency."""

    least: int | None = 0
    most: int | None = 10**12
    name = "amount"

    def load(self, data: Json) -> int:
        value = _whole_number(data)
        self.check(value)
        return value

    def dump(self, value: int) -> Json:
        self.check(value)
        return value

    def check(self, value: int) -> None:
        if self.least is not None and value < self.least:
            raise BadValue(
                translatable("{amount} is too little. Give {least_amount} or more."), amount=value, least_amount=self.least
            )
        if self.most is not None and value > self.most:
            raise BadValue(translatable("{amount} is too much. Give {most_amount} or less."), amount=value, most_amount=self.most)


@dataclass(frozen=True)
class Count:
    """A number of things. Value and JSON: an int."""

    least: int | None = 0
    most: int | None = 10**9
    name = "count"

    def load(self, data: Json) -> int:
        value = _whole_number(data)
        self.check(value)
        return value

    def dump(self, value: int) -> Json:
        self.check(value)
        return value

    def check(self, value: int) -> None:
        _within(value, self.least, self.most)


@dataclass(frozen=True)
class Duration:
    """A length of time. Value: a timedelta of whole seconds. JSON: seconds."""

    least: timedelta | None = timedelta(0)
    most: timedelta | None = timedelta(days=36_525)
    name = "duration"

    def load(self, data: Json) -> timedelta:
        seconds = _whole_number(data)
        if abs(seconds) > 10**12:
            raise BadValue(translatable("{value} seconds is too long. Give a hundred years or less."), value=seconds)
        value = timedelta(seconds=seconds)
        self.check(value)
        return value

    def dump(self, value: timedelta) -> Json:
        self.check(value)
        return value.days * 86_400 + value.seconds

    def check(self, value: timedelta) -> None:
        _within(value, self.least, self.most)
        if value.microseconds:
            raise BadValue(translatable("{value} is too fine. Give whole seconds."), value=value)


@dataclass(frozen=True)
class Choice:
    """One of a few ways. Value and JSON: the option's name; `options` gives each name its label."""

    options: Mapping[str, Text]
    name = "choice"

    def load(self, data: Json) -> str:
        self.check(data)
        return str(data)

    def dump(self, value: str) -> Json:
        self.check(value)
        return value

    def check(self, value: str) -> None:
        if not isinstance(value, str) or value not in self.options:
            raise BadValue(
                translatable("“{value}” is not one of the choices. Choose {options}."),
                value=value,
                options=", ".join(self.options),
            )


@dataclass(frozen=True)
class Switch:
    """On or off. Value and JSON: a bool. `on` and `off` are the words that complete the rule's sentence."""

    on: Text = ON
    off: Text = OFF
    name = "switch"

    def load(self, data: Json) -> bool:
        self.check(data)
        return bool(data)

    def dump(self, value: bool) -> Json:
        self.check(value)
        return value

    def check(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise BadValue(translatable("“{value}” is neither on nor off. Give true or false."), value=value)


@dataclass(frozen=True)
class Clause:
    """A text that a person attests. Value and JSON: the text."""

    longest: int = 10_000
    name = "clause"

    def load(self, data: Json) -> str:
        self.check(data)
        return str(data)

    def dump(self, value: str) -> Json:
        self.check(value)
        return value

    def check(self, value: str) -> None:
        if not isinstance(value, str) or not value.strip():
            raise BadValue(translatable("The text is empty. Write at least one sentence."))
        if len(value) > self.longest:
            raise BadValue(
                translatable("The text has {length} characters. Shorten it to {longest} or fewer."),
                length=len(value),
                longest=self.longest,
            )


@dataclass(frozen=True)
class Word:
    """A short text in a table, such as a name. Value and JSON: the text, which may be empty."""

    longest: int = 40
    name = "word"

    def load(self, data: Json) -> str:
        self.check(data)
        return str(data)

    def dump(self, value: str) -> Json:
        self.check(value)
        return value

    def check(self, value: str) -> None:
        if not isinstance(value, str) or not value.isprintable() or ";" in value or value != value.strip():
            raise BadValue(translatable("“{value}” is not a short text. Leave out line ends and semicolons."), value=value)
        if len(value) > self.longest:
            raise BadValue(
                translatable("The text has {length} characters. Shorten it to {longest} or fewer."),
                length=len(value),
                longest=self.longest,
            )


@dataclass(frozen=True)
class Indexed:
    """A published rate, and what is added to it."""

    index: str
    spread: Fraction

    def rate(self, published: Fraction) -> Fraction:
        """The rate when the index stands at `published`; never below zero."""
        return max(Fraction(0), published + self.spread)


@dataclass(frozen=True)
class IndexPlusSpread:
    """A published index plus a number of percentage points. Value: Indexed. JSON: {"index": name, "spread": [n, d]}."""

    indexes: Mapping[str, Text]
    least: Fraction | None = Fraction(0)
    most: Fraction | None = Fraction(1)
    name = "index_plus_spread"

    def load(self, data: Json) -> Indexed:
        if not isinstance(data, dict) or set(data) != {"index", "spread"}:
            raise BadValue(
                translatable("“{value}” is not an index plus a spread. Give an “index” and a “spread”, nothing else."), value=data
            )
        value = Indexed(data["index"], self._spread.load(data["spread"]))
        self.check(value)
        return value

    def dump(self, value: Indexed) -> Json:
        self.check(value)
        return {"index": value.index, "spread": self._spread.dump(value.spread)}

    def check(self, value: Indexed) -> None:
        Choice(self.indexes).check(value.index)
        self._spread.check(value.spread)

    @property
    def _spread(self) -> Percent:
        return Percent(self.least, self.most)


@dataclass(frozen=True)
class Part:
    """One of the values of a LowestOf; the label has a place for the value: "{value} of the invoice"."""

    type: Percent | Amount
    label: Text = "{value}"


@dataclass(frozen=True)
class LowestOf:
    """The lowest of some amounts, some of them a part of a base. Value: {part: value}. JSON: the same, each part dumped."""

    parts: Mapping[str, Part]
    name = "lowest_of"

    def load(self, data: Json) -> dict[str, Any]:
        self._check_names(data)
        return {part: self.parts[part].type.load(data[part]) for part in self.parts if part in data}

    def dump(self, value: Mapping[str, Any]) -> Json:
        self._check_names(value)
        return {part: self.parts[part].type.dump(value[part]) for part in self.parts if part in value}

    def check(self, value: Mapping[str, Any]) -> None:
        self.dump(value)

    def lowest(self, value: Mapping[str, Any], base: int) -> int:
        """The lowest of the parts, in minor units, where percentages are of `base`."""
        return min(share_of(base, part) if isinstance(part, Fraction) else part for part in value.values())

    def _check_names(self, data: Json) -> None:
        if not isinstance(data, Mapping) or not data or not set(data) <= set(self.parts):
            raise BadValue(
                translatable("“{value}” does not say what the lowest is taken of. Give one or more of {parts}."),
                value=data,
                parts=", ".join(self.parts),
            )


@dataclass(frozen=True)
class Column:
    """A column of a Table. `blank` is the value that an empty cell stands for; None: it has to be filled in."""

    type: Percent | Amount | Count | Duration | Choice | Switch | Word
    label: Text
    blank: Any = None


@dataclass(frozen=True)
class Table:
    """Rows looked up by their first columns. Value: a tuple of rows, each a tuple. JSON: a list of lists.

    `keys` is how many leading columns tell rows apart; `row` is the sentence of one row, with a place for each column
    by its name: "{weekday} from {start}: {surcharge}"; where rows differ in kind, it is given the row and gives its
    sentence. `empty` is what is said of a table without rows; `example` is a row as one might fill it in.
    """

    columns: Mapping[str, Column]
    keys: int
    row: Text | Callable[[Sequence[Any]], Text]
    empty: Text = NO_ROWS
    example: Sequence[Any] | None = None
    most_rows: int = 200
    name = "table"

    def load(self, data: Json) -> tuple[tuple[Any, ...], ...]:
        if not isinstance(data, list | tuple):
            raise BadValue(translatable("“{value}” is not a table. Give a list of rows."), value=data)
        rows = tuple(self._each(row, lambda kind, cell: kind.load(cell)) for row in data)
        self._check_rows(rows)
        return rows

    def dump(self, value: Sequence[Sequence[Any]]) -> Json:
        rows = [list(self._each(row, lambda kind, cell: kind.dump(cell))) for row in value]
        self._check_rows(value)
        return rows

    def check(self, value: Sequence[Sequence[Any]]) -> None:
        self.dump(value)

    def _each(self, row: Any, do: Callable[[Any, Any], Any]) -> tuple[Any, ...]:
        columns = self.columns
        if not isinstance(row, list | tuple) or len(row) != len(columns):
            raise BadValue(
                translatable("The row “{value}” does not fit. Give {count} cells: {columns}."),
                value=row,
                count=len(columns),
                columns=", ".join(columns),
            )
        return tuple(do(column.type, cell) for column, cell in zip(columns.values(), row, strict=True))

    def _check_rows(self, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) > self.most_rows:
            raise BadValue(
                translatable("The table has {count} rows. Shorten it to {most} or fewer."), count=len(rows), most=self.most_rows
            )
        seen = set()
        for row in rows:
            key = tuple(row[: self.keys])
            if key in seen:
                raise BadValue(translatable("The table has two rows for “{value}”. Keep one of them."), value=_joined(key))
            seen.add(key)


def _joined(cells: Iterable[object]) -> str:
    return ", ".join(plain(cell) for cell in cells)


AnyType: TypeAlias = Percent | Amount | Count | Duration | Choice | Table | Switch | IndexPlusSpread | LowestOf | Clause | Word
