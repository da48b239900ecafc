"""How a share issue goes, and what a vote has to say about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marke.rounds.models import Round

SHARE_ISSUE = "share_issue"
PURPOSE = "share_issue"  # of the payments
LOAN = "loan"  # of the payments too
State = Round.State
MOVES: dict[str, frozenset[str]] = {
    State.OPEN: frozenset({State.CLOSED, State.CANCELLED}),
    State.CLOSED: frozenset({State.FINAL, State.CANCELLED}),
    State.FINAL: frozenset({State.RELEASED}),
    State.RELEASED: frozenset({State.SETTLED}),
    State.SETTLED: frozenset(),
    State.CANCELLED: frozenset(),
}


@dataclass(frozen=True)
class Plan:
    """What is proposed: amounts in minor units, before they are made whole shares.

    minimum: 0 where whatever comes in is welcome · each: None where the rules alone set a bound
    """

    title: str
    share_class: str
    purpose: str
    goal: int
    minimum: int
    maximum: int
    each: int | None
    opens_at: datetime
    closes_at: datetime
    closes_when_full: bool
    public: bool


@dataclass(frozen=True)
class Sizes:
    """The plan in whole shares."""

    goal: int
    minimum: int
    maximum: int
    each: int | None


def in_shares(plan: Plan, price: int) -> Sizes:
    """The goal and the minimum are reached, the maximum and the bound for each are not passed."""
    return Sizes(
        goal=-(-plan.goal // price),
        minimum=-(-plan.minimum // price),
        maximum=plan.maximum // price,
        each=None if plan.each is None else plan.each // price,
    )
