"""See before you vote: what really happened, run again under another value of one rule.

Replay asks the same posting scheme that booked the facts, twice: with the values that were in force, and with the
proposed one. Because a scheme works row by row (INV-SCHEME-1), a year at once gives the cents that its jobs gave one by
one. It knows what happened; what people would have done under the other rule it does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from marke_core.schemes import Column, Facts, Ratio, Scheme

INT64_MAX = 2**63 - 1
FLOAT_IS_EXACT = 2**53
# Those who earn least: this part of the people, rounded up.
LOWEST_PART = Fraction(1, 5)


@dataclass(frozen=True)
class Batch:
    """Facts of one scheme, and what the rule would have been for each.

    after: the ratio in place of the one in force, as numerators and denominators, int64[n] each
    month: int64[n], in which of the months (0, 1, …) each fact lies
    """

    scheme: Scheme
    facts: Facts
    after: Ratio
    month: Column


@dataclass(frozen=True)
class Change:
    """An amount as it was and as it would have been, minor units."""

    before: int = 0
    after: int = 0

    def __add__(self, other: Change) -> Change:
        return Change(self.before + other.before, self.after + other.after)

    @property
    def difference(self) -> int:
        return self.after - self.before

    @property
    def part(self) -> Fraction | None:
        """The difference as a part of what it was; None when it was nothing."""
        return Fraction(self.difference, self.before) if self.before else None


@dataclass(frozen=True)
class Month:
    """The running totals at the end of a month: in common hands, and people's own."""

    common: Change
    own: Change


@dataclass(frozen=True)
class Group:
    """Some of the people together."""

    size: int
    change: Change


@dataclass(frozen=True)
class Replay:
    """Before and after: per line, in common hands, people's own, per person, and by month (running totals)."""

    facts: int
    lines: Mapping[str, Change]
    common: Change
    own: Change
    people: Mapping[int, Change]
    months: tuple[Month, ...]

    def of(self, party: int) -> Change | None:
        """What is this person's own; None when none of the facts is."""
        return self.people.get(party)

    def lowest(self, part: Fraction = LOWEST_PART, at_least: int = 1) -> Group:
        """Those who earned least before: this part of the people, rounded up. Equal earners: the smaller number first."""
        return lowest_of(self.people, part, at_least)


def lowest_of(people: Mapping[int, Change], part: Fraction = LOWEST_PART, at_least: int = 1) -> Group:
    """Those who got least before: this part of the people, rounded up, and `at_least` so many where there are."""
    size = min(max(-(-len(people) * part.numerator // part.denominator), at_least), len(people))
    ranked = sorted(people.items(), key=lambda person: (person[1].before, person[0]))
    return Group(size, sum((change for _party, change in ranked[:size]), Change()))


def replay(batches: Sequence[Batch], key: str, months: int) -> Replay:
    """Runs the facts again with another value of the rule `key`.

    Raises: what a scheme raises for values that cannot be, e.g. a contribution above the price.
    """
    lines: dict[str, Change] = {}
    people: dict[int, Change] = {}
    common = [Change() for _ in range(months)]
    own = [Change() for _ in range(months)]
    for batch in batches:
        who, place = people_of(batch.facts.party)
        before = batch.scheme.compute(batch.facts)
        after = batch.scheme.compute(batch.facts.under(key, *batch.after))
        for line in batch.scheme.lines:
            sums = _changes(before[line], after[line], batch.month, months)
            lines[line] = lines.get(line, Change()) + sum(sums, Change())
            theirs = own if line in batch.scheme.party_lines else common
            theirs[:] = [so_far + change for so_far, change in zip(theirs, sums, strict=True)]
            if theirs is own:
                _add_people(people, who, place, before[line], after[line])
    return Replay(
        facts=sum(len(batch.facts) for batch in batches),
        lines=lines,
        common=sum(common, Change()),
        own=sum(own, Change()),
        people=people,
        months=tuple(Month(c, o) for c, o in zip(_running(common), _running(own), strict=True)),
    )


def sums_by(groups: NDArray[np.int64], amounts: Column, size: int) -> list[int]:
    """The exact sum of the amounts of each group 0 … size-1, also beyond int64."""
    if not len(amounts):
        return [0] * size
    largest = max(int(amounts.max()), -int(amounts.min()))
    if largest * len(amounts) <= FLOAT_IS_EXACT:  # every sum on the way is a whole number that a float holds exactly
        sums: list[int] = np.bincount(groups, weights=amounts, minlength=size).astype(np.int64).tolist()
        return sums
    exact = amounts if largest * len(amounts) <= INT64_MAX else amounts.astype(object)
    order = np.argsort(groups, kind="stable")
    present, starts = np.unique(groups[order], return_index=True)
    totals = [0] * size
    for group, total in zip(present.tolist(), np.add.reduceat(exact[order], starts).tolist(), strict=True):
        totals[group] = total
    return totals


def people_of(party: Column) -> tuple[Column, Column]:
    """Who occurs, ascending, and for each fact the place of its party among them."""
    if not len(party) or int(party.min()) < 0 or int(party.max()) > 4 * len(party):
        who, place = np.unique(party, return_inverse=True)
        return who, place.astype(np.int64)
    occurs = np.zeros(int(party.max()) + 1, dtype=bool)  # numbers without large gaps need no sorting
    occurs[party] = True
    return np.flatnonzero(occurs).astype(np.int64), (np.cumsum(occurs) - 1)[party]


def _changes(before: Column, after: Column, groups: Column, size: int) -> list[Change]:
    return [Change(*pair) for pair in zip(sums_by(groups, before, size), sums_by(groups, after, size), strict=True)]


def _add_people(people: dict[int, Change], who: Column, place: Column, before: Column, after: Column) -> None:
    for number, change in zip(who.tolist(), _changes(before, after, place, len(who)), strict=True):
        people[number] = people[number] + change if number in people else change


def _running(changes: Sequence[Change]) -> list[Change]:
    totals: list[Change] = []
    for change in changes:
        totals.append(totals[-1] + change if totals else change)
    return totals
