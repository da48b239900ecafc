"""Members who come as a list: what applying and admission do for one, in a few queries for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from marke.common import events
from marke.common.numbering import next_number
from marke.parties.events import MembersListed
from marke.parties.models import Coop, Membership, MembershipEvent, Party
from marke.parties.services.memberships import admit_member, apply_for_membership


@dataclass(frozen=True)
class Listed:
    party: Party
    engagement: str
    since: datetime


def admit_list(*, coop: Coop, people: Sequence[Listed], note: str, by: Party | None, at: datetime) -> list[Membership]:
    """Everybody on the list is a member since the moment it says; in the order of the list.

    Who belonged before comes back one by one, under the old number. Raises: AlreadyBelongs.
    """
    with transaction.atomic():
        number = next_number(Membership, coop)
        former = set(
            Membership.objects.filter(coop=coop, party__in=[listed.party for listed in people]).values_list("party_id", flat=True)
        )
        fresh = [listed for listed in people if listed.party.pk not in former]
        made = Membership.objects.bulk_create(
            [_member(coop, listed, number + place) for place, listed in enumerate(fresh)], batch_size=500
        )
        MembershipEvent.objects.bulk_create(
            [
                MembershipEvent(coop=coop, membership=membership, state=state, at=membership.applied_at, by=by, note=note)
                for membership in made
                for state in (Membership.State.APPLIED, Membership.State.MEMBER)
            ],
            batch_size=500,
        )
        events.announce(MembersListed(coop=coop, memberships=made, by=by, at=at))
        of = {membership.party_id: membership for membership in made}
        for listed in people:
            if listed.party.pk not in of:
                again = apply_for_membership(coop=coop, party=listed.party, engagement=listed.engagement, by=by, at=listed.since)
                of[listed.party.pk] = admit_member(membership=again, by=by, at=listed.since, note=note)
        return [of[listed.party.pk] for listed in people]


def _member(coop: Coop, listed: Listed, number: int) -> Membership:
    return Membership(
        coop=coop,
        party=listed.party,
        number=number,
        engagement=listed.engagement,
        state=Membership.State.MEMBER,
        applied_at=listed.since,
        admitted_at=listed.since,
    )
