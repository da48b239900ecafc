"""Invariants as a list of named functions; `marke doctor` runs them all on live data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from marke.common.registry import Registry


@dataclass(frozen=True)
class Violation:
    invariant: str
    where: str  # e.g. "transaction 17 of velo"
    what: str  # with the values


@dataclass(frozen=True)
class Invariant:
    """`kind` is the id in docs/invariants.md, e.g. INV-LEDGER-1; `check(coop)` yields what is wrong."""

    kind: str
    sentence: str
    check: Callable[[Any], Iterable[Violation]]


invariants: Registry[Invariant] = Registry("invariant")
