"""What a date decides about rounds: their window opens and closes. What that means, their kind says."""

from datetime import datetime

from marke.common.clockwork import Wheel
from marke.common.refusal import Refused
from marke.common.rounds import round_kinds
from marke.rounds.models import Round

BATCH = 500


def turn_rounds(at: datetime) -> int:
    """Each in the transaction of its kind: one that is refused, because somebody was first, stops none of the others."""
    turning = {kind.kind: kind.turn for kind in round_kinds if kind.turn is not None}
    rows = Round.objects.filter(kind__in=turning).exclude(state__in=Round.ENDED).select_related("coop").order_by("id")
    done = 0
    for round in rows[:BATCH]:
        try:
            done += bool(turning[round.kind](round, at))
        except Refused:
            continue
    return done


WHEELS = (Wheel("rounds", turn_rounds),)
