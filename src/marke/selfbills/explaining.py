"""Why the VAT of an invoice in a member's name is what it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer
from marke.selfbills.services.billing import KIND


def _formula(line: str) -> str:
    sentences = {
        "vat": lambda: _("the VAT on an invoice in a member’s name: a cost until it is taken off what the co-op owes"),
        "vat_owed": lambda: _(
            "the VAT on your invoice, which you owe the tax office; what you earned was credited with the work"
        ),
    }
    return sentences[line]() if line in sentences else ""


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Any) -> tuple[tuple[str, str], ...]:
    return (
        (_("Invoice"), str(facts["self_bill"])),
        (_("Net"), money(facts["net"])),
        (_("VAT"), f"{facts['permille'] / 10:g} %"),
    )


EXPLAINER = Explainer(kind=KIND, formula=_formula, values=_values, rules=lambda line: ())
