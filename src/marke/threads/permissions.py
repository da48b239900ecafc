"""Who may speak."""

from datetime import datetime

from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import NotAllowed
from marke.parties.models import Coop, Membership, Party
from marke.parties.queries import may_act_for


class OnlyMembersSpeak(NotAllowed):
    pass


def speaks_as(coop: Coop, person: Party, at: datetime) -> list[Membership]:
    """The active memberships that `person` may act for: their own first, then those of organisations."""
    parties = [person, *may_act_for(person, clock.local_date(at, coop.timezone))]
    found = {
        membership.party_id: membership
        for membership in Membership.objects.filter(coop=coop, party__in=parties, state=Membership.State.MEMBER)
    }
    return [found[party.pk] for party in parties if party.pk in found]


def check_speaks(coop: Coop, person: Party | None, at: datetime) -> list[Membership]:
    """The memberships for which `person` speaks. Raises: OnlyMembersSpeak when there are none."""
    memberships = speaks_as(coop, person, at) if person else []
    if not memberships:
        raise OnlyMembersSpeak(
            _("Only members of %(coop)s take part in its discussions and decisions. Ask the coordinator to become one.")
            % {"coop": coop.name}
        )
    return memberships
