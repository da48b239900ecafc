"""What comes in: answers to our papers are kept with them, bills go to the inbox; what is not for us to read stays where it lies."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from marke.sending.access_point import Arrived, NotTaken, access_points
from marke.sending.models import Answer, Connection, Transmission
from marke.sending.services.billing import take_bill
from marke.sending.services.transmitting import ASK_EVERY
from marke_core.einvoice.refused import BadEInvoice
from marke_core.einvoice.response import Response, may_follow, read_response

logger = logging.getLogger(__name__)


def collect(at: datetime) -> int:
    """Takes the answers and bills that lie at the access points; returns how many. The same counts once.

    Each is asked every quarter of an hour and by one worker, whether or not it answers.
    """
    count, due = 0, Q(collected_at=None) | Q(collected_at__lte=at - ASK_EVERY)
    for connection in Connection.objects.filter(due, closed_at=None).select_related("coop"):
        if not Connection.objects.filter(due, pk=connection.pk).update(collected_at=at):
            continue  # another worker asks
        try:
            point = access_points.get(connection.kind).open(connection)
            for arrived in point.arrived():
                if _keep(connection, arrived, at):
                    point.take(arrived.message)
                    count += 1
        except NotTaken as failure:
            logger.warning("The access point of %s does not answer: %s", connection.coop.slug, failure)
    return count


def _keep(connection: Connection, arrived: Arrived, at: datetime) -> bool:
    """Whether it is ours and is kept now, or was before."""
    try:
        response = read_response(arrived.content)
    except BadEInvoice:
        return take_bill(connection, arrived, at)
    row = _meant(connection, response, arrived)
    if row is None:
        return False
    digest = hashlib.sha256(arrived.content).hexdigest()
    with transaction.atomic():
        Transmission.objects.select_for_update().get(pk=row.pk)
        said = list(row.answers.order_by("id").values_list("digest", "code"))
        if digest in {known for known, _code in said}:
            return True
        if not may_follow(said[-1][1] if said else "", response.code):
            logger.warning("%s answers %s, which may not follow what was answered before.", arrived.sender, response.code)
            return True  # it is taken away, and changes nothing
        Answer.objects.create(
            coop=connection.coop, transmission=row, digest=digest, code=response.code, content=arrived.content, received_at=at,
            reasons=[[each.code, each.of, each.text[:500]] for each in response.clarifications],
        )  # fmt: skip
    return True


def _meant(connection: Connection, response: Response, arrived: Arrived) -> Transmission | None:
    """Of which of our papers the recipient itself speaks."""
    named = Q(invoice__number=response.document) | Q(self_bill__number=response.document)
    rows = Transmission.objects.filter(named, coop=connection.coop, recipient=arrived.sender)
    return rows.exclude(transmission_id="").first()
