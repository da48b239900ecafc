"""A share register as a log of events, from which every holding at every date follows (INV-SHARE-1).

Nothing is deleted or decremented: what was wrong is taken back by an event of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

# What each kind of event does to a holding: it grows, shrinks, or stays.
GROWS, SHRINKS, STAYS = 1, -1, 0
EFFECTS = {
    "requested": STAYS,
    "paid": STAYS,
    "taken_back": STAYS,
    "allotted": GROWS,
    "unallotted": SHRINKS,
    "cancelled": STAYS,
    "refunded": STAYS,
    "opening": GROWS,
}


class Event(NamedTuple):
    """`shares` is the change of the holding; `amount` the minor units that moved, never negative."""

    number: int
    kind: str
    member: int
    request: int | None
    shares: int
    amount: int
    date: date


class Request(NamedTuple):
    number: int
    member: int
    shares: int
    price: int


@dataclass(frozen=True)
class RegisterFault:
    number: int  # of the event
    what: str


@dataclass
class Standing:
    """How far a request has got; money in minor units."""

    paid: int = 0  # in, and not taken back
    allotted: int = 0  # shares
    used: int = 0  # what was paid and became capital
    refunded: int = 0
    cancelled: bool = False

    @property
    def held(self) -> int:
        """Paid in, neither capital nor paid back: what the co-op owes on this request."""
        return self.paid - self.used - self.refunded

    def follow(self, event: Event) -> None:
        match event.kind:
            case "paid":
                self.paid += event.amount
            case "taken_back":
                self.paid -= event.amount
            case "allotted":
                self.allotted += event.shares
                self.used += event.amount
            case "unallotted":
                self.allotted += event.shares
                self.used -= event.amount
            case "refunded":
                self.refunded += event.amount
            case "cancelled":
                self.cancelled = True


def holdings(events: Iterable[Event], on: date | None = None) -> dict[int, int]:
    """Shares of each member on a day (its end), in member order; without a day, all events count. Zeros are left out."""
    held: dict[int, int] = defaultdict(int)
    for event in events:
        if on is None or event.date <= on:
            held[event.member] += event.shares
    return {member: held[member] for member in sorted(held) if held[member]}


def standing(events: Iterable[Event]) -> Standing:
    """How far one request has got, from its own events in order."""
    result = Standing()
    for event in events:
        result.follow(event)
    return result


def register_faults(events: Sequence[Event], requests: Sequence[Request]) -> Iterator[RegisterFault]:
    """INV-SHARE-1: everything that is wrong with a register, event by event."""
    known = {request.number: request for request in requests}
    standings: dict[int, Standing] = defaultdict(Standing)
    held: dict[int, int] = defaultdict(int)
    for expected, event in enumerate(events, 1):
        if event.number != expected:
            yield RegisterFault(event.number, f"place {expected} in the register is taken by {event.number}")
        yield from _faults_of_event(event, known)
        held[event.member] += event.shares
        if held[event.member] < 0:
            yield RegisterFault(event.number, f"member {event.member} would hold {held[event.member]} shares")
        if event.request in known:
            request = known[event.request]
            standings[request.number].follow(event)
            yield from _faults_of_standing(event, request, standings[request.number])


def _faults_of_event(event: Event, known: dict[int, Request]) -> Iterator[RegisterFault]:
    effect = EFFECTS.get(event.kind)
    if effect is None:
        yield RegisterFault(event.number, f"an event of the unknown kind {event.kind!r}")
    elif (event.shares > 0) - (event.shares < 0) != effect:
        yield RegisterFault(event.number, f"{event.kind} changes the holding by {event.shares}")
    if event.amount < 0:
        yield RegisterFault(event.number, f"the amount {event.amount} is negative")
    if event.kind == "opening":
        return
    request = known.get(event.request or 0)
    if request is None:
        yield RegisterFault(event.number, f"names request {event.request}, which there is not")
    elif request.member != event.member:
        yield RegisterFault(event.number, f"request {request.number} is member {request.member}'s, not {event.member}'s")


def _faults_of_standing(event: Event, request: Request, now: Standing) -> Iterator[RegisterFault]:
    cost = request.shares * request.price
    if now.allotted not in (0, request.shares):
        yield RegisterFault(event.number, f"{now.allotted} of {request.shares} shares of request {request.number} allotted")
    if now.used != (cost if now.allotted else 0):
        yield RegisterFault(event.number, f"{now.used} became capital for {now.allotted} shares at {request.price}")
    if now.held < 0 or now.paid > cost:
        yield RegisterFault(event.number, f"request {request.number} costs {cost}, {now.paid} is paid, {now.held} held")
