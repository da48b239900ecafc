"""What a client rounded up becomes: all of it is the good cause's."""

from __future__ import annotations

from marke_core.schemes import Column, Facts, FactsDoNotFit, Scheme


def put_aside(facts: Facts) -> dict[str, Column]:
    """facts.columns["amount"]: int64[n], minor units, what was paid of each gift. Nothing of it stays with the co-op.

    Raises: FactsDoNotFit.
    """
    try:
        amount = facts.columns["amount"]
    except KeyError as missing:
        raise FactsDoNotFit(f"A gift is an amount; {missing} is missing.") from missing
    if len(amount) and int(amount.min()) < 0:
        raise FactsDoNotFit(f"A gift of {int(amount.min())} would take from the good cause; it must be 0 or more.")
    return {"gift": amount}


GIFT = Scheme(name="gift", version=1, lines=("gift",), rules=("jobs.round_up",), compute=put_aside)
