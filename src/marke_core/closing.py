"""Closed books: what lies before the day until which they are closed takes nothing more (INV-LEDGER-5).

Closings are kept one after the other. Each holds from its place in the chain on, until the next: so the order of the
chain, which hashes prove, tells what was booked before and what after, and no clock is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Closing(NamedTuple):
    """Behind transaction `last` of the chain (0: before the first), what is dated before `until` is closed. None: nothing is."""

    last: int
    until: dt.date | None
    reopened: bool = False


class Late(NamedTuple):
    """Transaction `number` is dated `date`, although what is before `until` was closed when it was booked."""

    number: int
    date: dt.date
    until: dt.date


def booked_in_closed(transactions: Iterable[tuple[int, dt.date]], closings: Sequence[Closing]) -> Iterator[Late]:
    """What was booked in a closed period. `transactions`: (place in the chain, date), in the order of the chain."""
    waiting = iter(closings)
    following = next(waiting, None)
    until: dt.date | None = None
    for number, date in transactions:
        while following is not None and following.last < number:
            until, following = following.until, next(waiting, None)
        if until is not None and date < until:
            yield Late(number, date, until)


def closing_faults(closings: Sequence[Closing]) -> Iterator[tuple[int, str]]:
    """(place from 1, what is wrong): closing moves the day on, reopening moves it back, and neither goes back in the chain."""
    until: dt.date | None = None
    last = 0
    for place, closing in enumerate(closings, start=1):
        if closing.last < last:
            yield place, f"it stands behind transaction {closing.last}, the one before it behind {last}"
        if closing.reopened and (until is None or (closing.until is not None and closing.until >= until)):
            yield place, f"it reopens until {closing.until} what was closed until {until}"
        if not closing.reopened and (closing.until is None or (until is not None and closing.until <= until)):
            yield place, f"it closes until {closing.until} what was closed until {until}"
        until, last = closing.until, closing.last
