"""A fare tried out on a made-up job: the calculator, and the table of a fare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.explain import Explanation, RuleLine
from marke.common.money import format_money
from marke.common.registry import Registry
from marke.parties.models import Coop
from marke.rates.fares import Fare
from marke.rates.words import PARTS, conditions, row_words
from marke.rules.models import RuleValue
from marke.rules.sentences import sentence_of, write_number, write_percent
from marke_core.fares import Row, Trip


@dataclass(frozen=True)
class Quoter:
    """What an app above makes of a fare and a job: run(coop, job_kind, fare, trip, at) gives lines with words, amount, why."""

    kind: str
    run: Callable[[Coop, str, Fare, Trip, datetime], Sequence[Any]]


quoters: Registry[Quoter] = Registry("way to quote an example")


def lines_of(coop: Coop, job_kind: str, fare: Fare, trip: Trip, at: datetime) -> Sequence[Any]:
    """The lines of the price of an example. Raises: Refused where the fare gives none."""
    for quoter in quoters:
        return quoter.run(coop, job_kind, fare, trip, at)
    return ()


@dataclass(frozen=True)
class Told:
    """A row of a fare as its table shows it."""

    part: str
    text: str
    beyond: str
    when: str


def table_of(rows: Sequence[Row], coop: Coop) -> list[Told]:
    return [Told(str(PARTS[row.part]), _asks(row, coop), _beyond(row), conditions(row)) for row in rows]


def _asks(row: Row, coop: Coop) -> str:
    if row.part == "percent":
        return write_percent(row.percent)
    return row.formula or format_money(row.amount, coop.currency)


def _beyond(row: Row) -> str:
    return _("beyond %(n)s") % {"n": write_number(row.above)} if row.above else ""


def sentence(rows: Sequence[Row], coop: Coop) -> str:
    return "; ".join(row_words(row, coop) for row in rows)


def rule_line(coop: Coop, entry: RuleValue, words: str = "") -> RuleLine:
    """A rule's value in words, or these, with its page and the decision that set it."""
    decision = entry.decision
    return RuleLine(
        words or sentence_of(entry, coop),
        reverse("rules:rule", args=[coop.slug, entry.key]),
        _("Decision %(number)s: %(title)s") % {"number": decision.number, "title": decision.title},
        reverse("rules:decision", args=[coop.slug, decision.number]),
    )


def fare_why(coop: Coop, fare: Fare) -> Explanation:
    """Who set a fare, and when."""
    said = {
        "circle": _("The members set it for %(name)s") % {"name": fare.name},
        "member": _("%(name)s has set it, within the bounds of our rules") % {"name": fare.name},
    }.get(fare.setter, _("The members set it together"))
    return Explanation(said, rules=(rule_line(coop, fare.entry, _("Our fare")),))
