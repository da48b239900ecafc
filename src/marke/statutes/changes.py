"""What taking on a legal form does to the rules, one by one: which stay, which must change, which are set."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from marke.common.clock import local_midnight
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.queries import Timeline
from marke.rules.registry import get_rule, in_order
from marke.statutes.queries import Binding, adoption_on, adoptions, bindings, own_figures
from marke_core.rulebook import Json, Rule
from marke_core.statutes import Bound, breach_of, breaches, nearest


class What(StrEnum):
    STAYS = "stays"
    MUST = "must"
    SET = "set"
    OFFERED = "offered"


@dataclass(frozen=True)
class Line:
    """One rule in one scope: what it is now (typed), what it becomes, and the figures that ask for it."""

    rule: Rule
    scope: str
    before: Any
    after: Any
    what: What
    bindings: list[Binding] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        return self.what in (What.MUST, What.SET)

    @property
    def offered(self) -> Any:
        """What the regime begins with here (typed)."""
        return nearest([binding.figure for binding in self.bindings], self.rule, self.before, take_defaults=True)

    def dumped(self) -> Json:
        return self.rule.type.dump(self.after)


def changes(coop: Coop, codes: Iterable[str], day: date, take: Collection[str] = ()) -> list[Line]:
    """Rule by rule, in the rulebook's order, what the figures of these regimes ask from `day` on.

    `take`: the keys of rules where the value that the regime begins with is taken too.
    """
    found = bindings(coop, codes, day, own_figures(coop, day))
    by_rule: dict[str, list[Binding]] = {}
    for binding in found:
        by_rule.setdefault(binding.figure.rule, []).append(binding)
    timeline = Timeline(coop)
    begins = local_midnight(day, coop.timezone)  # what begins with it is part of the change, not of what was before
    lines: list[Line] = []
    for rule in in_order():
        if about := by_rule.get(rule.key):
            lines += _lines(rule, about, timeline, begins, take=rule.key in take)
    return lines


def _lines(rule: Rule, about: list[Binding], timeline: Timeline, begins: datetime, *, take: bool) -> list[Line]:
    standing = [entry for scope in ("", *timeline.scopes(rule.key)) if (entry := _standing(timeline, rule, scope, begins))]
    return [
        _line(rule, entry, about, take=take and entry.scope == "", pending=_pending(timeline, entry, begins))
        for entry in standing
    ]


def _standing(timeline: Timeline, rule: Rule, scope: str, at: datetime) -> RuleValue | None:
    """The value of this very scope in force just before that moment."""
    begun = [
        row for row in timeline.of(rule.key, scope) if row.valid_from < at and (row.lapses_at is None or at <= row.lapses_at)
    ]
    return begun[-1] if begun else None


def _pending(timeline: Timeline, entry: RuleValue, at: datetime) -> list[Any]:
    """What was decided for later in the same scope (typed)."""
    return [row.typed for row in timeline.of(entry.key, entry.scope) if row.valid_from >= at]


def _line(rule: Rule, entry: RuleValue, about: list[Binding], *, take: bool, pending: list[Any]) -> Line:
    figures = [binding.figure for binding in about if binding.own is None or binding.binds]
    before = entry.typed
    after = nearest(figures, rule, before, take_defaults=take)
    beyond = any(breaches(figures, rule, value) for value in (before, *pending))
    if beyond:
        what = What.MUST
    elif after != before:
        what = What.SET
    elif entry.scope == "" and nearest(figures, rule, before, take_defaults=True) != before:
        what = What.OFFERED
    else:
        what = What.STAYS
    return Line(rule, entry.scope, before, after, what, about)


def contradiction(lines: Iterable[Line]) -> tuple[Line, Binding] | None:
    """A rule of which one regime asks what another forbids, and the figure that is missed; None when all go together."""
    for line in lines:
        for binding in line.bindings:
            if (binding.own is None or binding.binds) and breach_of(binding.figure, line.rule.type, line.after):
                return line, binding
    return None


def released(coop: Coop, codes: Iterable[str], day: date) -> list[Rule]:
    """The rules that the present form binds and the new one does not."""
    now = adoption_on(adoptions(coop), day)
    if now is None:
        return []
    own = own_figures(coop, day)

    def bound(of: Iterable[str]) -> set[str]:
        return {each.figure.rule for each in bindings(coop, of, day, own) if each.figure.bound is not Bound.DEFAULT}

    return [get_rule(key) for key in sorted(bound(now.codes) - bound(codes))]
