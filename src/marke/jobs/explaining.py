"""The amounts of a settled job in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer
from marke_core.schemes.gift import GIFT
from marke_core.schemes.job import CONTRIBUTION, GUARANTEE, JOB_SETTLEMENT
from marke_core.schemes.tip import TIP


def formula(line: str) -> str:
    return {
        "price": _("The price of the job, without VAT"),
        "earnings": _("The price, minus the co-op’s contribution, minus the guarantee"),
        "contribution": _("The price times the contribution, rounded to the cent"),
        "guarantee": _("The price times the guarantee, rounded to the cent"),
    }.get(line, line)


def values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> tuple[tuple[str, str], ...]:
    price = int(facts["price"])
    rows = [(_("Price of the job"), money(price))]
    if line == "earnings":
        rows.append((_("Contribution and guarantee"), money(price - abs(amount))))
    label = {
        "earnings": _("Earned"),
        "contribution": _("Contribution"),
        "guarantee": _("Into the guarantee fund"),
    }.get(line)
    if label:
        rows.append((label, money(abs(amount))))
    return tuple(rows)


def rules(line: str) -> tuple[str, ...]:
    return {"earnings": (CONTRIBUTION, GUARANTEE), "contribution": (CONTRIBUTION,), "guarantee": (GUARANTEE,)}.get(line, ())


def _tip(line: str) -> str:
    return {
        "tip": _("The whole tip: nothing of it stays with the co-op, and no VAT is in it"),
        "received": _("The tip, passed on to whoever did the work"),
    }.get(line, line)


def _tip_values(line: str, facts: Mapping[str, Any], amount: int, money: Callable[[int], str]) -> tuple[tuple[str, str], ...]:
    return ((_("Job"), str(facts["job"])), (_("Paid by the client"), money(int(facts["amount"]))))


def _gift(line: str) -> str:
    return {
        "gift": _("All that the client rounded up: nothing of it stays with the co-op, and no VAT is in it"),
        "received": _("What the client rounded up, passed on into the fund of the good cause"),
    }.get(line, line)


JOB_EXPLAINER = Explainer(kind=JOB_SETTLEMENT.name, formula=formula, values=values, rules=rules)
TIP_EXPLAINER = Explainer(kind=TIP.name, formula=_tip, values=_tip_values, rules=lambda line: ())
GIFT_EXPLAINER = Explainer(kind=GIFT.name, formula=_gift, values=_tip_values, rules=lambda line: GIFT.rules)
