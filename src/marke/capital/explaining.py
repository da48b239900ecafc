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
        values.append((_("Shares given out"), str(facts["shares"])))
    return tuple(values)


def _rules(line: str) -> tuple[str, ...]:
    return ("shares.price", "capital.dealing") if line == "dealt" else ("shares.price",)


def _loan_formula(line: str) -> str:
    return {
        "repaid": _("the part of the loan that is repaid in this year, by the plan"),
        "interest": _("what was owed at the beginning of the year times the rate that was agreed"),
        "waived": _("the interest of this year, which the lender gives to the co-op"),
        "to_pay_back": _("what the lender gets for this year"),
        "given": _("what was still lent, which the lender gives to the co-op"),
        "gift": _("what was still lent, which the lender gives to the co-op"),
    }.get(line, "")


def _loan_values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> tuple[tuple[str, str], ...]:
    values = [(_("Loan"), str(facts["loan"])), (_("Owed before"), money(facts["owed"]))]
    if "year" in facts:
        above, below = facts["rate"]
        values += [
            (_("Year"), str(facts["year"])),
            (_("Interest rate"), f"{above}/{below}"),
            (_("Interest"), money(facts["interest"])),
            (_("Repaid"), money(facts["repayment"])),
        ]
    return tuple(values)


def _loan_rules(line: str) -> tuple[str, ...]:
    return ("capital.loan_rate",) if line in ("interest", "waived") else ()


EXPLAINERS = [
    Explainer(kind="share_issue", formula=_formula, values=_values, rules=_rules),
    Explainer(kind="loan_year", formula=_loan_formula, values=_loan_values, rules=_loan_rules),
    Explainer(kind="loan_waived", formula=_loan_formula, values=_loan_values, rules=_loan_rules),
]
