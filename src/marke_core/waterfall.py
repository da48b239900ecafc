"""The year's surplus runs down an ordered set of steps; each takes its part of what there is, the rest flows on.

`waterfall` decides how much each step takes; a step for members divides its part by the split engine, exactly
(INV-SPLIT-1). What then becomes of a member's part (paid, withheld, kept) follows per person and in whole units, so that
a legal minimum holds for everybody and not only on average.

Source: the order that satisfies the statutes known to Marke: earlier losses, reserves until their limits, education and
community, work, capital within its caps, patronage, carried forward.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from marke_core.split import Ties, divide, split

Column: TypeAlias = NDArray[np.int64]
INT64_MAX = 2**63 - 1
REST = "rest"


class SharesOutTooMuch(ValueError):
    """Parts that are taken of the same base add up to more than the whole."""

    def __init__(self, total: Fraction) -> None:
        super().__init__(f"The parts add up to {float(total):.2%}. Give parts that are 100% together, or less.")
        self.total = total


@dataclass(frozen=True)
class Step:
    """One step.

    share: of the base, a ratio from 0 · of: REST (what is left when the step is reached) or a name in `bases`
    together: steps with the same word take their parts of one base, as it stands when the first of them is reached, and are
    rounded together, so that 35/35/30 leaves nothing; a step alone is rounded up, so that a minimum holds
    most: minor units, e.g. what is missing to a reserve's limit · below: the name of an earlier step that took at least as much
    weights: int64[n], by which the part is divided among n members; None when it is not
    caps: int64[n], minor units, what each gets at most; None for no caps
    """

    name: str
    share: Fraction = Fraction(1)
    of: str = REST
    together: str = ""
    most: int | None = None
    below: str = ""
    weights: Column | None = None
    caps: Column | None = None


@dataclass(frozen=True)
class Taken:
    """What a step took. `limit` says what kept it below `wanted`: most, below, caps, rest, nobody, or "" when nothing did."""

    step: Step
    base: int
    wanted: int
    amount: int
    before: int  # what was there when it was reached
    limit: str = ""
    parts: Column | None = None


@dataclass(frozen=True)
class Waterfall:
    """All steps in order. `left` is carried forward: `total == sum(amounts) + left`."""

    total: int
    taken: tuple[Taken, ...]
    left: int
    by_name: dict[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        """What the steps of this name took together."""
        return self.by_name.get(name, 0)


@dataclass(frozen=True)
class Draw:
    """Who gets the last unit when two have equal remainders: drawn from the entry and the member's number, by nobody."""

    entry: str = "year"
    order: Column | None = None  # int64[n], the members' numbers


def waterfall(
    total: int, steps: Sequence[Step], *, bases: Mapping[str, int] | None = None, draw: Draw | None = None
) -> Waterfall:
    """Lets `total` (minor units, not negative) run down the steps.

    bases: named amounts that shares can be of, e.g. {"surplus": total} · draw: how ties are broken.

    Raises: ValueError for a negative total; SharesOutTooMuch when parts of one base are more than the whole.
    """
    if total < 0:
        raise ValueError(f"{total} is a loss. A loss is borne, not divided: see bear_loss.")
    rest, taken, by_name = total, [], dict[str, int]()
    wanted_together: dict[str, tuple[int, dict[int, int]]] = {}
    for place, step in enumerate(steps):
        base = rest if step.of == REST else (bases or {})[step.of]
        if step.together:
            if step.together not in wanted_together:
                wanted_together[step.together] = base, _together(base, step.together, steps)
            base, wanted = wanted_together[step.together][0], wanted_together[step.together][1][place]
        else:
            wanted = _up(base, step.share)
        one = _take(step, base, wanted, rest, by_name, draw or Draw())
        taken.append(one)
        by_name[step.name] = by_name.get(step.name, 0) + one.amount
        rest -= one.amount
    return Waterfall(total, tuple(taken), rest, by_name)


def _together(base: int, word: str, steps: Sequence[Step]) -> dict[int, int]:
    """What the steps of one word want of their base: rounded by largest remainder, with what none of them asks for."""
    places = [place for place, step in enumerate(steps) if step.together == word]
    shares = [steps[place].share for place in places]
    if (total := sum(shares, Fraction(0))) > 1:
        raise SharesOutTooMuch(total)
    if base <= 0:
        return dict.fromkeys(places, 0)
    parts = split(base, [*shares, 1 - total], ties=Ties.FIRST)
    return dict(zip(places, parts, strict=False))


def _take(step: Step, base: int, wanted: int, rest: int, by_name: Mapping[str, int], draw: Draw) -> Taken:
    amount, limit = wanted, ""
    bounds = [("most", step.most), ("below", by_name.get(step.below, 0) if step.below else None), ("rest", rest)]
    for name, bound in bounds:
        if bound is not None and amount > max(bound, 0):
            amount, limit = max(bound, 0), name
    if step.weights is None:
        return Taken(step, base, wanted, amount, rest, limit)
    if not int(step.weights.any()):
        return Taken(step, base, wanted, 0, rest, "nobody" if amount else limit, np.zeros(len(step.weights), dtype=np.int64))
    entry = f"{draw.entry}:{step.name}"
    dealt = divide(amount, step.weights, caps=step.caps, ties=Ties.BY_HASH, order=draw.order, entry=entry)
    if dealt.left:
        amount, limit = amount - dealt.left, "caps"
    return Taken(step, base, wanted, amount, rest, limit, dealt.parts)


def _up(base: int, share: Fraction) -> int:
    """`share` of `base`, rounded up."""
    return max(-(-base * share.numerator // share.denominator), 0)


@dataclass(frozen=True)
class Borne:
    """By whom a loss is borne: (name, minor units) in order; `left` is carried forward as a loss."""

    taken: tuple[tuple[str, int], ...]
    left: int
    parts: Column | None = None  # what each member bears


def bear_loss(
    loss: int,
    stocks: Sequence[tuple[str, int]],
    *,
    weights: Column | None = None,
    kept: Column | None = None,
    draw: Draw | None = None,
) -> Borne:
    """A loss (minor units, positive) is taken from stocks in order, then from what is kept in members' names.

    weights: int64[n], by which members bear it · kept: int64[n], more than that nobody bears.
    Source: Ley 27/1999 (Spain), art. 59: reserves first, then members by what they did for the co-op, the rest carried.
    """
    rest, taken, parts = loss, [], None
    for name, stock in stocks:
        amount = min(rest, max(stock, 0))
        taken.append((name, amount))
        rest -= amount
    if weights is not None and kept is not None and rest and weights.any():
        drawn = draw or Draw()
        entry = f"{drawn.entry}:loss"
        dealt = divide(rest, weights, caps=np.maximum(kept, 0), ties=Ties.BY_HASH, order=drawn.order, entry=entry)
        parts = dealt.parts
        taken.append(("members", rest - dealt.left))
        rest = dealt.left
    return Borne(tuple(taken), rest, parts)


def part_up(amounts: Column, share: Fraction) -> Column:
    """`share` of each amount, rounded up: a minimum that holds for each. int64[n], minor units."""
    return -(_floor(-amounts, share.numerator, share.denominator))


def part_of(amounts: Column, share: Fraction) -> Column:
    """`share` of each amount, rounded to the nearest unit, a half away from zero."""
    signs = np.sign(amounts)
    return signs * _floor(np.abs(amounts), 2 * share.numerator, 2 * share.denominator, share.denominator)


def part_down(amounts: Column, share: Fraction) -> Column:
    """`share` of each amount, rounded down: a cap that nobody goes beyond."""
    return _floor(amounts, share.numerator, share.denominator)


def _floor(amounts: Column, above: int, below: int, plus: int = 0) -> Column:
    """(amounts · above + plus) // below; by Python's whole numbers where 64 bits are not enough."""
    largest = int(np.abs(amounts).max(initial=0)) * above + plus
    if max(largest, below) <= INT64_MAX:
        return (amounts * above + plus) // below
    exact = [(amount * above + plus) // below for amount in amounts.tolist()]
    if any(abs(value) > INT64_MAX for value in exact):
        raise OverflowError("A part of these amounts does not fit 64 bits. Look for an amount that cannot be.")
    return np.array(exact, dtype=np.int64)


# Rows of which the steps between stand beside each other: of a million at once they would take half as much room again.
_AT_ONCE = 50_000


@dataclass(frozen=True)
class PaidOut:
    """What becomes of each member's part, int64[n] each: patronage + capital == cash + withheld + kept."""

    cash: Column
    withheld: Column
    kept: Column


def pay_out(
    patronage: Column,
    capital: Column,
    *,
    cash: Fraction,
    on_capital: Fraction = Fraction(0),
    on_patronage: Fraction = Fraction(0),
) -> PaidOut:
    """What is paid in money, withheld as tax and kept in the member's name.

    cash: the least part of patronage that is money, rounded up for each (26 CFR 1.1388-1(c): 20 %), tax within it. Tax on
    patronage is never more than that money, because it is paid from it.
    """
    paid = PaidOut(*(np.empty(len(patronage), dtype=np.int64) for _column in range(3)))
    for start in range(0, len(patronage), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        worked, lent = patronage[part], capital[part]
        money = part_up(worked, cash)
        tax = np.minimum(part_of(worked, on_patronage), money) + part_of(lent, on_capital)
        paid.cash[part], paid.withheld[part], paid.kept[part] = money + lent - tax, tax, worked - money
    return paid


def capital_days(members: Column, days: Column, amounts: Column, *, count: int, since: date, until: date) -> Column:
    """Paid-in capital times the days on which it was there, in the half-open period.

    members: int64[e], place of the member of each event · days: int64[e], `date.toordinal()` of each · amounts: int64[e], minor
    units paid in (negative: given back). An event counts from its own day on; what was there before counts for all days.
    Returns: int64[count], unit · day.
    """
    first, last = since.toordinal(), until.toordinal()
    lasting = np.clip(last - np.maximum(days, first), 0, None)
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, members, amounts * lasting)
    return total


def return_cap(capital_days: Column, rate: Fraction, *, days: int, withheld: Fraction = Fraction(0), net: bool = False) -> Column:
    """The most that each may get for capital: `rate` a year for the days it was there, rounded down.

    days: in the year, 365 or 366 · net: the rate is what is left after `withheld` (Belgium, royal decree of 8-1-1962).
    """
    gross = rate / (1 - withheld) if net else rate
    return part_down(capital_days, gross / days)
