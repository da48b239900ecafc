"""Share issues for tests, made through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from marke.capital import queries, services
from marke.capital.conditions import Plan
from marke.capital.models import MemberLoan, ShareIssue, Subscription
from marke.parties.models import Coop, Membership
from marke.payments.models import Payment
from marke.payments.services import record_payment
from tests.factories.parties import T0

OPENS = T0 + timedelta(days=10)
CLOSES = OPENS + timedelta(days=30)
# At €50.00 a share: a goal of 20 shares, at least 10, at most 40.
PLAN = Plan(
    title="A workshop of our own",
    share_class="ordinary",
    purpose="The rent of the workshop, and a lift for cargo bikes.",
    goal=1_000_00,
    minimum=500_00,
    maximum=2_000_00,
    each=None,
    opens_at=OPENS,
    closes_at=CLOSES,
    closes_when_full=False,
    public=True,
)


def open_issue(coop: Coop, at: datetime = OPENS, **plan: Any) -> ShareIssue:
    return services.open_share_issue(coop=coop, plan=replace(PLAN, **plan), decision=None, by=None, at=at)


def take_part(
    issue: ShareIssue, who: Membership, shares: int, *, key: str = "", at: datetime = OPENS, noted: bool = False
) -> Subscription:
    issue.round.refresh_from_db()
    return services.subscribe(
        issue=issue, membership=who, shares=shares, noted=noted, once_key=key or f"key {who.number}", by=who.party, at=at
    )


def pay_for(subscription: Subscription, amount: int | None = None, *, key: str = "", at: datetime = OPENS) -> Payment:
    asked = subscription.payment_request
    return record_payment(
        coop=subscription.coop,
        request=asked,
        amount=subscription.amount if amount is None else amount,
        date=at.date(),
        once_key=key or f"pays {asked.number}",
        by=None,
        at=at,
    )


def paid_part(issue: ShareIssue, who: Membership, shares: int, **given: Any) -> Subscription:
    subscription = take_part(issue, who, shares, **given)
    pay_for(subscription)
    return subscription


def lend(who: Membership, amount: int, *, at: datetime = OPENS) -> MemberLoan:
    """A member lends for three years at 2 %, and pays it in."""
    loan = services.agree_loan(
        membership=who, amount=amount, rate=Fraction(2, 100), years=3, repayment="annuity", purpose="Un four",
        once_key=f"loan {who.number}", by=None, at=at,
    )  # fmt: skip
    record_payment(
        coop=who.coop, request=loan.payment_request, amount=amount, date=at.date(), once_key=f"lends {who.number}", by=None, at=at
    )
    return loan


def fresh(issue: ShareIssue) -> ShareIssue:
    """The issue with the state that it has now."""
    found = queries.issue_of(issue.coop, issue.round.number)
    assert found is not None
    return found
