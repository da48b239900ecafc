"""A small co-op with two months behind it, played as the demo's year is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from marke.common import clock
from marke.packs.demo import DemoCoop
from marke.parties.models import Coop, Membership
from marke.site.demo.year import Year
from marke_packs.delivery.demo import VELO
from marke_packs.delivery.pack import PACK

SMALL = replace(VELO, days=60, people=VELO.people[:5], clients=VELO.clients[:3], proposals=(), applicant=None)


@dataclass(frozen=True)
class World:
    coop: Coop
    amina: Membership
    joris: Membership  # coordinator
    lea: Membership  # treasurer
    others: list[Membership]

    def email(self, member: Membership) -> str:
        return member.party.email


def play(demo: DemoCoop = SMALL) -> World:
    """Needs a database that is not in a transaction."""
    year = Year(PACK, demo, clock.now())
    for _day in year.play():
        pass
    members = year.people.members
    return World(year.coop, members[0], members[1], members[2], [members[3], members[4]])
