"""What an engagement brings besides its price: a lump sum for bike and phone, and what its insurance costs."""

from __future__ import annotations

import numpy as np

from marke_core.schemes import Column, Facts, FactsDoNotFit, Scheme
from marke_core.schemes.columns import part_of

PER_KM, PER_DAY = "engagements.per_km", "engagements.per_day"
PREMIUM_JOB, PREMIUM_DAY = "engagements.premium_job", "engagements.premium_day"
RULES = (PER_KM, PER_DAY, PREMIUM_JOB, PREMIUM_DAY)
KILOMETRE = 1_000


def settle(facts: Facts) -> dict[str, Column]:
    """facts.columns: `metres` int64[n], 0 or more; `first` int64[n], 1 for the first engagement of somebody's day, else 0.

    facts.rules: each an amount in minor units over 1. The way is rounded half up; what is by the day counts once.
    Raises: FactsDoNotFit.
    """
    try:
        metres, first = facts.columns["metres"], facts.columns["first"]
        amounts = {key: facts.rules[key][0] for key in RULES}
    except KeyError as missing:
        raise FactsDoNotFit(f"An engagement is settled by its way, its day and four rules; {missing} is missing.") from missing
    for name, column in {"metres": metres, **amounts}.items():
        if len(column) and int(column.min()) < 0:
            raise FactsDoNotFit(f"{name} is {int(column.min())} for an engagement; it must be 0 or more.")
    thousands = np.full(len(metres), KILOMETRE, dtype=np.int64)
    return {
        "way": part_of(metres, amounts[PER_KM], thousands),
        "day": first * amounts[PER_DAY],
        "premium": amounts[PREMIUM_JOB] + first * amounts[PREMIUM_DAY],
    }


ENGAGEMENT = Scheme(
    name="engagement", version=1, lines=("way", "day", "premium"), rules=RULES, compute=settle, party_lines=("way", "day")
)
