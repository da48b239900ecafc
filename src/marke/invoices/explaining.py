"""Why an amount of an invoice stands where it stands."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer

Money = Callable[[int], str]
Values = tuple[tuple[str, str], ...]


def _formula(line: str) -> str:
    sentences = {
        "gross": lambda: _("the jobs together, and the VAT on them"),
        "net": lambda: _("the prices of the jobs together, without VAT"),
        "vat": lambda: _("for each rate: the sum of its lines times the rate, rounded once"),
        "cents": lambda: _("VAT is rounded on each paper; the cents by which the credit notes differ from the invoice"),
        "paid_before": lambda: _("what was paid on the invoice before it was credited, to be sent back"),
    }
    return sentences[line]() if line in sentences else ""


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    return (
        (_("Invoice"), str(facts["invoice"])),
        (_("Net"), money(facts["net"])),
        (_("VAT"), money(facts["vat"])),
        (_("Total"), money(facts["gross"])),
    )


def _credit_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    return (
        (_("Credit note"), str(facts["credit_note"])),
        (_("Invoice"), str(facts["invoice"])),
        (_("Total"), money(facts["gross"])),
        (_("Paid before"), money(facts["paid"])),
    )


EXPLAINERS = [
    Explainer(kind="invoice", formula=_formula, values=_values, rules=lambda line: ()),
    Explainer(kind="credit_note", formula=_formula, values=_credit_values, rules=lambda line: ()),
]
