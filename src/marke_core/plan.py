"""36 months of a co-op that is starting or deciding: who works, what comes in, what it costs, what is needed to begin.

Everything is a whole number of minor units; VAT is left out, because it only passes through. Members are paid for the
month in which they worked, whether the client has paid or not: that is what working capital is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate

from marke_core.money import share_of
from marke_core.split import Ties, split

MONTHS = 36
DAYS_OF_A_MONTH = 30


class PlanCannotBe(ValueError):
    """Assumptions that contradict each other; `which` names the one to change."""

    def __init__(self, which: str, message: str) -> None:
        super().__init__(message)
        self.which = which


@dataclass(frozen=True)
class Opening:
    """Where a co-op that runs already begins; all zero for one that starts."""

    cash: int = 0
    receivable: int = 0  # what clients owe, or will be invoiced
    owed: int = 0  # to members, for work that is done; paid in the first month
    fund: int = 0  # in the guarantee fund
    capital: int = 0  # paid-in shares

    @property
    def result(self) -> int:
        """What is left over, or was lost, before the plan begins."""
        return self.cash + self.receivable - self.owed - self.fund - self.capital


@dataclass(frozen=True)
class Assumptions:
    """What the plan stands on. Amounts in minor units.

    members, new_members: who work in the first month, and how many more by the end of each year
    jobs: of each member in a full month · price, minutes: of a job, net of VAT and with the way to it
    ramp: months until each has the full number of jobs · season: percent of the usual work, from January on
    begins: the calendar month of the first month, 1 … 12
    contribution, guarantee: what the co-op keeps of a price, and what goes into the guarantee fund
    pays_after: days until clients pay · unpaid: the part of the turnover that never comes
    at_start, equipment, wear: spent once; bought once, and how many months it lasts
    per_month, per_member, per_job, dearer: what runs on, and by how much it rises each year
    share, shares_paid: what each member brings, and how many have brought it before the plan begins
    other_shares, loan, loan_rate, loan_months: what others bring; the loan is paid back in equal parts
    """

    members: int
    jobs: int
    price: int
    minutes: int
    contribution: Fraction
    guarantee: Fraction = Fraction(0)
    new_members: int = 0
    ramp: int = 1
    season: tuple[int, ...] = (100,) * 12
    begins: int = 1
    pays_after: int = 0
    unpaid: Fraction = Fraction(0)
    at_start: int = 0
    equipment: int = 0
    wear: int = 60
    per_month: int = 0
    per_member: int = 0
    per_job: int = 0
    dearer: Fraction = Fraction(0)
    share: int = 0
    shares_paid: int = 0
    other_shares: int = 0
    loan: int = 0
    loan_rate: Fraction = Fraction(0)
    loan_months: int = 36
    opening: Opening = field(default_factory=Opening)

    def check(self) -> None:
        """Raises: PlanCannotBe."""
        if self.contribution + self.guarantee > 1:
            raise PlanCannotBe("contribution", "Contribution and guarantee take more than the whole price.")
        for which in ("members", "jobs", "price", "minutes", "ramp", "wear", "loan_months"):
            if getattr(self, which) < 1:
                raise PlanCannotBe(which, f"{which} is {getattr(self, which)}; it must be 1 or more.")
        if len(self.season) != 12 or not 1 <= self.begins <= 12 or not 0 <= self.unpaid <= 1:
            raise PlanCannotBe("season", "A year has twelve months, and no more than everything is left unpaid.")


@dataclass(frozen=True)
class Month:
    """One month, and how things stand at its end."""

    number: int  # from 0
    members: int
    jobs: int
    # The result of the month, line by line.
    turnover: int
    earnings: int  # members' pay
    contribution: int
    guarantee: int
    running: int  # costs per month, per member and per job
    start: int  # spent once
    wear: int
    interest: int
    unpaid: int  # what clients never pay
    covered: int  # what of it the guarantee fund bears
    # Money in and out.
    received: int
    paid_members: int
    bought: int
    capital_in: int
    loan_in: int
    repaid: int
    # At its end.
    cash: int
    receivable: int
    equipment: int
    fund: int
    capital: int
    loan: int
    carried: int  # all results so far, with what the co-op began with

    @property
    def result(self) -> int:
        """What the co-op's part of the month leaves after its costs."""
        return self.contribution - self.running - self.start - self.wear - self.interest - (self.unpaid - self.covered)

    @property
    def free_cash(self) -> int:
        """The cash that is not the guarantee fund's."""
        return self.cash - self.fund

    @property
    def balanced(self) -> bool:
        return self.cash + self.receivable + self.equipment == self.fund + self.capital + self.loan + self.carried


@dataclass(frozen=True)
class Plan:
    """The months, and what one wants to know of them."""

    assumptions: Assumptions
    months: tuple[Month, ...]

    @property
    def pay_per_hour(self) -> int:
        """What a member earns for an hour of work, before taxes and contributions of their own."""
        done = [month for month in self.months if month.jobs]
        minutes = sum(month.jobs for month in done) * self.assumptions.minutes
        return share_of(60 * sum(month.earnings for month in done), Fraction(1, minutes)) if minutes else 0

    @property
    def break_even(self) -> int | None:
        """The month (from 0) from which on the results together never fall below where they stand; None if none is."""
        sums = list(accumulate(month.result for month in self.months))
        if min(sums) >= 0:
            return 0
        lowest = max(number for number, so_far in enumerate(sums) if so_far == min(sums))
        return lowest + 1 if lowest + 1 < len(sums) else None

    @property
    def needed(self) -> int:
        """What has to be brought in, in shares and loans, so that the co-op can always pay without touching its guarantee fund."""
        return max(0, *self._missing())

    @property
    def needed_in(self) -> int:
        """The month, from 0, in which most of it is needed."""
        missing = self._missing()
        return missing.index(max(missing))

    def _missing(self) -> list[int]:
        """What would be missing each month if nobody had brought anything."""
        brought = accumulate(month.capital_in + month.loan_in - month.repaid for month in self.months)
        return [so_far - month.free_cash for so_far, month in zip(brought, self.months, strict=True)]

    @property
    def short(self) -> int:
        """What is missing of it in the worst month, as planned."""
        return max(0, *(-month.free_cash for month in self.months))

    @property
    def worst(self) -> int:
        """The month with the least free cash, from 0."""
        return min(self.months, key=lambda month: (month.free_cash, month.number)).number

    def year(self, number: int) -> tuple[Month, ...]:
        """The twelve months of a year, from 0."""
        return self.months[12 * number : 12 * number + 12]


def play(assumptions: Assumptions, months: int = MONTHS) -> Plan:
    """Plays the months.

    Raises: PlanCannotBe when the assumptions contradict each other.
    """
    assumptions.check()
    work = [_work(assumptions, number) for number in range(months)]
    prices = [jobs * assumptions.price for _members, jobs in work]
    lost = [share_of(turnover, assumptions.unpaid) for turnover in prices]
    arrives = _arrives([turnover - gone for turnover, gone in zip(prices, lost, strict=True)], assumptions.pays_after)
    written_off = _arrives(lost, assumptions.pays_after)
    played: list[Month] = []
    for number, (members, jobs) in enumerate(work):
        before = played[-1] if played else _before(assumptions)
        played.append(_month(assumptions, before, members, jobs, arrives[number], written_off[number]))
    return Plan(assumptions, tuple(played))


def otherwise(assumptions: Assumptions) -> dict[str, Assumptions]:
    """What may well come otherwise: a fifth fewer jobs, clients who pay a month later, costs a tenth higher."""
    a, tenth = assumptions, Fraction(11, 10)
    return {
        "fewer_jobs": replace(a, jobs=max(1, share_of(a.jobs, Fraction(4, 5)))),
        "later": replace(a, pays_after=a.pays_after + DAYS_OF_A_MONTH),
        "dearer": replace(
            a,
            at_start=share_of(a.at_start, tenth),
            per_month=share_of(a.per_month, tenth),
            per_member=share_of(a.per_member, tenth),
            per_job=share_of(a.per_job, tenth),
        ),
    }


def _work(a: Assumptions, number: int) -> tuple[int, int]:
    """How many members work in the month, and how many jobs they do together."""
    members = max(0, a.members + a.new_members * number // 12)
    busy = Fraction(min(number + 1, a.ramp), a.ramp)
    season = Fraction(a.season[(a.begins - 1 + number) % 12], 100)
    return members, share_of(members * a.jobs, busy * season)


def _arrives(amounts: Sequence[int], days: int) -> list[int]:
    """What of each month's amount arrives in which month, when it takes so many days."""
    whole, part = divmod(days, DAYS_OF_A_MONTH)
    arrived = [0] * (len(amounts) + whole + 2)
    for number, amount in enumerate(amounts):
        sooner, later = split(amount, [DAYS_OF_A_MONTH - part, part], ties=Ties.FIRST)
        arrived[number + whole] += sooner
        arrived[number + whole + 1] += later
    return arrived


def _before(a: Assumptions) -> Month:
    """The moment before the plan begins, as a month in which nothing happened."""
    o = a.opening
    return Month(
        number=-1, members=a.shares_paid, jobs=0, turnover=0, earnings=0, contribution=0, guarantee=0, running=0, start=0, wear=0,
        interest=0, unpaid=0, covered=0, received=0, paid_members=0, bought=0, capital_in=0, loan_in=0, repaid=0, cash=o.cash,
        receivable=o.receivable - o.owed, equipment=0, fund=o.fund, capital=o.capital, loan=0, carried=o.result,
    )  # fmt: skip


def _month(a: Assumptions, before: Month, members: int, jobs: int, received: int, unpaid: int) -> Month:
    number, first = before.number + 1, before.number < 0
    contribution = jobs * share_of(a.price, a.contribution)
    guarantee = jobs * min(share_of(a.price, a.guarantee), a.price - share_of(a.price, a.contribution))
    turnover = jobs * a.price
    earnings = turnover - contribution - guarantee
    rise = (1 + a.dearer) ** (number // 12)
    running = share_of(a.per_month + a.per_member * members + a.per_job * jobs, rise)
    fund = before.fund + guarantee
    covered = min(unpaid, fund)
    bought, start, loan_in = (a.equipment, a.at_start, a.loan) if first else (0, 0, 0)
    wear = _part(a.equipment, a.wear, number)
    interest = share_of(before.loan, a.loan_rate / 12)
    repaid = 0 if first else _part(a.loan, a.loan_months, number - 1)
    capital_in = max(0, members - before.members) * a.share + (a.other_shares if first else 0)
    received += a.opening.receivable if first else 0
    paid_members = earnings + (a.opening.owed if first else 0)
    out = paid_members + running + start + bought + interest + repaid
    month = Month(
        number=number, members=members, jobs=jobs, turnover=turnover, earnings=earnings, contribution=contribution,
        guarantee=guarantee, running=running, start=start, wear=wear, interest=interest, unpaid=unpaid, covered=covered,
        received=received, paid_members=paid_members, bought=bought, capital_in=capital_in, loan_in=loan_in, repaid=repaid,
        cash=before.cash + received + capital_in + loan_in - out,
        receivable=before.receivable + turnover - received - unpaid + (a.opening.owed if first else 0),
        equipment=before.equipment + bought - wear, fund=fund - covered, capital=before.capital + capital_in,
        loan=before.loan + loan_in - repaid, carried=before.carried,
    )  # fmt: skip
    return replace(month, carried=before.carried + month.result)


def _part(amount: int, parts: int, number: int) -> int:
    """The `number`-th of so many equal parts, which sum to the amount; 0 when they are over."""
    return (amount * (number + 1)) // parts - (amount * number) // parts if 0 <= number < parts else 0
