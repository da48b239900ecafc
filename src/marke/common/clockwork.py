"""What a date decides: `marke work` runs what is due. Pages never wait for it: they derive what they show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from marke.common.registry import Registry


@dataclass(frozen=True)
class Wheel:
    """`turn(at)` does what is due at `at`, each thing in its own transaction, and returns how many it did."""

    kind: str
    turn: Callable[[datetime], int]


wheels: Registry[Wheel] = Registry("wheel of the clockwork")
