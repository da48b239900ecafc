"""What is tried again, later and later, until somebody outside takes it.

Such a row has `attempts`, and `next_attempt_at`: empty when it was taken, or given up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet

Row = TypeVar("Row", bound=Model)
# While one worker tries, others leave the row alone for so long; also if that worker dies.
CLAIM = timedelta(minutes=10)
BATCH = 50
LONGEST_TURN = 30.0  # seconds: the other wheels want to turn too


def in_turn(due: QuerySet[Row], at: datetime, *, through: str, silent: Collection[int]) -> Iterator[Row]:
    """One due row after another that nobody else tries now, until there is none or the turn has been long.

    through: what rows share that answers or does not, as "webhook". The caller adds to `silent` whichever did not answer: nothing
    that goes through it is tried again in this turn, and it holds up nothing else.
    """
    began = monotonic()
    for _place in range(BATCH):
        row = due.exclude(**{f"{through}__in": silent}).first()
        if row is None or monotonic() - began > LONGEST_TURN:
            return
        if claim(row, at):
            yield row


def claim(row: Any, at: datetime) -> bool:
    """One worker only: the count of attempts serves as the ticket."""
    mine = type(row)._default_manager.filter(pk=row.pk, attempts=row.attempts, next_attempt_at=row.next_attempt_at)
    return bool(mine.update(attempts=F("attempts") + 1, next_attempt_at=at + CLAIM) == 1)


def next_attempt(row: Any, waits: Sequence[timedelta], at: datetime) -> datetime | None:
    """When it is tried again, of a row as it was before this attempt; after the last it rests."""
    return at + waits[row.attempts] if row.attempts < len(waits) else None
