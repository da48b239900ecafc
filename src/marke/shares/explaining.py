"""Why share capital stands where it stands."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer

Values = tuple[tuple[str, str], ...]


def _formula(line: str) -> str:
    return _("the number of shares times the price in force when they were asked for")


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    return (
        (_("Share request"), str(facts["share_request"])),
        (_("Shares"), str(facts["shares"])),
        (_("Price of a share"), money(facts["price"])),
    )


def _opening_formula(line: str) -> str:
    return _("what the member had paid for shares before the books were kept here")


def _opening_values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    return ((_("Member"), str(facts["member"])), (_("Shares"), str(facts["shares"])), (_("Paid"), money(facts["amount"])))


EXPLAINERS = [
    Explainer(kind="shares", formula=_formula, values=_values, rules=lambda line: ("shares.price",)),
    Explainer(kind="share_opening", formula=_opening_formula, values=_opening_values, rules=lambda line: ()),
]
