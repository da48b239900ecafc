"""Kinds of rounds: a window that opens, collects wishes, closes, is computed, becomes final and is carried out.

The app that owns a kind registers it here; `marke.rounds` keeps the rounds themselves and moves them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class RoundKind:
    """`moves`: from each state, the states that may follow; the states are those of marke.rounds.models.Round.State.

    url_name: the page of a round, with the co-op's slug and the round's number
    alone: while one of the kind is being prepared (not yet sent, settled or cancelled), no other is begun
    second_person: who made it final does not release it
    words: the kind's own words for states, e.g. settled: “Paid”
    offices: who may open its page; none: every member
    """

    kind: str
    label: str | _StrPromise
    moves: Mapping[str, frozenset[str]]
    url_name: str
    alone: bool = False
    second_person: bool = False
    words: Mapping[str, str | _StrPromise] = field(default_factory=dict)
    offices: tuple[str, ...] = ()
    # turn(round, at): what a date decides, e.g. the window closes. Returns whether anything was done.
    turn: Callable[[Any, datetime], bool] | None = None


round_kinds: Registry[RoundKind] = Registry("kind of round")
