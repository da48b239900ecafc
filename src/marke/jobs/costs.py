"""The parts of a cost that the matcher weighed, in minutes, and in euros where somebody's earnings weighed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marke.common.money import format_money
from marke.rules.sentences import write_number

# As they are kept: seconds of a waiting client, weighed by the rules.
PARTS = {
    "approach": gettext_lazy("the way there"),
    "waiting": gettext_lazy("the client waits"),
    "lateness": gettext_lazy("late"),
    "fairness": gettext_lazy("earned so far"),
    "position": gettext_lazy("the place that is left"),
}


@dataclass(frozen=True)
class Part:
    words: str
    minutes: str
    note: str = ""


def parts_of(entry: dict[str, Any], currency: str, *, with_earnings: bool) -> list[Part]:
    """What made up the cost of one candidate; parts of nothing are left out."""
    return [
        Part(
            str(words),
            minutes_text(entry[part], sign=part in ("fairness", "position")),
            earned_text(entry, currency) if part == "fairness" and with_earnings else "",
        )
        for part, words in PARTS.items()
        if entry.get(part)
    ]


def minutes_text(seconds: int, *, sign: bool = False) -> str:
    """75 → "1.3 min"; with its sign where it may be less than nothing."""
    text = _("%(n)s min") % {"n": write_number(Fraction(round(abs(seconds) / 6), 10))}
    return ("−" if seconds < 0 else "+" if sign else "") + text


def earned_text(entry: dict[str, Any], currency: str) -> str:
    """What the matcher counted as earned so far, and in how many hours."""
    if "earned" not in entry:
        return ""
    return _("%(earned)s so far this week") % {"earned": format_money(entry["earned"], currency)}


def why_cost(entry: dict[str, Any], currency: str) -> str:
    """Why the matcher chose this member, in a sentence or two."""
    sentence = _("Of all ways to do the open jobs, this one cost everybody least time: %(n)s for you.") % {
        "n": minutes_text(entry["score"])
    }
    if entry.get("fairness", 0) < 0:
        return (
            sentence
            + " "
            + _("You had earned less than the average this week, which counted as %(n)s nearer.")
            % {"n": minutes_text(-entry["fairness"])}
        )
    return sentence
