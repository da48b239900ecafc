"""E-invoices, as the rest of the house meets them: what waits for the treasurer, what a client takes along, what is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from marke.common.asks import Ask, Task
from marke.parties.events import PartyErased
from marke.parties.models import Coop, Party
from marke.parties.my_data import moment
from marke.selfbills.models import SelfBill
from marke.selfbills.parts import PaperPart
from marke.sending.models import Recipient, Transmission
from marke.sending.queries import connection_of, needing_a_person, whereto
from marke.sending.words import ANSWER_TONES, ANSWERS_OF_MEMBERS, STATE_TONES


def waiting(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """Papers that did not get through, and those that the buyer refuses or asks about."""
    if "treasurer" not in offices or not (count := needing_a_person(coop).count()):
        return []
    words = ngettext("%(count)s e-invoice needs a look", "%(count)s e-invoices need a look", count) % {"count": count}
    return [Task(words, reverse("sending:e_invoices", args=[coop.slug]))]


def self_bill_part(bill: SelfBill) -> dict[str, Any] | None:
    """How far a paper in a member's name is on the network; nothing for what was issued before there was a connection."""
    sent: Transmission | None = Transmission.objects.filter(self_bill=bill).defer("content").prefetch_related("answers").first()
    if sent is None:
        connection = connection_of(bill.coop)
        by_mail = connection is not None and connection.opened_at <= bill.issued_at and not whereto(bill)
        return {"sent": None} if by_mail else None
    last = [answer.code for answer in sent.answers.all()][-1:]
    return {
        "sent": sent,
        "says": ANSWERS_OF_MEMBERS.get(last[0]) if last else sent.get_state_display(),
        "tone": ANSWER_TONES.get(last[0], "") if last else STATE_TONES.get(sent.state, ""),
        "by_mail": sent.state in (Transmission.State.REFUSED, Transmission.State.FAILED),
    }


SELF_BILL_PART = PaperPart("sending", "sending/_self_bill_part.html", self_bill_part)
ASK = Ask("sending", of_offices=waiting)


def e_invoices(party: Party) -> Iterable[Mapping[str, Any]]:
    theirs = Q(invoice__client__party=party) | Q(self_bill__agreement__membership__party=party)
    rows = Transmission.objects.filter(theirs).select_related("coop", "invoice", "self_bill").defer("content")
    for row in rows.order_by("id"):
        yield {
            "co-op": row.coop.name,
            "invoice": row.paper.number,
            "sent_to": row.recipient,
            "state": row.state,
            "at": moment(row.sent_at),
        }


def forget_erased(event: PartyErased) -> None:
    """Where they received e-invoices goes; the papers themselves stay as long as the books have to."""
    Recipient.objects.filter(Q(client__party=event.party) | Q(membership__party=event.party)).delete()
