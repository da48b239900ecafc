"""INV-VOTE-1: nobody counts twice; counted is who was entitled on the record date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator


def broken_roll(counted: Iterable[int], roll: Iterable[int], entitled: Iterable[int]) -> Iterator[str]:
    """What is wrong with a vote, as sentences; nothing when all is well.

    counted: the member numbers whose ballots were counted, once per ballot
    roll: the member numbers on the frozen roll
    entitled: the member numbers who were entitled on the record date
    """
    ballots = Counter(counted)
    on_roll = Counter(roll)
    for member, times in sorted(ballots.items()):
        if times > 1:
            yield f"member {member} counts {times} times"
        if member not in on_roll:
            yield f"member {member} counts, but is not on the roll"
    for member, times in sorted(on_roll.items()):
        if times > 1:
            yield f"member {member} is on the roll {times} times"
    rightful = set(entitled)
    for member in sorted(set(on_roll) - rightful):
        yield f"member {member} is on the roll, but was not entitled on the record date"
    for member in sorted(rightful - set(on_roll)):
        yield f"member {member} was entitled on the record date, but is not on the roll"
