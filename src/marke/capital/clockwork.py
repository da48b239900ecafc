"""What falls due on loans by members."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from marke.capital.models import LoanInstalment
from marke.capital.services import book_instalment
from marke.common.clock import local_date
from marke.common.clockwork import Wheel
from marke.common.refusal import Refused

BATCH = 500


def turn_loans(at: datetime) -> int:
    """Books the years of loans that are over; each in its own transaction."""
    due = LoanInstalment.objects.filter(
        Q(interest__gt=0) | Q(repayment__gt=0),
        transaction=None,
        loan__waived_at=None,
        due_date__lte=at.date() + timedelta(days=1),
    )
    done = 0
    for row in due.select_related("coop").order_by("due_date", "id")[:BATCH]:
        if row.due_date > local_date(at, row.coop.timezone):
            continue
        try:
            done += book_instalment(instalment=row, by=None, at=at)
        except Refused:
            continue
    return done


WHEELS = (Wheel("capital.loans", turn_loans),)
