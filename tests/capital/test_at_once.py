"""Eight people at the very same moment, on both databases: an issue keeps its bounds, a loan is agreed and repaid once."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from marke.capital import queries, services
from marke.capital.clockwork import turn_loans
from marke.capital.models import LoanInstalment, MemberLoan, Subscription
from marke.common.invariants import invariants
from marke.ledger.queries import party_balance
from marke.parties.models import Coop, Membership
from marke.payments.models import Payment
from marke.payments.services import record_payment
from tests.factories.capital import CLOSES, OPENS, fresh, lend, open_issue, paid_part, pay_for, take_part
from tests.factories.parties import make_member
from tests.factories.processes import PROCESSES, at_once

pytestmark = [pytest.mark.django_db(transaction=True)]


def sound(coop: Coop) -> bool:
    return [fault for one in invariants for fault in one.check(coop)] == []


def many(coop: Coop) -> list[Membership]:
    return [make_member(coop, f"M{number}", with_user=False) for number in range(PROCESSES)]


def test_eight_who_want_more_than_the_issue_share_its_maximum(velo: Coop, treasurer: Membership, coordinator: Membership) -> None:
    """Subscribing, paying, and every step of the end, each pressed by eight at once."""
    issue, members = open_issue(velo, each=1_000_00), many(velo)  # eight times 20 shares; there are 40
    assert at_once(lambda number: pay_for(take_part(issue, members[number], 20))) == ["done"] * PROCESSES
    steps = [
        (services.close_issue, treasurer),
        (services.finalise_issue, treasurer),
        (services.release_issue, coordinator),
        (services.settle_issue, treasurer),
    ]
    for step, who in steps:
        said = at_once(lambda _, step=step, who=who: step(issue=fresh(issue), by=who.party, at=CLOSES))  # type: ignore[misc]
        assert said == ["NotThisMove"] * (PROCESSES - 1) + ["done"]
    assert [row.allotted for row in Subscription.objects.filter(coop=velo)] == [5] * PROCESSES
    for member in members:
        assert party_balance(velo, "shares", member.party) == -250_00
        assert party_balance(velo, "refunds", member.party) == -750_00
    assert sound(velo)


def test_an_issue_that_closes_when_full_takes_no_subscription_after_it(velo: Coop) -> None:
    """The payment that fills it and those who subscribe meanwhile: whoever comes after is told so."""
    issue, (first, *members) = open_issue(velo, maximum=1_000_00, closes_when_full=True), many(velo)
    asked = take_part(issue, first, 20)

    def act(number: int) -> object:
        return pay_for(asked) if number == 0 else take_part(issue, members[number - 1], 1)

    said = at_once(act)
    assert set(said) <= {"done", "NotOpen"}
    assert fresh(issue).round.state == "closed"
    assert Subscription.objects.filter(coop=velo).count() == said.count("done")
    assert sound(velo)


def test_nobody_takes_more_than_the_cap_by_eight_forms_at_once(velo: Coop, amina: Membership) -> None:
    """€5,000.00 for each in an offer without a document: the last form that was sent stands, alone."""
    issue = open_issue(velo, maximum=10_000_00)
    assert issue.most_capital == 5_000_00
    said = at_once(lambda number: take_part(issue, amina, 60 + 10 * number, key=f"form {number}"))
    assert said == ["TooMuchOfTheIssue"] * 3 + ["done"] * 5
    [row] = queries.standing(issue)
    assert row.subscription.shares <= 100


def test_one_who_subscribes_and_pays_at_once_pays_for_what_stands(velo: Coop, amina: Membership) -> None:
    issue = open_issue(velo)
    asked = take_part(issue, amina, 2)

    def act(number: int) -> object:
        return pay_for(asked) if number % 2 else take_part(issue, amina, 3, key=f"another {number}")

    said = at_once(act)
    assert set(said) <= {"done", "TakesPartAlready", "NotOpen", "RequestWithdrawn"}
    [row] = queries.standing(issue)
    # Whoever was first: the payment, after which no other form counts, or a form, after which nobody pays for the old one.
    if paid := Payment.objects.filter(coop=velo).count():
        assert (paid, row.subscription.shares) == (1, 2) and "RequestWithdrawn" not in said
    else:
        assert row.subscription.shares == 3 and "RequestWithdrawn" in said
    assert sound(velo)


def test_withdrawing_a_paid_part_at_once_sends_back_once(velo: Coop, amina: Membership) -> None:
    subscription = paid_part(open_issue(velo), amina, 4)
    said = at_once(lambda _: services.withdraw_subscription(subscription=subscription, by=amina.party, at=OPENS))
    assert said == ["AlreadyWithdrawn"] * (PROCESSES - 1) + ["done"]
    assert party_balance(velo, "refunds", amina.party) == -200_00
    assert sound(velo)


def test_one_form_agrees_on_one_loan(velo: Coop, amina: Membership) -> None:
    assert at_once(lambda _: lend(amina, 900_00)) == ["done"] * PROCESSES
    assert (MemberLoan.objects.count(), Payment.objects.count(), LoanInstalment.objects.count()) == (1, 1, 3)
    assert party_balance(velo, "loan", amina.party) == -900_00


def test_a_loan_that_is_paid_in_twice_at_once_has_one_plan(velo: Coop, amina: Membership) -> None:
    loan = services.agree_loan(
        membership=amina, amount=900_00, rate=Fraction(0), years=3, repayment="equal_parts", purpose="A van",
        once_key="a form", by=None, at=OPENS,
    )  # fmt: skip

    def act(number: int) -> object:
        return record_payment(
            coop=velo,
            request=loan.payment_request,
            amount=900_00,
            date=OPENS.date(),
            once_key=f"paid {number}",
            by=None,
            at=OPENS,
        )

    said = at_once(act)
    assert said.count("done") == 1, said
    assert LoanInstalment.objects.filter(loan=loan).count() == 3
    assert sound(velo)


def test_an_instalment_is_owed_once_by_eight_workers_and_a_treasurer(velo: Coop, amina: Membership) -> None:
    lend(amina, 900_00)
    first = LoanInstalment.objects.get(year=1)
    due = OPENS + timedelta(days=366)

    def act(number: int) -> object:
        return turn_loans(due) if number % 2 else services.book_instalment(instalment=first, by=None, at=due)

    assert at_once(act) == ["done"] * PROCESSES
    assert party_balance(velo, "refunds", amina.party) == -(first.interest + first.repayment)
    assert sound(velo)


def test_interest_is_booked_or_given_but_never_both(velo: Coop, amina: Membership) -> None:
    lend(amina, 900_00)
    first = LoanInstalment.objects.get(year=1)
    due = OPENS + timedelta(days=366)

    def act(number: int) -> object:
        if number % 2:
            return services.waive_interest(instalment=first, by=amina.party, at=due)
        return services.book_instalment(instalment=first, by=None, at=due)

    assert set(at_once(act)) <= {"done", "NothingToWaive"}
    first.refresh_from_db()
    owed = first.repayment + (0 if first.interest_waived_at else first.interest)
    assert party_balance(velo, "refunds", amina.party) == -owed
    assert sound(velo)
