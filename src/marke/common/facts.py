"""Kinds of facts that can be replayed under other rules: what-if asks each kind that names the changed rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marke.common.registry import Registry

if TYPE_CHECKING:
    from marke_core.schemes import Facts, Scheme


@dataclass(frozen=True)
class FactKind:
    kind: str
    scheme: Scheme
    # The rule keys that the scheme follows.
    rules: tuple[str, ...]
    # read(coop, starts_at, ends_at) -> Facts: all facts whose promise was made in the half-open period.
    read: Callable[[Any, Any, Any], Facts]


fact_kinds: Registry[FactKind] = Registry("kind of fact")
