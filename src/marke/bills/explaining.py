"""Why a bill stands in the books as it does."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from marke.bills.rulebook import DEDUCTED
from marke.common.explain import Explainer
from marke.rules.sentences import write_percent


def _formula(line: str) -> str:
    sentences = {
        "bill_cost": lambda: _(
            "the bill without VAT and the VAT that is not taken off, less what was paid before and booked then"
        ),
        "bill_vat": lambda: _("the VAT on the bill that is taken off what the co-op owes"),
        "bill_vat_due": lambda: _("the VAT that the co-op reckons itself, because the seller left it to the buyer: it is owed"),
        "bill_owed": lambda: _("what the supplier asks for: the amount without VAT, the VAT, less what was paid before"),
    }
    return sentences[line]() if line in sentences else ""


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> tuple[tuple[str, str], ...]:
    rows = [(_("Bill"), str(facts["bill"])), (_("Without VAT"), money(facts["net"])), (_("VAT"), money(facts["vat"]))]
    if line != "bill_owed":
        rows.append((_("VAT taken off"), money(facts["deducted"])))
    if own := facts.get("own_vat"):
        rows.append(
            (
                _("VAT that is ours to reckon"),
                f"{money(own)} = {write_percent(Fraction(facts['own_permille'], 1000))} × {money(facts['own_base'])}",
            )
        )
    if facts["paid_before"]:
        rows.append((_("Paid before, or rounded"), money(facts["paid_before"])))
    return tuple(rows)


def _back(line: str) -> str:
    return _("what the supplier transferred to us, as the credit note said") if line in ("received", "given_back") else ""


MONEY_BACK = Explainer(
    kind="bill_back",
    formula=_back,
    values=lambda line, facts, amount, money: ((_("Bill"), str(facts["bill"])), (_("Amount"), money(facts["amount"]))),
    rules=lambda line: (),
)
EXPLAINER = Explainer(
    kind="bill", formula=_formula, values=_values, rules=lambda line: () if line == "bill_owed" else (DEDUCTED,)
)
