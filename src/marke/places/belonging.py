"""What is kept of somebody about where they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from marke.parties.events import PartyErased
from marke.parties.models import Party
from marke.parties.my_data import moment
from marke.places.models import Address, LivePosition


def live_positions(party: Party) -> Iterable[Mapping[str, Any]]:
    for row in LivePosition.objects.filter(membership__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "shared_since": moment(row.since),
            "shared_until": moment(row.until),
            "lat_e7": row.lat_e7,
            "lon_e7": row.lon_e7,
            "accuracy": row.accuracy,
            "at": moment(row.at),
        }


def addresses(party: Party) -> Iterable[Mapping[str, Any]]:
    """The addresses that somebody booked with, which are suggested to them."""
    for row in Address.objects.filter(client__party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": row.coop.name,
            "address": row.text,
            "lat_e7": row.lat_e7,
            "lon_e7": row.lon_e7,
            "shown_to_everybody": row.public,
            "used_at": moment(row.used_at),
        }


def forget_addresses(event: PartyErased) -> None:
    Address.objects.filter(client__party=event.party).delete()
