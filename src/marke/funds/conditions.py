"""Pure conditions of the funds: what may be taken from where, how far money reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

GUARANTEE, MUTUAL, INDIVISIBLE = ("fund", "guarantee"), ("fund", "mutual"), ("reserve", "indivisible")
# What the law, the statutes or a promise keep: nothing is moved from there to another fund.
KEPT = frozenset({("reserve", "legal"), ("reserve", "statutory"), INDIVISIBLE})


def may_leave(key: tuple[str, str]) -> bool:
    return key not in KEPT


@dataclass(frozen=True)
class Failure:
    """What happens to the guarantee fund when the largest client does not pay. Amounts in minor units."""

    exposure: int  # what that client owes, invoiced or not
    everybody: int  # what all clients owe
    fund: int

    @property
    def borne(self) -> int:
        return min(self.exposure, max(0, self.fund))

    @property
    def not_borne(self) -> int:
        return self.exposure - self.borne

    @property
    def left(self) -> int:
        return self.fund - self.borne

    @property
    def part(self) -> Fraction:
        """Of what everybody owes."""
        return Fraction(self.exposure, self.everybody) if self.everybody else Fraction(0)


def coverage(holds: int, covers: int | None) -> Fraction | None:
    """Which part of what it must cover a fund holds; None where there is nothing to cover."""
    return Fraction(max(0, holds), covers) if covers else None


def largest_first(exposures: Sequence[tuple[str, int]], most: int) -> list[tuple[str, int]]:
    return sorted((row for row in exposures if row[1] > 0), key=lambda row: (-row[1], row[0]))[:most]
