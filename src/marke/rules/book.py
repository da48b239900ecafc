"""The book of decisions as it is read: what each changed, and how the votes fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marke.parties.models import Coop
from marke.rules.models import Decision, RuleValue
from marke.rules.queries import history, values_set_by
from marke.rules.registry import rules
from marke.rules.scopes import ScopeWords
from marke.rules.sentences import describe_value, write_number
from marke_core.rulebook import Rule


@dataclass(frozen=True)
class Change:
    """A value that a decision set. `title` is the rule's; its key where no app knows the rule any more."""

    entry: RuleValue
    title: str
    scope: str
    text: str


@dataclass(frozen=True)
class Entry:
    decision: Decision
    changes: list[Change]


@dataclass(frozen=True)
class HistoryRow:
    entry: RuleValue
    scope: str
    text: str
    state: str


def entries(coop: Coop, decisions: Sequence[Decision]) -> list[Entry]:
    """The decisions with what they changed, in two queries however many they are."""
    words = ScopeWords(coop)
    changes: dict[int, list[Change]] = {}
    for row in values_set_by(coop, decisions):
        changes.setdefault(row.decision_id, []).append(_change(row, words, coop))
    return [Entry(decision, changes.get(decision.pk, [])) for decision in decisions]


def _change(row: RuleValue, words: ScopeWords, coop: Coop) -> Change:
    if row.key not in rules:
        return Change(row, row.key, words(row.scope), str(row.value))
    rule = rules.get(row.key)
    return Change(row, str(rule.title), words(row.scope), describe_value(rule, row.typed, coop))


def history_rows(coop: Coop, rule: Rule, at: datetime) -> list[HistoryRow]:
    """Every value of a rule, newest first, and what became of it."""
    words = ScopeWords(coop)
    rows = list(history(coop, rule.key))
    return [HistoryRow(row, words(row.scope), describe_value(rule, row.typed, coop), _state(row, rows, at)) for row in rows]


def _state(row: RuleValue, rows: Sequence[RuleValue], at: datetime) -> str:
    if row.replaced_by is not None:
        return _("replaced by decision %(number)s before it began") % {"number": row.replaced_by.number}
    if row.valid_from > at:
        return _("not yet in force")
    if row.lapses_at is not None and row.lapses_at <= at:
        return _("lapsed")
    later = (
        other
        for other in rows
        if other.scope == row.scope and other.replaced_at is None and row.valid_from < other.valid_from <= at
        if other.lapses_at is None or other.lapses_at > at
    )
    return _("was in force") if any(later) else _("in force")


def tally_rows(decision: Decision) -> list[tuple[str, int, str]]:
    """How the votes fell: (label, number, text) of each kind of vote that the tally has."""
    labels = {"for": _("For"), "against": _("Against"), "abstain": _("Abstained")}
    return [
        (label, decision.tally[key], write_number(decision.tally[key]))
        for key, label in labels.items()
        if isinstance(decision.tally.get(key), int)
    ]
