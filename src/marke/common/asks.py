"""What waits for a person: each app tells the home pages what it asks of members and of those in office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marke.common.registry import Registry


@dataclass(frozen=True)
class Task:
    """Something that waits for a person: one sentence, and where it is done."""

    sentence: str
    url: str
    # Beside it in soft letters: how much, or until when.
    aside: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Ask:
    """of_member(membership, at): what is asked of everybody · of_offices(coop, offices, at): what needs a human in office."""

    kind: str
    of_member: Callable[[Any, datetime], Sequence[Task]] | None = None
    of_offices: Callable[[Any, frozenset[str], datetime], Sequence[Task]] | None = None


asks: Registry[Ask] = Registry("ask")
