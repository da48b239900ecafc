"""The members who could come, each with their own price: where members set what they ask, the client may choose by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marke.jobs.matching import WORKING_CLASS
from marke.jobs.models import Service
from marke.jobs.services.catalogue import BY_FARE
from marke.jobs.services.quoting import Quote, quotes_for
from marke.parties.models import Coop, Membership
from marke.rates.fares import common_fare
from marke.rates.models import Showing
from marke.rules.queries import Rulebook

MOST = 20  # more than this nobody compares


@dataclass(frozen=True)
class MemberQuote:
    """What one member would ask."""

    membership: Membership
    quote: Quote


def can_choose(rules: Rulebook, service: Service) -> bool:
    """Whether whoever books such work sees what each member asks."""
    by_member = service.per == BY_FARE and rules.value("rates.set_by", job_kind=service.job_kind) == "member"
    return by_member and bool(rules.value("rates.choose", job_kind=service.job_kind))


def asks_items(rules: Rulebook, service: Service) -> bool:
    """Whether the price goes by how many things there are."""
    fare = common_fare(rules, service.job_kind) if service.per == BY_FARE else None
    return fare is not None and any(row.part == "item" or "items" in row.formula for row in fare.rows)


def who_shows(coop: Coop) -> list[Membership]:
    """Those who work here and let whoever books see their first name and their price."""
    rows = Membership.objects.filter(
        coop=coop, state=Membership.State.MEMBER, member_class=WORKING_CLASS, pk__in=Showing.objects.values("membership")
    )
    return list(rows.select_related("party").order_by("number"))


def member_quotes(*, coop: Coop, members: list[Membership], **enquiry: Any) -> list[MemberQuote]:
    """These members with their price, cheapest first; `enquiry` is what `quotes_for` takes.

    As many queries for twenty as for one. Raises: NoFare.
    """
    quotes = quotes_for(members=members, coop=coop, **enquiry)
    rows = [MemberQuote(member, quotes[member.pk]) for member in members]
    return sorted(rows, key=lambda row: (row.quote.price.net, row.membership.number))[:MOST]
