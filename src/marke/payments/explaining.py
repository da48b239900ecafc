"""Why an amount stands where it stands: the postings of this app in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer

Money = Callable[[int], str]
Values = tuple[tuple[str, str], ...]


def _formula(sentences: Mapping[str, Callable[[], str]]) -> Callable[[str], str]:
    return lambda line: sentences[line]() if line in sentences else ""


def _payment_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    values = [(_("Payment"), str(facts["payment"])), (_("What came in"), money(facts["amount"]))]
    if "request" in facts:
        values += [(_("Payment request"), str(facts["request"])), (_("What was asked for"), money(facts["asked"]))]
    return tuple(values)


def _refund_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    values = [(_("Refund"), str(facts["refund"]))]
    if "pay_run" in facts:
        values += [(_("Pay run"), str(facts["pay_run"])), (_("Line of the pay run"), str(facts["line"]))]
    return (*values, (_("What was sent back"), money(facts["amount"])))


def _pay_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    values = [(_("Pay run"), str(facts["pay_run"]))]
    if "line" in facts:
        values.append((_("Line of the pay run"), str(facts["line"])))
    return (*values, (_("What is paid"), money(facts["amount"])))


def _entry_values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> Values:
    values = [(_("Bank statement"), str(facts["statement"])), (_("Entry"), str(facts["entry"]))]
    if "pay_run" in facts:
        values += [(_("Pay run"), str(facts["pay_run"])), (_("Line of the pay run"), str(facts["line"]))]
    return (*values, (_("What the bank says"), money(facts["amount"])))


_CREDITED = {
    "paid": lambda: _("what was paid, as far as it was asked for"),
    "gift": lambda: _("what was paid beyond what was asked for, kept as a gift"),
    "too_much": lambda: _("what was paid beyond what was asked for, to be sent back"),
    "unmatched": lambda: _("what came in without a known reference"),
}

EXPLAINERS = [
    Explainer(
        kind="payment",
        formula=_formula({"received": lambda: _("what the bank received"), **_CREDITED}),
        values=_payment_values,
        rules=lambda line: (),
    ),
    Explainer(
        kind="payment_match",
        formula=_formula({"understood": lambda: _("what had come in without a known reference"), **_CREDITED}),
        values=_payment_values,
        rules=lambda line: (),
    ),
    Explainer(
        kind="refund",
        formula=_formula(
            {
                "sent_back": lambda: _("what was held for the payer, and is sent back"),
                "paid_out": lambda: _("what left the bank"),
                "on_its_way": lambda: _("the bank was told to pay it"),
            }
        ),
        values=_refund_values,
        rules=lambda line: (),
    ),
    Explainer(
        kind="bank_entry",
        formula=_formula(
            {
                "received": lambda: _("what the bank received"),
                "paid_out": lambda: _("what left the bank"),
                "went_out": lambda: _("what left the bank and is not yet understood"),
                "bank_cost": lambda: _("what the bank took for its work"),
                "arrived": lambda: _("one transfer of a pay run, as the bank carried it out"),
                "came_back": lambda: _("what the bank could not deliver: it is owed again"),
            }
        ),
        values=_entry_values,
        rules=lambda line: (),
    ),
    Explainer(
        kind="pay",
        formula=_formula(
            {
                "paid_to_member": lambda: _("what was earned before the pay run's day and not paid before"),
                "on_its_way": lambda: _("the bank was told to pay it"),
            }
        ),
        values=_pay_values,
        rules=lambda line: ("payments.minimum", "payments.rhythm"),
    ),
    Explainer(
        kind="pay_run",
        formula=_formula(
            {
                "arrived": lambda: _("all transfers of the pay run together"),
                "paid_out": lambda: _("what left the bank"),
            }
        ),
        values=_pay_values,
        rules=lambda line: ("payments.release",),
    ),
]
