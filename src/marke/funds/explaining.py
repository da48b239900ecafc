"""Why money moved in and out of the funds."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer

Money = Callable[[int], str]
Values = tuple[tuple[str, str], ...]


def _contribution(line: str) -> str:
    return {
        "put_in": _("what you put into mutual aid for the month, by our rules"),
        "put_together": _("what a member put into mutual aid for the month, by our rules"),
    }.get(line, "")


def _contribution_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    return ((_("Month"), str(facts["month"])), (_("Earned in it"), money(facts["earned"])), (_("Put in"), money(facts["amount"])))


def _aid(line: str) -> str:
    return {
        "given": _("help that was granted to a member"),
        "help": _("help that was granted to you; it goes with the next pay run"),
    }.get(line, "")


def _aid_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    return (
        (_("Request"), str(facts["claim"])),
        (_("Asked for"), money(facts["asked"])),
        (_("Granted"), money(facts["granted"])),
    )


def _transfer(line: str) -> str:
    return {
        "moved_from": _("moved to another fund by decision"),
        "moved_to": _("moved here from another fund by decision"),
    }.get(line, "")


def _transfer_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    return ((_("Decision"), str(facts["decision"])), (_("Amount"), money(facts["amount"])))


EXPLAINERS = [
    Explainer(
        kind="aid_contribution",
        formula=_contribution,
        values=_contribution_values,
        rules=lambda line: ("funds.aid", "funds.aid_percent", "funds.aid_fixed"),
    ),
    Explainer(kind="aid", formula=_aid, values=_aid_values, rules=lambda line: ("funds.aid_most_claim", "funds.aid_decided_by")),
    Explainer(kind="fund_transfer", formula=_transfer, values=_transfer_values, rules=lambda line: ()),
]
