"""Decisions by somebody with a mandate: recorded and with their reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marke.common.refusal import Refused
from marke.decisions.conditions import MANDATE
from marke.decisions.methods import method_of
from marke.decisions.models import Proposal
from marke.decisions.permissions import check_coordinator
from marke.decisions.services.closing import checked_reason, end_proposal
from marke.decisions.services.drafts import MoveNotAllowed, draft_proposal, locked_proposal, start_discussion
from marke.parties.models import Membership, Party
from marke.rules.models import Decision

State = Proposal.State
OUTCOME = {True: State.ADOPTED, False: State.REJECTED}


class DecidedByVote(Refused):
    pass


class NotApplying(Refused):
    pass


def decide_by_mandate(*, proposal: Proposal, adopted: bool, reason: str, by: Party, at: datetime) -> Proposal:
    """The coordinator decides a proposal for which the rulebook says so, and says why.

    Deciding the same twice changes nothing. Raises: NotTheCoordinator, DecidedByVote, ReasonMissing, MoveNotAllowed.
    """
    with transaction.atomic():
        locked = locked_proposal(proposal)
        check_coordinator(locked.coop, by, at)
        if locked.method == MANDATE and locked.state == OUTCOME[adopted]:
            return locked
        if locked.state != State.DISCUSSING:
            raise MoveNotAllowed(
                _("“%(title)s” is “%(state)s”, and only what is being discussed can be decided.")
                % {"title": locked.title, "state": locked.get_state_display()}
            )
        if method_of(locked, at) != MANDATE:
            raise DecidedByVote(
                _("“%(title)s” is decided by a vote of the members, not by the coordinator.") % {"title": locked.title}
            )
        locked.method = MANDATE
        end_proposal(
            locked,
            outcome=OUTCOME[adopted],
            kind=Decision.Kind.MANDATE,
            text=checked_reason(reason),
            tally={"method": MANDATE, "outcome": str(OUTCOME[adopted])},
            by=by,
            at=at,
        )
        return locked


def decide_application(*, membership: Membership, admitted: bool, reason: str, by: Party, at: datetime) -> Proposal:
    """Admits or refuses somebody who applied, in one step, where admission is by mandate.

    Raises: NotApplying, NotTheCoordinator, DecidedByVote, ReasonMissing.
    """
    with transaction.atomic():
        applying = Membership.objects.select_for_update(of=("self",)).select_related("party", "coop").get(pk=membership.pk)
        check_coordinator(applying.coop, by, at)
        if applying.state != Membership.State.APPLIED:
            raise NotApplying(
                _("%(name)s is not applying any more: “%(state)s”.")
                % {"name": applying.party.name, "state": applying.get_state_display()}
            )
        proposal = _open_admission(applying) or propose_admission(membership=applying, by=by, at=at)
        return decide_by_mandate(proposal=proposal, adopted=admitted, reason=reason, by=by, at=at)


def propose_admission(*, membership: Membership, by: Party, at: datetime) -> Proposal:
    """Puts an application up for discussion; the one that is already open is returned as it is."""
    with transaction.atomic():
        locked = Membership.objects.select_for_update(of=("self",)).select_related("party", "coop").get(pk=membership.pk)
        if (already := _open_admission(locked)) is not None:
            return already
        with override(locked.coop.language):
            title = _("Admit %(name)s") % {"name": locked.party.name}
        proposal = draft_proposal(
            coop=locked.coop,
            title=title,
            text=locked.motivation,
            effect_kind="admit",
            effect_data={"membership": locked.number},
            by=by,
            at=at,
        )
        return start_discussion(proposal=proposal, by=by, at=at)


def _open_admission(membership: Membership) -> Proposal | None:
    rows = Proposal.objects.filter(
        coop=membership.coop, effect_kind="admit", state__in=[State.DISCUSSING, State.VOTING]
    ).select_related("coop")
    return next((row for row in rows if row.effect_data.get("membership") == membership.number), None)
