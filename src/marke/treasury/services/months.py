"""Closing a month, and what was seen when it was closed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from marke.ledger.closing import close_period
from marke.ledger.periods import Period
from marke.ledger.services import lock_ledger
from marke.parties.models import Coop, Party
from marke.treasury.models import MonthClose
from marke.treasury.standing import standing_at


@transaction.atomic
def close_month(
    *, coop: Coop, period: Period, bank_said: int | None, note: str = "", by: Party | None, at: datetime
) -> MonthClose:
    """Closes the books until the end of a month, quarter or year, and keeps how the co-op stood. Nothing is booked.

    `bank_said`: what the bank's statement says was there at the end of the period; None when nobody looked.

    Raises: NotOverYet, ClosedAlready.
    """
    lock_ledger(coop)
    closing = close_period(coop=coop, until=period.until, by=by, at=at, note=" ".join(note.split())[:400])
    then = standing_at(coop, period.until)
    return MonthClose.objects.create(
        coop=coop,
        closing=closing,
        period=period.code,
        since=period.since,
        until=period.until,
        bank_booked=then.bank,
        bank_said=bank_said,
        receivable=then.receivable,
        owed=then.owed,
        unmatched=then.unmatched,
        closed_at=at,
        closed_by=by,
    )
