"""Everything that is kept about somebody, in open formats."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from marke.common.csv_files import csv_text
from marke.parties.hooks import MyData, my_data
from marke.parties.models import CircleMembership, Client, Mandate, Membership, MembershipEvent, Party, Representation

Rows = Iterable[Mapping[str, Any]]


def moment(at: datetime | date | None) -> str:
    """As it stands in a table of my data; "" for never."""
    return at.isoformat() if at is not None else ""


def _person(party: Party) -> Rows:
    fields = ("name", "kind", "email", "phone", "language", "street", "postcode", "city", "country", "vat_number")
    yield {
        "id": str(party.uid),
        **{field: getattr(party, field) for field in fields},
        "known_since": moment(party.created_at),
        "signs_in_as": party.user.email if party.user else "",
    }


def _memberships(party: Party) -> Rows:
    for membership in Membership.objects.filter(party=party).select_related("coop").order_by("id"):
        yield {
            "co-op": membership.coop.name,
            "number": membership.number,
            "class": membership.member_class,
            "engagement": membership.engagement,
            "state": membership.state,
            "applied_at": moment(membership.applied_at),
            "admitted_at": moment(membership.admitted_at),
            "left_at": moment(membership.left_at),
            "motivation": membership.motivation,
            "home_lat_e7": membership.home_lat_e7,
            "home_lon_e7": membership.home_lon_e7,
        }


def _events(party: Party) -> Rows:
    events = MembershipEvent.objects.filter(membership__party=party).select_related("coop", "by").order_by("at", "id")
    for event in events:
        yield {
            "co-op": event.coop.name,
            "at": moment(event.at),
            "state": event.state,
            "by": event.by.name if event.by else "",
            "note": event.note,
        }


def _mandates(party: Party) -> Rows:
    for mandate in Mandate.objects.filter(membership__party=party).select_related("coop", "circle").order_by("id"):
        yield {
            "co-op": mandate.coop.name,
            "office": mandate.office,
            "circle": mandate.circle.name if mandate.circle else "",
            "starts_on": moment(mandate.starts_on),
            "ends_on": moment(mandate.ends_on),
            "ended_at": moment(mandate.ended_at),
            "reason": mandate.reason,
        }


def _circles(party: Party) -> Rows:
    places = CircleMembership.objects.filter(membership__party=party).select_related("coop", "circle").order_by("id")
    for place in places:
        yield {"co-op": place.coop.name, "circle": place.circle.name, "joined_at": moment(place.joined_at)}


def _clients(party: Party) -> Rows:
    for client in Client.objects.filter(party=party).select_related("coop").order_by("id"):
        yield {"co-op": client.coop.name, "number": client.number, "since": moment(client.created_at)}


def _acting(party: Party) -> Rows:
    for row in Representation.objects.filter(person=party).select_related("party").order_by("id"):
        yield {"acts_for": row.party.name, "starts_on": moment(row.starts_on), "ends_on": moment(row.ends_on)}


TABLES = [
    MyData("person", _person),
    MyData("memberships", _memberships),
    MyData("membership_events", _events),
    MyData("mandates", _mandates),
    MyData("circles", _circles),
    MyData("clients", _clients),
    MyData("acting_for", _acting),
]


def my_data_archive(party: Party, at: datetime) -> bytes:
    """A zip with one CSV and one JSON per table, and a README that says what they are."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        names = []
        for table in my_data:
            rows = [dict(row) for row in table.rows(party)]
            names.append(f"{table.kind}: {len(rows)}")
            out.writestr(f"{table.kind}.json", json.dumps(rows, ensure_ascii=False, indent=1, default=str))
            out.writestr(f"{table.kind}.csv", _csv(rows))
        out.writestr("README.txt", _readme(party, at, names))
    return archive.getvalue()


def _csv(rows: list[dict[str, Any]]) -> str:
    return csv_text([tuple(rows[0]), *(tuple(row.values()) for row in rows)] if rows else [])


def _readme(party: Party, at: datetime, names: list[str]) -> str:
    told = _(
        "Everything that is kept here about %(name)s, on %(day)s.\n\n"
        "Each table is there twice: as CSV (opens in any spreadsheet) and as JSON (for programs). Moments are in UTC. "
        "Amounts are in minor units (cents).\n\nTables and their rows:\n"
    ) % {"name": party.name, "day": at.date().isoformat()}
    return told + "\n".join(names) + "\n"
