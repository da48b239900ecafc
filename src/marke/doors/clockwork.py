"""What time does at the doors: what happened goes out, and what went out long ago is forgotten."""

from __future__ import annotations

from datetime import datetime

from marke.common.clockwork import Wheel
from marke.doors.services import deliver, forget


def turn(at: datetime) -> int:
    return deliver(at) + forget(at)


WEBHOOKS = Wheel("doors.webhooks", turn)
