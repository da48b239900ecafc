"""The demo's people, whom a visitor can be by one tap: one of each role in every demo co-op."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from marke.parties.models import Client, Coop, Mandate, Membership, Party


@dataclass(frozen=True)
class DemoPerson:
    party: Party
    coop: Coop
    role: str


def demo_people() -> list[DemoPerson]:
    """For each demo co-op: its coordinator, its treasurer, a member without office and a client, if they sign in.

    Who holds two offices stands there once. Empty outside the demo.
    """
    if not settings.DEMO:
        return []
    signs_in = {"party__user__isnull": False, "party__erased_at": None, "coop__demo": True}
    members = Membership.objects.filter(state=Membership.State.MEMBER, **signs_in)
    officers: dict[int, set[str]] = {}
    for membership_id, office in Mandate.objects.filter(membership__in=members, circle=None, ended_at=None).values_list(
        "membership_id", "office"
    ):
        officers.setdefault(membership_id, set()).add(office)
    first: dict[tuple[str, str], DemoPerson] = {}
    for membership in members.select_related("party__user", "coop").order_by("coop__name", "number"):
        for office in sorted(officers.get(membership.pk, {"member"})):
            label = Mandate.Office(office).label if office != "member" else _("Member")
            person = DemoPerson(membership.party, membership.coop, str(label))
            first.setdefault((membership.coop.slug, office), person)
    for client in Client.objects.filter(**signs_in).select_related("party__user", "coop").order_by("coop__name", "number"):
        first.setdefault((client.coop.slug, "client"), DemoPerson(client.party, client.coop, _("Client")))
    order = ["member", "coordinator", "treasurer", "client"]
    listed = [(slug, order.index(role), person) for (slug, role), person in first.items() if role in order]
    merged: dict[tuple[str, int], DemoPerson] = {}
    for slug, _place, person in sorted(listed, key=lambda entry: entry[:2]):
        known = merged.get((slug, person.party.pk))
        role = f"{known.role}, {person.role}" if known else person.role
        merged[slug, person.party.pk] = DemoPerson(person.party, person.coop, role)
    return list(merged.values())
