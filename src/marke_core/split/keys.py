"""The keys that co-ops write in their rules, each put together from `divide`.

| here | elsewhere |
|---|---|
| `per_head` | equal parts, hoofdelijk |
| `fixed` | vast (Fluvius), fixe un tour (Sibelga), coefficients β (Spain) |
| `iterative` | optimaal (VREG), fixe à plusieurs tours (Sibelga) |
| `pro_rata` | relatief (Fluvius), dynamique (CWaPE), par défaut (Enedis), dynamisch (Austria) |
| `hybrid` | fixed first, the rest pro rata to what is still wanted |
| `mixed` | so much by hours, so much per head |
| `by_priority` | first come, first served; ranks of claims |
| `in_tiers` | the first so much by one key, the next by another |

Wants are what each can take at most: own consumption, a wish, an open claim. What nobody takes stays in `left`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NotRequired, TypedDict, Unpack

import numpy as np

from marke_core.split.division import Division, Explained, Given, Numbers, Remainder, divide
from marke_core.split.exact import INT64_MAX, CannotDivide, Column, column_of, sum_of
from marke_core.split.ties import Ties


class How(TypedDict):
    """What every key needs to know about ties; see `divide`. A key of several steps draws for each step anew."""

    ties: Ties
    order: NotRequired[Given | None]
    entry: NotRequired[str]
    remainder: NotRequired[Remainder]


@dataclass(frozen=True)
class Tier:
    """A slice of the total that is dealt by its own key.

    size: how much, units; None for all that remains · weights: Given[n]
    """

    size: int | None
    weights: Given


def per_head(total: int, count: int, **how: Unpack[How]) -> Division:
    """The same for each of `count` parties."""
    return divide(total, np.ones(count, dtype=np.int64), **how)


def pro_rata(total: int, wants: Given, **how: Unpack[How]) -> Division:
    """In proportion to what each wants, and never more than that."""
    amounts = column_of(wants, "want")
    if not amounts.any():
        return _nothing(total, len(amounts))
    return divide(total, amounts, caps=amounts, **how)


def iterative(total: int, weights: Given, wants: Given, **how: Unpack[How]) -> Division:
    """By weight, never more than each wants; what is not taken is dealt again among those who still want."""
    return divide(total, weights, caps=column_of(wants, "want"), **how)


def fixed(
    total: int, weights: Given, *, wants: Given | None = None, whole: int | Fraction | None = None, **how: Unpack[How]
) -> Division:
    """In one round: weight ÷ whole of the total to each, never more than each wants. Nothing is dealt again.

    whole: what all weights together would be, 1 for fractions, 100 for percents; their sum when it is not said.
    Raises: CannotDivide when the weights are more than the whole.
    """
    shares = _with_the_rest(weights, whole)
    if not shares.any():
        return _nothing(total, len(shares) - 1)
    order = None if (numbers := how.get("order")) is None else np.append(column_of(numbers, "member's number"), INT64_MAX)
    how["order"] = order
    first = divide(total, shares, **how)
    parts = abs(first.parts[:-1])
    if wants is not None:
        parts = np.minimum(parts, column_of(wants, "want"))
    parts = parts if total >= 0 else -parts

    def why(row: int) -> Explained:
        step = first.explain(row)
        part = int(parts[row])
        return step if step.part == part else Explained("at_want", part, {"want": abs(part), "offered": step.part}, (step,))

    return Division(total, parts, total - sum_of(parts), why=why)


def hybrid(total: int, weights: Given, wants: Given, *, whole: int | Fraction | None = None, **how: Unpack[How]) -> Division:
    """A fixed round first; what is left of it pro rata to what each still wants."""
    asked = column_of(wants, "want")
    first = fixed(total, weights, wants=asked, whole=whole, **_step(how, "fixed"))
    second = pro_rata(first.left, asked - abs(first.parts), **_step(how, "rest"))
    return _together(total, "hybrid", [first, second])


def mixed(total: int, keys: Sequence[tuple[int | Fraction, Given]], **how: Unpack[How]) -> Division:
    """Several pools, each divided by its own weights: the total goes over the pools by their shares, then each to all.

    keys: (the pool's share, the weights in it), e.g. [(Fraction(1, 2), hours), (Fraction(1, 2), ones)].
    """
    pools = divide(total, [share for share, _weights in keys], ties=Ties.FIRST)
    steps = [
        divide(pool, weights, **_step(how, str(number)))
        for number, (pool, (_share, weights)) in enumerate(zip(pools.parts.tolist(), keys, strict=True), 1)
    ]
    return _together(total, "mixed", steps)


def in_tiers(total: int, tiers: Sequence[Tier], **how: Unpack[How]) -> Division:
    """The first slice of the total by the first key, the next by the next, until it is used up.

    Suma's "the first 100,000 stay, then half and half" is two tiers.
    """
    sign, rest = (-1, -total) if total < 0 else (1, total)
    steps = []
    for number, tier in enumerate(tiers, 1):
        size = rest if tier.size is None else min(rest, tier.size)
        steps.append(divide(sign * size, tier.weights, **_step(how, str(number))))
        rest -= size
    return _together(total, "in_tiers", steps, sign * rest)


def by_priority(total: int, wants: Given, ranks: Sequence[int] | Numbers, **how: Unpack[How]) -> Division:
    """Whoever has the smaller rank first, all they want; a rank that cannot be served whole shares pro rata.

    With the places in a queue as ranks it is first come, first served.
    """
    amounts, places = column_of(wants, "want"), column_of(ranks, "rank")
    if len(amounts) != len(places):
        raise CannotDivide(f"There are {len(places)} ranks for {len(amounts)} wants. Give one for each.")
    sign, size = (-1, -total) if total < 0 else (1, total)
    served, edge, rest = _served(size, amounts, places)
    parts = np.where(served, amounts, 0).astype(np.int64)
    shared: Division | None = None
    rows = np.flatnonzero(places == edge) if edge is not None else np.zeros(0, dtype=np.intp)
    if len(rows) and rest:
        numbers = how.get("order")
        order = np.arange(len(amounts), dtype=np.int64) if numbers is None else column_of(numbers, "member's number")
        how["order"] = order[rows]
        shared = pro_rata(rest, amounts[rows], **how)
        parts[rows] = shared.parts
        rest = shared.left

    def why(row: int) -> Explained:
        said = {"want": int(amounts[row]), "rank": int(places[row]), "total": total}
        if shared is not None and edge is not None and places[row] == edge:
            within = shared.explain(int(np.searchsorted(rows, row)))
            return Explained("rank_shares", sign * int(parts[row]), said, (within,))
        return Explained("served" if served[row] else "used_up", sign * int(parts[row]), said)

    return Division(total, sign * parts, sign * rest, why=why)


def _served(size: int, wants: Column, ranks: Column) -> tuple[Column, int | None, int]:
    """Who gets all they want, the rank at which it runs out (None when it does not), and what is left for that rank."""
    everyone, place = np.unique(ranks, return_inverse=True)
    by_rank = np.zeros(len(everyone), dtype=object)
    np.add.at(by_rank, place, wants.astype(object))
    rest = size
    for number, wanted in enumerate(by_rank.tolist()):
        if wanted > rest:
            return place < number, int(everyone[number]), rest
        rest -= wanted
    return np.ones(len(ranks), dtype=bool), None, rest


def _with_the_rest(weights: Given, whole: int | Fraction | None) -> Column:
    """The weights as whole numbers, and as the last of them what is missing to the whole."""
    if whole is None:
        return np.append(column_of(weights, "weight"), 0)
    given = weights.tolist() if isinstance(weights, np.ndarray) else list(weights)
    missing = Fraction(whole) - sum(map(Fraction, given), Fraction(0))
    if missing < 0:
        raise CannotDivide(f"The weights are {Fraction(whole) - missing} of {whole}. Give weights that fit into the whole.")
    return column_of([*given, missing], "weight")


def _step(how: How, name: str) -> How:
    step = how.copy()
    if entry := how.get("entry", ""):
        step["entry"] = f"{entry}:{name}"
    return step


def _nothing(total: int, count: int) -> Division:
    parts = np.zeros(count, dtype=np.int64)
    return Division(total, parts, total, why=lambda row: Explained("no_weight", 0, {"total": total}))


def _together(total: int, key: str, steps: Sequence[Division], left: int | None = None) -> Division:
    parts: Numbers = np.stack([step.parts for step in steps]).sum(axis=0)

    def why(row: int) -> Explained:
        return Explained(key, int(parts[row]), {"total": total}, tuple(step.explain(row) for step in steps))

    undealt = total - sum_of(parts) if left is None else left
    return Division(total, parts, undealt, why=why)
