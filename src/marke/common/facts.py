"""What can be replayed under other rules: kinds of facts, job by job, and simulators, for what a whole year makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from marke_core.schemes import Facts, Scheme


@dataclass(frozen=True)
class FactKind:
    kind: str
    scheme: Scheme
    # The rule keys that the scheme follows.
    rules: tuple[str, ...]
    # read(coop, starts_at, ends_at) -> Facts: all facts whose promise was made in the half-open period. `party` is the key
    # of a parties.Party; the column "at" is the moment of the promise, in microseconds since 1970.
    read: Callable[[Any, Any, Any], Facts]
    # What each of the scheme's lines is called on pages: {"contribution": _("What the co-op keeps")}
    labels: Mapping[str, str | _StrPromise] = field(default_factory=dict)
    # scopes(coop) -> {"job_kind": […], "member_class": […]}: by what a rule may vary. `read` has a column of each name that
    # says for each fact the place in this list. None when no rule of this kind varies.
    scopes: Callable[[Any], Mapping[str, Sequence[str]]] | None = None


fact_kinds: Registry[FactKind] = Registry("kind of fact")


class NothingToSimulate(Exception):
    """Why there is nothing to show; the argument is a sentence for people."""


@dataclass(frozen=True)
class Simulated:
    """A past period by the rules in force, and by a proposed one: (before, after), minor units."""

    period: str
    # (label, whether it is people's own, before, after)
    lines: tuple[tuple[str, bool, int, int], ...]
    common: tuple[int, int]
    people: Mapping[int, tuple[int, int]]  # by the key of the party


@dataclass(frozen=True)
class Simulator:
    """run(coop, key, scope, typed, at): what the period gave, and would have given. Raises: NothingToSimulate."""

    kind: str
    rules: tuple[str, ...]
    run: Callable[[Any, str, str, Any, Any], Simulated]


simulators: Registry[Simulator] = Registry("simulator of rules")


@dataclass(frozen=True)
class Figure:
    """One figure of a past period, beside `Replayed.columns`: as a number and in words."""

    label: str
    values: tuple[float, ...]
    texts: tuple[str, ...]
    hint: str = ""
    # How much more or less the proposal is than the column before it, in words.
    change: str = ""


@dataclass(frozen=True)
class Replayed:
    """A past period as it really was, by the rule in force, and by the proposed one.

    coop, least, me: figures of all, of those who earn least, of the viewer · least_hint: who they are · hidden: why some
    are not shown · groups: what a line shows, beside `columns` · notes: what it leaves out, and what it cannot know
    """

    period: str
    columns: tuple[str, ...]
    coop: tuple[Figure, ...]
    least: tuple[Figure, ...]
    me: tuple[Figure, ...]
    least_hint: str = ""
    hidden: str = ""
    groups: tuple[tuple[str, tuple[int, ...]], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replayer:
    """run(coop, key, scope, typed, viewer, sees_pay, at): a past period dealt again, for rules that move no money.

    viewer: the party who looks, or None · sees_pay: they may see what others are paid. Raises: NothingToSimulate.
    """

    kind: str
    rules: tuple[str, ...]
    run: Callable[[Any, str, str, Any, Any, bool, Any], Replayed]


replayers: Registry[Replayer] = Registry("replayer of rules")
