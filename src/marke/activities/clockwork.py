"""What a date decides about activities."""

from __future__ import annotations

from datetime import datetime

from marke.activities.models import Receipt
from marke.activities.services import end_months, pay_out_due
from marke.common.clockwork import Wheel
from marke.parties.models import Coop
from marke.rules.queries import rulebook


def forget_receipts(at: datetime) -> int:
    """Photos of receipts go when their time is over; what was spent stays."""
    gone = 0
    for coop in Coop.objects.filter(activities__isnull=False).distinct():
        rules = rulebook(coop, at)
        old = Receipt.objects.filter(coop=coop, at__lt=at - rules.value("activities.keep_receipts"))
        gone += old.delete()[0]
    return gone


WHEELS = [
    Wheel("activities.months", end_months),
    Wheel("activities.payouts", pay_out_due),
    Wheel("activities.receipts", forget_receipts),
]
