"""Sellers about whom nothing is reported. For personal services there is no threshold: the first euro is reported.

Source: Directive 2011/16/EU, annex V, section I, B.4.
"""

from enum import StrEnum

FEW_GOODS, LITTLE_CONSIDERATION = 30, 2_000
MANY_LETTINGS = 2_000


class Excluded(StrEnum):
    GOVERNMENTAL = "governmental"
    LISTED = "listed"
    HOTEL = "hotel"
    FEW_GOODS = "few_goods"


def excluded_standing(*, governmental: bool = False, listed: bool = False) -> Excluded | None:
    """By what somebody is: a governmental entity; one whose shares are traded at an exchange, or one related to it."""
    if governmental:
        return Excluded.GOVERNMENTAL
    return Excluded.LISTED if listed else None


def excluded_property(lettings: int) -> Excluded | None:
    """An entity with more than 2,000 lettings of one property listing in the year."""
    return Excluded.HOTEL if lettings > MANY_LETTINGS else None


def excluded_goods(sales: int, euros: int) -> Excluded | None:
    """Fewer than 30 sales of goods, for which not more than 2,000 euros were paid in the year."""
    return Excluded.FEW_GOODS if sales < FEW_GOODS and euros <= LITTLE_CONSIDERATION else None
