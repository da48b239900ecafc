"""Until when the books are closed, and the refusal of whoever books there.

The database itself looks, once for each transaction that comes (`closing_seals`). Here its refusal becomes a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import IntegrityError
from django.utils.translation import gettext as _

from marke.common.days import day_in_words
from marke.common.refusal import Refused
from marke.ledger.models import ClosedPeriod
from marke.parties.models import Coop

CLOSED = "INV-LEDGER-5"
_SAID = re.compile(rf"{CLOSED}: .*dated (\d{{4}}-\d\d-\d\d).*before (\d{{4}}-\d\d-\d\d)")


class PeriodClosed(Refused):
    """The day lies in a period whose books are closed (INV-LEDGER-5)."""

    def __init__(self, coop: Coop, day: date, until: date) -> None:
        self.until = until
        super().__init__(
            _(
                "The books of %(coop)s are closed up to and including %(last)s, so nothing is booked on %(day)s any more. "
                "Book it on %(first)s, the first day that is open, and say that it corrects what was before."
            )
            % {
                "coop": coop.name,
                "last": written_day(until - timedelta(days=1)),
                "day": written_day(day),
                "first": written_day(until),
            }
        )


def written_day(day: date) -> str:
    return day_in_words(day)


def closed_until(coop: Coop) -> date | None:
    """The first day that is open; what is before it is closed. None while nothing was ever closed, or all is open again."""
    return ClosedPeriod.objects.filter(coop=coop).order_by("-number").values_list("until", flat=True).first()


def check_open(coop: Coop, day: date) -> None:
    """Raises: PeriodClosed. For whoever takes a date from people and wants to refuse before doing anything else."""
    until = closed_until(coop)
    if until is not None and day < until:
        raise PeriodClosed(coop, day, until)


def first_open_day(coop: Coop, day: date) -> date:
    """`day`, or the first day after it that is open."""
    until = closed_until(coop)
    return max(day, until) if until else day


@contextmanager
def refusing_closed(coop: Coop, earliest: Callable[[], date]) -> Iterator[None]:
    """Makes a sentence of the database's refusal. `earliest`: the earliest day that is being booked.

    Raises: PeriodClosed.
    """
    try:
        yield
    except IntegrityError as error:
        if CLOSED not in str(error):
            raise
        said = _SAID.search(str(error))
        if said:  # PostgreSQL takes no more questions in this transaction, so its refusal says it all
            raise PeriodClosed(coop, date.fromisoformat(said[1]), date.fromisoformat(said[2])) from error
        until = closed_until(coop)
        assert until is not None
        raise PeriodClosed(coop, earliest(), until) from error
