"""A team's sum among its members, by a key, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from django.utils.translation import gettext as _

from marke.activities.models import Sharing
from marke.common.refusal import Refused
from marke_core.split import CannotDivide, Division, Explained, Ties, divide
from marke_core.split import keys as split_keys

Key = Sharing.Key


class CannotBeShared(Refused):
    """No weights, too many percent, or more than the team has."""


@dataclass(frozen=True)
class Part:
    """What one activity gets, and why."""

    number: int
    weight: int
    amount: int
    why: Explained


def shared(total: int, key: str, weights: Sequence[tuple[int, int]]) -> list[Part]:
    """weights: (number of the activity, weight): hundredths of a percent, minutes or minor units, by the key.

    Of equal remainders the smaller number has the cent. Raises: CannotBeShared.
    """
    try:
        division = _divided(total, key, [weight for _number, weight in weights], [number for number, _weight in weights])
    except CannotDivide as refused:
        raise CannotBeShared(str(refused)) from refused
    if not any(division.parts.tolist()):
        raise CannotBeShared(_("Nobody gets anything this way. Give hours, percent or amounts."))
    return [
        Part(number, weight, amount, division.explain(row))
        for row, ((number, weight), amount) in enumerate(zip(weights, division.parts.tolist(), strict=True))
    ]


def _divided(total: int, key: str, weights: Sequence[int], numbers: Sequence[int]) -> Division:
    order = np.array(numbers, dtype=np.int64)
    if key == Key.PER_HEAD:
        taking_part = [int(weight > 0) for weight in weights]
        return divide(total, taking_part, ties=Ties.FIRST, order=order)
    if key == Key.FIXED:
        return split_keys.fixed(total, weights, whole=10_000, ties=Ties.FIRST, order=order)
    if key == Key.AMOUNTS:
        return split_keys.pro_rata(total, weights, ties=Ties.FIRST, order=order)
    return divide(total, weights, ties=Ties.FIRST, order=order)


def sentence(part: Part, total: int, key: str, of_all: int, money: Callable[[int], str]) -> str:
    """Why an activity gets its part, as a person says it. of_all: the weights of all together."""
    said = {"part": money(part.amount), "total": money(total), "weight": _weight(part.weight, key), "all": _weight(of_all, key)}
    if not part.amount:
        return _("Takes no part in it.")
    if key == Key.PER_HEAD:
        said["all"] = str(of_all)
        text = _("%(total)s divided by %(all)s: %(part)s")
    elif key == Key.FIXED:
        text = _("%(weight)s of %(total)s: %(part)s")
    elif key == Key.AMOUNTS:
        text = _("%(total)s in proportion to amounts, %(weight)s of %(all)s: %(part)s")
        if part.amount == part.weight:
            text = _("All of the %(weight)s that were agreed: %(part)s")
    else:
        text = _("%(weight)s of %(all)s together: %(part)s of %(total)s")
    rounded = {
        "share_rounded_up": _("rounded up: the remainder was among the largest"),
        "share_rounded_down": _("rounded down"),
        "tie_won": _("the last cent went to the smaller number"),
        "tie_lost": _("the last cent went to the smaller number"),
    }.get(part.why.key, "")
    return f"{text % said} ({rounded})" if rounded else text % said


def _weight(weight: int, key: str) -> str:
    if key == Key.HOURS:
        return _("%(hours)s h") % {"hours": f"{weight // 60}:{weight % 60:02}"}
    if key == Key.FIXED:
        return f"{float(Fraction(weight, 100)):g} %"
    return str(weight)
