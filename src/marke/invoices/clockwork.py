"""What a date decides: clients who have not paid are asked again."""

from datetime import datetime

from marke.common.clockwork import Wheel
from marke.invoices.services.reminding import send_due_reminders


def turn(at: datetime) -> int:
    return send_due_reminders(at=at)


REMINDERS = Wheel("invoices.reminders", turn)
