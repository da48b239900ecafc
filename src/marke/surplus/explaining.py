"""Why a member gets this much of a year, and what became of its result."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.explain import Explainer
from marke.surplus.rulebook import KEYS

Values = tuple[tuple[str, str], ...]

PART_NAMES = {
    "workers": gettext_lazy("For work"),
    "funders": gettext_lazy("For paid-in capital"),
    "users": gettext_lazy("For what was bought"),
    "founders": gettext_lazy("As a founder"),
    "members": gettext_lazy("As a member"),
    "loss": gettext_lazy("Part of the loss"),
}
STEP_NAMES = {
    **PART_NAMES,
    "legal": gettext_lazy("Set aside, as the law asks"),
    "others_reserve": gettext_lazy("Set aside, from business with others"),
    "first": gettext_lazy("Set aside first"),
    "education": gettext_lazy("Education"),
    "community": gettext_lazy("Community"),
    "statutory": gettext_lazy("Set aside for good"),
    "others_kept": gettext_lazy("Business with others, not shared"),
    "workers": gettext_lazy("Members, for work"),
    "funders": gettext_lazy("Members, for their shares"),
    "users": gettext_lazy("Members, for what they bought"),
    "founders": gettext_lazy("Founders"),
    "members": gettext_lazy("All members"),
    "loss_voluntary": gettext_lazy("Taken from what was set aside freely"),
    "loss_statutory": gettext_lazy("Taken from what the statutes set aside"),
    "loss_indivisible": gettext_lazy("Taken from what was set aside for good"),
    "loss_legal": gettext_lazy("Taken from what the law asks to set aside"),
    "loss_members": gettext_lazy("Taken from what is kept in members' names"),
}
# What a step is in a few more words, with the word that the law and the rules have for it.
STEP_MEANINGS = {
    "legal": gettext_lazy("legal reserve: stays in the co-op, for bad years"),
    "others_reserve": gettext_lazy("legal reserve: stays in the co-op, for bad years"),
    "first": gettext_lazy("voluntary reserve: the members can decide what becomes of it"),
    "education": gettext_lazy("to learn to run a co-op together"),
    "community": gettext_lazy("for the people around the co-op"),
    "statutory": gettext_lazy("indivisible reserve: stays in the co-op, and nobody can ever share it out"),
    "loss_voluntary": gettext_lazy("voluntary reserve"),
    "loss_statutory": gettext_lazy("statutory reserve"),
    "loss_indivisible": gettext_lazy("indivisible reserve"),
    "loss_legal": gettext_lazy("legal reserve"),
}
_FORMULAS = {
    "share": gettext_lazy("the parts of the year's surplus that this member gets, added up"),
    "paid": gettext_lazy("the part that is paid in money, rounded up, and what capital gets, less tax"),
    "withheld": gettext_lazy("the tax on these parts, to the nearest cent"),
    "kept": gettext_lazy("what is not paid in money, kept in the member's name"),
    "closing": gettext_lazy("what the year earned or spent on this account, moved to the result"),
    "result": gettext_lazy("what the year earned less what it spent"),
}


def _formula(line: str) -> str:
    known = _FORMULAS.get(line)
    if known:
        return str(known)
    return _("%(step)s: its part of the result, by the order in the rulebook") % {"step": STEP_NAMES.get(line, line)}


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    named = [(str(PART_NAMES[name]), money(facts[name])) for name in PART_NAMES if facts.get(name)]
    told = [(str(STEP_NAMES[name]), money(facts[name])) for name in STEP_NAMES if name not in PART_NAMES and facts.get(name)]
    if "result" in facts:
        told = [(_("Result of the year"), money(facts["result"])), *told]
    did = [(str(label), _did(name, facts[f"did_{name}"], money)) for name, label in DID_NAMES.items() if facts.get(f"did_{name}")]
    return (*named, *told, *did)[:8]


DID_NAMES = {
    "pay": gettext_lazy("Price of the jobs done"),
    "hours": gettext_lazy("Hours"),
    "jobs": gettext_lazy("Jobs done"),
    "purchases": gettext_lazy("Bought"),
    "bookings": gettext_lazy("Bookings"),
    "time": gettext_lazy("Days as a member"),
}


def _did(name: str, number: int, money: Callable[[int], str]) -> str:
    return did_text(name, number, money)


def did_text(name: str, number: int, money: Callable[[int], str]) -> str:
    """A measure in words: money, hours and minutes, or a count."""
    if name in ("pay", "purchases"):
        return money(number)
    if name == "hours":
        return f"{number // 60}:{number % 60:02}"
    return str(number)


def _pay_formula(line: str) -> str:
    return _("what this member gets of a year in money, moved to their next pay")


def _pay_values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    return ((_("In money"), money(facts["amount"])),)


def _shares_formula(line: str) -> str:
    return _("as many whole shares as what was kept of this member's part of the surplus pays for")


def _shares_values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    return ((_("Shares"), str(facts["shares"])), (_("Price of a share"), money(facts["price"])))


def _repay_formula(line: str) -> str:
    return _("what was kept of a year in this member's name, and is still there, moved to their next pay when its term is over")


def _repay_values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    return ((_("Paid back"), money(facts["amount"])),)


_RULES = {
    "paid": ("surplus.cash", "surplus.withholding"),
    "withheld": ("surplus.withholding", "surplus.withholding_patronage"),
    "kept": ("surplus.cash", "surplus.kept_as", "surplus.kept_for"),
}
_OF_STEPS = ("surplus.workers", "surplus.users", "surplus.founders", "surplus.members", "surplus.funders")


def _rules(line: str) -> tuple[str, ...]:
    from marke.surplus.steps import RULES_OF

    return _RULES.get(line) or RULES_OF.get(line) or (_OF_STEPS if line == "share" else KEYS[1:2])


EXPLAINERS = [
    Explainer(kind="year_close", formula=_formula, values=_values, rules=_rules),
    Explainer(kind="year_pay", formula=_pay_formula, values=_pay_values, rules=lambda line: ("surplus.pay_within",)),
    Explainer(
        kind="year_shares",
        formula=_shares_formula,
        values=_shares_values,
        rules=lambda line: ("surplus.kept_as", "shares.price"),
    ),
    Explainer(kind="year_repay", formula=_repay_formula, values=_repay_values, rules=lambda line: ("surplus.kept_for",)),
]
