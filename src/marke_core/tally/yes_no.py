"""Questions that are answered with for, against or abstain.

An abstention counts for the quorum and for nothing else. A tie rejects, because a change needs a reason. Two thirds
is of for plus against. *Everyone agrees* means that nobody who voted is against and somebody is for: whoever stays away
is not asked twice, which is why it has a quorum like the others.

Source: Robert's Rules of Order Newly Revised, 12th ed., §44 (majority, two-thirds, abstentions, ties);
Sociocracy 3.0, "Consent decision-making" (no objection instead of a majority).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

Choice: TypeAlias = Literal["for", "against", "abstain"]
Method: TypeAlias = Literal["everyone", "majority", "two_thirds"]
Outcome: TypeAlias = Literal["adopted", "rejected", "lapsed"]
# Why it ended so: the first condition, in this order, that decided it.
Because: TypeAlias = Literal[
    "quorum_missed", "nobody_voted", "tie", "enough_for", "too_few_for", "somebody_against", "nobody_for"
]

METHODS: tuple[Method, ...] = get_args(Method)


class UnknownMethod(ValueError):
    """There is no such way of counting."""


@dataclass(frozen=True)
class Count:
    """How the ballots fell, and how many could have been cast."""

    entitled: int
    votes_for: int = 0
    votes_against: int = 0
    abstentions: int = 0

    def __post_init__(self) -> None:
        if min(self.entitled, self.votes_for, self.votes_against, self.abstentions) < 0:
            raise ValueError(f"A count has no negative numbers, but this is {self}")
        if self.cast > self.entitled:
            raise ValueError(f"{self.cast} ballots were cast, but only {self.entitled} were entitled")

    @property
    def cast(self) -> int:
        return self.votes_for + self.votes_against + self.abstentions

    @property
    def turnout(self) -> Fraction:
        return Fraction(self.cast, self.entitled) if self.entitled else Fraction(0)


@dataclass(frozen=True)
class Result:
    """The outcome with everything a sentence about it needs."""

    method: Method
    quorum: Fraction
    count: Count
    # The smallest number of ballots that reaches the quorum.
    quorum_needs: int
    # The smallest number of votes for that adopts, given how many voted for or against.
    majority_needs: int
    outcome: Outcome
    because: Because

    @property
    def quorum_reached(self) -> bool:
        return self.count.cast >= self.quorum_needs


def count(choices: Iterable[Choice], entitled: int) -> Count:
    """Adds up ballots, in any order.

    Raises: ValueError for a choice that is none of for, against, abstain, and when more voted than were entitled.
    """
    numbers = dict.fromkeys(get_args(Choice), 0)
    for choice in choices:
        if choice not in numbers:
            raise ValueError(f"'{choice}' is no choice; known are: {', '.join(numbers)}")
        numbers[choice] += 1
    return Count(entitled, numbers["for"], numbers["against"], numbers["abstain"])


def tally(counted: Count, method: Method, quorum: Fraction) -> Result:
    """The result of `counted` by `method`; `quorum` is the part of the entitled that must cast a ballot.

    Lapsed when the quorum is missed, and when nobody voted at all, whatever the quorum.
    Raises: UnknownMethod; ValueError when the quorum is not between none and all.
    """
    if method not in METHODS:
        raise UnknownMethod(f"There is no method '{method}'; known are: {', '.join(METHODS)}")
    if not 0 <= quorum <= 1:
        raise ValueError(f"A quorum lies between 0 and 1, but this is {quorum}")
    quorum_needs = -(-counted.entitled * quorum.numerator // quorum.denominator)
    majority_needs = _needs(counted, method)
    outcome, because = _outcome(counted, method, quorum_needs, majority_needs)
    return Result(method, quorum, counted, quorum_needs, majority_needs, outcome, because)


def _needs(counted: Count, method: Method) -> int:
    """The smallest number of votes for that adopts when as many vote for or against as did."""
    voting = counted.votes_for + counted.votes_against
    if method == "everyone":
        return max(voting, 1)
    if method == "majority":
        return voting // 2 + 1
    return max(-(-2 * voting // 3), 1)


def _outcome(counted: Count, method: Method, quorum_needs: int, majority_needs: int) -> tuple[Outcome, Because]:
    if counted.cast < quorum_needs:
        return "lapsed", "quorum_missed"
    if counted.cast == 0:
        return "lapsed", "nobody_voted"
    if counted.votes_for >= majority_needs:
        return "adopted", "enough_for"
    if counted.votes_for == 0 and counted.votes_against == 0:
        return "rejected", "nobody_for"
    if method == "everyone":
        return "rejected", "somebody_against"
    if method == "majority" and counted.votes_for == counted.votes_against:
        return "rejected", "tie"
    return "rejected", "too_few_for"
