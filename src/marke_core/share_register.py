"""A share register as a log of events, from which every holding at every date follows (INV-SHARE-1).

Nothing is deleted or decremented: what was wrong is taken back by an event of its own. Whatever makes a holding grow
begins a *lot*, which keeps the price at which its shares were issued, whoever holds them later. Whatever makes a holding
shrink names the lot that it takes from; without a choice that is the lot held longest (first in, first out).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

ORDINARY = "ordinary"

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
    "from_surplus": GROWS,
    "entry_fee": STAYS,
    "entry_fee_back": STAYS,
    "called": STAYS,
    "paid_up": STAYS,
    "unpaid": STAYS,
    "transferred_out": SHRINKS,
    "transferred_in": GROWS,
    "given": SHRINKS,
    "received": GROWS,
    "given_to_coop": SHRINKS,
    "inherited_out": SHRINKS,
    "inherited_in": GROWS,
    "converted_out": SHRINKS,
    "converted_in": GROWS,
    "redemption_requested": STAYS,
    "redemption_withdrawn": STAYS,
    "suspended": STAYS,
    "redeemed": SHRINKS,
}
GROWING = frozenset(kind for kind, effect in EFFECTS.items() if effect == GROWS)
SHRINKING = frozenset(kind for kind, effect in EFFECTS.items() if effect == SHRINKS)
# What each kind does to the capital paid in.
CAPITAL = {**{kind: effect for kind, effect in EFFECTS.items() if effect != STAYS}, "paid_up": 1, "unpaid": -1}
# Shares that leave one holder arrive, at once, at another: kinds that come in pairs.
PAIRS = {
    "transferred_out": "transferred_in",
    "given": "received",
    "inherited_out": "inherited_in",
    "converted_out": "converted_in",
}
# Events of a request; all others are about shares that are held.
OF_A_REQUEST = frozenset(
    {"requested", "paid", "taken_back", "allotted", "unallotted", "cancelled", "refunded", "entry_fee", "entry_fee_back"}
    | {"called", "paid_up", "unpaid"}
)


class Event(NamedTuple):
    """`shares` is the change of the holding; `amount` the minor units that moved, never negative.

    `lot` is the number of the event that began the lot which is taken from or paid up; `price` that of the issue, 0 where
    it is not known (an opening holding of which only the sum is).
    """

    number: int
    kind: str
    member: int
    request: int | None
    shares: int
    amount: int
    date: date
    share_class: str = ORDINARY
    lot: int | None = None
    price: int = 0

    @property
    def capital(self) -> int:
        """By how much the paid-in capital of this member changes, in minor units."""
        return CAPITAL.get(self.kind, 0) * self.amount


class Request(NamedTuple):
    """`entry_fee` and `paid_in` in minor units; `paid_in` is what is paid of the price before allotment, 0 for all of it."""

    number: int
    member: int
    shares: int
    price: int
    entry_fee: int = 0
    paid_in: int = 0

    @property
    def cost(self) -> int:
        return self.shares * self.price


@dataclass(frozen=True)
class RegisterFault:
    number: int  # of the event
    what: str


class NotThatManyShares(Exception):
    """More shares are taken than are held; the arguments are how many are held and how many are wanted."""


@dataclass
class Standing:
    """How far a request has got; money in minor units."""

    paid: int = 0  # in, and not taken back
    allotted: int = 0  # shares
    capital: int = 0  # what was paid and became capital
    fee: int = 0  # what was paid and became the entry fee
    refunded: int = 0
    called: bool = False
    cancelled: bool = False

    @property
    def used(self) -> int:
        return self.capital + self.fee

    @property
    def held(self) -> int:
        """Paid in, neither used nor paid back: what the co-op owes on this request."""
        return self.paid - self.used - self.refunded

    def follow(self, event: Event) -> None:
        match event.kind:
            case "paid":
                self.paid += event.amount
            case "taken_back":
                self.paid -= event.amount
            case "allotted" | "unallotted":
                self.allotted += event.shares
                self.capital += event.capital
            case "paid_up" | "unpaid":
                self.capital += event.capital
            case "entry_fee":
                self.fee += event.amount
            case "entry_fee_back":
                self.fee -= event.amount
            case "called":
                self.called = True
            case "refunded":
                self.refunded += event.amount
            case "cancelled":
                self.cancelled = True


@dataclass
class Lot:
    """Shares that came to a member at once, and what is left of them."""

    number: int  # of the event that began it
    member: int
    share_class: str
    price: int  # at which they were issued, per share; 0 where only the sum is known
    since: date
    request: int | None
    shares: int
    paid: int  # minor units of capital

    @property
    def cost(self) -> int:
        """What they cost in all, in minor units."""
        return self.shares * self.price if self.price else self.paid

    @property
    def unpaid(self) -> int:
        """What is still to be paid on them, in minor units."""
        return self.cost - self.paid

    def part(self, shares: int) -> int:
        """The capital that goes with `shares` of them: rounded down, so that the last to go take what is left."""
        return self.paid if shares == self.shares else self.paid * shares // self.shares


class Taken(NamedTuple):
    lot: Lot
    shares: int
    amount: int  # minor units of capital that go with them


def standing(events: Iterable[Event]) -> Standing:
    """How far one request has got, from its own events in order."""
    result = Standing()
    for event in events:
        result.follow(event)
    return result


def holdings(events: Iterable[Event], on: date | None = None) -> dict[int, int]:
    """Shares of each member on a day (its end), in member order; without a day, all events count. Zeros are left out."""
    held: dict[int, int] = defaultdict(int)
    for event in events:
        if on is None or event.date <= on:
            held[event.member] += event.shares
    return {member: held[member] for member in sorted(held) if held[member]}


def holdings_by_class(events: Iterable[Event], on: date | None = None) -> dict[tuple[int, str], int]:
    """Shares of each (member, class) on a day (its end). Zeros are left out."""
    return _sums(events, on, lambda event: event.shares)


def capital(events: Iterable[Event], on: date | None = None) -> dict[tuple[int, str], int]:
    """Paid-in capital of each (member, class) on a day (its end), in minor units. Zeros are left out."""
    return _sums(events, on, lambda event: event.capital)


def _sums(events: Iterable[Event], on: date | None, what: Callable[[Event], int]) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = defaultdict(int)
    for event in events:
        if on is None or event.date <= on:
            found[event.member, event.share_class] += what(event)
    return {key: found[key] for key in sorted(found) if found[key]}


def lots(events: Iterable[Event], on: date | None = None) -> list[Lot]:
    """The lots that still hold shares at the end of a day, those held longest first.

    Raises: KeyError when an event takes from a lot that there is not; `register_faults` says which.
    """
    found: dict[int, Lot] = {}
    of_request: dict[int | None, int] = {}
    for event in events:
        if on is not None and event.date > on:
            continue
        if event.kind in GROWING:
            found[event.number] = Lot(
                event.number, event.member, event.share_class, event.price, event.date, event.request, event.shares, event.amount
            )
            of_request[event.request] = event.number
        elif event.shares or event.capital:
            lot = found[event.lot if event.lot is not None else of_request[event.request]]
            lot.shares += event.shares
            lot.paid += event.capital
    return sorted((lot for lot in found.values() if lot.shares), key=lambda lot: (lot.since, lot.number))


def take(held: Sequence[Lot], shares: int) -> list[Taken]:
    """Which lots give `shares`, those held longest first, and the capital that goes with each.

    Raises: NotThatManyShares.
    """
    there = sum(lot.shares for lot in held)
    if not 0 < shares <= there:
        raise NotThatManyShares(there, shares)
    taken = []
    for lot in held:
        part = min(lot.shares, shares)
        taken.append(Taken(lot, part, lot.part(part)))
        shares -= part
        if not shares:
            break
    return taken


def votes(held: Mapping[tuple[int, str], int], ways: Mapping[str, str]) -> dict[int, int]:
    """Votes of each member from what they hold, by the way in which each class votes.

    ways: class → "member" (its holders have one vote, whatever they hold), "share" (each share has one) or "none". Who
    holds shares of several classes that vote by member has one vote, not several.
    """
    by_share: dict[int, int] = defaultdict(int)
    by_head: set[int] = set()
    for (member, share_class), shares in held.items():
        way = ways.get(share_class, "member")
        if way == "share":
            by_share[member] += shares
        elif way == "member" and shares:
            by_head.add(member)
    return {member: (member in by_head) + by_share[member] for member in sorted(by_head | set(by_share))}


def converted(taken: Iterable[Taken], price: int) -> tuple[int, int]:
    """How many whole shares at `price` the capital of `taken` makes, and the minor units that are left over."""
    return divmod(sum(part.amount for part in taken), price)


def register_faults(events: Sequence[Event], requests: Sequence[Request]) -> Iterator[RegisterFault]:
    """INV-SHARE-1: everything that is wrong with a register, event by event."""
    known = {request.number: request for request in requests}
    standings: dict[int, Standing] = defaultdict(Standing)
    held: dict[tuple[int, str], int] = defaultdict(int)
    lots_ = _Lots()
    for expected, event in enumerate(events, 1):
        if event.number != expected:
            yield RegisterFault(event.number, f"place {expected} in the register is taken by {event.number}")
        yield from _faults_of_event(event, known)
        held[event.member, event.share_class] += event.shares
        if held[event.member, event.share_class] < 0:
            now = held[event.member, event.share_class]
            yield RegisterFault(event.number, f"member {event.member} would hold {now} shares")
        yield from lots_.faults_after(event)
        if event.request in known:
            request = known[event.request]
            standings[request.number].follow(event)
            yield from _faults_of_standing(event, request, standings[request.number])
    yield from lots_.faults_at_the_end()


class _Lots:
    """Every lot there ever was, and whether what leaves one holder arrives at another."""

    def __init__(self) -> None:
        self.found: dict[int, Lot] = {}
        self.of_request: dict[int | None, int] = {}
        # Capital on its way from one holder to another: none at the end.
        self.moving: dict[str, int] = defaultdict(int)
        self.last = 0

    def faults_after(self, event: Event) -> Iterator[RegisterFault]:
        self.last = event.number
        if event.kind in PAIRS:
            self.moving[PAIRS[event.kind]] += event.amount
        elif event.kind in PAIRS.values():
            self.moving[event.kind] -= event.amount
        if event.kind in GROWING:
            self._begin(event)
            return
        if not event.shares and not event.capital:
            return
        number = event.lot if event.lot is not None else self.of_request.get(event.request, 0)
        lot = self.found.get(number)
        if lot is None:
            yield RegisterFault(event.number, f"takes from lot {number}, which there is not")
            return
        yield from self._faults_of_lot(event, lot)

    def _begin(self, event: Event) -> None:
        self.found[event.number] = Lot(
            event.number, event.member, event.share_class, event.price, event.date, event.request, event.shares, event.amount
        )
        self.of_request[event.request] = event.number

    def _faults_of_lot(self, event: Event, lot: Lot) -> Iterator[RegisterFault]:
        if (lot.member, lot.share_class) != (event.member, event.share_class):
            yield RegisterFault(event.number, f"lot {lot.number} is member {lot.member}'s and of the class {lot.share_class}")
        lot.shares += event.shares
        lot.paid += event.capital
        if lot.shares < 0 or lot.paid < 0 or (not lot.shares and lot.paid):
            yield RegisterFault(event.number, f"lot {lot.number} would be {lot.shares} shares, with {lot.paid} paid for them")
        if lot.price and lot.paid > lot.shares * lot.price:
            yield RegisterFault(event.number, f"{lot.paid} is paid in lot {lot.number} for {lot.shares} shares at {lot.price}")

    def faults_at_the_end(self) -> Iterator[RegisterFault]:
        for kind, amount in sorted(self.moving.items()):
            if amount:
                yield RegisterFault(self.last, f"{amount} left one holder and did not arrive as {kind}")


def _faults_of_event(event: Event, known: Mapping[int, Request]) -> Iterator[RegisterFault]:
    effect = EFFECTS.get(event.kind)
    if effect is None:
        yield RegisterFault(event.number, f"an event of the unknown kind {event.kind!r}")
    elif (event.shares > 0) - (event.shares < 0) != effect:
        yield RegisterFault(event.number, f"{event.kind} changes the holding by {event.shares}")
    if event.amount < 0:
        yield RegisterFault(event.number, f"the amount {event.amount} is negative")
    if event.kind not in OF_A_REQUEST:
        return
    request = known.get(event.request or 0)
    if request is None:
        yield RegisterFault(event.number, f"names request {event.request}, which there is not")
    elif request.member != event.member:
        yield RegisterFault(event.number, f"request {request.number} is member {request.member}'s, not {event.member}'s")


def _faults_of_standing(event: Event, request: Request, now: Standing) -> Iterator[RegisterFault]:
    most, least = request.cost, request.paid_in or request.cost
    if now.allotted not in (0, request.shares):
        yield RegisterFault(event.number, f"{now.allotted} of {request.shares} shares of request {request.number} allotted")
    if (not now.allotted and now.capital) or (now.allotted and not least <= now.capital <= most):
        yield RegisterFault(event.number, f"{now.capital} became capital for {now.allotted} shares at {request.price}")
    if not 0 <= now.fee <= request.entry_fee:
        yield RegisterFault(event.number, f"{now.fee} became the entry fee of {request.entry_fee} of request {request.number}")
    total = most + request.entry_fee
    if now.held < 0 or now.paid > total:
        yield RegisterFault(event.number, f"request {request.number} costs {total}, {now.paid} is paid, {now.held} held")
