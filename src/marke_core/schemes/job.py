"""What the price of a job becomes: the co-op's contribution, the guarantee, and what the worker earns."""

from __future__ import annotations

import numpy as np

from marke_core.schemes import Column, Facts, FactsDoNotFit, Scheme
from marke_core.schemes.columns import part_of

CONTRIBUTION = "jobs.contribution"
GUARANTEE = "jobs.guarantee"
# The sum of two products of such numbers still fits into int64.
SMALL = 2**31 - 1


class MoreThanThePrice(ValueError):
    """Contribution and guarantee together take more than the price, so that the worker would owe money for working."""


def _refuse_what_cannot_be(price: Column, facts: Facts) -> None:
    if len(price) and int(price.min()) < 0:
        raise FactsDoNotFit(f"A job has a price of {int(price.min())}; a price is 0 or more.")
    for key in (CONTRIBUTION, GUARANTEE):
        if len(price) and int(facts.rules[key][0].min()) < 0:
            raise FactsDoNotFit(f"The rule {key} is below 0 for a job; it must be between 0 % and 100 %.")


def _refuse_more_than_all(facts: Facts) -> None:
    above, below = facts.rules[CONTRIBUTION]
    above_2, below_2 = facts.rules[GUARANTEE]
    largest = max((int(column.max()) for column in (above, below, above_2, below_2) if len(column)), default=0)
    if largest > SMALL:  # the products would not fit into int64
        above, below, above_2, below_2 = (column.astype(object) for column in (above, below, above_2, below_2))
    too_much = np.flatnonzero(above * below_2 + above_2 * below > below * below_2)
    if len(too_much):
        row = int(too_much[0])
        raise MoreThanThePrice(
            f"A contribution of {above[row]}/{below[row]} and a guarantee of {above_2[row]}/{below_2[row]} take more than the "
            "whole price. Together they may be 100 % at most."
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
