"""What is kept of somebody about fares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marke.parties.events import PartyErased
from marke.parties.models import Party
from marke.parties.my_data import moment
from marke.rates.models import ClientFare, MemberFare, Showing

Rows = Iterable[Mapping[str, Any]]


def member_fares(party: Party) -> Rows:
    for fare in MemberFare.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {**_dated(fare), "set_at": moment(fare.set_at)}


def showing(party: Party) -> Rows:
    for row in Showing.objects.filter(membership__party=party).select_related("coop"):
        yield {"co-op": row.coop.name, "shown_to_who_books_since": moment(row.since)}


def client_fares(party: Party) -> Rows:
    for fare in ClientFare.objects.filter(client__party=party).select_related("coop").order_by("id"):
        yield {**_dated(fare), "less": fare.less, "of": fare.of, "note": fare.note, "agreed_at": moment(fare.agreed_at)}


def _dated(fare: MemberFare | ClientFare) -> dict[str, Any]:
    return {
        "co-op": fare.coop.name,
        "job_kind": fare.job_kind,
        "rows": fare.rows,
        "from": fare.from_on.isoformat(),
        "until": fare.until_on.isoformat() if fare.until_on else "",
    }


def forget_notes(event: PartyErased) -> None:
    """Why something was agreed with a client goes with the client; what was agreed explains prices, and stays."""
    ClientFare.objects.filter(client__party=event.party).exclude(note="").update(note="")
    Showing.objects.filter(membership__party=event.party).delete()
