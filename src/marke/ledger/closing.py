"""Closing the books until a day, and opening them again. Posting itself looks until when they are closed.

A month is closed by the treasurer when it is over and understood; it is opened again only by a decision.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.clock import local_date
from marke.common.numbering import next_number
from marke.common.refusal import Refused
from marke.ledger.closed_days import PeriodClosed, check_open, closed_until, first_open_day, written_day
from marke.ledger.models import ClosedPeriod, Transaction
from marke.ledger.writing import lock_chain
from marke.parties.models import Coop, Party
from marke.rules.models import Decision

__all__ = [
    "ClosedAlready",
    "ClosedPeriod",
    "NoDecision",
    "NotClosed",
    "NotOverYet",
    "PeriodClosed",
    "check_open",
    "close_period",
    "closed_until",
    "closings",
    "first_open_day",
    "reopen_period",
]


class NotOverYet(Refused):
    """The period that is to be closed is not over."""


class ClosedAlready(Refused):
    """The books are closed until that day, or later, already."""


class NotClosed(Refused):
    """What is to be opened again is not closed."""


class NoDecision(Refused):
    """Nobody decided, since they were closed, to open the books again."""


def closings(coop: Coop) -> list[ClosedPeriod]:
    """Every closing and opening again, newest first."""
    rows = ClosedPeriod.objects.filter(coop=coop).select_related("by", "decision", "last")
    return list(rows.order_by("-number"))


@transaction.atomic
def close_period(*, coop: Coop, until: date, by: Party | None, at: datetime, note: str = "") -> ClosedPeriod:
    """From now on nothing dated before `until` is booked.

    Raises: NotOverYet, ClosedAlready.
    """
    lock_chain(coop)
    closed, last_day = closed_until(coop), written_day(until - timedelta(days=1))
    if until > local_date(at, coop.timezone):
        raise NotOverYet(
            _("%(day)s is not over yet in %(timezone)s. Close the books of a period on the first day after it.")
            % {"day": last_day, "timezone": coop.timezone}
        )
    if closed is not None and until <= closed:
        raise ClosedAlready(
            _("The books are closed up to and including %(closed)s already, so %(day)s is closed.")
            % {"closed": written_day(closed - timedelta(days=1)), "day": last_day}
        )
    return _write(coop, until, by=by, at=at, note=note)


@transaction.atomic
def reopen_period(
    *, coop: Coop, until: date | None, decision: Decision, by: Party | None, at: datetime, note: str = ""
) -> ClosedPeriod:
    """What is dated from `until` on (None: everything) is open again, because it was decided. The closing stays on record.

    Raises: NotClosed, NoDecision.
    """
    lock_chain(coop)
    closing = ClosedPeriod.objects.filter(coop=coop).order_by("-number").first()
    if closing is None or closing.until is None or (until is not None and until >= closing.until):
        said = written_day(until) if until else _("the first day")
        raise NotClosed(_("The books are open from %(day)s on already; there is nothing to open again.") % {"day": said})
    standing = decision.kind in (Decision.Kind.FOUNDING, Decision.Kind.UPGRADE)
    if decision.coop_id != coop.pk or standing or decision.taken_at < closing.closed_at:
        raise NoDecision(
            _(
                "Decision %(number)s does not open the books again that were closed on %(day)s. "
                "Propose to open them again; the decision must come after the closing."
            )
            % {"number": decision.number, "day": written_day(local_date(closing.closed_at, coop.timezone))}
        )
    return _write(coop, until, by=by, at=at, note=note, decision=decision)


def _write(
    coop: Coop, until: date | None, *, by: Party | None, at: datetime, note: str, decision: Decision | None = None
) -> ClosedPeriod:
    return ClosedPeriod.objects.create(
        coop=coop,
        number=next_number(ClosedPeriod, coop),
        until=until,
        reopened=decision is not None,
        closed_at=at,
        by=by,
        decision=decision,
        last=Transaction.objects.filter(coop=coop).order_by("-number").first(),
        note=note,
    )
