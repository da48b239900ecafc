"""What suppliers are told over the network, and how far each answer got. Whoever has the access point sends it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import override

from marke.bills.models import BillAnswer, Letter
from marke.bills.queries import unanswered_payments
from marke.bills.services.deciding import answer
from marke.parties.models import Coop
from marke_core.einvoice.model import Identifier
from marke_core.einvoice.response import PAID, Clarification, Response

# While one worker sends, others leave it alone for so long; also if that worker dies.
CLAIM = timedelta(minutes=5)
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 480, 720, 1440))


def tell_paid(at: datetime) -> int:
    """Suppliers whose bill was accepted and is paid are told so; returns how many."""
    rows = list(unanswered_payments(at)[:50])
    for bill in rows:
        answer(bill, PAID, at=at)
    return len(rows)


def claim_answer(row: BillAnswer, at: datetime) -> bool:
    """One worker only: the count of attempts serves as the ticket."""
    mine = BillAnswer.objects.filter(pk=row.pk, attempts=row.attempts, sent_at=None)
    return mine.update(attempts=F("attempts") + 1, next_attempt_at=at + CLAIM) == 1


def answer_sent(row: BillAnswer, at: datetime) -> None:
    BillAnswer.objects.filter(pk=row.pk).update(sent_at=at, next_attempt_at=None, said="")


def answer_not_sent(row: BillAnswer, said: str, *, final: bool, at: datetime) -> None:
    """It is tried again later, but not for ever."""
    wait = None if final or row.attempts >= len(BACKOFF) else at + BACKOFF[row.attempts]
    BillAnswer.objects.filter(pk=row.pk).update(said=said[:300], next_attempt_at=wait)


def response_of(row: BillAnswer, *, sender: Identifier, receiver: Identifier) -> Response:
    """The bill comes with its co-op."""
    bill = row.bill
    return Response(
        number=row.uid.hex,
        issue_date=row.made_at.date(),
        sender=sender,
        sender_name=bill.coop.name,
        receiver=receiver,
        receiver_name=bill.name,
        code=row.code,
        document=bill.paper,
        document_type=bill.type_code or "380",
        effective_date=row.made_at.date(),
        clarifications=(Clarification(row.reason, text=row.text),) if row.reason else (),
    )


def note_refused(*, coop: Coop, sender: str, content: bytes, why: object, at: datetime) -> None:
    """Something came over the network that is no bill: the treasurer reads why, once."""
    digest = hashlib.sha256(content).hexdigest()
    with override(coop.language):
        Letter.objects.get_or_create(
            coop=coop, digest=digest, defaults={"sender": sender[:254], "refused": [["", str(why)]], "received_at": at}
        )
