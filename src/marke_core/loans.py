"""What a loan costs and when it is paid back: exact schedules, in whole minor units.

A 5-year loan of 1,000.00 in equal parts repays 200.00 a year, 1,000.00 in all. Prose with worked tables:
docs/algorithms/loans.md.

Source of the annuity formula: Broverman 2017, Mathematics of Investment and Credit, ch. 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction


class Repayment(Enum):
    EQUAL_PARTS = "equal_parts"  # the same part of the sum each year; the interest falls
    ANNUITY = "annuity"  # the same payment each year; more and more of it is repayment
    AT_THE_END = "at_the_end"  # interest each year, the sum at the end


@dataclass(frozen=True)
class Instalment:
    """What is due at the end of one year. Minor units."""

    year: int  # from 1
    owed_before: int
    interest: int
    repayment: int

    @property
    def payment(self) -> int:
        return self.interest + self.repayment

    @property
    def owed_after(self) -> int:
        return self.owed_before - self.repayment


class NoSuchLoan(ValueError):
    """The numbers describe no loan."""


def schedule(amount: int, *, rate: Fraction, years: int, repayment: Repayment) -> list[Instalment]:
    """What is due each year; the repayments sum to the amount exactly.

    amount: minor units, above 0 · rate: a year's interest as an exact ratio, e.g. Fraction(3, 100) · years: 1 to 100

    Interest of a year is what is owed at its beginning times the rate, rounded half up to the minor unit.
    Raises: NoSuchLoan.
    """
    if amount <= 0 or not 1 <= years <= 100 or rate < 0:
        raise NoSuchLoan(
            f"A loan of {amount} at {rate} for {years} years is none. Give more than 0, 1 to 100 years, no negative rate."
        )
    parts = {
        Repayment.EQUAL_PARTS: _equal_parts,
        Repayment.ANNUITY: _annuity,
        Repayment.AT_THE_END: _at_the_end,
    }[repayment]
    instalments, owed = [], amount
    for year, part in enumerate(parts(amount, rate, years), 1):
        instalments.append(Instalment(year, owed, interest_of(owed, rate), part))
        owed -= part
    return instalments


def due_date(start: date, year: int) -> date:
    """The day on which so many years have passed; of a 29 February, the 28th where there is none."""
    try:
        return start.replace(year=start.year + year)
    except ValueError:
        return start.replace(year=start.year + year, day=28)


def interest_of(owed: int, rate: Fraction) -> int:
    """A year's interest, rounded half up to the minor unit."""
    exact = owed * rate
    return int((exact + Fraction(1, 2)).__floor__())


def _equal_parts(amount: int, rate: Fraction, years: int) -> Iterator[int]:
    """Cumulative, so that no year is more than a minor unit from its exact part and nothing is left over."""
    for year in range(1, years + 1):
        yield amount * year // years - amount * (year - 1) // years


def _annuity(amount: int, rate: Fraction, years: int) -> Iterator[int]:
    """The same payment each year, rounded once; the last year repays what is left."""
    payment = annuity(amount, rate, years)
    owed = amount
    for _year in range(1, years):
        part = min(owed, max(0, payment - interest_of(owed, rate)))
        owed -= part
        yield part
    yield owed


def annuity(amount: int, rate: Fraction, years: int) -> int:
    """The yearly payment that repays the amount with interest, rounded half up to the minor unit."""
    if rate == 0:
        exact = Fraction(amount, years)
    else:
        grown = (1 + rate) ** years
        exact = amount * rate * grown / (grown - 1)
    return int((exact + Fraction(1, 2)).__floor__())


def _at_the_end(amount: int, rate: Fraction, years: int) -> Iterator[int]:
    yield from (0 for _year in range(years - 1))
    yield amount
