"""Writes about e-invoices on their way."""

from marke.sending.services.billing import answer_bills
from marke.sending.services.collecting import collect
from marke.sending.services.connecting import (
    CannotConnect,
    NoParticipant,
    close_connection,
    open_connection,
    write_member_recipient,
    write_recipient,
)
from marke.sending.services.transmitting import NotAgain, deliver, follow, prepare, send_again

__all__ = [
    "CannotConnect",
    "NoParticipant",
    "NotAgain",
    "answer_bills",
    "close_connection",
    "collect",
    "deliver",
    "follow",
    "open_connection",
    "prepare",
    "send_again",
    "write_member_recipient",
    "write_recipient",
]
