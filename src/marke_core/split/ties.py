"""Who gets the last unit, when two have exactly the same claim to it: declared, so that nobody chooses afterwards."""

from __future__ import annotations

from enum import Enum
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marke_core.split.exact import Column, Mask


class Ties(Enum):
    """Who gets the last unit when remainders are equal."""

    FIRST = "first"  # whoever stands first in the order given
    LIGHTEST = "lightest"  # whoever has the least weight; then whoever stands first
    BY_HASH = "hash"  # by the hash of the entry and the member: another one in every entry, and the same on every machine


def draw(entry: str, members: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A number for each member that only this entry gives: who has the smallest comes first.

    The seed is the first eight bytes of the entry's SHA-256; each member's number is the seed plus the member, mixed by
    SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195), so that ten lines of any language repeat it.
    """
    seed = np.uint64(int.from_bytes(sha256(entry.encode()).digest()[:8], "big"))
    with np.errstate(over="ignore"):
        mixed = (members.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + seed
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    drawn: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return drawn


def pick(claims: Column, count: int, *, weights: Column, order: Column, ties: Ties, entry: str) -> Mask:
    """The `count` rows with the largest claims; equal claims by the tie rule.

    order: int64[n], the members' numbers: who has the smaller one stands first, and BY_HASH draws from them.
    """
    picked = np.zeros(len(claims), dtype=bool)
    if count <= 0:
        return picked
    if count >= len(claims):
        return ~picked
    at_the_cut = _at_the_cut(claims, count)
    picked[claims > at_the_cut] = True
    equal = np.flatnonzero(claims == at_the_cut)
    wanted = count - int(picked.sum())
    if wanted < len(equal):
        equal = equal[_turns(equal, weights, order, ties, entry)[:wanted]]
    picked[equal] = True
    return picked


def _at_the_cut(claims: Column, count: int) -> Any:
    if claims.dtype == object:
        return sorted(claims.tolist())[len(claims) - count]
    return np.partition(claims, len(claims) - count)[len(claims) - count]


def _turns(equal: NDArray[np.intp], weights: Column, order: Column, ties: Ties, entry: str) -> NDArray[np.intp]:
    numbers = order[equal]
    if ties is Ties.BY_HASH:
        return np.lexsort((numbers, draw(entry, numbers)))
    if ties is Ties.LIGHTEST:
        if weights.dtype == object:
            return np.array(sorted(range(len(equal)), key=lambda i: (weights[equal[i]], numbers[i])), dtype=np.intp)
        return np.lexsort((numbers, weights[equal]))
    return np.argsort(numbers, kind="stable")
