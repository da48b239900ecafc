"""Questions about people: who belongs, and for whom somebody acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from marke.parties.conditions import in_term
from marke.parties.models import Circle, Client, Coop, Membership, MembershipEvent, Party, Representation


def party_of(user: Any) -> Party | None:
    """The person behind a sign-in."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Party.objects.filter(user_id=user.pk, erased_at=None).first()


def may_act_for(person: Party, on: date) -> list[Party]:
    """The organisations and households that `person` acts on behalf of on that day."""
    rows = Representation.objects.filter(person=person).select_related("party").order_by("party__name", "id")
    return [row.party for row in rows if in_term(row.starts_on, row.ends_on, on)]


def representatives(party: Party, on: date) -> list[Representation]:
    """Who acts on behalf of `party` on that day."""
    rows = Representation.objects.filter(party=party).select_related("person").order_by("person__name", "id")
    return [row for row in rows if in_term(row.starts_on, row.ends_on, on)]


def acts_for(person: Party, party: Party, on: date) -> bool:
    """Whether `person` is `party` or acts on its behalf."""
    return person.pk == party.pk or party.pk in {acted.pk for acted in may_act_for(person, on)}


def members(coop: Coop) -> QuerySet[Membership]:
    """Everybody who ever applied, with their party."""
    return Membership.objects.filter(coop=coop).select_related("party")


def active_members(coop: Coop, at: datetime | None = None) -> QuerySet[Membership]:
    """Members as of now, or as of the moment `at`, by what had happened until then."""
    if at is None:
        return members(coop).filter(state=Membership.State.MEMBER)
    last = MembershipEvent.objects.filter(membership=OuterRef("pk"), at__lte=at).order_by("-at", "-id").values("state")
    return members(coop).annotate(state_then=Subquery(last[:1])).filter(state_then=Membership.State.MEMBER)


def coops_of(parties: Sequence[Party]) -> list[tuple[str, str]]:
    """Address and name of every co-op to which one of them belongs or of which one is a client."""
    found = Coop.objects.filter(Q(memberships__party__in=parties) | Q(clients__party__in=parties))
    return list(found.distinct().order_by("name").values_list("slug", "name"))


def belongs_elsewhere(party: Party, coop: Coop) -> bool:
    """Whether another co-op knows this party too: then no officer of one alone decides who it is or who acts for it."""
    return (
        Membership.objects.filter(party=party).exclude(coop=coop).exists()
        or Client.objects.filter(party=party).exclude(coop=coop).exists()
    )


def hidden_contacts(coop: Coop) -> QuerySet[Membership]:
    """People of whom this co-op knows name and mail address only, because that is all its own list said.

    Another co-op knew them before, and they have not joined here themselves nor said that their telephone number and
    address may be seen here.
    """
    came_themselves = MembershipEvent.objects.filter(membership=OuterRef("pk"), by=OuterRef("party")).exclude(
        state=Membership.State.LEFT
    )
    member_before = Membership.objects.filter(party=OuterRef("party"), pk__lt=OuterRef("pk")).exclude(coop=coop)
    client_before = Client.objects.filter(party=OuterRef("party"), created_at__lte=OuterRef("party__created_at")).exclude(
        coop=coop
    )
    listed = Membership.objects.filter(~Exists(came_themselves), coop=coop, party__kind=Party.Kind.PERSON)
    return listed.filter(Exists(member_before) | Exists(client_before))


def contact_is_hidden(membership: Membership) -> bool:
    return hidden_contacts(membership.coop).filter(pk=membership.pk).exists()


def applicants(coop: Coop) -> QuerySet[Membership]:
    """Who waits for an answer, the longest first."""
    return members(coop).filter(state=Membership.State.APPLIED).order_by("applied_at", "number")


def clients(coop: Coop) -> QuerySet[Client]:
    return Client.objects.filter(coop=coop).select_related("party")


def open_circles(coop: Coop) -> QuerySet[Circle]:
    return Circle.objects.filter(coop=coop, closed_at=None)


@dataclass(frozen=True)
class CircleRow:
    circle: Circle
    depth: int
    members: int


def circle_rows(coop: Coop) -> list[CircleRow]:
    """The open circles as a tree read from top to bottom, with how many are in each. One query."""
    counted = open_circles(coop).annotate(inside=Count("circlemembership")).order_by("name")
    circles = list(counted)
    inside = {circle.pk: circle.inside for circle in counted}
    known = {circle.pk for circle in circles}
    below: dict[int | None, list[Circle]] = {}
    for circle in circles:
        parent = circle.parent_id if circle.parent_id in known else None
        below.setdefault(parent, []).append(circle)
    rows: list[CircleRow] = []

    def walk(parent: int | None, depth: int) -> None:
        for circle in below.get(parent, []):
            rows.append(CircleRow(circle, depth, inside[circle.pk]))
            walk(circle.pk, depth + 1)

    walk(None, 0)
    return rows
