"""The rulebook as it is read: numbered paragraphs, each with since when, by which decision, and what is coming."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString

from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.queries import Timeline
from marke.rules.registry import in_order, is_common
from marke.rules.scopes import ScopeWords
from marke.rules.sentences import describe_value, sentence_html, write_day
from marke_core.rulebook import Amount, Count, Duration, Percent, Rule, resolve, scope_parts

FIRST = 7  # ranks 1 to 7 stand first; a new co-op need read no further


@dataclass(frozen=True)
class Reading:
    """A value in force or still to come. `scope` is in words, "" for the whole co-op; `text` is the value alone."""

    entry: RuleValue
    scope: str
    html: SafeString
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One rule as it stands. `points` are (since, number, text) of its history where it is a number, oldest first;
    `earlier` are the texts that stood before, where it is not.
    """

    number: int
    rule: Rule
    reading: Reading
    scoped: list[Reading] = field(default_factory=list)
    coming: list[Reading] = field(default_factory=list)
    points: list[tuple[str, Fraction, str]] = field(default_factory=list)
    earlier: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    title: str
    paragraphs: list[Paragraph]


def read_rules(coop: Coop, at: datetime, keys: Sequence[str] | None = None) -> list[Paragraph]:
    """The rules that have a value at `at`, numbered, in their order; with `keys`, only those (but numbered as always)."""
    timeline, words = Timeline(coop), ScopeWords(coop)
    book = timeline.at(at)
    standing = [rule for rule in in_order() if book.has(rule.key)]
    return [
        _paragraph(number, rule, timeline, words, coop, at)
        for number, rule in enumerate(standing, 1)
        if keys is None or rule.key in keys
    ]


def first_and_rest(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Section]]:
    """The first seven, and the others by section."""
    sections: dict[str, list[Paragraph]] = {}
    for paragraph in paragraphs:
        if paragraph.rule.rank > FIRST:
            sections.setdefault(str(paragraph.rule.section), []).append(paragraph)
    first = [paragraph for paragraph in paragraphs if paragraph.rule.rank <= FIRST]
    return first, [Section(title, of_section) for title, of_section in sections.items()]


def own_and_common(paragraphs: Sequence[Paragraph], coop: Coop) -> tuple[list[Paragraph], list[tuple[str, int]]]:
    """What the co-op has agreed itself; and of how many other sentences each section consists."""
    own: list[Paragraph] = []
    common: Counter[str] = Counter()
    for paragraph in paragraphs:
        untouched = not (paragraph.scoped or paragraph.coming)
        if untouched and is_common(paragraph.rule, paragraph.reading.entry.value, coop.pack):
            common[str(paragraph.rule.section)] += 1
        else:
            own.append(paragraph)
    return own, list(common.items())


def _paragraph(number: int, rule: Rule, timeline: Timeline, words: ScopeWords, coop: Coop, at: datetime) -> Paragraph:
    values = timeline.of(rule.key)
    present = timeline.at(at).entry(rule.key)
    scopes = timeline.scopes(rule.key)
    own = [resolve(timeline.of(rule.key, scope), rule.key, scope_parts(scope), at) for scope in scopes]
    coming = [row for scope in ["", *scopes] for row in timeline.of(rule.key, scope) if row.valid_from > at]
    steps = _steps(values, rule.key, at)
    numeric = isinstance(rule.type, Percent | Amount | Count | Duration)
    return Paragraph(
        number=number,
        rule=rule,
        reading=_read(rule, present, words, coop),
        scoped=[_read(rule, row, words, coop) for row in own if row is not None],
        coming=[_read(rule, row, words, coop) for row in sorted(coming, key=lambda row: row.valid_from)],
        points=_points(rule, steps, coop) if numeric and len(steps) > 1 else [],
        earlier=[] if numeric else [_told(rule, step, coop) for step in steps[:-1]],
    )


def _read(rule: Rule, entry: RuleValue, words: ScopeWords, coop: Coop) -> Reading:
    value = entry.typed
    return Reading(entry, words(entry.scope), sentence_html(rule, value, coop), describe_value(rule, value, coop))


def _steps(values: Sequence[RuleValue], key: str, at: datetime) -> list[tuple[datetime, RuleValue]]:
    """When which value came into force for the whole co-op, up to `at`: also again, when an emergency lapsed."""
    moments = {row.valid_from for row in values} | {row.lapses_at for row in values if row.lapses_at is not None}
    steps: list[tuple[datetime, RuleValue]] = []
    for moment in sorted(moment for moment in moments if moment <= at):
        row = resolve(values, key, {}, moment)
        if row is not None and (not steps or steps[-1][1] != row):
            steps.append((moment, row))
    return steps


def _told(rule: Rule, step: tuple[datetime, RuleValue], coop: Coop) -> tuple[str, str]:
    moment, row = step
    return write_day(moment, coop), describe_value(rule, row.typed, coop)


def _points(rule: Rule, steps: Sequence[tuple[datetime, RuleValue]], coop: Coop) -> list[tuple[str, Fraction, str]]:
    points = []
    for moment, row in steps:
        day, text = _told(rule, (moment, row), coop)
        points.append((day, _size(row.typed), text))
    return points


def _size(value: Any) -> Fraction:
    return Fraction(value.days * 86_400 + value.seconds) if isinstance(value, timedelta) else Fraction(value)
