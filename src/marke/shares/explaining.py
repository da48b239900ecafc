"""Why share capital stands where it stands."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer

Values = tuple[tuple[str, str], ...]


def _formula(line: str) -> str:
    if line == "entry_fee":
        return _("the entry fee in force when the first shares were asked for; it is not paid back")
    return _("the number of shares times the price in force when they were asked for")


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    values = [
        (_("Share request"), str(facts["share_request"])),
        (_("Shares"), str(facts["shares"])),
        (_("Price of a share"), money(facts["price"])),
    ]
    for key, label in (("paid_in", _("Paid so far")), ("paid_up", _("Paid now")), ("entry_fee", _("Entry fee"))):
        if key in facts:
            values.append((label, money(facts[key])))
    return tuple(values)


def _paid_up_formula(line: str) -> str:
    return _("a later part of the price of shares that were given out when a part of it was paid")


def _transfer_formula(line: str) -> str:
    if line == "reserve":
        return _("what was paid for shares that a member gave to the co-op; it goes to the reserve that nobody can share out")
    return _("what was paid for the shares that went over, at the price at which each was issued")


def _transfer_values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    return (
        (_("Transfer"), str(facts["transfer"])),
        (_("Shares"), str(facts["shares"])),
        (_("Paid for them"), money(facts["amount"])),
    )


def _opening_formula(line: str) -> str:
    return _("what the member had paid for shares before the books were kept here")


def _opening_values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    return ((_("Member"), str(facts["member"])), (_("Shares"), str(facts["shares"])), (_("Paid"), money(facts["amount"])))


def _rules(line: str) -> tuple[str, ...]:
    return ("shares.entry_fee",) if line == "entry_fee" else ("shares.price",)


TRANSFER_RULES = ("shares.transfer", "shares.conversion")
EXPLAINERS = [
    Explainer(kind="shares", formula=_formula, values=_values, rules=_rules),
    Explainer(kind="share_paid_up", formula=_paid_up_formula, values=_values, rules=lambda line: ("shares.price",)),
    Explainer(kind="share_transfer", formula=_transfer_formula, values=_transfer_values, rules=lambda line: TRANSFER_RULES),
    Explainer(kind="share_opening", formula=_opening_formula, values=_opening_values, rules=lambda line: ()),
]
