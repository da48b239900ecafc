"""Pure conditions of a hearing: where it may go from where, and what its dates say."""

from collections.abc import Mapping
from datetime import datetime

from marke.hearings.models import Case

State, Outcome = Case.State, Case.Outcome

MOVES: Mapping[str, frozenset[str]] = {
    State.SIGNING: frozenset({State.OPEN, State.WITHDRAWN}),
    # Where nothing follows there is nothing to appeal.
    State.OPEN: frozenset({State.DECIDED, State.FINAL, State.WITHDRAWN}),
    State.DECIDED: frozenset({State.APPEALED, State.FINAL, State.WITHDRAWN}),
    State.APPEALED: frozenset({State.FINAL, State.WITHDRAWN}),
    State.FINAL: frozenset(),
    State.WITHDRAWN: frozenset(),
}
ENDED = frozenset(state for state, onward in MOVES.items() if not onward)
MANDATE, VOTE, EXCLUSION_BY_VOTE = "mandate", "vote", "exclusion_by_vote"
OFFICERS, MEMBERS = "officers", "members"


def may_move(state: str, to: str) -> bool:
    return to in MOVES[state]


def needs_a_vote(outcome: str, decided_by: str) -> bool:
    """Whether the members decide on this outcome, by the value of the rule hearings.decided_by."""
    heavy = {VOTE: (Outcome.SUSPENDED, Outcome.EXCLUDED), EXCLUSION_BY_VOTE: (Outcome.EXCLUDED,), MANDATE: ()}
    return outcome in heavy[decided_by]


def may_decide(case: Case, has_spoken: bool, at: datetime) -> bool:
    """Nobody decides before the member has spoken, or has had the time to."""
    return case.state == State.OPEN and case.statement_until is not None and (has_spoken or case.statement_until <= at)


def may_appeal(case: Case, at: datetime) -> bool:
    return case.state == State.DECIDED and case.appeal_until is not None and at < case.appeal_until


def stands(case: Case) -> str:
    """The outcome as it stands: an appeal that was granted leaves nothing of it."""
    return Outcome.NONE if case.upheld is False else case.outcome
