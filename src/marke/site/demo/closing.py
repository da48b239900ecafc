"""In February the co-op closes the year before: looked at, proposed, voted on, booked, paid."""

from datetime import date, datetime, timedelta

from marke.decisions.models import Ballot, Proposal
from marke.decisions.services import cast_ballot, open_vote
from marke.packs.demo import DemoCoop
from marke.parties.models import Membership
from marke.site.demo.people import People
from marke.surplus.models import YearClose
from marke.surplus.services import pay_year, propose_year, start_year

# The days of a year on which it happens: month and day.
PROPOSED, VOTED, PAID = (2, 9), (2, 13), (2, 23)
# A year that is closed has been worked in since then at the latest, whatever the day of the demo.
WORKED_SINCE = (12, 1)
TEXT = "A good start: more orders than we had hoped for, and nobody's pay was late. We keep a part and share a part."


def begins(demo: DemoCoop, last: date) -> date:
    """The first day of a demo that ends on `last`; of a whole year, so early that a year has been worked in, closed and paid."""
    first = last - timedelta(days=demo.days)
    if not shares_surplus(demo) or demo.days < 365:
        return first
    paid = last.year if (last.month, last.day) > PAID else last.year - 1
    return min(first, date(paid - 1, *WORKED_SINCE))


def shares_surplus(demo: DemoCoop) -> bool:
    """Whether its rules say what a surplus is for."""
    return any(key.startswith("surplus.") for key in demo.rules)


class Closing:
    def __init__(self, demo: DemoCoop, people: People) -> None:
        self.demo, self.people = demo, people
        self.year: YearClose | None = None
        self.proposal: Proposal | None = None

    def noon(self, day: date, at: datetime) -> None:
        if not shares_surplus(self.demo):
            return
        match (day.month, day.day):
            case today if today == PROPOSED:
                self._propose(day, at)
            case today if today == VOTED and self.proposal is not None:
                self._vote(self.proposal, at)
            case today if today == PAID and self.year is not None:
                pay_year(year=self.year, by=self.people.office("treasurer"), at=at)

    def _propose(self, day: date, at: datetime) -> None:
        treasurer = self.people.office("treasurer")
        since, until = date(day.year - 1, 1, 1), date(day.year, 1, 1)
        self.year = start_year(coop=self.people.coop, since=since, until=until, by=treasurer, at=at - timedelta(days=2))
        title = f"Close the year {since.year}"
        self.proposal = propose_year(year=self.year, title=title, text=TEXT, by=treasurer, at=at)

    def _vote(self, proposal: Proposal, at: datetime) -> None:
        proposal.refresh_from_db()
        if proposal.state == Proposal.State.DISCUSSING:
            proposal = open_vote(proposal=proposal, at=at)
        for entry in proposal.roll.select_related("membership__party").order_by("membership__number"):
            member: Membership = entry.membership
            cast_ballot(proposal=proposal, membership=member, choice=Ballot.Choice.FOR, reason="", by=member.party, at=at)
