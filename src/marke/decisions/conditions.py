"""Pure conditions of a proposal: where it may go from where, and what its dates say."""

from collections.abc import Mapping
from datetime import datetime

from marke.decisions.models import Proposal

State = Proposal.State

# From where a proposal may go where. A mandate decides during the discussion; a vote, by its count.
MOVES: Mapping[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.DISCUSSING, State.WITHDRAWN}),
    State.DISCUSSING: frozenset({State.VOTING, State.ADOPTED, State.REJECTED, State.WITHDRAWN}),
    State.VOTING: frozenset({State.ADOPTED, State.REJECTED, State.LAPSED, State.WITHDRAWN}),
    State.ADOPTED: frozenset(),
    State.REJECTED: frozenset(),
    State.LAPSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
ENDED = frozenset(state for state, onward in MOVES.items() if not onward)
OPEN = frozenset({State.DISCUSSING, State.VOTING})

MANDATE = "mandate"


def may_move(state: str, to: str) -> bool:
    return to in MOVES[state]


def may_open(proposal: Proposal, at: datetime) -> bool:
    """Whether the discussion has lasted as long as it must."""
    return proposal.state == State.DISCUSSING and proposal.votes_from is not None and proposal.votes_from <= at


def takes_ballots(proposal: Proposal, at: datetime) -> bool:
    """Half-open: at the moment it closes, a ballot is too late, whether or not anybody has counted yet."""
    return proposal.state == State.VOTING and proposal.closes_at is not None and at < proposal.closes_at


def must_close(proposal: Proposal, at: datetime) -> bool:
    return proposal.state == State.VOTING and proposal.closes_at is not None and proposal.closes_at <= at
