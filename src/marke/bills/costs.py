"""What a bill is booked as. The words are details of the ledger's account of costs, which names them."""

from __future__ import annotations

from marke.ledger.chart import COSTS, detail_name
from marke.ledger.services import Account


def cost_choices() -> list[tuple[str, str]]:
    return [(cost, cost_name(cost)) for cost in COSTS]


def cost_name(cost: str) -> str:
    return detail_name(Account(kind=Account.Kind.EXPENSE, detail=cost))
