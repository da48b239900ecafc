"""What the apps above tell: what past work would have cost by another fare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from marke.common.registry import Registry
from marke.parties.models import Coop
from marke_core.fares import Row


@dataclass(frozen=True)
class Earned:
    """What one member earned with the jobs, and would have. `jobs`: how many; `seconds`: how long they were planned."""

    party: int
    name: str
    jobs: int
    seconds: int
    before: int
    after: int


@dataclass(frozen=True)
class Repriced:
    """The jobs of a period, and what they would have cost: minor units, net. `members`: those who earned least an hour first."""

    starts_on: date
    ends_on: date  # exclusive
    jobs: int
    before: int
    after: int
    members: tuple[Earned, ...]


@dataclass(frozen=True)
class Repricer:
    """run(coop, job_kind, rows, circle, at): the jobs of last month by these rows; `circle` is None for all members."""

    kind: str
    run: Callable[[Coop, str, Sequence[Row], int | None, datetime], Repriced]


repricers: Registry[Repricer] = Registry("way to price past work again")
