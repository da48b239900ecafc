"""What the price of a job becomes: the co-op's contribution, the guarantee, and what the worker earns."""

from __future__ import annotations

import numpy as np

from marke_core.schemes import Column, Facts, FactsDoNotFit, Scheme
from marke_core.schemes.columns import part_of

CONTRIBUTION = "jobs.contribution"
GUARANTEE = "jobs.guarantee"


class MoreThanThePrice(ValueError):
    """Contribution and guarantee together take more than the price, so that the worker would owe money for working."""


def _refuse_what_cannot_be(price: Column, facts: Facts) -> None:
    if len(price) and int(price.min()) < 0:
        raise FactsDoNotFit(f"A job has a price of {int(price.min())}; a price is 0 or more.")
    for key in (CONTRIBUTION, GUARANTEE):
        if len(price) and int(facts.rules[key][0].min()) < 0:
            raise FactsDoNotFit(f"The rule {key} is below 0 for a job; it must be between 0 % and 100 %.")


def _refuse_more_than_all(facts: Facts) -> None:
    pairs = np.stack([column for key in (CONTRIBUTION, GUARANTEE) for column in facts.rules[key]])
    # Facts come in order, so that values repeat in long runs: one row of each run is enough, and sorting the rest is slow.
    new = np.concatenate([np.ones(min(len(facts), 1), dtype=bool), (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)])
    for above, below, above_2, below_2 in np.unique(pairs[:, new], axis=1).T.tolist():
        if above * below_2 + above_2 * below > below * below_2:
            raise MoreThanThePrice(
                f"A contribution of {above}/{below} and a guarantee of {above_2}/{below_2} take more than the whole price. "
                "Together they may be 100 % at most."
            )


def settle(facts: Facts) -> dict[str, Column]:
    """Splits each price to the last cent.

    facts.columns["price"]: int64[n], minor units, 0 or more. Contribution and guarantee are each rounded half up; where
    both round up on a tiny price, the guarantee gives way, so that nobody earns less than nothing. Earnings are the rest.
    Raises: FactsDoNotFit, MoreThanThePrice.
    """
    try:
        price = facts.columns["price"]
        contribution_rule, guarantee_rule = facts.rules[CONTRIBUTION], facts.rules[GUARANTEE]
    except KeyError as missing:
        raise FactsDoNotFit(f"A job is settled by its price and two rules; {missing} is missing.") from missing
    _refuse_what_cannot_be(price, facts)
    _refuse_more_than_all(facts)
    contribution = part_of(price, *contribution_rule)
    guarantee = np.minimum(part_of(price, *guarantee_rule), price - contribution)
    return {"earnings": price - contribution - guarantee, "contribution": contribution, "guarantee": guarantee}


JOB_SETTLEMENT = Scheme(
    name="job",
    version=1,
    lines=("earnings", "contribution", "guarantee"),
    rules=(CONTRIBUTION, GUARANTEE),
    compute=settle,
)
