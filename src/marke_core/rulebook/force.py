"""Which value of a rule is in force, for whom, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Protocol, TypeVar

from marke_core.rulebook.refused_value import BadValue, translatable

DIMENSIONS = ("circle", "member_class", "job_kind", "share_class")


def scope_text(scope: Mapping[str, object]) -> str:
    """A scope as it is kept: "circle=3;job_kind=delivery"; "" is the whole co-op.

    Raises: BadValue for a dimension that does not exist, or an id that could not be read back.
    """
    for dimension, value in scope.items():
        if dimension not in DIMENSIONS:
            raise BadValue(
                translatable("A rule cannot vary by “{value}”. Choose {options}."), value=dimension, options=", ".join(DIMENSIONS)
            )
        if not str(value) or set(str(value)) & {"=", ";"}:
            raise BadValue(translatable("“{value}” cannot name a scope. Leave out “=” and “;”."), value=value)
    return ";".join(f"{dimension}={scope[dimension]}" for dimension in DIMENSIONS if dimension in scope)


def scope_parts(text: str) -> dict[str, str]:
    """The scope that `scope_text` wrote. Raises: BadValue when it did not write it."""
    pairs = [pair.partition("=") for pair in text.split(";")] if text else []
    scope = {dimension: value for dimension, _, value in pairs}
    if scope_text(scope) != text:
        raise BadValue(translatable("“{value}” is not a scope. Write it as “job_kind=delivery”."), value=text)
    return scope


class DatedValue(Protocol):
    """A value of a rule from a moment on. A replaced value never came into force; a lapsed one no longer is."""

    @property
    def key(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def valid_from(self) -> datetime: ...
    @property
    def lapses_at(self) -> datetime | None: ...
    @property
    def replaced_at(self) -> datetime | None: ...


D = TypeVar("D", bound=DatedValue)


def in_force(value: DatedValue, at: datetime) -> bool:
    """Whether it has begun, was not replaced before that, and has not lapsed. Half-open: not at the moment it lapses."""
    return value.replaced_at is None and value.valid_from <= at and (value.lapses_at is None or at < value.lapses_at)


def resolve(values: Iterable[D], key: str, scope: Mapping[str, object], at: datetime) -> D | None:
    """The value of `key` in force at the moment `at` for somebody or something in `scope`, or None.

    The most specific value wins: one that names two dimensions before one that names one, before the co-op's; of two
    that name one dimension each, the one whose dimension stands first in DIMENSIONS. In one scope the latest wins.

    Raises: ValueError for a dimension that does not exist: a typing error would quietly give the co-op's value.
    """
    if unknown := set(scope) - set(DIMENSIONS):
        raise ValueError(f"A rule cannot vary by {', '.join(sorted(unknown))}: ask by one of {', '.join(DIMENSIONS)}.")
    wanted = {dimension: str(value) for dimension, value in scope.items() if value is not None}
    best: tuple[tuple[int, int, datetime], D] | None = None
    for value in values:
        if value.key != key or not in_force(value, at):
            continue
        rank = _specificity(value.scope, wanted)
        if rank is not None and (best is None or (*rank, value.valid_from) > best[0]):
            best = ((*rank, value.valid_from), value)
    return best[1] if best else None


def _specificity(scope: str, wanted: Mapping[str, str]) -> tuple[int, int] | None:
    """How closely a scope fits, larger is closer; None when it does not fit."""
    parts = _pairs(scope)
    if any(wanted.get(dimension) != value for dimension, value in parts):
        return None
    return len(parts), -sum(DIMENSIONS.index(dimension) for dimension, _ in parts)


@lru_cache(maxsize=4096)
def _pairs(scope: str) -> tuple[tuple[str, str], ...]:
    """A scope is read once, however many facts are asked about."""
    return tuple(scope_parts(scope).items())
