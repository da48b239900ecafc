"""Who may do what with the book. Everybody may read the rules; members alone see who decided and who agreed."""

from __future__ import annotations

from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import is_member


def can_see_decisions(request: CoopRequest) -> bool:
    """Decisions name people: who was admitted, who holds an office, who agreed."""
    return is_member(request)


def can_propose(request: CoopRequest) -> bool:
    return request.membership is not None and request.membership.state == Membership.State.MEMBER
