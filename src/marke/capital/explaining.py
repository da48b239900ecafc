"""Why money of a share issue goes back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer


def _formula(line: str) -> str:
    return {
        "withdrawn": _("what was paid for shares that are not wanted any more"),
        "cancelled": _("what was paid in an issue that did not carry"),
        "dealt": _("what was paid beyond the shares that were dealt"),
        "to_send_back": _("what is owed back to who paid it"),
    }.get(line, "")


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> tuple[tuple[str, str], ...]:
    values = [
        (_("Share issue"), str(facts["share_issue"])),
        (_("Shares asked for"), str(facts["asked"])),
        (_("Price of a share"), money(facts["price"])),
        (_("Paid"), money(facts["paid"])),
    ]
    if "shares" in facts:
        values.append((_("Shares dealt"), str(facts["shares"])))
    return tuple(values)


def _rules(line: str) -> tuple[str, ...]:
    return ("shares.price", "capital.dealing") if line == "dealt" else ("shares.price",)


EXPLAINERS = [Explainer(kind="share_issue", formula=_formula, values=_values, rules=_rules)]
