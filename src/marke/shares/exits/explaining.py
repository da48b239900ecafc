"""Why shares that are given back bring what they bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marke.common.explain import Explainer, Explanation, RuleLine
from marke.common.navigation import soft_reverse
from marke.parties.models import Coop
from marke.rules.queries import Rulebook
from marke.rules.sentences import sentence_of, write_day
from marke.shares.exits.terms import PLAN_RULES, PRICE_RULES
from marke.shares.models import ShareClass

Money = Callable[[int], str]
Values = tuple[tuple[str, str], ...]

FORMULAS: Mapping[str, Callable[[], str]] = {
    "capital": lambda: _("what was paid in for the shares that ended, the oldest first, each at its own issue price"),
    "owed": lambda: _("what was paid in, or less where the rule says so, less the penalty for leaving early"),
    "penalty": lambda: _("what the co-op keeps because somebody left early or was excluded"),
    "lost": lambda: _("what was paid in and is not given back, because the co-op is worth less or the nominal value is lower"),
}
INTEREST: Mapping[str, Callable[[], str]] = {
    "interest": lambda: _("a year's interest on what was still to be paid for the shares"),
    "owed": lambda: _("a year's interest on what was still to be paid for the shares"),
}


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    values = [
        (_("Exit"), str(facts["share_exit"])),
        (_("Shares"), str(facts["shares"])),
        (_("Paid in"), money(facts["paid_in"])),
    ]
    if "net_assets" in facts:
        values += [(_("Net assets"), money(facts["net_assets"])), (_("Capital"), money(facts["capital"]))]
    kept = (("penalty", _("Penalty")), ("lost", _("Not given back")))
    return (*values, *((label, money(facts[key])) for key, label in kept if facts[key]), (_("Owed"), money(facts["owed"])))


def _interest_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    return (
        (_("Exit"), str(facts["share_exit"])),
        (_("Still to be paid then"), money(facts["outstanding"])),
        (_("Interest"), money(facts["interest"])),
    )


EXIT_EXPLAINERS = [
    Explainer(
        kind="share_exit",
        formula=lambda line: FORMULAS[line]() if line in FORMULAS else "",
        values=_values,
        rules=lambda line: () if line == "capital" else PRICE_RULES,
    ),
    Explainer(
        kind="share_interest",
        formula=lambda line: INTEREST[line]() if line in INTEREST else "",
        values=_interest_values,
        rules=lambda line: ("shares.exit_interest",),
    ),
]


# Before anything is booked


def rule_lines(coop: Coop, rules: Rulebook, keys: tuple[str, ...], share_class: ShareClass | None = None) -> tuple[RuleLine, ...]:
    """The rules in force as sentences, with the decisions behind them."""
    scope = {"share_class": share_class.code} if share_class else {}
    lines = []
    for key in keys:
        entry = rules.entry(key, **scope)
        decision = entry.decision
        lines.append(
            RuleLine(
                sentence=sentence_of(entry, coop),
                url=soft_reverse("rules:rule", coop.slug, key),
                decision=f"{decision.number}. {decision.title}, {write_day(decision.taken_at, coop)}",
                decision_url=soft_reverse("rules:decision", coop.slug, decision.number),
            )
        )
    return tuple(lines)


def explain_price(
    *,
    coop: Coop,
    rules: Rulebook,
    share_class: ShareClass,
    parts: int,
    paid_in: int,
    penalty: int,
    lost: int,
    accounts: tuple[int, int] | None,
    money: Money,
) -> Explanation:
    """Why so much: `accounts` is (net assets, capital) where the rule asks for them."""
    values = [(ngettext("Paid in for them", "Paid in for them, %(n)s lots", parts) % {"n": parts}, money(paid_in))]
    if accounts is not None:
        values += [(_("Net assets"), money(accounts[0])), (_("Capital"), money(accounts[1]))]
    values += [(label, money(-amount)) for label, amount in ((_("Not given back"), lost), (_("Penalty"), penalty)) if amount]
    keys = PRICE_RULES if penalty else PRICE_RULES[:1]
    return Explanation(FORMULAS["owed"](), tuple(values), rule_lines(coop, rules, keys, share_class))


def explain_day(coop: Coop, rules: Rulebook, share_class: ShareClass) -> Explanation:
    """Why on that day."""
    keys = ("shares.exit_window", "shares.exit_notice", "shares.exit_effective")
    asked = tuple(key for key in keys if rules.value(key, share_class=share_class.code) or key == keys[-1])
    return Explanation(
        _("the first day that the rules know once the notice is over"), (), rule_lines(coop, rules, asked, share_class)
    )


def explain_plan(coop: Coop, rules: Rulebook, share_class: ShareClass, *, in_parts: bool) -> Explanation:
    """Why then, and in so many parts."""
    keys = PLAN_RULES[1:2] + PLAN_RULES[3:] if in_parts else PLAN_RULES[:1]
    said = (
        _("every year at least its even part, with interest on what is still to be paid")
        if in_parts
        else _("at once, as far as the tests allow")
    )
    return Explanation(said, (), rule_lines(coop, rules, keys, share_class))
