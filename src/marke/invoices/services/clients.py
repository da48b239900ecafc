"""What a client's quotes and invoices say about them from now on. What was issued keeps what it said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common.refusal import Refused
from marke.invoices.network import networks
from marke.parties.models import Client, Membership, Party
from marke.parties.queries import belongs_elsewhere
from marke.parties.services import change_person

DETAILS = ("name", "email", "vat_number", "street", "postcode", "city", "country", "language")


class DetailsHaveChanged(Refused):
    """Somebody else wrote something else meanwhile."""


class KeptByThemselves(Refused):
    """Who signs in keeps name, address and language themselves."""


def open_details(client: Client) -> tuple[str, ...]:
    """Which of DETAILS the co-op keeps of a client; who signs in, or is a member, keeps their own but for the VAT number."""
    party = client.party
    if party.erased_at is not None or belongs_elsewhere(party, client.coop):
        return ()
    if party.user_id is not None or Membership.objects.filter(party=party).exists():
        return ("vat_number",)
    return DETAILS


def places_of(client: Client) -> dict[str, str]:
    """Where they receive e-invoices, by network."""
    return {network.kind: network.where(client) for network in networks}


def details_seen(client: Client) -> str:
    """The same as long as nobody changes anything of it."""
    said = [getattr(client.party, name) for name in DETAILS]
    return sha256(repr([said, sorted(places_of(client).items())]).encode()).hexdigest()[:20]


@transaction.atomic
def change_client(
    *, client: Client, details: Mapping[str, str], places: Mapping[str, str], seen: str, by: Party | None, at: datetime
) -> Client:
    """Keeps what was written, if nothing has changed since it was `seen`; the same form a second time changes nothing.

    `places`: where they receive e-invoices from now on, by network; only where somebody wrote another.
    Raises: DetailsHaveChanged, KeptByThemselves, and what the network raises for a place that is none.
    """
    Party.objects.select_for_update().get(pk=client.party_id)
    client = Client.objects.select_related("party", "coop").get(pk=client.pk)
    before = places_of(client)
    new = {name: value for name, value in details.items() if getattr(client.party, name) != value.strip()}
    moved = {kind: place for kind, place in places.items() if before[kind] != place.strip()}
    if not (new or moved):
        return client
    if details_seen(client) != seen:
        raise DetailsHaveChanged(_("Somebody changed these details since you opened the page. Open it again and look."))
    if set(new) - set(open_details(client)):
        raise KeptByThemselves(_("%(name)s keeps these details themselves.") % {"name": client.party.name})
    change_person(party=client.party, by=by, at=at, **new)
    for network in networks:
        if network.kind in moved:
            network.write(client=client, participant=moved[network.kind], by=by, at=at)
    return client
