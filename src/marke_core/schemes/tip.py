"""What a tip becomes: all of it is the worker's."""

from __future__ import annotations

from marke_core.schemes import Column, Facts, FactsDoNotFit, Scheme


def give(facts: Facts) -> dict[str, Column]:
    """facts.columns["amount"]: int64[n], minor units, what was paid of each tip. No rule takes anything of it.

    Raises: FactsDoNotFit.
    """
    try:
        amount = facts.columns["amount"]
    except KeyError as missing:
        raise FactsDoNotFit(f"A tip is an amount; {missing} is missing.") from missing
    if len(amount) and int(amount.min()) < 0:
        raise FactsDoNotFit(f"A tip of {int(amount.min())} would take from the worker; it must be 0 or more.")
    return {"tip": amount}


TIP = Scheme(name="tip", version=1, lines=("tip",), rules=(), compute=give, party_lines=("tip",))
