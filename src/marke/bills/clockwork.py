"""What time does to bills: mails are fetched, and forgotten after a while."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings

from marke.bills.belonging import forget_letters
from marke.bills.mailboxes import NoMailbox, open_mailbox
from marke.bills.services import receive_mail
from marke.common.clockwork import Wheel
from marke.common.refusal import Refused

logger = logging.getLogger(__name__)
FETCH_EVERY = timedelta(minutes=2)
_fetched: dict[str, datetime] = {}


def fetch(at: datetime) -> int:
    """Reads what lies in the mailbox of the installation; returns how many mails had a bill in them."""
    address = settings.BILLS_MAILBOX
    if not address or at - _fetched.get(address, at - FETCH_EVERY) < FETCH_EVERY:
        return 0
    _fetched[address] = at
    taken = 0
    try:
        with open_mailbox(address, settings.BILLS_PASSWORD) as box:
            for key, mail in box.arrived():
                try:
                    taken += any(letter.taken for letter in receive_mail(content=mail, at=at))
                except Refused as refusal:
                    logger.warning("A mail in the mailbox for bills was left: %s", refusal)
                box.done(key)
    except NoMailbox as failure:
        logger.warning("The mailbox for bills cannot be read: %s", failure)
    return taken


def turn(at: datetime) -> int:
    return fetch(at) + forget_letters(at)


BILLS = Wheel("bills", turn)
