"""A share issue that members have voted for: who takes part, and who has paid."""

from datetime import datetime

from marke.capital.queries import open_issue
from marke.capital.services import subscribe
from marke.packs.demo import DemoCoop
from marke.payments.services import record_payment
from marke.site.demo.people import People


class Raising:
    def __init__(self, demo: DemoCoop, people: People) -> None:
        self.demo, self.people = demo, people
        self.taken = 0

    def morning(self, number: int, at: datetime) -> None:
        """One of those who want to take part subscribes each day that the issue is open, and pays."""
        if self.taken >= len(self.demo.subscribers) or (issue := open_issue(self.people.coop)) is None:
            return
        who, shares = self.demo.subscribers[self.taken]
        membership = self.people.members[who]
        key = f"demo-issue-{who}"
        subscription = subscribe(
            issue=issue, membership=membership, shares=shares, noted=True, once_key=key, by=membership.party, at=at
        )
        request = subscription.payment_request
        record_payment(
            coop=self.people.coop, request=request, amount=request.amount, date=at.date(), once_key=f"{key}-paid",
            by=self.people.office("treasurer"), at=at,
        )  # fmt: skip
        self.taken += 1
