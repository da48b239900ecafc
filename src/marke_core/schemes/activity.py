"""What a member's own business gives to the co-op, and what stays in it.

One row is one event of an activity: an invoice, a grant, an expense, or the end of a month. What the activity gave before
("so far this month, so far this year") is a column of its own, because caps and least amounts look back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from marke_core.schemes import Column, Facts, FactsDoNotFit, Scheme
from marke_core.schemes.columns import part_of

CONTRIBUTION = "activities.contribution"
ON_GRANTS = "activities.contribution_grants"
EXPENSES_OFF = "activities.expenses_off"
FEE = "activities.monthly_fee"
FLOOR_MONTH, FLOOR_YEAR = "activities.floor_month", "activities.floor_year"
CAP_MONTH, CAP_YEAR = "activities.cap_month", "activities.cap_year"
CHOSEN_LEAST, CHOSEN_MOST = "activities.chosen_least", "activities.chosen_most"
GUARANTEE = "activities.guarantee"
RESERVE = "activities.reserve"
RULES = (
    CONTRIBUTION,
    ON_GRANTS,
    EXPENSES_OFF,
    FEE,
    FLOOR_MONTH,
    FLOOR_YEAR,
    CAP_MONTH,
    CAP_YEAR,
    CHOSEN_LEAST,
    CHOSEN_MOST,
    GUARANTEE,
    RESERVE,
)
AMOUNTS = ("invoiced", "grants", "expenses")
COLUMNS = (
    *AMOUNTS,
    "ends_month",  # 1 where the row ends a month of the activity, otherwise 0
    "ends_year",  # 1 where it ends the activity's year too
    "pays",  # 0 where the activity is exempt from everything, otherwise 1
    "pays_fee",  # 0 where it is exempt from the fee and the least amounts
    "chosen",  # the part that the member chose, in millionths; -1 where none was chosen
    "given_month",  # what the activity gave before in the row's month, minor units
    "given_year",  # … and in its year
)
MILLION = 1_000_000


def give(facts: Facts) -> dict[str, Column]:
    """Columns as in COLUMNS, int64[n]; the amounts are 0 or more, in minor units.

    The percentage of invoices and grants, less that of expenses as far as they count, each rounded half up; the month's fee
    and what is missing to the least amounts; never above what a cap leaves, and never more back than was given this year.
    The guarantee fund's part is taken from it, the reserve from what the activity keeps. share + contribution + guarantee +
    reserve + expenses is what was invoiced and granted.
    Raises: FactsDoNotFit.
    """
    _check(facts)
    column = facts.columns
    given = _given(facts)
    guarantee = np.sign(given) * part_of(np.abs(given), *facts.rules[GUARANTEE])
    income = column["invoiced"] + column["grants"]
    left = np.maximum(income - given, 0)
    reserve = np.minimum(part_of(income, *facts.rules[RESERVE]), left)
    return {
        "share": income - given - reserve - column["expenses"],
        "contribution": given - guarantee,
        "guarantee": guarantee,
        "reserve": reserve,
        "expenses": column["expenses"].copy(),
    }


def _given(facts: Facts) -> Column:
    """What each row gives, contribution and guarantee together."""
    column = facts.columns
    parts = _percentages(facts) * column["pays"]
    asked = column["ends_month"] * column["pays"] * column["pays_fee"]
    given = parts + asked * facts.rules[FEE][0]
    for period, floor in (("month", FLOOR_MONTH), ("year", FLOOR_YEAR)):
        missing = facts.rules[floor][0] - column[f"given_{period}"] - given
        given = given + asked * column[f"ends_{period}"] * np.maximum(missing, 0)
    for period, cap in (("month", CAP_MONTH), ("year", CAP_YEAR)):
        most = facts.rules[cap][0]
        room = np.maximum(most - column[f"given_{period}"], 0)
        given = np.where(most > 0, np.minimum(given, room), given)
    back = -np.maximum(column["given_year"], 0)
    return np.maximum(given, back)


def _percentages(facts: Facts) -> Column:
    column = facts.columns
    rate, on_grants = _rate(facts, CONTRIBUTION), _rate(facts, ON_GRANTS)
    counted = part_of(column["expenses"], *facts.rules[EXPENSES_OFF])
    return part_of(column["invoiced"], *rate) + part_of(column["grants"], *on_grants) - part_of(counted, *rate)


def _rate(facts: Facts, key: str) -> tuple[Column, Column]:
    """The rule's, or what the member chose, within the bounds; bounds of which the upper is nothing leave no choice."""
    above, below = facts.rules[key]
    (least, of_least), (most, of_most) = facts.rules[CHOSEN_LEAST], facts.rules[CHOSEN_MOST]
    chosen = facts.columns["chosen"]
    free = (most > 0) & (chosen >= 0)
    too_little = free & (chosen * of_least < least * MILLION)
    too_much = free & ~too_little & (chosen * of_most > most * MILLION)
    cases = [too_little, too_much, free]
    return np.select(cases, [least, most, chosen], above), np.select(cases, [of_least, of_most, MILLION], below)


def _check(facts: Facts) -> None:
    if missing := [name for name in COLUMNS if name not in facts.columns] + [key for key in RULES if key not in facts.rules]:
        raise FactsDoNotFit(f"An activity gives by what happened and by its rules; {', '.join(missing)} is missing.")
    for name in AMOUNTS:
        column = facts.columns[name]
        if len(column) and int(column.min()) < 0:
            raise FactsDoNotFit(f"{name} of {int(column.min())} cannot be; it must be 0 or more.")
    for key in RULES:
        above = facts.rules[key][0]
        if len(above) and int(above.min()) < 0:
            raise FactsDoNotFit(f"The rule {key} is {int(above.min())} for an activity; it must be 0 or more.")


ACTIVITY = Scheme(
    name="activity",
    version=1,
    lines=("share", "contribution", "guarantee", "reserve", "expenses"),
    rules=RULES,
    compute=give,
    # Expenses are repaid to whoever paid them, so that they are people's own too.
    party_lines=("share", "reserve", "expenses"),
)


@dataclass(frozen=True)
class Past(Facts):
    """The events of activities in the order in which they happened; columns activity, month and year say whose and when.

    Under another rule, an activity would have given something else before, too: what it gave so far is reckoned anew. What
    the first row of a period brings along from before these facts stays as it was.
    """

    def under(self, key: str, numerators: Column, denominators: Column) -> Facts:
        return with_history(super().under(key, numerators, denominators))


def with_history(facts: Facts) -> Facts:
    """The facts with what each activity gave so far, as the scheme itself gives it, row after row.

    facts.columns also has activity, month and year: int64[n], any numbers that tell them apart. The first rows of all
    activities are computed at once, then the second ones, and so on.
    """
    columns = {
        **facts.columns,
        "given_month": facts.columns["given_month"].copy(),
        "given_year": facts.columns["given_year"].copy(),
    }
    rest = Facts(facts.party, columns, facts.rules)
    turn = _turns(columns["activity"])
    order = np.argsort(turn, kind="stable")
    starts = np.searchsorted(turn[order], np.arange(int(turn.max()) + 2 if len(turn) else 1))
    latest = np.full(int(columns["activity"].max()) + 1 if len(turn) else 0, -1, dtype=np.int64)
    total = np.zeros(len(facts), dtype=np.int64)
    for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        rows = order[start:end]
        before = latest[columns["activity"][rows]]
        for period in ("month", "year"):
            same = (before >= 0) & (columns[period][before] == columns[period][rows])
            given = columns[f"given_{period}"]
            given[rows[same]] = given[before[same]] + total[before[same]]
        made = give(rest.rows(rows))
        total[rows] = made["contribution"] + made["guarantee"]
        latest[columns["activity"][rows]] = rows
    return rest


def _turns(activity: Column) -> Column:
    """For each row, how many rows of its activity come before it."""
    order = np.argsort(activity, kind="stable")
    ordered = activity[order]
    first = np.searchsorted(ordered, ordered, side="left")
    turn = np.empty(len(activity), dtype=np.int64)
    turn[order] = np.arange(len(activity), dtype=np.int64) - first
    return turn
