"""Who may do what with money."""

from datetime import datetime

from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import NotAllowed
from marke.parties.models import Mandate, Membership, Party
from marke.parties.offices import offices_on
from marke.rounds.models import Round
from marke.rounds.permissions import check_second_person
from marke.rules.queries import rulebook

# Who handles the co-op's money.
MONEY_OFFICES = (Mandate.Office.TREASURER, Mandate.Office.COORDINATOR)
ANOTHER_OFFICER, ANY_MEMBER = "another_officer", "any_member"


class MayNotRelease(NotAllowed):
    """The rule payments.release does not name this person."""


def check_may_release(run: Round, party: Party, at: datetime) -> None:
    """Raises: SamePerson, MayNotRelease."""
    check_second_person(run, party)
    membership = Membership.objects.filter(coop=run.coop, party=party, state=Membership.State.MEMBER).first()
    if membership is not None:
        if rulebook(run.coop, at).value("payments.release") == ANY_MEMBER:
            return
        offices = offices_on(run.coop, clock.local_date(at, run.coop.timezone)).held_by(membership)
        if not offices.isdisjoint(MONEY_OFFICES):
            return
    raise MayNotRelease(
        _("A pay run is released by a treasurer or coordinator other than the one who made it final. Ask one of them.")
    )


def may_release(run: Round, party: Party | None, at: datetime) -> bool:
    if party is None:
        return False
    try:
        check_may_release(run, party, at)
    except NotAllowed:
        return False
    return True
