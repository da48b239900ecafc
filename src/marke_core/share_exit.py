"""Giving shares back: when it takes effect, at what price, what the co-op can pay, in which order and in how many parts.

Amounts are whole minor units, days are the co-op's own. Nobody is ever paid more than they are owed, who asked first is
paid first, and instalments sum to what is owed exactly.

Sources: Belgian Code of companies (CSA) 6:120 and 6:115-116; Spanish Ley 27/1999 art. 51; FCA RFCCBS 6.1 (withdrawable
shares are paid out of surplus, while the society is solvent).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from marke_core.money import share_of
from marke_core.periods import add_months

# When an exit takes effect once its notice is over.
AT_ONCE, END_OF_MONTH, END_OF_QUARTER, SIXTH_MONTH, END_OF_YEAR = (
    "at_once",
    "end_of_month",
    "end_of_quarter",
    "sixth_month",
    "end_of_year",
)
# The months of the financial year at whose end it takes effect.
_ENDS: Mapping[str, tuple[int, ...]] = {
    END_OF_MONTH: tuple(range(1, 13)),
    END_OF_QUARTER: (3, 6, 9, 12),
    SIXTH_MONTH: (6,),
    END_OF_YEAR: (12,),
}

# What a share is worth when it is given back: the lowest of these.
PAID_IN, NOMINAL, NET_ASSETS = "paid_in", "nominal", "net_assets"
BASES: Mapping[str, tuple[str, ...]] = {
    "paid_in": (PAID_IN,),
    "net_assets": (PAID_IN, NET_ASSETS),
    "nominal": (PAID_IN, NET_ASSETS, NOMINAL),
}

ASKED, DUE, SUSPENDED, PAID, CANCELLED = "asked", "due", "suspended", "paid", "cancelled"
# From each state, what may follow.
MOVES: Mapping[str, frozenset[str]] = {
    ASKED: frozenset({DUE, PAID, CANCELLED}),
    DUE: frozenset({SUSPENDED, PAID}),
    SUSPENDED: frozenset({DUE, PAID}),
    PAID: frozenset(),
    CANCELLED: frozenset(),
}


class CannotGiveBack(ValueError):
    """The lots do not hold that many shares."""


# When


@dataclass(frozen=True)
class Terms:
    """What the rules say about asking.

    window: in the first so many months of the financial year one may ask; 0 is always
    founder_year: a founder may ask from the first day of this financial year of the co-op; 0 and 1 are always
    first_month: in which the financial year begins
    """

    window: int = 0
    notice_days: int = 0
    effective: str = AT_ONCE
    founder_year: int = 0
    first_month: int = 1


class NotYet(NamedTuple):
    """Why it cannot be asked on this day, and from which day it can."""

    rule: str  # "window" or "founder"
    opens_on: date


def year_start(day: date, first_month: int = 1) -> date:
    """The first day of the financial year in which `day` lies."""
    year = day.year if day.month >= first_month else day.year - 1
    return date(year, first_month, 1)


def why_not(day: date, terms: Terms, founded_on: date | None = None) -> NotYet | None:
    """What stands in the way of asking on `day`; `founded_on` only for a founder. None when nothing does.

    The day named is the first on which no rule stands in the way any more.
    """
    earliest = earliest_request(day, terms, founded_on)
    if earliest == day:
        return None
    return NotYet("founder" if _founder_day(terms, founded_on) > day else "window", earliest)


def earliest_request(day: date, terms: Terms, founded_on: date | None = None) -> date:
    """The first day, from `day` on, on which it may be asked."""
    found = max(day, _founder_day(terms, founded_on))
    if not 0 < terms.window < 12:
        return found
    start = year_start(found, terms.first_month)
    return found if found < add_months(start, terms.window) else add_months(start, 12)


def _founder_day(terms: Terms, founded_on: date | None) -> date:
    if founded_on is None or terms.founder_year <= 1:
        return date.min
    return add_months(year_start(founded_on, terms.first_month), 12 * (terms.founder_year - 1))


def effective_on(asked_on: date, terms: Terms) -> date:
    """The day at whose end the shares are no longer held: the first that the rule knows once the notice is over."""
    notice_over = asked_on + timedelta(days=terms.notice_days)
    if terms.effective == AT_ONCE:
        return notice_over
    start = year_start(notice_over, terms.first_month)
    ends = [add_months(start, months) - timedelta(days=1) for months in (*_ENDS[terms.effective], 12 + _ENDS[terms.effective][0])]
    return next(end for end in ends if end >= notice_over)


# How much


class Lot(NamedTuple):
    """Shares taken together, what is left of them; `paid_in` and `nominal` are for all of them."""

    key: int
    shares: int
    paid_in: int
    nominal: int


class Worth(NamedTuple):
    """The last approved accounts: net assets, and the paid-in capital among them."""

    net_assets: int
    capital: int


class PricedLot(NamedTuple):
    """What is paid for the shares of one lot, and what each of the three measures said; None where it was not asked."""

    key: int
    shares: int
    paid_in: int
    nominal: int | None
    net_assets: int | None
    price: int  # the lowest
    penalty: int  # kept of it

    @property
    def owed(self) -> int:
        return self.price - self.penalty

    @property
    def lost(self) -> int:
        """What was paid in and is not given back because the co-op is worth less."""
        return self.paid_in - self.price


def take(lots: Iterable[Lot], shares: int) -> list[Lot]:
    """The first `shares` shares, the oldest lot first. A lot that is divided keeps the odd cents, so nothing is lost.

    Raises: CannotGiveBack when there are fewer, or none is asked.
    """
    if shares <= 0:
        raise CannotGiveBack(f"{shares} shares cannot be given back. Ask for one or more.")
    taken, left = [], shares
    for lot in lots:
        count = min(lot.shares, left)
        if count:
            taken.append(Lot(lot.key, count, lot.paid_in * count // lot.shares, lot.nominal * count // lot.shares))
        left -= count
        if not left:
            return taken
    raise CannotGiveBack(f"{shares} shares cannot be given back: the lots hold {shares - left}.")


def price(lots: Iterable[Lot], *, basis: str, worth: Worth | None, penalty: Fraction = Fraction(0)) -> list[PricedLot]:
    """What each lot brings: the lowest of what `basis` names, less the penalty (rounded down, for the member).

    The net asset value of shares is their part of the net assets in proportion to what was paid in for them, so that a
    share of 50 and one of 500 are treated alike; rounded down. Without capital in the accounts it says nothing.
    """
    asked = BASES[basis]
    return [_price(lot, asked, worth, penalty) for lot in lots]


def _price(lot: Lot, asked: Sequence[str], worth: Worth | None, penalty: Fraction) -> PricedLot:
    nominal = lot.nominal if NOMINAL in asked else None
    value = None
    if NET_ASSETS in asked and worth is not None and worth.capital > 0:
        value = max(0, worth.net_assets) * lot.paid_in // worth.capital
    found = min(measure for measure in (lot.paid_in, nominal, value) if measure is not None)
    kept = found * penalty.numerator // penalty.denominator
    return PricedLot(lot.key, lot.shares, lot.paid_in, nominal, value, found, kept)


# In how many parts


class Instalment(NamedTuple):
    """One payment: `interest` is for the time since the one before, on what was still owed (`outstanding`).

    from_on: the first day on which it may be paid; due_on: the last
    """

    position: int
    from_on: date
    due_on: date
    outstanding: int
    principal: int
    interest: int

    @property
    def amount(self) -> int:
        return self.principal + self.interest


def instalments(
    owed: int, *, effective: date, years: int, rate: Fraction = Fraction(0), within_days: int = 0
) -> list[Instalment]:
    """The plan for `owed`: at once (within so many days), or one part a year, each year at least its even part.

    Rounding up what is paid so far keeps the promise "at least a fifth a year" to the cent. Interest is simple, at
    `rate` a year on what is outstanding, rounded half up. Parts of nothing are left out.
    """
    if owed <= 0:
        return []
    if years <= 0:
        return [Instalment(1, effective, effective + timedelta(days=within_days), owed, owed, 0)]
    plan: list[Instalment] = []
    paid = 0
    for year in range(1, years + 1):
        until = -(-owed * year // years)
        if until > paid:
            outstanding = owed - paid
            due_on = add_months(effective, 12 * year)
            plan.append(Instalment(len(plan) + 1, due_on, due_on, outstanding, until - paid, share_of(outstanding, rate)))
        paid = until
    return plan


# Whether it can be paid


class Check(NamedTuple):
    """One test before a payment. `room`: how much of what waits may be paid; never below zero."""

    name: str
    room: int


def net_asset_test(net_assets: int, waiting: int, floor: int) -> Check:
    """Net assets must not fall below `floor` by paying.

    net_assets: after everything that waits (`waiting`, already a debt) was taken off; so paying all of it leaves this
    """
    return Check("net_assets", max(0, net_assets + waiting - floor))


def liquidity_test(cash: int, expected_in: int, expected_out: int, paid_since: int) -> Check:
    """What the report of those in office leaves after the months it looks ahead, less what was paid on it."""
    return Check("liquidity", max(0, cash + expected_in - expected_out - paid_since))


def no_report() -> Check:
    """The report that the rule asks for is not there: nothing may be paid."""
    return Check("liquidity", 0)


def surplus_test(surplus: int, paid_out: int, net_assets: int) -> Check:
    """Only out of a surplus, and only by who could pay all debts."""
    return Check("surplus", max(0, surplus - paid_out) if net_assets >= 0 else 0)


def room(tests: Iterable[Check]) -> int | None:
    """How much all tests together leave; None without a test, when nothing limits it."""
    return min((test.room for test in tests), default=None)


# In which order


class Claim(NamedTuple):
    number: int
    asked_on: date
    due: int  # what has fallen due and was not paid


class Payable(NamedTuple):
    number: int
    due: int
    payable: int  # now, when everybody before keeps what is theirs

    @property
    def suspended(self) -> int:
        return self.due - self.payable


def in_order(claims: Iterable[Claim]) -> list[Claim]:
    """By the day on which it was asked, then by number."""
    return sorted(claims, key=lambda claim: (claim.asked_on, claim.number))


def payable(claims: Iterable[Claim], limit: int | None) -> list[Payable]:
    """What can be paid to each, in order, out of `limit` (None is no limit).

    Who stands first is reserved theirs, whether or not it is fetched; so nobody overtakes, and nobody blocks either.
    """
    left, found = limit, []
    for claim in in_order(claims):
        now = claim.due if left is None else min(claim.due, left)
        left = None if left is None else left - now
        found.append(Payable(claim.number, claim.due, now))
    return found


# INV-EXIT-1


class ExitFacts(NamedTuple):
    """One exit as it stands in the books: what was paid in for its shares, owed and kept, its plan, and what was paid."""

    number: int
    paid_in: int
    owed: int
    kept: int
    plan: int
    interest: int
    paid: int


def exit_faults(exits: Iterable[ExitFacts]) -> list[tuple[int, str]]:
    """INV-EXIT-1: everything that is wrong, by the exit's number."""
    faults = []
    for row in exits:
        if row.owed + row.kept != row.paid_in:
            faults.append((row.number, f"{row.paid_in} was paid in; {row.owed} owed and {row.kept} kept do not make that"))
        if row.plan != row.owed:
            faults.append((row.number, f"the instalments make {row.plan}, owed is {row.owed}"))
        if not 0 <= row.paid <= row.owed + row.interest:
            faults.append((row.number, f"{row.paid} was paid of {row.owed} and {row.interest} interest"))
    return faults
