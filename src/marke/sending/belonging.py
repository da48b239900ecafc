"""E-invoices, as the rest of the house meets them: what waits for the treasurer, what a client takes along, what is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from marke.common.asks import Ask, Task
from marke.parties.events import PartyErased
from marke.parties.models import Coop, Party
from marke.parties.my_data import moment
from marke.sending.models import Recipient, Transmission
from marke.sending.queries import needing_a_person


def waiting(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """Papers that did not get through, and those that the buyer refuses or asks about."""
    if "treasurer" not in offices or not (count := needing_a_person(coop).count()):
        return []
    words = ngettext("%(count)s e-invoice needs a look", "%(count)s e-invoices need a look", count) % {"count": count}
    return [Task(words, reverse("sending:e_invoices", args=[coop.slug]))]


ASK = Ask("sending", of_offices=waiting)


def e_invoices(party: Party) -> Iterable[Mapping[str, Any]]:
    rows = Transmission.objects.filter(invoice__client__party=party).select_related("coop", "invoice").defer("content")
    for row in rows.order_by("id"):
        yield {
            "co-op": row.coop.name,
            "invoice": row.invoice.number,
            "sent_to": row.recipient,
            "state": row.state,
            "at": moment(row.sent_at),
        }


def forget_erased(event: PartyErased) -> None:
    """Where they received e-invoices goes; the papers themselves stay as long as the books have to."""
    Recipient.objects.filter(client__party=event.party).delete()
