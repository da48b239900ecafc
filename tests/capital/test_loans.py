"""A member lends to the co-op: agreed, paid in, paid back year by year, or given."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from marke.capital import queries, services
from marke.capital.belonging import loans as my_loans
from marke.capital.clockwork import turn_loans
from marke.capital.models import LoanInstalment, MemberLoan
from marke.capital.queries import Lent
from marke.capital.services.lending import LoanRefused, LoanRuns, NothingToWaive
from marke.common.clock import local_midnight
from marke.common.invariants import invariants
from marke.ledger.queries import balance, party_balance
from marke.ledger.services import open_account
from marke.parties.models import Coop, Membership
from marke.payments.models import Payment, PaymentRequest
from marke.payments.services import record_payment, reverse_payment
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YEAR = timedelta(days=366)


def agree(who: Membership, **terms: Any) -> MemberLoan:
    given = {
        "amount": 1_000_00, "rate": Fraction(3, 100), "years": 5, "repayment": "equal_parts", "purpose": "A van",
        "once_key": "a loan form",
    }  # fmt: skip
    return services.agree_loan(membership=who, by=None, at=T0, **{**given, **terms})


def pay_in(loan: MemberLoan, amount: int | None = None, key: str = "pays in") -> Payment:
    return record_payment(
        coop=loan.coop,
        request=loan.payment_request,
        amount=loan.amount if amount is None else amount,
        date=T0.date(),
        once_key=key,
        by=None,
        at=T0,
    )


def now(loan: MemberLoan) -> Lent:
    return queries.lent(queries.loans(loan.coop).filter(pk=loan.pk))[0]


def lent(who: Membership) -> int:
    return -party_balance(who.coop, "loan", who.party)


def owed(who: Membership) -> int:
    return -party_balance(who.coop, "refunds", who.party)


def balance_of(coop: Coop, kind: str) -> int:
    return balance(open_account(coop=coop, kind=kind, at=T0))


def test_a_five_year_loan_of_1000_repays_200_a_year_and_1000_in_all(velo: Coop, amina: Membership) -> None:
    loan = agree(amina)
    assert now(loan).state == "agreed"
    pay_in(loan)
    assert (now(loan).state, lent(amina)) == ("running", 1_000_00)
    for year in range(1, 6):
        assert turn_loans(T0 + year * YEAR) == 1
        assert turn_loans(T0 + year * YEAR) == 0
        assert lent(amina) == 1_000_00 - year * 200_00
    assert owed(amina) == 1_000_00 + 30_00 + 24_00 + 18_00 + 12_00 + 6_00
    assert now(loan).state == "repaid"
    assert [row.due_date for row in now(loan).instalments] == [date(2026 + year, 1, 5) for year in range(1, 6)]
    assert [v for kind in invariants for v in kind.check(velo)] == []


def test_what_is_paid_in_parts_runs_when_all_of_it_is_there(velo: Coop, amina: Membership) -> None:
    loan = agree(amina)
    first = pay_in(loan, 400_00)
    assert now(loan).state == "agreed"
    reverse_payment(payment=first, reason="wrong line", by=None, at=T0)
    pay_in(loan, 400_00, "first part")
    second = pay_in(loan, 600_00, "second part")
    assert now(loan).state == "running"
    with pytest.raises(LoanRuns, match="runs since it was paid"):
        reverse_payment(payment=second, reason="wrong line", by=None, at=T0)
    assert lent(amina) == 1_000_00


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"rate": Fraction(31, 1000)}, r"3\.1 % is more than the rules allow: at most 3 % a year"),
        ({"years": 0}, "is no loan"),
        ({"years": 101}, "is no loan"),
        ({"amount": 0}, "is no loan"),
        ({"amount": 10**14 + 1}, "is more than can be lent: at most €1,000,000,000,000.00"),
        ({"amount": 10**19}, "is more than can be lent"),
    ],
)
def test_terms_that_the_rules_or_arithmetic_refuse(velo: Coop, amina: Membership, terms: dict[str, Any], said: str) -> None:
    with pytest.raises(LoanRefused, match=said):
        agree(amina, **terms)
    assert not MemberLoan.objects.exists()
    assert not PaymentRequest.objects.exists()


def test_loans_are_agreed_with_members_and_once(velo: Coop, amina: Membership) -> None:
    assert agree(amina) == agree(amina)
    with pytest.raises(LoanRefused, match="is not a member"):
        agree(make_member(velo, "Nour", state="applied"), once_key="another form")
    assert MemberLoan.objects.count() == 1


def test_interest_that_is_given_is_a_gift_and_is_not_paid_out(velo: Coop, amina: Membership) -> None:
    loan = agree(amina)
    pay_in(loan)
    services.waive_interest(instalment=now(loan).instalments[0], by=amina.party, at=T0 + DAY)
    turn_loans(T0 + YEAR)
    assert (lent(amina), owed(amina)) == (800_00, 200_00)
    assert balance_of(velo, "gift") == -30_00
    assert balance_of(velo, "interest") == 30_00
    turn_loans(T0 + 2 * YEAR)
    with pytest.raises(NothingToWaive, match="booked already"):
        services.waive_interest(instalment=now(loan).instalments[1], by=amina.party, at=T0 + 2 * YEAR)
    assert owed(amina) == 200_00 + 224_00


def test_the_lender_may_give_the_rest_and_nothing_more_falls_due(velo: Coop, amina: Membership) -> None:
    loan = agree(amina)
    with pytest.raises(NothingToWaive):
        services.waive_loan(loan=loan, by=amina.party, at=T0)
    pay_in(loan)
    turn_loans(T0 + YEAR)
    services.waive_loan(loan=loan, by=amina.party, at=T0 + YEAR + DAY)
    assert (lent(amina), now(loan).state, balance_of(velo, "gift")) == (0, "given", -800_00)
    assert turn_loans(T0 + 5 * YEAR) == 0
    with pytest.raises(NothingToWaive):
        services.waive_loan(loan=loan, by=amina.party, at=T0 + 2 * YEAR)
    assert balance_of(velo, "gift") == -800_00


def test_a_loan_is_cancelled_before_anything_is_paid(velo: Coop, amina: Membership) -> None:
    loan = agree(amina)
    pay_in(loan, 1_00)
    with pytest.raises(LoanRuns, match="Something is paid"):
        services.cancel_loan(loan=loan, by=None, at=T0)
    assert now(loan).state == "agreed"
    other = agree(amina, once_key="another form")
    services.cancel_loan(loan=other, by=None, at=T0)
    assert now(other).state == "cancelled"


def test_the_terms_and_the_plan_never_change(velo: Coop, amina: Membership) -> None:
    loan = agree(amina)
    pay_in(loan)
    turn_loans(T0 + YEAR)
    for model, change in (
        (MemberLoan, {"amount": 5}), (MemberLoan, {"rate_numerator": 9}), (MemberLoan, {"started_on": date(2027, 1, 1)}),
        (LoanInstalment, {"repayment": 1}), (LoanInstalment, {"interest_waived_at": T0}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)
    for model in (MemberLoan, LoanInstalment):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")


# Pages


def test_the_treasurer_writes_a_loan_down_and_the_lender_sees_the_plan(
    velo: Coop, amina: Membership, bo: Membership, treasurer: Membership
) -> None:
    desk, lender = browser_of(treasurer), browser_of(amina)
    form = {
        "membership": str(amina.number), "amount": "1000", "rate": "3", "years": "5", "repayment": "equal_parts",
        "purpose": "A van", "once_key": "a loan form",
    }  # fmt: skip
    assert desk.post("/velo/loans/", {**form, "rate": "4"}).status_code == 422
    assert desk.post("/velo/loans/", form)["Location"] == "/velo/loans/1/"
    assert "How to pay" in lender.get("/velo/loans/1/").content.decode()
    pay_in(MemberLoan.objects.get())
    shown = lender.get("/velo/loans/1/").content.decode()
    assert "How it is paid back" in shown
    assert "€200.00" in shown
    assert "A van" in lender.get("/velo/capital/").content.decode()
    assert browser_of(bo).get("/velo/loans/1/").status_code == 404
    assert browser_of(bo).get("/velo/loans/").status_code == 403
    lines = lender.get("/velo/loans/1/plan.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 6
    assert ",1000.00,30.00,200.00,," in lines[1]
    assert desk.post("/velo/loans/1/interest/1/waiver/").status_code == 404
    lender.post("/velo/loans/1/interest/1/waiver/")
    assert LoanInstalment.objects.get(year=1).interest_waived_at is not None
    assert desk.post("/velo/loans/1/cancellation/").status_code == 409
    lender.post("/velo/loans/1/waiver/")
    assert "given to the co-op" in lender.get("/velo/loans/1/").content.decode()
    assert len(list(my_loans(amina.party))) == 5


def test_three_loans_take_as_many_queries_as_one(velo: Coop, treasurer: Membership) -> None:
    desk, counts = browser_of(treasurer), []
    for extra in (1, 2):
        for place in range(extra):
            pay_in(agree(make_member(velo, f"L{extra}{place}"), once_key=f"form {extra}{place}"), key=f"pays {extra}{place}")
        desk.get("/velo/loans/")
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/velo/loans/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Europe/Brussels"])
def test_a_year_of_a_loan_is_over_at_midnight_where_the_coop_is(velo: Coop, amina: Membership, zone: str) -> None:
    velo.timezone = zone
    velo.save()
    pay_in(agree(amina))
    midnight = local_midnight(LoanInstalment.objects.get(year=1).due_date, zone)
    assert turn_loans(midnight - timedelta(minutes=1)) == 0
    assert turn_loans(midnight) == 1
