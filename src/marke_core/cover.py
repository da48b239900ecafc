"""How far a fund reaches: which part it holds of what it must cover, and what it bears when the largest client fails."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Failure:
    """The largest client fails. Amounts in minor units; what is missing from the fund already is below zero."""

    exposure: int  # what is lost with that client
    everybody: int  # what would be with all of them
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

    @property
    def covered(self) -> Fraction | None:
        return coverage(self.fund, self.everybody)


def coverage(holds: int, covers: int | None) -> Fraction | None:
    """Which part of what it must cover a fund holds; None where there is nothing to cover."""
    return Fraction(max(0, holds), covers) if covers else None
