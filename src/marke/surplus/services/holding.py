"""Between the figures and the decision, what bears a loss may have gone elsewhere: nothing is taken that is not there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.ledger.owed import balance_by_party
from marke.ledger.years import stocks
from marke.surplus.lines import read_lines
from marke.surplus.models import YearClose
from marke.surplus.steps import LOSS_ORDER

LOSS_PLACES = {f"loss_{name}": ("reserve", detail) for name, detail in LOSS_ORDER}


class FiguresChanged(Refused):
    """The books of that year, or what is to bear its loss, are not what they were when the figures were made."""


def check_holds(year: YearClose) -> None:
    """Whether reserves, and what is kept in members' names, still hold what a loss takes from them. Raises: FiguresChanged."""
    have = stocks(year.coop)
    for step in year.steps:
        place = LOSS_PLACES.get(step["name"])
        if place is not None and -step["amount"] > have.get(place, 0):
            raise _less(year, -step["amount"], have.get(place, 0))
    if year.kept < 0:
        kept = balance_by_party(year.coop, "allocated")
        for line in read_lines(year):
            if -line.kept > max(-kept.get(line.party_id, 0), 0):
                raise _less(year, -line.kept, max(-kept.get(line.party_id, 0), 0))


def _less(year: YearClose, takes: int, holds: int) -> FiguresChanged:
    return FiguresChanged(
        _(
            "Since these figures were made, money went elsewhere that was to bear the loss: %(takes)s is to be taken where %(holds)s "
            "is left. Look at the year again and propose it anew."
        )
        % {"takes": format_money(takes, year.coop.currency), "holds": format_money(holds, year.coop.currency)}
    )
