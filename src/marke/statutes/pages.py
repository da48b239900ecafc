"""What the pages about the legal form show, put into words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marke.parties.models import Coop
from marke.rules.queries import Rulebook, Timeline
from marke.rules.registry import get_rule, rules
from marke.rules.scopes import ScopeWords
from marke.rules.sentences import describe_value, sentence_html
from marke.statutes.changes import Line, What
from marke.statutes.models import OwnFigure
from marke.statutes.queries import Binding
from marke.statutes.rulebook import STATED
from marke.statutes.sentences import (
    ABOUT_LABELS,
    BOUND_LABELS,
    binding_source,
    figure_in_words,
    figure_sentence,
    figure_told,
    label_of,
)
from marke_core.rulebook import Rule
from marke_core.statutes import About, Regime, breach_of, figures_of


@dataclass(frozen=True)
class FigureRow:
    """A figure on the page about our form."""

    binding: Binding
    rule: Rule
    says: str
    sentence: SafeString
    bound: str
    source: str
    ours: str
    own: str
    keeps: bool

    @property
    def key(self) -> str:
        return self.binding.stated.key

    @property
    def doubt(self) -> str:
        return _(self.binding.stated.doubt) if self.binding.stated.doubt else ""

    @property
    def only_stated(self) -> bool:
        return self.rule.key in STATED

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
    timeline = Timeline(coop)
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
        sentence=figure_sentence(rule, binding.stated, coop),
        bound=str(BOUND_LABELS[binding.stated.bound]),
        source=binding_source(binding),
        ours=describe_value(rule, book.value(rule.key), coop),
        own=figure_in_words(rule, binding.figure, coop),
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
        sentence=sentence_html(line.rule, line.offered if line.what is What.OFFERED else line.after, coop),
        before=describe_value(line.rule, line.before, coop),
        after=describe_value(line.rule, line.after, coop),
        offered=describe_value(line.rule, line.offered, coop),
        figures=_worth_saying(coop, line),
        sources=list(dict.fromkeys(binding_source(binding) for binding in line.bindings)),
    )


def _worth_saying(coop: Coop, line: Line) -> list[str]:
    """The figures, but for the one that says no more than the new value does."""
    said = (figure_in_words(line.rule, binding.stated, coop) for binding in line.bindings)
    after = describe_value(line.rule, line.after, coop)
    return [text for text in dict.fromkeys(said) if text != after]


# The questions by which people choose.
QUESTIONS = (About.VOTE, About.RESERVE, About.SURPLUS, About.RETURN, About.LEAVING, About.WINDING_UP)


@dataclass(frozen=True)
class Question:
    """What each form says about it, and the forms that leave it to the members."""

    title: str
    said: list[tuple[str, list[str]]]
    silent: list[str]


def by_question(coop: Coop, regimes: Sequence[Regime], day: date) -> list[Question]:
    """Forms beside each other: one answers a question, the others beneath it."""
    answers = [(label_of(each), _answers(coop, each, day)) for each in regimes]
    return [
        Question(
            title=str(ABOUT_LABELS[about]),
            said=[(label, said[about]) for label, said in answers if about in said],
            silent=[label for label, said in answers if about not in said],
        )
        for about in QUESTIONS
    ]


@dataclass(frozen=True)
class Beside:
    """A recognition or model by itself: what it says, question by question."""

    label: str
    answers: list[tuple[str, list[str]]]


def beside_a_form(coop: Coop, regimes: Sequence[Regime], day: date) -> list[Beside]:
    found = []
    for each in regimes:
        said = _answers(coop, each, day)
        found.append(Beside(label_of(each), [(str(ABOUT_LABELS[about]), said[about]) for about in QUESTIONS if about in said]))
    return found


def _answers(coop: Coop, each: Regime, day: date) -> dict[About, list[str]]:
    said: dict[About, list[str]] = {}
    for _of, figure in figures_of([each.code], day):
        if figure.rule in rules:
            said.setdefault(figure.about, []).append(figure_told(get_rule(figure.rule), figure, coop))
    return said
