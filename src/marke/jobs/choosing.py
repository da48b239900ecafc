"""The members who could come, each with their own price: where members set what they ask, the client chooses by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from marke.jobs.services.quoting import Quote, quotes_for
from marke.parties.models import Coop, Membership
from marke_core.matching import Place, metres_on_earth

MOST = 50
CHEAPEST, NEAREST = "price", "near"


@dataclass(frozen=True)
class MemberQuote:
    """What one member would ask. `metres`: from their home base to where it begins; None where one of the two is not known."""

    membership: Membership
    quote: Quote
    metres: int | None


def member_quotes(*, coop: Coop, begins: Place | None, order: str = CHEAPEST, **enquiry: Any) -> list[MemberQuote]:
    """Those who work here with their price, cheapest or nearest first; `enquiry` is what `quotes_for` takes.

    As many queries for fifty as for one. Raises: NoFare.
    """
    members = list(Membership.objects.filter(coop=coop, state=Membership.State.MEMBER).select_related("party").order_by("number"))
    quotes = quotes_for(members=members, coop=coop, **enquiry)
    metres = _metres(members, begins)
    rows = [MemberQuote(member, quotes[member.pk], metres.get(member.pk)) for member in members]

    def distance(row: MemberQuote) -> tuple[bool, int]:
        return row.metres is None, row.metres or 0

    def first(row: MemberQuote) -> tuple[object, ...]:
        net = row.quote.price.net
        return (net, *distance(row)) if order == CHEAPEST else (*distance(row), net)

    return sorted(rows, key=lambda row: (*first(row), row.membership.number))[:MOST]


def _metres(members: Sequence[Membership], begins: Place | None) -> dict[int, int]:
    placed = [member for member in members if member.home_lat_e7 is not None and member.home_lon_e7 is not None]
    if begins is None or not placed:
        return {}
    lat = np.array([member.home_lat_e7 for member in placed], dtype=np.int64)
    lon = np.array([member.home_lon_e7 for member in placed], dtype=np.int64)
    return {member.pk: far for member, far in zip(placed, metres_on_earth(lat, lon, begins).tolist(), strict=True)}
