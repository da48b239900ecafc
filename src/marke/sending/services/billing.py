"""Bills of suppliers come in over the network, and are answered over it."""

from __future__ import annotations

import logging
from datetime import datetime

from django.utils import translation

from marke.bills.models import Bill, BillAnswer
from marke.bills.services import Incoming, receive_bill
from marke.bills.services.answering import answer_not_sent, answer_sent, claim_answer, note_refused, response_of, tell_paid
from marke.common.refusal import Refused
from marke.sending.access_point import RESPONSE, RESPONSES, Arrived, Envelope, NotTaken, access_points
from marke.sending.models import Connection
from marke_core.einvoice.participants import BadParticipant, read_participant
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.response import write_response

logger = logging.getLogger(__name__)
BATCH = 50


def take_bill(connection: Connection, arrived: Arrived, at: datetime) -> bool:
    """Whether it was a bill, and lies in the inbox now. What is none stays where it lies; why is told once."""
    if arrived.recipient.lower() != connection.participant.lower():
        return False
    incoming = Incoming(arrived.content, "e-invoice.xml", Bill.Source.NETWORK, arrived.sender)
    try:
        with translation.override(connection.coop.language):  # its office reads why not
            receive_bill(coop=connection.coop, incoming=incoming, by=None, at=at)
    except Refused as refusal:
        note_refused(coop=connection.coop, sender=arrived.sender, content=arrived.content, why=refusal, at=at)
        return False
    return True


def answer_bills(at: datetime) -> int:
    """Sends what suppliers are to be told; returns how many answers were taken."""
    tell_paid(at)
    due = BillAnswer.objects.filter(next_attempt_at__lte=at, sent_at=None).select_related("bill__coop").order_by("id")
    connections = {row.coop_id: row for row in Connection.objects.filter(closed_at=None)}
    rows = [row for row in due[:BATCH] if row.coop_id in connections]
    return sum(_answer(row, connections[row.coop_id], at) for row in rows if claim_answer(row, at))


def _answer(row: BillAnswer, connection: Connection, at: datetime) -> bool:
    try:
        envelope = _envelope(row, connection)
        point = access_points.get(connection.kind).open(connection)
        if not (row.attempts and point.find(envelope)):
            point.send(envelope)
    except (BadParticipant, BadEInvoice) as wrong:
        answer_not_sent(row, str(wrong), final=True, at=at)
        return False
    except NotTaken as failure:
        logger.warning("The answer to bill %s was not taken: %s", row.bill.number, failure)
        answer_not_sent(row, str(failure), final=failure.final, at=at)
        return False
    answer_sent(row, at)
    return True


def _envelope(row: BillAnswer, connection: Connection) -> Envelope:
    """Raises: BadParticipant, BadEInvoice."""
    here, there = read_participant(connection.participant), read_participant(row.bill.sender)
    content = write_response(response_of(row, sender=here, receiver=there))
    return Envelope(row.uid, connection.participant, row.bill.sender, row.bill.coop.country, RESPONSE, RESPONSES, content)
