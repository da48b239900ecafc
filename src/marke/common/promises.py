"""What clients were promised and have said yes to, before there is an invoice: told by the app that keeps quotes and orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Promised:
    """Without VAT, in minor units. quoted: open offers · ordered: accepted, and not invoiced yet"""

    quoted: int = 0
    ordered: int = 0

    def __add__(self, other: Promised) -> Promised:
        return Promised(self.quoted + other.quoted, self.ordered + other.ordered)


@dataclass(frozen=True)
class PromiseKind:
    """read(activity, today) -> what is promised of it, with a fixed number of queries.

    links(activity) -> ((words, address), …): where its offers are made, and stand
    """

    kind: str
    read: Callable[[Any, date], Promised]
    links: Callable[[Any], Sequence[tuple[str | _StrPromise, str]]]


promise_kinds: Registry[PromiseKind] = Registry("kind of promise to clients")


def promised(activity: Any, today: date) -> Promised:
    """What all apps together know of an activity."""
    return sum((kind.read(activity, today) for kind in promise_kinds), Promised())
