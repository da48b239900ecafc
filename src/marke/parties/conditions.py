"""Pure conditions of membership and office: what may follow what."""

from collections.abc import Mapping
from datetime import date

from marke.parties.models import Membership

State = Membership.State

# From where a membership may go where. Whoever left or was refused may ask again: the number stays theirs.
MOVES: Mapping[str, frozenset[str]] = {
    State.APPLIED: frozenset({State.MEMBER, State.REFUSED, State.LEFT}),
    State.MEMBER: frozenset({State.SUSPENDED, State.LEFT}),
    State.SUSPENDED: frozenset({State.MEMBER, State.LEFT}),
    State.LEFT: frozenset({State.APPLIED}),
    State.REFUSED: frozenset({State.APPLIED}),
}


def may_move(state: str, to: str) -> bool:
    return to in MOVES[state]


def in_term(starts_on: date, ends_on: date | None, on: date) -> bool:
    """Periods are half-open: the day it ends on is the first without it."""
    return starts_on <= on and (ends_on is None or on < ends_on)
