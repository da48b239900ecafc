"""The doors, as the rest of the house meets them: what happens is noted, who leaves closes theirs, my data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marke.common.asks import Ask, Task
from marke.doors.happenings import OF_STATES, SETTLED
from marke.doors.models import ApiBooking, ApiKey, CalendarFeed, DeliveryFile, Webhook
from marke.doors.services import note
from marke.jobs.events import JobMoved, JobsSettled
from marke.jobs.models import Job
from marke.parties.events import MemberLeft, PartyErased
from marke.parties.models import Coop, Party
from marke.parties.my_data import moment

Rows = Iterable[Mapping[str, Any]]


def note_move(event: JobMoved) -> None:
    happened = OF_STATES.get(Job.State(event.job.state))
    if happened:
        note(jobs=[event.job], event=happened, at=event.at)


def note_settled(event: JobsSettled) -> None:
    note(jobs=event.jobs, event=SETTLED, at=event.at)


def forget_who_left(event: MemberLeft) -> None:
    CalendarFeed.objects.filter(membership=event.membership).delete()


def forget_erased(event: PartyErased) -> None:
    """Keys and addresses of a client close; what the client called its bookings goes, and what waited to be booked."""
    party = event.party
    CalendarFeed.objects.filter(membership__party=party).delete()
    ApiKey.objects.filter(client__party=party, revoked_at=None).update(revoked_at=event.at)
    Webhook.objects.filter(client__party=party, ended_at=None).update(ended_at=event.at)
    ApiBooking.objects.filter(job__client__party=party).update(reference="")
    DeliveryFile.objects.filter(client__party=party, state=DeliveryFile.State.PREVIEW).update(
        state=DeliveryFile.State.DISCARDED, rows=[]
    )


def waiting(coop: Coop, offices: frozenset[str], at: datetime) -> Sequence[Task]:
    """Addresses that do not answer any more."""
    if "coordinator" not in offices:
        return []
    silent = Webhook.objects.filter(coop=coop, ended_at=None, paused_at__isnull=False, failures__gt=0)
    return [
        Task(
            _("Nothing reaches %(url)s any more") % {"url": row.url[:60]}, reverse("doors:webhook", args=[coop.slug, row.number])
        )
        for row in silent.order_by("number")
    ]


ASK = Ask("doors", of_offices=waiting)


def calendars(party: Party) -> Rows:
    for row in CalendarFeed.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "made_at": moment(row.made_at),
            "with_addresses": "yes" if row.with_places else "",
            "read_at": moment(row.read_at),
        }


def keys(party: Party) -> Rows:
    for row in ApiKey.objects.filter(client__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "key": row.name,
            "may": " ".join(row.scopes),
            "made_at": moment(row.made_at),
            "last_used_at": moment(row.last_used_at),
            "revoked_at": moment(row.revoked_at),
        }


def references(party: Party) -> Rows:
    for row in ApiBooking.objects.filter(job__client__party=party).select_related("coop", "job").order_by("id"):
        yield {"co-op": row.coop.name, "job": row.job.number, "reference": row.reference, "at": moment(row.at)}


MY_DATA = (("calendars", calendars), ("api_keys", keys), ("api_bookings", references))
