"""Why the VAT of an invoice in a member's name is what it is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.bills.rulebook import DEDUCTED
from marke.common.explain import Explainer
from marke.selfbills.services.billing import KIND


def _formula(line: str) -> str:
    sentences = {
        "vat_cost": lambda: _("the VAT on an invoice in a member’s name that is not taken off: it is a cost"),
        "bill_vat": lambda: _("the VAT on an invoice in a member’s name that is taken off what the co-op owes"),
        "bill_vat_due": lambda: _("the VAT that the co-op reckons itself, because the seller left it to the buyer: it is owed"),
        "vat_owed": lambda: _(
            "the VAT on your invoice, which you owe the tax office; what you earned was credited with the work"
        ),
    }
    return sentences[line]() if line in sentences else ""


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Any) -> tuple[tuple[str, str], ...]:
    rows = [
        (_("Invoice"), str(facts["self_bill"])),
        (_("Net"), money(facts["net"])),
        (_("VAT"), f"{facts['permille'] / 10:g} %"),
    ]
    if own := facts["own_vat"]:
        rows.append((_("VAT that is ours to reckon"), money(own)))
    if line != "vat_owed":
        rows.append((_("VAT taken off"), money(facts["deducted"])))
    return tuple(rows)


EXPLAINER = Explainer(kind=KIND, formula=_formula, values=_values, rules=lambda line: () if line == "vat_owed" else (DEDUCTED,))
