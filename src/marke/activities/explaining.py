"""Why an amount stands where it stands in an activity."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer
from marke_core.schemes import activity as scheme

Money = Callable[[int], str]
Values = tuple[tuple[str, str], ...]


def _formula(line: str) -> str:
    sentences = {
        "share": lambda: _("what was invoiced, less the contribution, the reserve and expenses"),
        "contribution": lambda: _("the contribution, less the guarantee fund’s part of it"),
        "guarantee": lambda: _("the guarantee fund’s part of the contribution"),
        "reserve": lambda: _("a part of what was invoiced that stays in the business"),
        "granted": lambda: _("a grant to the business, owed by who gives it until it is paid"),
        "repaid": lambda: _("an expense of the business, repaid to whoever paid it"),
        "bill_owed": lambda: _("a supplier’s bill that is charged to the business, owed to the supplier"),
        "bill_vat": lambda: _("the VAT on a supplier’s bill, taken off what the co-op owes"),
    }
    return sentences[line]() if line in sentences else ""


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    came = _("Granted") if "grant" in facts else _("Invoiced, without VAT")
    rows = [(came, money(facts["income"]))] if facts["income"] else []
    if "of" in facts:
        rows.append((_("Taken back of"), str(facts["of"])))
    if "expense" in facts:
        rows.append((_("Expense"), money(facts["expense"])))
    if "chosen" in facts:
        rows.append((_("Chosen by the member"), f"{facts['chosen'] / 10_000:g} %"))
    rows.append((_("Contribution"), money(facts["given"])))
    if line in ("contribution", "guarantee"):
        rows.append((_("Given before, this month"), money(facts["given_month"])))
        rows.append((_("Given before, this year"), money(facts["given_year"])))
    if facts["kept_back"]:
        rows.append((_("Into the reserve"), money(facts["kept_back"])))
    return tuple(rows)


_OF_LINE = {
    "share": scheme.RULES,
    "contribution": scheme.RULES[:-1],
    "guarantee": (scheme.GUARANTEE,),
    "reserve": (scheme.RESERVE,),
}
ACTIVITY_EXPLAINER = Explainer(
    kind=scheme.ACTIVITY.name, formula=_formula, values=_values, rules=lambda line: _OF_LINE.get(line, ())
)


def _moved(line: str) -> str:
    sentences = {
        "share": lambda: _("what left the business, or came into it"),
        "reserve": lambda: _("the reserve of the business, set free because it is closed"),
        "paid_out": lambda: _("what your own business holds and does not wait; it goes with the next pay run"),
        "wages": lambda: _("a gross budget for hours of work, handed over to whoever makes the wages"),
        "shared": lambda: _("your part of what the team shared"),
        "sold": lambda: _("what the other business pays, less the contribution where the rules ask for one"),
        "bought": lambda: _("what the internal invoice asks for, paid at once from what this business has"),
        "not_paid": lambda: _("what the client did not pay"),
        "loss": lambda: _("what members were paid in advance for it: the guarantee fund’s loss"),
        "vat_back": lambda: _("the VAT that was not paid either, to be asked back"),
    }
    return sentences[line]() if line in sentences else ""


def _moved_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    rows = [(_("Business"), str(facts["activity"]))] if "activity" in facts else []
    if "moved" in facts:
        rows.append((_("Amount"), money(facts["moved"])))
    if "minutes" in facts:
        rows.append((_("Hours"), f"{facts['minutes'] // 60}:{facts['minutes'] % 60:02}"))
    if "total" in facts:
        rows.append((_("Shared in all"), money(facts["total"])))
    if "internal" in facts:
        rows.append((_("Internal invoice"), str(facts["internal"])))
        rows.append((_("From business"), str(facts["seller"])))
        rows.append((_("To business"), str(facts["buyer"])))
        rows.append((_("Without VAT"), money(facts["net"])))
    elif "of" in facts:
        rows.append((_("Invoice"), str(facts["of"])))
        rows.append((_("Borne by the guarantee fund"), money(facts["fund"])))
    return tuple(rows)


_PAYOUT_RULES = ("activities.payout_on", "activities.payout_days")
EXPLAINERS = [
    ACTIVITY_EXPLAINER,
    *(
        Explainer(kind=kind, formula=_moved, values=_moved_values, rules=lambda line: _PAYOUT_RULES)
        for kind in ("activity_payout", "activity_payroll", "activity_shared", "activity_closing", "activity_write_off")
    ),
    Explainer(
        kind="internal_invoice",
        formula=_moved,
        values=_moved_values,
        rules=lambda line: (*scheme.RULES, "activities.internal_contribution", "activities.internal_limit"),
    ),
]
