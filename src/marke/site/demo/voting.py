"""The proposals of the demo year, discussed and voted on as their real ones would be."""

from datetime import datetime, timedelta

from marke.decisions.models import Proposal
from marke.decisions.services import cast_ballot, draft_proposal, settle_due, start_discussion
from marke.packs.demo import DemoCoop, DemoProposal
from marke.site.demo.people import People
from marke.threads.services import add_comment
from marke_core.periods import month_of

# By when a proposal has certainly been decided: what it changes begins in the month after.
DECIDED_AFTER = timedelta(days=12)
# How long a share issue takes, with the time to decide on it.
ISSUE_LASTS = timedelta(days=60)


class Voting:
    def __init__(self, demo: DemoCoop, people: People) -> None:
        self.demo, self.people = demo, people
        self.under_way: dict[int, Proposal] = {}
        self.voted: set[int] = set()

    def morning(self, number: int, at: datetime) -> None:
        """Proposals put today; discussions that end; votes that close."""
        for place, proposal in enumerate(self.demo.proposals):
            if proposal.day == number:
                self.under_way[place] = self._put(proposal, at)
        if self.under_way:
            settle_due(at=at, coop=self.people.coop)
        for place, row in self.under_way.items():
            self._go_on(self.demo.proposals[place], row, at)

    def _put(self, proposal: DemoProposal, at: datetime) -> Proposal:
        coop, author = self.people.coop, self.people.members[proposal.author].party
        data = dict(proposal.effect_data)
        if proposal.effect_kind == "rule":
            data["from"] = month_of((at + DECIDED_AFTER).date()).ends.isoformat()
        if proposal.effect_kind == "share_issue":
            data["closes_on"] = (at + ISSUE_LASTS).date().isoformat()
        row = draft_proposal(
            coop=coop, title=proposal.title, text=proposal.text, effect_kind=proposal.effect_kind, effect_data=data,
            once_key=f"demo-proposal-{proposal.day}", by=author, at=at,
        )  # fmt: skip
        row = start_discussion(proposal=row, by=author, at=at)
        for turn, (who, text) in enumerate(proposal.comments, 1):
            add_comment(thread=row.thread, text=text, by=self.people.members[who].party, at=at + timedelta(minutes=20 * turn))
        return row

    def _go_on(self, proposal: DemoProposal, row: Proposal, at: datetime) -> None:
        """Once the discussion is over the vote has opened by itself; the demo's people vote an hour later."""
        row.refresh_from_db()
        if row.state == Proposal.State.VOTING and row.number not in self.voted:
            self.voted.add(row.number)
            self._vote(proposal, row, at + timedelta(hours=1))

    def _vote(self, proposal: DemoProposal, row: Proposal, at: datetime) -> None:
        choices = ["for"] * proposal.votes_for + ["against"] * proposal.votes_against + ["abstain"] * proposal.abstentions
        voters = [m for place, m in sorted(self.people.members.items()) if not self.demo.people[place].sign_in_as]
        voters += [m for place, m in sorted(self.people.members.items()) if self.demo.people[place].sign_in_as]
        for membership, choice in zip(voters, choices, strict=False):
            cast_ballot(proposal=row, membership=membership, choice=choice, by=membership.party, at=at)
