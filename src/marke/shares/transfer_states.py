"""How a transfer of shares moves from state to state."""

from marke.shares.models import ShareTransfer

State = ShareTransfer.State

MOVES: dict[ShareTransfer.State, frozenset[ShareTransfer.State]] = {
    State.ASKED: frozenset({State.AGREED, State.REFUSED, State.WITHDRAWN}),
    State.AGREED: frozenset({State.DONE, State.REFUSED, State.WITHDRAWN}),
    State.DONE: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
TONES = {State.ASKED: "warn", State.AGREED: "warn", State.DONE: "good", State.REFUSED: "bad", State.WITHDRAWN: "plain"}
