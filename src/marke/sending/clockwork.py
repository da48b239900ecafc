"""What time does to e-invoices: what was issued is written down and sent, followed, answers and bills are collected, and bills answered."""

from __future__ import annotations

from datetime import datetime

from marke.common.clockwork import Wheel
from marke.sending.services import answer_bills, collect, deliver, follow, prepare


def turn(at: datetime) -> int:
    return prepare(at) + deliver(at) + follow(at) + collect(at) + answer_bills(at)


E_INVOICES = Wheel("sending.e_invoices", turn)
