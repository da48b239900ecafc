"""Papers go out once, and are followed until they have arrived.

A transmission is written down before anything leaves. Whoever does not know whether the access point took it asks under the same
uid first, so that a lost answer, a stopped worker and two workers at once send nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common.attempts import BATCH, in_turn, next_attempt
from marke.common.refusal import Refused
from marke.invoices.documents import CannotBeWritten
from marke.invoices.models import Invoice
from marke.selfbills.models import SelfBill
from marke.sending import queries
from marke.sending.access_point import (
    BILLING,
    CREDIT_NOTE,
    INVOICE,
    SELF_BILLED_CREDIT_NOTE,
    SELF_BILLED_INVOICE,
    SELF_BILLING,
    AccessPoint,
    Envelope,
    Fate,
    NotTaken,
    access_points,
)
from marke.sending.documents import rules_for, ubl_of
from marke.sending.models import Connection, Transmission

logger = logging.getLogger(__name__)

State = Transmission.State
# How long to wait after the first, second, … time that it was not taken. After the last a person is asked.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 480, 720, 1440))
ASK_EVERY = timedelta(minutes=15)
ASK_UNTIL = timedelta(days=7)


class NotAgain(Refused):
    """What has arrived, or is on its way, is not sent again."""


def prepare(at: datetime) -> int:
    """Writes down what was issued and has to go; returns how many."""
    count = 0
    for connection in Connection.objects.filter(closed_at=None).select_related("coop"):
        for paper, there in queries.unsent(connection, BATCH):
            count += _written_down(connection, paper, there, at)
    return count


def _written_down(connection: Connection, paper: Invoice | SelfBill, there: str, at: datetime) -> bool:
    """A paper that cannot be an e-invoice is written down as failed, with the reason: a person has to look, in the co-op's language."""
    with override(connection.coop.language):
        try:
            content, said = ubl_of(paper, sender=connection.participant, recipient=there), ""
        except CannotBeWritten as refusal:
            content, said = b"", str(refusal)
    with transaction.atomic():
        _row, made = Transmission.objects.get_or_create(
            **_as_what(paper),
            defaults={
                "coop": connection.coop, "connection": connection, "recipient": there, "content": content,
                "rules": rules_for(paper), "made_at": at, "state": State.FAILED if said else State.WAITING, "said": said[:300], "next_attempt_at": None if said else at,
                "ended_at": at if said else None,
            },
        )  # fmt: skip
    return made


def _as_what(paper: Invoice | SelfBill) -> dict[str, Invoice | SelfBill]:
    return {"self_bill" if isinstance(paper, SelfBill) else "invoice": paper}


def deliver(at: datetime) -> int:
    """Sends what is due; returns how much was taken. Several workers may run it at once."""
    return _each(State.WAITING, _send, at)


def follow(at: datetime) -> int:
    """Asks what became of what is on its way; returns how many came to an end."""
    return _each(State.SENT, _ask_after, at)


def _each(state: str, step: Callable[[Transmission, datetime], int], at: datetime) -> int:
    """Takes the step with all that are due. An access point that did not answer is not waited for again in this turn."""
    count, silent = 0, set[int]()
    for row in in_turn(queries.due(at, state), at, through="connection", silent=silent):
        try:
            count += step(row, at)
        except NotTaken as failure:
            logger.warning("Of paper %s the access point says: %s", row.paper.number, failure)
            if not failure.final:
                silent.add(row.connection_id)
    return count


def send_again(*, transmission: Transmission, at: datetime) -> None:
    """A paper that was refused or could not be sent goes out anew, as it is written now. Raises: NotAgain, CannotBeWritten."""
    with transaction.atomic():
        rows = Transmission.objects.select_for_update(of=("self",))
        row = rows.select_related("invoice__client__party", "self_bill__agreement__membership__party").get(pk=transmission.pk)
        connection = queries.connection_of(row.coop)
        if row.state not in (State.REFUSED, State.FAILED) or connection is None:
            raise NotAgain(
                _("%(number)s is not sent again: it is “%(state)s”, or nothing is connected.")
                % {"number": row.paper.number, "state": row.get_state_display()}
            )
        there = queries.whereto(row.paper) or row.recipient
        fresh = Transmission(
            coop=row.coop, connection=connection, recipient=there, made_at=at, rules=rules_for(row.paper), **_as_what(row.paper)
        )
        fresh.content = ubl_of(row.paper, sender=connection.participant, recipient=there)
        fresh.next_attempt_at = at
        fresh.pk = row.pk
        fresh.save(force_update=True)


def _send(row: Transmission, at: datetime) -> int:
    """Raises: NotTaken, after it was written down."""
    mine = Transmission.objects.filter(pk=row.pk)
    try:
        envelope, point = _envelope(row), _access_point(row.connection)
        number = (point.find(envelope) if row.attempts else None) or point.send(envelope)
    except NotTaken as failure:
        due = None if failure.final else next_attempt(row, BACKOFF, at)
        over = {} if due else {"state": State.FAILED, "ended_at": at}
        mine.update(said=str(failure), next_attempt_at=due, **over)
        raise
    return mine.update(transmission_id=number, state=State.SENT, sent_at=at, next_attempt_at=at, said="")


def _ask_after(row: Transmission, at: datetime) -> int:
    """Raises: NotTaken, after it was written down."""
    try:
        fate, said = _access_point(row.connection).fate(row.transmission_id)
    except NotTaken as failure:
        _follow(row, Fate.UNDERWAY, str(failure), at)
        raise
    return _follow(row, fate, said, at)


def _follow(row: Transmission, fate: Fate, said: str, at: datetime) -> int:
    mine = Transmission.objects.filter(pk=row.pk)
    if fate == Fate.UNDERWAY:
        late = row.sent_at is not None and at - row.sent_at > ASK_UNTIL
        mine.update(said=said[:300], next_attempt_at=None if late else at + ASK_EVERY)
        return 0
    state = State.DELIVERED if fate == Fate.DELIVERED else State.REFUSED
    return mine.update(state=state, said=said[:300], ended_at=at, next_attempt_at=None)


def _envelope(row: Transmission) -> Envelope:
    return Envelope(
        uid=row.uid,
        sender=row.connection.participant,
        recipient=row.recipient,
        country=row.invoice.seller["country"] if row.invoice else row.paper.buyer["country"],
        document_type=_document_type(row),
        process=BILLING if row.invoice else SELF_BILLING,
        content=bytes(row.content),
    )


def _document_type(row: Transmission) -> str:
    kinds = (INVOICE, CREDIT_NOTE) if row.invoice else (SELF_BILLED_INVOICE, SELF_BILLED_CREDIT_NOTE)
    return kinds[row.paper.is_credit_note]


def _access_point(connection: Connection) -> AccessPoint:
    return access_points.get(connection.kind).open(connection)
