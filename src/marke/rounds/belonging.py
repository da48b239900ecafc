"""What is kept of somebody in rounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marke.parties.models import Party
from marke.parties.my_data import moment
from marke.rounds.models import Wish


def wishes(party: Party) -> Iterable[Mapping[str, Any]]:
    """What somebody wanted of rounds, also what they took back."""
    for wish in Wish.objects.filter(party=party).select_related("coop", "round").order_by("id"):
        yield {
            "co-op": wish.coop.name,
            "round": f"{wish.round.kind} {wish.round.number}",
            "amount": wish.amount,
            "what": wish.data,
            "made_at": moment(wish.made_at),
            "withdrawn_at": moment(wish.withdrawn_at),
        }
