"""What is kept of somebody about credentials, what goes when they are forgotten, and the way to it from their page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from marke.credentials.copies import reports_of
from marke.credentials.models import AskedElsewhere, Bearer, Brought, HistoryRequest, Issued
from marke.credentials.queries import brought_by
from marke.credentials.showing import shown_report
from marke.parties.events import PartyErased
from marke.parties.models import Membership, Party
from marke.parties.my_data import moment

Rows = Iterable[Mapping[str, Any]]


def issued(party: Party) -> Rows:
    for row in Issued.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "number": row.number,
            "made_at": moment(row.made_at),
            "counts_until": moment(row.ends_at),
            "withdrawn_at": moment(row.withdrawn_at),
            "reason": row.reason,
            "credential": row.signed,
        }


def brought(party: Party) -> Rows:
    for row in Brought.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {"co-op": row.coop.name, "brought_at": moment(row.brought_at), "credential": row.content}


def asked(party: Party) -> Rows:
    """What they asked for: here, and of which other platform."""
    for row in HistoryRequest.objects.filter(membership__party=party).select_related("coop", "issued").order_by("id"):
        had = row.issued.made_at if row.issued is not None else None
        yield {"of": row.coop.name, "asked_at": moment(row.asked_at), "had_at": moment(had)}
    for there in AskedElsewhere.objects.filter(membership__party=party).select_related("platform").order_by("id"):
        yield {"of": there.platform.name, "asked_at": moment(there.asked_at), "had_at": moment(there.came_at)}


MY_DATA = (("credentials_issued", issued), ("credentials_brought", brought), ("credentials_asked", asked))


def forget(event: PartyErased) -> None:
    """What it said goes here; who holds a copy keeps it. Its bit stays, so that what was withdrawn stays withdrawn."""
    mine = Issued.objects.filter(membership__party=event.party)
    mine.update(history={}, signed="", jwt="", reason="")
    Brought.objects.filter(membership__party=event.party).delete()
    Bearer.objects.filter(party=event.party).delete()  # not even a digest of what they showed stays
    HistoryRequest.objects.filter(membership__party=event.party, issued=None).delete()
    AskedElsewhere.objects.filter(membership__party=event.party).delete()


def member_part(membership: Membership, at: datetime) -> dict[str, Any] | None:
    """What they show of elsewhere, as what it is; on one's own page the way to take a work history along."""
    reports = reports_of(membership, brought_by(membership)[:5], at=at)
    return {"rows": [shown_report(report) for report in reports]}
