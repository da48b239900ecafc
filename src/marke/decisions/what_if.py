"""See before you vote: the past year of this co-op, run again under another value of one rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from marke.common import clock
from marke.common.facts import FactKind, NothingToSimulate, Replayed, Simulated, fact_kinds, replayers, simulators
from marke.common.refusal import Refused
from marke.parties.models import Coop, Party
from marke.rules.queries import Timeline
from marke.rules.registry import get_rule
from marke.rules.sentences import refusal_sentence, sentence_html
from marke.rules.services import check_value
from marke_core.replay import Batch, Change, Group, Month, Replay, lowest_of, replay
from marke_core.rulebook import BadValue, Json, Rule, scope_parts
from marke_core.schemes import Facts, Ratio

MONTHS = 12
# Sums of fewer people than this would tell what a single one earns.
FEWEST = 3


@dataclass(frozen=True)
class Line:
    """A line of the table: what it is called, and whether it is people's own."""

    label: str
    own: bool
    change: Change


@dataclass(frozen=True)
class WhatIf:
    """What another value would have done; `sentence` says why there is nothing to show, when there is not."""

    rule: Rule
    before: str
    after: str
    sentence: str = ""
    since: date | None = None
    months: tuple[tuple[date, Month], ...] = ()
    facts: int = 0
    lines: tuple[Line, ...] = ()
    common: Change = field(default_factory=Change)
    own: Change = field(default_factory=Change)
    people: int = 0
    lowest: Group = field(default_factory=lambda: Group(0, Change()))
    # Whether the amounts of `lowest` may be shown, or only by how much they change.
    lowest_in_full: bool = False
    me: Change | None = None
    # The year that was run again, where it was a year as a whole.
    period: str = ""
    # Past weeks dealt again, where the rule moves no money.
    replayed: Replayed | None = None

    @property
    def shown(self) -> bool:
        return not self.sentence


def what_if(
    *, coop: Coop, key: str, value: Json, scope: str = "", viewer: Party | None, sees_pay: bool = False, at: datetime
) -> WhatIf:
    """Runs the last twelve months again. `value` is JSON; `sees_pay`: whether the viewer may see others' pay anyway.

    Raises: NoSuchRule. A value that does not fit, or that the scheme refuses, gives a WhatIf that says so.
    """
    rule = get_rule(key)
    timeline = Timeline(coop)
    try:
        typed = rule.type.load(value)
        check_value(rule=rule, value=value, scope=scope, coop=coop, at=at)
    except BadValue as bad:
        return WhatIf(rule, "", "", sentence=refusal_sentence(bad, coop))
    except Refused as refused:  # what the co-op's legal form does not allow is not played through either
        return WhatIf(rule, "", "", sentence=str(refused))
    present = timeline.at(at).value(key, **scope_parts(scope))
    bare = WhatIf(rule, sentence_html(rule, present, coop), sentence_html(rule, typed, coop))
    try:
        if simulator := next((each for each in simulators if key in each.rules), None):
            return _year(bare, simulator.run(coop, key, scope, typed, at), viewer, sees_pay)
        if replayer := next((each for each in replayers if key in each.rules), None):
            return replace(bare, replayed=replayer.run(coop, key, scope, typed, viewer, sees_pay, at))
    except NothingToSimulate as nothing:
        return _only(bare, str(nothing))
    kinds = [kind for kind in fact_kinds if key in kind.rules]
    if rule.preview != "money" or not kinds:
        return _only(bare, _("There is no money preview for this rule: it does not change what somebody is paid for a job."))
    since = _months_back(clock.local_date(at, coop.timezone))
    try:
        batches = [_batch(coop, kind, rule, typed, scope, timeline, since, at) for kind in kinds]
        year = replay(batches, key, MONTHS)
    except NoScopes:
        return _only(bare, _("There is no preview: some jobs follow a value of their own, and it is not known which."))
    except ValueError as impossible:  # what a posting scheme says of values that cannot be
        return _only(bare, str(impossible))
    if not year.facts:
        return _only(bare, _("Nothing was settled in the last twelve months, so there is nothing to run again."))
    return _shown(bare, year, kinds, since, viewer, sees_pay)


class NoScopes(ValueError):
    """The kind of fact does not say by what its rules vary."""


def _only(bare: WhatIf, sentence: str) -> WhatIf:
    return WhatIf(bare.rule, bare.before, bare.after, sentence=sentence)


def _shown(
    bare: WhatIf, year: Replay, kinds: Sequence[FactKind], since: list[date], viewer: Party | None, sees_pay: bool
) -> WhatIf:
    lowest = year.lowest(at_least=FEWEST)
    # A young co-op's year begins when its first job was promised.
    begins = min(next((i for i, month in enumerate(year.months) if month.own.before or month.common.before), 0), MONTHS - 2)
    own_lines = {line for kind in kinds for line in kind.scheme.party_lines}
    labels = {line: label for kind in kinds for line, label in kind.labels.items()}
    return WhatIf(
        rule=bare.rule,
        before=bare.before,
        after=bare.after,
        since=since[begins],
        months=tuple(zip(since, year.months, strict=True))[begins:],
        facts=year.facts,
        lines=tuple(
            Line(str(labels.get(line, line.replace("_", " ").capitalize())), line in own_lines, change)
            for line, change in year.lines.items()
        ),
        common=year.common,
        own=year.own,
        people=len(year.people),
        lowest=lowest,
        lowest_in_full=sees_pay or len(year.people) - lowest.size >= FEWEST,
        me=year.of(viewer.pk) if viewer else None,
    )


def _year(bare: WhatIf, year: Simulated, viewer: Party | None, sees_pay: bool) -> WhatIf:
    people = {party: Change(*amounts) for party, amounts in year.people.items()}
    lowest = lowest_of(people, at_least=FEWEST)
    return WhatIf(
        rule=bare.rule,
        before=bare.before,
        after=bare.after,
        period=year.period,
        lines=tuple(Line(label, own, Change(before, after)) for label, own, before, after in year.lines),
        common=Change(*year.common),
        own=sum(people.values(), Change()),
        people=len(people),
        lowest=lowest,
        lowest_in_full=sees_pay or len(people) - lowest.size >= FEWEST,
        me=people.get(viewer.pk) if viewer else None,
    )


def _months_back(today: date) -> list[date]:
    """The first days of the twelve months that end with the present one."""
    number = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(number - MONTHS + 1, number + 1)]


def _batch(
    coop: Coop, kind: FactKind, rule: Rule, typed: Any, scope: str, timeline: Timeline, since: list[date], at: datetime
) -> Batch:
    """The facts of the twelve months, each with its month and what the rule would have been for it."""
    starts = [clock.local_midnight(day, coop.timezone) for day in since]
    facts = kind.read(coop, starts[0], at)
    others = timeline.scopes(rule.key)
    scopes = kind.scopes(coop) if kind.scopes and (scope or others) else None
    after = _after(facts, rule, typed, scope, others, scopes)
    turns = np.array([int(start.timestamp()) * 1_000_000 for start in starts], dtype=np.int64)
    return Batch(kind.scheme, facts, after, np.searchsorted(turns, facts.columns["at"], side="right").astype(np.int64) - 1)


def _after(
    facts: Facts, rule: Rule, typed: Any, scope: str, others: Sequence[str], scopes: Mapping[str, Sequence[str]] | None
) -> Ratio:
    """The proposed value where it would have been followed, and what was in force everywhere else."""
    ratio = Fraction(typed)
    above, below = (column.copy() for column in facts.rules[rule.key])
    follows = np.ones(len(facts), dtype=bool)
    if scope or others:
        if scopes is None:
            raise NoScopes(rule.key)
        wanted = scope_parts(scope)
        closer = [parts for other in others if len(parts := scope_parts(other)) > len(wanted)]
        follows = _matches(facts, scopes, wanted)
        for parts in closer:
            follows &= ~_matches(facts, scopes, parts)
    above[follows], below[follows] = ratio.numerator, ratio.denominator
    return above, below


def _matches(facts: Facts, scopes: Mapping[str, Sequence[str]], parts: Mapping[str, str]) -> NDArray[np.bool_]:
    found = np.ones(len(facts), dtype=bool)
    for dimension, value in parts.items():
        names = list(scopes.get(dimension, ()))
        found &= facts.columns[dimension] == names.index(value) if value in names else False
    return found
