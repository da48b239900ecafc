"""What is kept in members' names: whether it becomes shares, how much of it did, and when the rest falls due."""

from __future__ import annotations

from datetime import date

from marke.rules.models import RuleValue
from marke.shares.models import ShareEvent
from marke.surplus.models import KeptRepaid, YearClose

# Transactions that make shares of it, and that pay it back: "year_shares:3.17:1" is line 17 of year 3.
YEAR_SHARES, YEAR_REPAY = "year_shares", "year_repay"


def line_key(kind: str, year: YearClose, position: int) -> str:
    return f"{kind}:{year.round.number}.{position}:1"


def becomes_shares(year: YearClose) -> bool:
    """Whether something is kept, and the rule that was followed when the figures were made turns it into shares."""
    uid = year.rule_values.get("surplus.kept_as")
    if not uid or year.kept <= 0:
        return False
    return RuleValue.objects.filter(coop=year.coop_id, uid=uid, value="shares").exists()


def made_shares(year: YearClose, membership: int | None = None) -> dict[int, tuple[int, int]]:
    """How many shares were made of this year's surplus, and for how much, by the id of the membership: of all, or of one."""
    before = f"{YEAR_SHARES}:{year.round.number}."
    rows = ShareEvent.objects.filter(coop=year.coop_id, kind=ShareEvent.Kind.FROM_SURPLUS, transaction__key__startswith=before)
    if membership is not None:
        rows = rows.filter(membership=membership)
    return {member: (shares, amount) for member, shares, amount in rows.values_list("membership", "shares", "amount")}


def falls_due(year: YearClose) -> date | None:
    """The day on which what was kept of this year is paid back; None where the rules set no term."""
    years, until = year.figures.get("kept_for"), year.round.until
    if not years or until is None or year.kept <= 0:
        return None
    return date(until.year + years, until.month, 1)


def was_repaid(year: YearClose) -> bool:
    return KeptRepaid.objects.filter(year=year).exists()
