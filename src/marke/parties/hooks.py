"""Where higher apps tell this one what it cannot know. Registered in their `AppConfig.ready`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marke.common.registry import Registry
from marke.parties.models import Coop, Membership, Party


@dataclass(frozen=True)
class MyData:
    """A table of what is kept about somebody: rows(party) -> dicts with the same keys, plain JSON values.

    `kind` names the file: postings -> postings.csv and postings.json
    """

    kind: str
    rows: Callable[[Party], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True)
class ErasureObstacle:
    """find(party) -> sentences, e.g. “Velo still owes you €12.50. Ask for it to be paid.”"""

    kind: str
    find: Callable[[Party], Sequence[str]]


@dataclass(frozen=True)
class LeavingNote:
    """Shown before somebody leaves: notes(membership) -> sentences, e.g. “Your 2 shares (€100.00) are paid back …”"""

    kind: str
    notes: Callable[[Membership], Sequence[str]]


@dataclass(frozen=True)
class MemberPart:
    """A part of a member's page. context(membership, at) -> context of the template, or None to leave it out.

    `own` parts are shown to the member themselves, and to who holds one of `offices`.
    """

    kind: str
    template: str
    context: Callable[[Membership, datetime], dict[str, Any] | None]
    own: bool = True
    offices: tuple[str, ...] = ("coordinator", "secretary")


my_data: Registry[MyData] = Registry("table of my data")
erasure_obstacles: Registry[ErasureObstacle] = Registry("obstacle to erasure")
leaving_notes: Registry[LeavingNote] = Registry("note before leaving")
member_parts: Registry[MemberPart] = Registry("part of a member's page")


@dataclass(frozen=True)
class Agreement:
    """What somebody agrees to by joining: sentences(coop, at) -> the agreement as a list of sentences."""

    kind: str
    sentences: Callable[[Coop, datetime], Sequence[str]]


agreements: Registry[Agreement] = Registry("agreement to join by")


@dataclass(frozen=True)
class Ground:
    """What allows that a membership rests or ends against its holder's wish: covers(membership, state) -> whether it does now.

    Where no app brings one, nobody is suspended or excluded.
    """

    kind: str
    covers: Callable[[Membership, str], bool]


grounds: Registry[Ground] = Registry("ground against a member")


@dataclass(frozen=True)
class YearlyCount:
    """What was decided about members' standing in a time, for the yearly report: count(coop, begins, ends) -> (words, how often).

    `ends` is exclusive.
    """

    kind: str
    count: Callable[[Coop, datetime, datetime], Sequence[tuple[str, int]]]


yearly_counts: Registry[YearlyCount] = Registry("count for the yearly report")
