"""Who asks: the member, applicant or former member whose shares a page is about."""

from __future__ import annotations

from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import check_belonged


def holder(request: CoopRequest) -> Membership:
    """Strangers sign in; who does not belong is refused."""
    membership = check_belonged(request)
    membership.coop = request.coop
    return membership
