"""A co-op of any sector, founded as people found it: three who work, all at home on the map, and a client."""

from __future__ import annotations

from datetime import datetime

from marke.packs.registry import Pack
from marke.parties.models import Client, Membership
from marke.parties.services import (
    create_party,
    declare_founded,
    describe_coop,
    ensure_client,
    give_sign_in,
    join_by_invitation,
)
from marke.site.services import Plan, found_coop
from marke_core.matching import Place

HOME = Place(508_500_000, 43_500_000)


def founded(pack: Pack, at: datetime) -> tuple[list[Membership], Client]:
    """The first holds the offices; all can sign in."""
    founder = create_party(name="Ama Boateng", email="ama@example.org", language="en", at=at)
    plan = Plan(name="Trial", pack=pack.kind, country="BE", legal_form="none", language="en", rules={})
    new = found_coop(plan=plan, founder=founder, at=at)
    members = [new.membership]
    for name in ("Bo Lund", "Cem Usta"):
        party = create_party(name=name, email=f"{name[:2].lower()}@example.org", phone="+32 2 555 01 01", language="en", at=at)
        members.append(join_by_invitation(invitation=new.invitation, party=party, by=party, at=at))
    for number, member in enumerate(members):
        member.home_lat_e7, member.home_lon_e7 = HOME.lat + number * 10_000, HOME.lon
        member.save(update_fields=["home_lat_e7", "home_lon_e7"])
    for member in members:
        give_sign_in(party=member.party, verified=True, at=at)
    declare_founded(coop=new.coop, by=founder, at=at)
    describe_coop(
        coop=new.coop, by=founder, at=at, street="Dam 4", postcode="2800", city="Mechelen", email="trial@example.org",
        iban="BE68539007547034", vat_number="",
    )  # fmt: skip
    household = create_party(
        kind="household", name="De Smet", email="smet@example.org", language="en", at=at, street="Kade 1", postcode="9000",
        city="Gent", country="BE",
    )  # fmt: skip
    new.coop.refresh_from_db()
    for member in members:
        member.coop = new.coop
    return members, ensure_client(coop=new.coop, party=household, at=at)
