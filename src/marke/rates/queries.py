"""Questions about fares: whose counts for whom, and what was agreed with a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from marke.parties.models import CircleMembership, Client, Coop, Membership
from marke.rates.fares import Fare, bounds, circle_fare, common_fare, own_rows, rows_from
from marke.rates.models import ClientFare, MemberFare
from marke.rules.queries import Rulebook
from marke.rules.scopes import options


def fares_of(*, rules: Rulebook, coop: Coop, job_kind: str, members: Sequence[Membership], on: date) -> dict[int, Fare | None]:
    """The fare that counts for each of these members on a day; None where there is none. At most one query."""
    common = common_fare(rules, job_kind)
    found: dict[int, Fare | None] = {member.pk: common for member in members}
    setter = rules.value("rates.set_by", job_kind=job_kind)
    if setter == "circle":
        found |= _of_circles(rules, coop, job_kind, members)
    elif setter == "member" and common is not None:
        found |= _own(rules, coop, job_kind, members, on, common)
    return found


def fare_of(*, rules: Rulebook, coop: Coop, job_kind: str, member: Membership | None, on: date) -> Fare | None:
    """The fare that counts for one member; without one, the fare that the members set together."""
    if member is None:
        return common_fare(rules, job_kind)
    return fares_of(rules=rules, coop=coop, job_kind=job_kind, members=[member], on=on)[member.pk]


def _of_circles(rules: Rulebook, coop: Coop, job_kind: str, members: Sequence[Membership]) -> Mapping[int, Fare]:
    """Of several circles with a fare, the one that the member joined first."""
    rows = CircleMembership.objects.filter(coop=coop, membership__in=members, circle__closed_at=None)
    found: dict[int, Fare] = {}
    for member, circle, name in rows.order_by("joined_at", "id").values_list("membership", "circle", "circle__name"):
        fare = circle_fare(rules, job_kind, circle, name)
        if fare is not None:
            found.setdefault(member, fare)
    return found


def _own(rules: Rulebook, coop: Coop, job_kind: str, members: Sequence[Membership], on: date, common: Fare) -> Mapping[int, Fare]:
    within = bounds(rules, job_kind)
    rows = in_force(MemberFare.objects.filter(coop=coop, job_kind=job_kind, membership__in=members), on)
    return {
        row.membership_id: Fare(
            own_rows(common.rows, rows_from(row.rows), within), common.entry, "member", row.membership.party.first_name, row
        )
        for row in rows.select_related("membership__party")
    }


def in_force(rows: QuerySet[MemberFare], on: date) -> QuerySet[MemberFare]:
    return rows.filter(Q(until_on=None) | Q(until_on__gt=on), from_on__lte=on).order_by("from_on", "id")


def agreement_with(coop: Coop, client: Client | None, job_kind: str, on: date) -> ClientFare | None:
    """What was agreed with a client for this kind of work, before what was agreed for whatever they book."""
    if client is None:
        return None
    rows = ClientFare.objects.filter(coop=coop, client=client, job_kind__in=(job_kind, ""), from_on__lte=on)
    rows = rows.filter(Q(until_on=None) | Q(until_on__gt=on)).select_related("agreed_by", "decision")
    return rows.order_by("-job_kind", "-from_on", "-id").first()


def agreements(coop: Coop) -> QuerySet[ClientFare]:
    rows = ClientFare.objects.filter(coop=coop).select_related("client__party", "agreed_by", "decision")
    return rows.order_by("client__party__name", "job_kind", "-from_on", "-id")


def fares_ever(membership: Membership) -> QuerySet[MemberFare]:
    return MemberFare.objects.filter(coop_id=membership.coop_id, membership=membership).order_by("job_kind", "-from_on", "-id")


def circle_fares(rules: Rulebook, coop: Coop, job_kind: str) -> list[Fare]:
    """The fares of the circles that have one of their own, by name."""
    named = sorted(options(coop, "circle").items(), key=lambda each: each[1])
    fares = (circle_fare(rules, job_kind, int(key), name) for key, name in named)
    return [fare for fare in fares if fare is not None]


def kinds_with_a_fare(rules: Rulebook, coop: Coop) -> dict[str, str]:
    """The kinds of work that have a fare, the members' or some circle's, with their labels."""
    kinds = options(coop, "job_kind")
    return {kind: label for kind, label in kinds.items() if common_fare(rules, kind) or circle_fares(rules, coop, kind)}
