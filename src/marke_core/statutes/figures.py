"""What laws and models say, as dated figures about rules; whether a value keeps to them, and which value does.

A regime is a legal form, a recognition that can be had on top of one, or a model that people took from others. Its
figures are plain data: which rule, which value, and whether that is exactly so, the most, the least, or only what one
begins with. A figure says where it stands, when that was looked up, and what is not certain about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from marke_core.rulebook import Amount, AnyType, Count, Duration, IndexPlusSpread, Json, LowestOf, Percent, Rule


class Bound(StrEnum):
    """How a figure binds the value of its rule."""

    EXACTLY = "exactly"
    MOST = "most"
    LEAST = "least"
    DEFAULT = "default"  # one begins with it and may leave it


class Kind(StrEnum):
    """What a regime is."""

    FORM = "form"
    RECOGNITION = "recognition"
    MODEL = "model"


class About(StrEnum):
    """What people compare when they choose a form."""

    VOTE = "vote"
    RESERVE = "reserve"
    SURPLUS = "surplus"
    RETURN = "return"
    SHARES = "shares"
    LEAVING = "leaving"
    WINDING_UP = "winding_up"
    OTHER = "other"


class Cmp(StrEnum):
    """How a value misses a figure."""

    MORE = "more"
    LESS = "less"
    OTHER = "other"


@dataclass(frozen=True)
class Figure:
    """One statement of a regime about one rule.

    `or_else`: further values that are as good as `value` when it must be exactly so. `currency`: of an amount; it
    binds only co-ops with that money. `told`: the source is not the text of the law itself. `doubt`: what is not
    certain. `row`: the line of the collected statutes that it comes from. `until` is exclusive. `nought_is_endless`: where
    0 years or 0 % of the rule means "without end".
    """

    key: str
    rule: str
    bound: Bound
    value: Json
    source: str
    about: About = About.OTHER
    or_else: tuple[Json, ...] = ()
    currency: str = ""
    since: date | None = None
    until: date | None = None
    checked_on: str = "2026-09"
    told: bool = True
    doubt: str = ""
    row: str = ""
    nought_is_endless: bool = False

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Regime:
    """A legal form, a recognition or a model: its own figures, after those of the regimes that it stands on.

    `legal_form` is the kind of legal person that a form makes ("none", "association", "cooperative", "company").
    `fits` are the forms that a recognition needs; a model fits all. `rows`: how the collected statutes call it.
    """

    code: str
    kind: Kind
    label: str
    figures: tuple[Figure, ...]
    country: str = ""
    legal_form: str = ""
    needs_deed: bool = False
    stands_on: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Breach:
    """A value that a figure does not allow."""

    figure: Figure
    how: Cmp


def breach_of(figure: Figure, kind: AnyType, value: Any) -> Breach | None:
    """How the typed `value` misses the figure, None when it keeps to it. A default binds nobody.

    Raises: BadValue when the figure itself does not fit the rule's type.
    """
    if figure.bound is Bound.DEFAULT:
        return None
    limit = kind.load(figure.value)
    if figure.bound is Bound.EXACTLY:
        good = [limit, *(kind.load(other) for other in figure.or_else)]
        return None if value in good else Breach(figure, Cmp.OTHER)
    most = figure.bound is Bound.MOST
    if figure.nought_is_endless and not value:
        return Breach(figure, Cmp.MORE) if most else None
    how = _beyond(kind, value, limit, most=most)
    return Breach(figure, how) if how else None


def _beyond(kind: AnyType, value: Any, limit: Any, *, most: bool) -> Cmp | None:
    """Whether `value` is more than the most, or less than the least."""
    match kind:
        case Percent() | Amount() | Count() | Duration():
            beyond = value > limit if most else value < limit
        case IndexPlusSpread():
            if value.index != limit.index:
                return Cmp.OTHER  # two published rates cannot be told apart in advance
            beyond = value.spread > limit.spread if most else value.spread < limit.spread
        case LowestOf():
            return _beyond_parts(kind, value, limit, most=most)
        case _:
            raise TypeError(f"A {kind.name} has no most or least: say what it is exactly.")
    return (Cmp.MORE if most else Cmp.LESS) if beyond else None


def _beyond_parts(kind: LowestOf, value: Mapping[str, Any], limit: Mapping[str, Any], *, most: bool) -> Cmp | None:
    """The lowest of some is at most the limit when each part of the limit is there and not more."""
    for part, bound in limit.items():
        if part not in value:
            return Cmp.OTHER
        if how := _beyond(kind.parts[part].type, value[part], bound, most=most):
            return how
    return None


def breaches(figures: Iterable[Figure], rule: Rule, value: Any) -> list[Breach]:
    """Every figure about `rule` that does not allow the typed `value`."""
    found = (breach_of(figure, rule.type, value) for figure in figures if figure.rule == rule.key)
    return [breach for breach in found if breach]


def nearest(figures: Sequence[Figure], rule: Rule, value: Any, *, take_defaults: bool = False) -> Any:
    """The typed value that keeps to all figures about `rule` and leaves as much as may be of `value`.

    With `take_defaults`, what the regime begins with is put in its place first. A later figure goes before an earlier.
    """
    about = [figure for figure in figures if figure.rule == rule.key]
    if take_defaults:
        for figure in about:
            if figure.bound is Bound.DEFAULT:
                value = rule.type.load(figure.value)
    for figure in sorted(about, key=lambda figure: figure.bound is Bound.EXACTLY):
        if breach_of(figure, rule.type, value):
            value = _at_limit(rule.type, value, rule.type.load(figure.value))
    return value


def _at_limit(kind: AnyType, value: Any, limit: Any) -> Any:
    return {**value, **limit} if isinstance(kind, LowestOf) else limit
