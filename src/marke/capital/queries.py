"""Questions about share issues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy

from marke.capital.conditions import State
from marke.capital.models import LoanInstalment, MemberLoan, ShareIssue, Subscription
from marke.common import clock
from marke.parties.models import Coop, Membership
from marke.payments.models import Payment, PaymentRequest
from marke.rounds.models import Round
from marke.shares import queries as shares
from marke_core.share_issue import Dealing, Dealt, deal, whole_shares


@dataclass(frozen=True)
class Taken:
    """A subscription and how far it got; amounts in minor units."""

    subscription: Subscription
    paid: int

    @property
    def standing(self) -> bool:
        return self.subscription.wish.withdrawn_at is None

    @property
    def shares_paid(self) -> int:
        """How many of the shares that were asked for are paid."""
        sub = self.subscription
        return whole_shares(self.paid, price=sub.issue.price, fee=sub.entry_fee, wanted=sub.shares)

    @property
    def left(self) -> int:
        """What is still to be paid."""
        return max(0, self.subscription.amount - self.paid) if self.standing else 0

    @property
    def held(self) -> int:
        """What is held for it, neither made capital nor given back."""
        sub = self.subscription
        done = 0 if sub.request is None else sub.request.amount
        return self.paid - sub.sent_back - done


@dataclass(frozen=True)
class Progress:
    """How far an issue is; shares, people, and minor units."""

    paid: int
    promised: int
    people: int
    amount: int
    promised_amount: int
    goal: int

    @property
    def reached(self) -> bool:
        return self.amount >= self.goal

    @property
    def per_cent(self) -> int:
        return min(100, self.amount * 100 // self.goal) if self.goal else 100


def issues(coop: Coop) -> QuerySet[ShareIssue]:
    rows = ShareIssue.objects.filter(coop=coop).select_related("round", "share_class", "decision", "rule_value", "coop")
    return rows.order_by("-round__number")


def issue_of(coop: Coop, number: int) -> ShareIssue | None:
    return issues(coop).filter(round__number=number).first()


def of_round(round: Round) -> ShareIssue:
    return ShareIssue.objects.select_related("round", "share_class__coop", "coop", "rule_value").get(round=round)


def open_issue(coop: Coop) -> ShareIssue | None:
    """The issue in which one can take part now, or is being dealt; there is at most one."""
    return issues(coop).filter(round__state__in=(State.OPEN, State.CLOSED, State.FINAL, State.RELEASED)).first()


def subscriptions(issue: ShareIssue) -> QuerySet[Subscription]:
    rows = Subscription.objects.filter(issue=issue)
    return rows.select_related("membership__party", "wish", "payment_request", "request", "issue__round").order_by("wish_id")


def with_paid(rows: Iterable[Subscription]) -> list[Taken]:
    """Subscriptions with what was paid on each; one query for all payments."""
    found = list(rows)
    paid = _paid_on([row.payment_request_id for row in found])
    return [Taken(row, paid.get(row.payment_request_id, 0)) for row in found]


def _paid_on(requests: list[int]) -> dict[int, int]:
    rows = Payment.objects.filter(request__in=requests, reversed_at=None)
    return dict(rows.order_by().values_list("request").annotate(Sum("applied")))


def standing(issue: ShareIssue) -> list[Taken]:
    """Who takes part, in the order in which they subscribed."""
    return with_paid(subscriptions(issue).filter(wish__withdrawn_at=None))


def subscription_of(issue: ShareIssue, membership: Membership) -> Taken | None:
    """The one that stands, or else the last that was withdrawn."""
    rows = subscriptions(issue).filter(membership=membership).order_by("wish__withdrawn_at", "-wish_id")
    found = with_paid(rows)
    return next((row for row in found if row.standing), found[-1] if found else None)


def progress(issue: ShareIssue, taken: Iterable[Taken]) -> Progress:
    rows = [row for row in taken if row.standing]
    if issue.round.state == State.SETTLED:
        got = [row.subscription.allotted or 0 for row in rows if row.subscription.request_id]
        return Progress(sum(got), 0, len(got), issue.worth(sum(got)), 0, issue.worth(issue.goal))
    paid = sum(row.shares_paid for row in rows)
    promised = sum(row.subscription.shares for row in rows) - paid
    people = sum(1 for row in rows if row.shares_paid)
    return Progress(paid, promised, people, issue.worth(paid), issue.worth(promised), issue.worth(issue.goal))


def progress_of(rows: Iterable[ShareIssue]) -> dict[int, Progress]:
    """How far each of these issues is, by its id; two queries for all."""
    found = list(rows)
    taking = Subscription.objects.filter(issue__in=found, wish__withdrawn_at=None)
    grouped: dict[int, list[Taken]] = {issue.pk: [] for issue in found}
    for taken in with_paid(taking.select_related("wish", "issue__round", "request")):
        grouped[taken.subscription.issue_id].append(taken)
    return {issue.pk: progress(issue, grouped[issue.pk]) for issue in found}


def dealt(issue: ShareIssue, taken: Iterable[Taken]) -> Dealt:
    """What the issue comes to as things stand: only members get shares."""
    paid_for = [row.shares_paid if row.subscription.membership.state == Membership.State.MEMBER else 0 for row in taken]
    return deal(paid_for, minimum=issue.minimum, maximum=issue.maximum, dealing=Dealing(issue.dealing))


def offered_within_a_year(coop: Coop, at: datetime) -> int:
    """What other issues of the last 12 months brought in or can bring in, in minor units."""
    since = clock.twelve_months_before(at, coop.timezone)
    rows = issues(coop).filter(round__opens_at__gte=since).exclude(round__state=State.CANCELLED)
    together = 0
    for issue in rows:
        settled = issue.round.state == State.SETTLED
        got = issue.subscriptions.filter(request__isnull=False).aggregate(got=Sum("allotted"))["got"] or 0
        together += issue.worth(got if settled else issue.maximum)
    return together


def put_in(membership: Membership) -> int:
    """What somebody has put in or asked to put in, of all classes together, in minor units."""
    held = shares.holding_of(membership)
    asked = sum(row.request.cost for row in shares.open_requests(membership.coop, membership))
    return (held.amount if held else 0) + asked


def reflection_over_at(issue: ShareIssue, taken: Iterable[Taken], reflection: timedelta) -> datetime | None:
    """When the last who subscribed has had time to reconsider; None where nobody takes part."""
    made = [row.subscription.wish.made_at for row in taken if row.standing]
    return max(made) + reflection if made else None


def paid_by(request: PaymentRequest) -> Subscription:
    """What a payment request asks to be paid for."""
    rows = Subscription.objects.select_related("issue__round", "issue__coop", "issue__share_class", "membership__party", "wish")
    return rows.get(payment_request=request)


# Loans


@dataclass(frozen=True)
class Lent:
    """A loan and how far it got; minor units. `left` is what is still lent, `paid` what the lender has paid in."""

    loan: MemberLoan
    instalments: list[LoanInstalment]
    paid: int

    @property
    def left(self) -> int:
        if self.loan.started_on is None or self.loan.waived_at is not None:
            return 0
        return sum(row.repayment for row in self.instalments if row.transaction_id is None)

    @property
    def interest(self) -> int:
        """What it costs over all years, less what is given."""
        return sum(row.interest for row in self.instalments if row.interest_waived_at is None)

    @property
    def state(self) -> str:
        loan = self.loan
        if loan.cancelled_at is not None:
            return "cancelled"
        if loan.started_on is None:
            return "agreed"
        if loan.waived_at is not None:
            return "given"
        return "running" if self.left else "repaid"

    @property
    def label(self) -> object:
        return LOAN_STATES[self.state]

    @property
    def tone(self) -> str:
        return {"agreed": "warn", "running": "good"}.get(self.state, "plain")


LOAN_STATES = {
    "agreed": gettext_lazy("waits for payment"),
    "running": gettext_lazy("running"),
    "repaid": gettext_lazy("repaid"),
    "given": gettext_lazy("given to the co-op"),
    "cancelled": gettext_lazy("cancelled"),
}


def loans(coop: Coop) -> QuerySet[MemberLoan]:
    rows = MemberLoan.objects.filter(coop=coop).select_related("membership__party", "membership__coop", "payment_request", "coop")
    return rows.prefetch_related("instalments__transaction").order_by("-number")


def lent(rows: Iterable[MemberLoan]) -> list[Lent]:
    """Loans with their plans and what was paid in; one query for all payments."""
    found = list(rows)
    paid = _paid_on([loan.payment_request_id for loan in found])
    return [Lent(loan, list(loan.instalments.all()), paid.get(loan.payment_request_id, 0)) for loan in found]
