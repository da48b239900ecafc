"""What members lend at the beginning; and a share issue that they have voted for: who takes part, and who has paid."""

from datetime import datetime
from fractions import Fraction

from marke.capital.models import MemberLoan
from marke.capital.queries import open_issue
from marke.capital.services import agree_loan, subscribe
from marke.packs.demo import DemoCoop
from marke.payments.services import record_payment
from marke.site.demo.people import People


class Raising:
    def __init__(self, demo: DemoCoop, people: People) -> None:
        self.demo, self.people = demo, people
        self.taken = 0

    def morning(self, number: int, at: datetime) -> None:
        if number == 0:
            self._borrow(at)
        self._take_part(at)

    def _borrow(self, at: datetime) -> None:
        """Work is paid every week, clients pay after weeks: those who can lend what lies between."""
        treasurer = self.people.office("treasurer")
        for place, lent in enumerate(self.demo.loans):
            loan = agree_loan(
                membership=self.people.members[lent.lender], amount=lent.amount, rate=Fraction(lent.percent, 100),
                years=lent.years, repayment=MemberLoan.Repayment.AT_THE_END, purpose=lent.purpose,
                once_key=f"demo-loan-{place}", by=treasurer, at=at,
            )  # fmt: skip
            record_payment(
                coop=self.people.coop, request=loan.payment_request, amount=loan.amount, date=at.date(),
                once_key=f"demo-loan-paid-{place}", by=treasurer, at=at,
            )  # fmt: skip

    def _take_part(self, at: datetime) -> None:
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
