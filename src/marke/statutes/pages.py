"""What the pages about the legal form show, put into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from marke.common.clock import local_midnight
from marke.parties.models import Coop
from marke.rules.queries import Rulebook, Timeline
from marke.rules.registry import get_rule
from marke.rules.scopes import ScopeWords
from marke.rules.sentences import describe_value, sentence_html
from marke.statutes.changes import Line, What
from marke.statutes.models import OwnFigure
from marke.statutes.queries import Binding
from marke.statutes.rulebook import STATED
from marke.statutes.sentences import ABOUT_LABELS, binding_source, figure_in_words, label_of
from marke_core.rulebook import Rule
from marke_core.statutes import About, Bound, Regime, breach_of, figures_of


@dataclass(frozen=True)
class FigureRow:
    """A figure on the page about our form."""

    binding: Binding
    rule: Rule
    says: str
    source: str
    ours: str
    keeps: bool

    @property
    def key(self) -> str:
        return self.binding.stated.key

    @property
    def doubt(self) -> str:
        return self.binding.stated.doubt

    @property
    def only_stated(self) -> bool:
        return self.rule.key in STATED

    @property
    def is_default(self) -> bool:
        return self.binding.stated.bound is Bound.DEFAULT

    @property
    def overridden(self) -> bool:
        own = self.binding.own
        return own is not None and own.says != OwnFigure.Says.STATED


@dataclass(frozen=True)
class Group:
    title: str
    rows: list[Any] = field(default_factory=list)


def figure_groups(coop: Coop, bindings: Sequence[Binding], at: datetime) -> list[Group]:
    """The figures that bind us, by what they are about, each with what our rule is now."""
    timeline = Timeline(coop, {binding.figure.rule for binding in bindings})
    book = timeline.at(at)
    rows = [_figure_row(coop, binding, book, timeline, at) for binding in bindings if book.has(binding.figure.rule)]
    return _grouped((row.binding.stated.about, row) for row in rows)


def _figure_row(coop: Coop, binding: Binding, book: Rulebook, timeline: Timeline, at: datetime) -> FigureRow:
    rule = get_rule(binding.figure.rule)
    standing = [row.typed for row in timeline.of(rule.key) if row.valid_from <= at][-1:]
    standing += [
        book_value for scope in timeline.scopes(rule.key) if (book_value := _scoped(timeline, rule, scope, at)) is not None
    ]
    return FigureRow(
        binding=binding,
        rule=rule,
        says=figure_in_words(rule, binding.stated, coop),
        source=binding_source(binding),
        ours=describe_value(rule, book.value(rule.key), coop),
        keeps=not any(breach_of(binding.figure, rule.type, value) for value in standing),
    )


def _scoped(timeline: Timeline, rule: Rule, scope: str, at: datetime) -> Any:
    begun = [
        row for row in timeline.of(rule.key, scope) if row.valid_from <= at and (row.lapses_at is None or at < row.lapses_at)
    ]
    return begun[-1].typed if begun else None


def _grouped(rows: Iterable[tuple[About, Any]]) -> list[Group]:
    found: dict[About, list[Any]] = {}
    for about, row in rows:
        found.setdefault(about, []).append(row)
    return [Group(str(ABOUT_LABELS[about]), found[about]) for about in About if about in found]


def own_words(coop: Coop, binding: Binding) -> str:
    """What the co-op says in the place of a figure."""
    rule = get_rule(binding.figure.rule)
    return figure_in_words(rule, binding.figure, coop)


@dataclass(frozen=True)
class ChangeRow:
    """A rule in the preview of a change."""

    line: Line
    scope: str
    sentence: Any
    before: str
    after: str
    offered: str
    figures: list[str]
    sources: list[str]

    @property
    def title(self) -> str:
        return str(self.line.rule.title)

    @property
    def key(self) -> str:
        return self.line.rule.key


def change_rows(coop: Coop, lines: Sequence[Line]) -> dict[str, list[ChangeRow]]:
    """The lines by what happens to them: "must", "set", "offered", "stays"."""
    words = ScopeWords(coop)
    found: dict[str, list[ChangeRow]] = {what.value: [] for what in What}
    for line in lines:
        found[line.what.value].append(_change_row(coop, line, words))
    return found


def _change_row(coop: Coop, line: Line, words: ScopeWords) -> ChangeRow:
    return ChangeRow(
        line=line,
        scope=words(line.scope),
        sentence=sentence_html(line.rule, line.after, coop),
        before=describe_value(line.rule, line.before, coop),
        after=describe_value(line.rule, line.after, coop),
        offered=describe_value(line.rule, line.offered, coop),
        figures=[figure_in_words(line.rule, binding.stated, coop) for binding in line.bindings],
        sources=list(dict.fromkeys(binding_source(binding) for binding in line.bindings)),
    )


@dataclass(frozen=True)
class Compared:
    """A form beside others: for each question, what it says."""

    regime: Regime
    label: str
    answers: list[tuple[str, list[str]]]


# The questions by which people choose.
QUESTIONS = (About.VOTE, About.RESERVE, About.SURPLUS, About.RETURN, About.LEAVING, About.WINDING_UP)


def compared(coop: Coop, regimes: Sequence[Regime], day: date) -> list[Compared]:
    """Each form's answers to the questions; empty where it states nothing."""
    return [Compared(each, label_of(each), _answers(coop, each, day)) for each in regimes]


def _answers(coop: Coop, each: Regime, day: date) -> list[tuple[str, list[str]]]:
    said: dict[About, list[str]] = {}
    for _of, figure in figures_of([each.code], day):
        rule = get_rule(figure.rule)
        said.setdefault(figure.about, []).append(f"{rule.title}: {figure_in_words(rule, figure, coop)}")
    return [(str(ABOUT_LABELS[about]), said.get(about, [])) for about in QUESTIONS]


def next_month(coop: Coop, today: date) -> date:
    """The first of the month after the next, by when a vote can have closed."""
    return (today.replace(day=1) + timedelta(days=62)).replace(day=1)


def begins(coop: Coop, day: date) -> datetime:
    return local_midnight(day, coop.timezone)
