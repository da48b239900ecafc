"""Kinds of facts that can be replayed under other rules: what-if asks each kind that names the changed rule."""

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
