"""The year close as a round: previewed again and again, proposed, closed by a decision, paid."""

from django.utils.translation import gettext_lazy as _

from marke.common.rounds import RoundKind
from marke.rounds.models import Round

YEAR_CLOSE = "year_close"
State = Round.State
MOVES: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.CLOSED, State.CANCELLED}),
    State.OPEN: frozenset(),
    State.CLOSED: frozenset({State.DRAFT, State.FINAL, State.CANCELLED}),
    State.FINAL: frozenset({State.SETTLED}),
    State.RELEASED: frozenset(),
    State.SENT: frozenset(),
    State.SETTLED: frozenset(),
    State.CANCELLED: frozenset(),
}

YEAR_ROUND = RoundKind(
    kind=YEAR_CLOSE,
    label=_("Year close"),
    moves=MOVES,
    url_name="surplus:year",
    alone=True,
    words={
        State.DRAFT: _("Preview"),
        State.CLOSED: _("Proposed"),
        State.FINAL: _("Decided"),
        State.SETTLED: _("Paid"),
    },
)
