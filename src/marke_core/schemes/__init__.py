"""Posting schemes: what happened, as columns, and the rules in force, turned into amounts.

A scheme is written once, as a function over columns, row by row: one job is a batch of one, a year is a batch of
millions, and both give the same cents (INV-SCHEME-1). The web request, the year's close and the what-if of a proposal
run the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int64]
Ratio = tuple[Column, Column]


class FactsDoNotFit(ValueError):
    """Columns of unlike length, a ratio with a denominator of nought, or a column that the scheme asks for and is missing."""


@dataclass(frozen=True)
class Facts:
    """What happened, one row per fact.

    party: int64[n], whom the fact belongs to (any stable number: a party's or a member's)
    columns: the integer inputs, e.g. {"price": int64[n], minor units}
    rules: for each rule key the ratio in force for each fact, as numerators and denominators, int64[n] each

    Raises: FactsDoNotFit when the columns are not of one length, or a denominator is not positive.
    """

    party: Column
    columns: Mapping[str, Column]
    rules: Mapping[str, Ratio] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, column in self._all_columns():
            if len(column) != len(self.party):
                raise FactsDoNotFit(f"The column {name} has {len(column)} rows, and there are {len(self.party)} facts.")
        for key, (_numerators, denominators) in self.rules.items():
            if len(denominators) and int(denominators.min()) <= 0:
                raise FactsDoNotFit(f"The rule {key} has a denominator of {int(denominators.min())}; it must be above 0.")

    def __len__(self) -> int:
        return len(self.party)

    def _all_columns(self) -> Iterable[tuple[str, Column]]:
        yield from self.columns.items()
        for key, (numerators, denominators) in self.rules.items():
            yield f"{key} (numerators)", numerators
            yield f"{key} (denominators)", denominators

    def row(self, index: int) -> Facts:
        """The batch of one that holds only this fact."""
        return self.rows(np.array([index], dtype=np.int64))

    def rows(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Facts:
        return Facts(
            party=self.party[which],
            columns={name: column[which] for name, column in self.columns.items()},
            rules={key: (above[which], below[which]) for key, (above, below) in self.rules.items()},
        )

    def under(self, key: str, numerators: Column, denominators: Column) -> Facts:
        """The same facts under another value of one rule: what replay asks."""
        return Facts(self.party, self.columns, {**self.rules, key: (numerators, denominators)})


@dataclass(frozen=True)
class Scheme:
    """How facts become amounts.

    name, version: together they name this arithmetic for ever; other arithmetic is another version
    lines: the lines it makes, in the order in which they are shown
    rules: the keys of the rules it follows
    compute: Facts of n rows -> {line: int64[n], minor units}
    party_lines: those of the lines that are the fact's party's own; the others stay in common hands
    """

    name: str
    version: int
    lines: tuple[str, ...]
    rules: tuple[str, ...]
    compute: Callable[[Facts], dict[str, Column]]
    party_lines: tuple[str, ...] = ("earnings",)
