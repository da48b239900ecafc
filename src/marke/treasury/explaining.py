"""Why VAT that was handed over stands where it stands."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer

Values = tuple[tuple[str, str], ...]


def _deducted(line: str) -> str:
    return _("the VAT that was paid to suppliers, as it was handed in: less to pay, and less cost")


def _handed_over(line: str) -> str:
    return _("the VAT of a period that was handed in, paid to the tax office or got back from it")


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> Values:
    return ((_("VAT return"), str(facts["vat_return"])), (_("Amount"), money(facts["amount"])))


def _rules(line: str) -> tuple[str, ...]:
    return ("treasury.vat_period",)


EXPLAINERS = [
    Explainer(kind="vat_return", formula=_deducted, values=_values, rules=_rules),
    Explainer(kind="vat_payment", formula=_handed_over, values=_values, rules=_rules),
]
