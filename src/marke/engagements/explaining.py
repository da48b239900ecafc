"""The amounts of an engagement in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.common.explain import Explainer
from marke_core.schemes import engagement as scheme

Money = Callable[[int], str]


def _formula(line: str) -> str:
    sentences = {
        "way": lambda: _("the kilometres, times what is paid for each, on top of what the work earns"),
        "day": lambda: _("what is paid for bike and phone on a day of work, on top of what the work earns"),
        "expenses": lambda: _("bike and phone: what is paid by the kilometre and by the day"),
        "premium": lambda: _("what the insurance costs for this engagement, and by the day"),
        "set_aside": lambda: _("what the insurance costs, until the insurer’s bill is booked"),
    }
    return sentences[line]() if line in sentences else ""


def _values(line: str, facts: Mapping[str, Any], amount: int, money: Money) -> tuple[tuple[str, str], ...]:
    rows = []
    if line in ("way", "expenses") and facts["metres"]:
        metres = int(facts["metres"])
        rows.append((_("Way"), f"{metres // 1000}.{metres % 1000:03} km × {money(int(facts[scheme.PER_KM]))}"))
    if line in ("day", "expenses"):
        rows.append((_("By the day"), money(int(facts[scheme.PER_DAY]) * int(facts["first"]))))
    if line in ("premium", "set_aside"):
        rows.append((_("For this engagement"), money(int(facts[scheme.PREMIUM_JOB]))))
        rows.append((_("By the day"), money(int(facts[scheme.PREMIUM_DAY]) * int(facts["first"]))))
    return tuple(rows)


_EXPENSES, _PREMIUMS = (scheme.PER_KM, scheme.PER_DAY), (scheme.PREMIUM_JOB, scheme.PREMIUM_DAY)
_RULES = {"way": (scheme.PER_KM,), "day": (scheme.PER_DAY,), "expenses": _EXPENSES, "premium": _PREMIUMS, "set_aside": _PREMIUMS}
EXPLAINER = Explainer(kind=scheme.ENGAGEMENT.name, formula=_formula, values=_values, rules=lambda line: _RULES.get(line, ()))
