"""Who may open, read, speak, decide."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import NotAllowed
from marke.decisions.models import Proposal
from marke.hearings.conditions import State
from marke.hearings.models import Case
from marke.hearings.queries import cases, proposals_about
from marke.parties.http import CoopRequest
from marke.parties.models import Coop, Membership, Party
from marke.parties.offices import offices_on
from marke.parties.permissions import can_office, check_belonged, check_member, check_signed_in
from marke.parties.queries import acts_for

# A human with any mandate, so that whoever opened a case is not the only one who could decide.
DECIDING = ("coordinator", "treasurer", "secretary")


class OnlyMembersAct(NotAllowed):
    """Who is suspended looks, and answers in their own case; they open and decide none."""


class SomebodyElsesCase(NotAllowed):
    """A case is read by who is in it, by those with a mandate, and by everybody once members vote on it."""


def check_member_now(coop: Coop, by: Party) -> Membership:
    """Raises: OnlyMembersAct."""
    own = Membership.objects.filter(coop=coop, party=by, state=Membership.State.MEMBER).select_related("party").first()
    if own is None:
        raise OnlyMembersAct(
            _("Only members of %(coop)s can do this, and only while they are not suspended.") % {"coop": coop.name}
        )
    own.coop = coop
    return own


def holds_any(own: Membership, offices: tuple[str, ...], at: datetime) -> bool:
    held = offices_on(own.coop, clock.local_date(at, own.coop.timezone)).held_by(own)
    return not held.isdisjoint(offices)


def is_about(case: Case, by: Party, at: datetime) -> bool:
    """Whether this person is, or acts for, the member."""
    return acts_for(by, case.membership.party, clock.local_date(at, case.coop.timezone))


def speaks_for(case: Case, by: Party, at: datetime) -> bool:
    return (case.speaker is not None and case.speaker.party_id == by.pk) or is_about(case, by, at)


def case_or_404(request: CoopRequest, number: int) -> Case:
    """The case, for who may read it. Raises: SignInNeeded, NotAMember, SomebodyElsesCase."""
    check_signed_in(request)
    assert request.party is not None
    found = cases(request.coop).filter(number=number).first()
    if found is None:
        raise Http404(_("There is no case %(number)d at %(coop)s.") % {"number": number, "coop": request.coop.name})
    found.coop = found.membership.coop = request.coop
    if found.notice_at is not None and is_about(found, request.party, request.asked_at):
        return found  # also when they are suspended, or have left
    check_belonged(request) if request.method in ("GET", "HEAD") else check_member(request)
    if not (_takes_part(request, found) or can_office(request, *DECIDING) or _members_decide(found)):
        raise SomebodyElsesCase(
            _("Case %(number)d is read by those who are in it and by those with a mandate.") % {"number": number}
        )
    return found


def _takes_part(request: CoopRequest, case: Case) -> bool:
    own, party = request.membership, request.party
    if own is None or party is None or own.pk == case.membership_id:
        return False
    return (
        case.opened_by_id == party.pk
        or case.speaker_id == own.pk
        or case.state == State.SIGNING
        or case.signatures.filter(membership=own).exists()
    )


def _members_decide(case: Case) -> bool:
    return proposals_about(case).exclude(state=Proposal.State.WITHDRAWN).exists()
