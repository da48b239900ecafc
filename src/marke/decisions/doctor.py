"""INV-VOTE-1 on live data: nobody counts twice; counted is who was entitled on the record date."""

from collections.abc import Iterator

from marke.common.invariants import Invariant, Violation
from marke.decisions.models import Ballot, Proposal, RollEntry
from marke.decisions.services.votes import numbers, result_of
from marke.parties.models import Coop
from marke.parties.queries import active_members
from marke_core.tally import broken_roll

VOTE_1 = "INV-VOTE-1"


def check_votes(coop: Coop) -> Iterator[Violation]:
    """Every vote that opened: its roll against the members of that moment, and what the book says against the ballots."""
    for proposal in Proposal.objects.filter(coop=coop, opened_at__isnull=False).select_related("decision").order_by("number"):
        where = f"proposal {proposal.number} of {coop.slug}"
        member = "membership__number"
        counted = Ballot.objects.filter(entry__proposal=proposal).values_list(f"entry__{member}", flat=True)
        roll = RollEntry.objects.filter(proposal=proposal).values_list(member, flat=True)
        entitled = active_members(coop, proposal.opened_at).values_list("number", flat=True)
        for what in broken_roll(counted, roll, entitled):
            yield Violation(VOTE_1, where, what)
        if proposal.decision is not None:
            recount = numbers(result_of(proposal))
            if recount != proposal.decision.tally:
                yield Violation(VOTE_1, where, f"the book says {proposal.decision.tally}, the ballots say {recount}")


VOTE_INVARIANT = Invariant(VOTE_1, "Nobody counts twice; counted is who was entitled on the record date.", check_votes)
