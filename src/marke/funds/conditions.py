"""Pure conditions of the funds: what may be taken from where, which clients are shown."""

from collections.abc import Sequence

GUARANTEE, MUTUAL, INDIVISIBLE = ("fund", "guarantee"), ("fund", "mutual"), ("reserve", "indivisible")
# What the law, the statutes or a promise keep: nothing is moved from there to another fund.
KEPT = frozenset({("reserve", "legal"), ("reserve", "statutory"), INDIVISIBLE})


def may_leave(key: tuple[str, str]) -> bool:
    return key not in KEPT


def largest_first(exposures: Sequence[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    return sorted((row for row in exposures if row[1] > 0), key=lambda row: (-row[1], row[0]))[:most]
