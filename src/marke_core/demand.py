"""How many people are needed at which hour of the week, as past weeks say; and the shifts that would cover what is missing.

An hour of the week is counted from Monday 0:00 on the clock of the place: 0 to 167. Pure: whole minutes in, whole people out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOURS = 168
WEEK_MINUTES = HOURS * 60
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Need:
    """People an hour of the week, beside each other: in a usual week, and in a busy one.

    usual: the median; of an even number of weeks, the higher of the two in the middle
    busy: the 90th percentile by nearest rank: in nine weeks of ten, so many were enough
    """

    usual: tuple[int, ...]
    busy: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """So many people from an hour of the week on, for so many hours."""

    hour: int
    hours: int
    people: int

    @property
    def end(self) -> int:
        return self.hour + self.hours


def work_by_hour(begins: Ints, lasts: Ints, weeks: int) -> Ints:
    """Minutes of work in each hour of each week: int64[weeks, 168].

    begins: int64[n], minutes since the first Monday 0:00 on the clock · lasts: int64[n], minutes, at least 0
    What lies before the first of the weeks or after the last is left out. O(n + hours touched).
    """
    hours = weeks * HOURS
    ends = begins + np.maximum(lasts, 0)
    first, last = begins // 60, -(-ends // 60)
    count = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(begins)), count)
    hour = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count) + first[row]
    within = np.minimum(ends[row], (hour + 1) * 60) - np.maximum(begins[row], hour * 60)
    known = (hour >= 0) & (hour < hours)
    found = np.zeros(hours, dtype=np.int64)
    np.add.at(found, hour[known], within[known])
    return found.reshape(weeks, HOURS)


def need_of(work: Ints) -> Need:
    """How many people it took, hour by hour. A begun hour of work takes one.

    work: int64[weeks, 168], minutes, as `work_by_hour` has it; without any week nobody is needed
    """
    weeks = len(work)
    if not weeks:
        return Need((0,) * HOURS, (0,) * HOURS)
    people = np.sort(-(-work // 60), axis=0)
    return Need(tuple(people[weeks // 2].tolist()), tuple(people[-(-9 * weeks // 10) - 1].tolist()))


def missing(need: Sequence[int], planned: Sequence[int]) -> list[int]:
    """How many people more each hour needs than there are places."""
    return [max(wanted - there, 0) for wanted, there in zip(need, planned, strict=True)]


def blocks_for(lacking: Sequence[int], *, shortest: int, longest: int) -> list[Block]:
    """Shifts that cover what is lacking, none shorter or longer than that, all within the week; the earliest first.

    From the first hour that lacks somebody, one person is put on as long as somebody is lacking without a break; what is
    longer than `longest` is cut into parts about as long as each other. Then again, until nobody is lacking.

    lacking: people by hour of the week · shortest, longest: hours, 1 <= shortest <= longest <= 168
    Raises: ValueError where there is no such length.
    """
    if not 1 <= shortest <= longest <= len(lacking):
        raise ValueError(f"no shift lasts at least {shortest} and at most {longest} of {len(lacking)} hours")
    left, found = list(lacking), Counter[tuple[int, int]]()
    for hour in range(len(left)):
        while left[hour] > 0:
            hours = _length(left, hour, shortest, longest)
            begins = min(hour, len(left) - hours)
            found[(begins, hours)] += 1
            for each in range(begins, begins + hours):
                left[each] -= 1
    return [Block(hour, hours, people) for (hour, hours), people in sorted(found.items())]


def _length(left: Sequence[int], hour: int, shortest: int, longest: int) -> int:
    end = next((each for each in range(hour, len(left)) if left[each] <= 0), len(left))
    parts = -(-(end - hour) // longest)
    return max(-(-(end - hour) // parts), shortest)
