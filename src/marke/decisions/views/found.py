"""The proposal that an address names, for whoever may read it."""

from django.http import Http404

from marke.common import clock
from marke.decisions.models import Proposal
from marke.decisions.services import settle_due
from marke.parties.http import CoopRequest
from marke.parties.permissions import check_member


def found_proposal(request: CoopRequest, number: int) -> Proposal:
    """Opens and closes first what is due in this co-op, so that no page shows a vote that is over as open.

    Raises: Http404, also for what somebody else never put up for discussion; SignInNeeded, NotAMember, IsSuspended.
    """
    check_member(request)
    settle_due(at=clock.now(), coop=request.coop)
    rows = Proposal.objects.select_related("coop", "author", "thread", "decision", "effect_by")
    proposal = rows.filter(coop=request.coop, number=number).first()
    mine = proposal is not None and request.party is not None and proposal.author_id == request.party.pk
    if proposal is None or (proposal.discussed_from is None and not mine):
        raise Http404(f"There is no proposal {number} at {request.coop.slug}.")
    return proposal
