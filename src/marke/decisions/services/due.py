"""What a date decides: votes open and close when it is time, whoever looks first."""

from datetime import datetime

from django.db.models import Q, QuerySet

from marke.common.clockwork import Wheel
from marke.common.refusal import Refused
from marke.decisions.conditions import MANDATE, State
from marke.decisions.methods import method_of
from marke.decisions.models import Proposal
from marke.decisions.services.votes import close_vote, open_vote
from marke.parties.models import Coop
from marke.rules.queries import Rulebook, rulebook


def _due(at: datetime, coop: Coop | None) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(Q(state=State.VOTING, closes_at__lte=at) | Q(state=State.DISCUSSING, votes_from__lte=at))
    return (rows if coop is None else rows.filter(coop=coop)).select_related("coop").order_by("id")


def settle_due(*, at: datetime, coop: Coop | None = None) -> int:
    """Opens and closes what is due, each in its own transaction; returns how many. What waits for a mandate waits on."""
    done = 0
    rulebooks: dict[int, Rulebook] = {}
    for proposal in _due(at, coop):
        try:
            if proposal.state == State.VOTING:
                close_vote(proposal=proposal, at=at)
            else:
                if proposal.coop_id not in rulebooks:
                    rulebooks[proposal.coop_id] = rulebook(proposal.coop, at)
                if method_of(proposal, at, rulebooks[proposal.coop_id]) == MANDATE:
                    continue
                open_vote(proposal=proposal, at=at)
        except Refused:
            continue  # somebody else was first, or nobody may vote yet: the next turn looks again
        done += 1
    return done


VOTES_WHEEL = Wheel("votes", lambda at: settle_due(at=at))
