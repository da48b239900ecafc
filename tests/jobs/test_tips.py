"""A tip goes whole to whoever did the work, and is nowhere in the books before it is paid."""

from datetime import date, timedelta

import pytest

from marke.common.refusal import Refused
from marke.jobs import services
from marke.jobs.models import Job, Tip
from marke.jobs.tip_part import suggestions
from marke.ledger.models import Account, Posting, Transaction
from marke.parties.models import Client, Coop, Membership
from marke.payments.models import Payment, PaymentRequest
from marke.payments.services import match_payment, record_payment, reverse_payment
from tests.factories.jobs import T1, make_job, settle, take, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
LATER = T1 + timedelta(hours=5)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo, "Amina")


@pytest.fixture
def done(velo: Coop, amina: Membership) -> Job:
    return work_off(make_job(velo, make_client(velo)), amina)


def give(job: Job, amount: int = 200, key: str = "tip-key-1") -> Tip:
    return services.give_tip(job=job, amount=amount, once_key=key, by=None, at=LATER)


def pay(tip: Tip, amount: int = 200, key: str = "p1") -> Payment:
    return record_payment(
        coop=tip.coop, request=tip.payment_request, amount=amount, date=LATER.date(), once_key=key, by=None, at=LATER
    )


def balance(coop: Coop, kind: str) -> int:
    return -sum(Posting.objects.filter(account__coop=coop, account__kind=kind).values_list("amount", flat=True))


def test_a_tip_asks_for_money_and_books_nothing(done: Job) -> None:
    tip = give(done)
    assert (tip.amount, tip.payment_request.amount, tip.payment_request.due_date) == (200, 200, date(2026, 3, 16))
    assert Transaction.objects.count() == 0


def test_a_paid_tip_is_whole_the_workers_with_its_own_line(velo: Coop, done: Job) -> None:
    pay(give(done))
    assert balance(velo, Account.Kind.EARNINGS) == 200
    assert balance(velo, Account.Kind.CONTRIBUTION) == balance(velo, Account.Kind.VAT) == balance(velo, Account.Kind.REFUNDS) == 0
    booked = Transaction.objects.get(kind="tip")
    assert dict(Posting.objects.filter(transaction=booked).values_list("line", "amount")) == {"received": 200, "tip": -200}
    assert booked.basis is not None and (booked.basis.scheme, booked.basis.version) == ("tip", 1)


def test_a_tip_paid_in_parts_goes_on_in_parts(velo: Coop, done: Job) -> None:
    tip = give(done)
    pay(tip, 50, "p1")
    pay(tip, 150, "p2")
    assert (balance(velo, Account.Kind.EARNINGS), balance(velo, Account.Kind.REFUNDS)) == (200, 0)


def test_a_tip_that_came_without_its_reference_goes_on_when_it_is_understood(velo: Coop, done: Job) -> None:
    tip = give(done)
    payment = record_payment(coop=velo, request=None, amount=200, date=LATER.date(), once_key="p", by=None, at=LATER)
    match_payment(payment=payment, request=tip.payment_request, by=None, at=LATER + timedelta(days=3))
    assert (balance(velo, Account.Kind.EARNINGS), balance(velo, Account.Kind.UNMATCHED)) == (200, 0)


def test_a_payment_booked_in_error_takes_the_tip_back(velo: Coop, done: Job) -> None:
    payment = pay(give(done))
    reverse_payment(payment=payment, reason="another co-op's", by=None, at=LATER)
    for kind in (Account.Kind.EARNINGS, Account.Kind.REFUNDS, Account.Kind.BANK):
        assert balance(velo, kind) == 0


def test_two_clicks_give_one_tip(done: Job) -> None:
    assert give(done).pk == give(done).pk
    with pytest.raises(services.NoTip, match=r"a tip of €2.00 for this job already"):
        give(done, key="tip-key-2")
    assert PaymentRequest.objects.count() == 1


def test_who_thinks_again_takes_it_back_and_may_give_another(done: Job) -> None:
    tip = services.withdraw_tip(tip=give(done), by=None, at=LATER)
    assert tip.withdrawn_at == PaymentRequest.objects.get().withdrawn_at == LATER
    with pytest.raises(Refused, match=r"Tip for job 1"):
        pay(tip)
    assert Transaction.objects.count() == 0
    assert give(done, 300, "tip-key-2").amount == 300


def test_a_tip_that_nobody_pays_lapses_by_the_clock_and_a_paid_one_stays(velo: Coop, done: Job, amina: Membership) -> None:
    unpaid, paid = give(done), give(settle(make_job(velo, make_client(velo, "Café")), amina), key="tip-key-2")
    pay(paid)
    assert services.lapse_tips(T1 + timedelta(days=14)) == 0
    assert services.lapse_tips(T1 + timedelta(days=16)) == 1
    assert services.lapse_tips(T1 + timedelta(days=17)) == 0
    unpaid.refresh_from_db()
    paid.refresh_from_db()
    assert unpaid.withdrawn_at is not None and paid.withdrawn_at is None


@pytest.mark.parametrize("amount", [0, -5, 100_001, 10**30])
def test_a_tip_of_a_slip_of_the_finger_is_refused(done: Job, amount: int) -> None:
    with pytest.raises(services.NoTip, match="not possible"):
        give(done, amount)
    assert not Tip.objects.exists()


def test_nobody_tips_before_the_work_is_done_nor_for_a_cancelled_one(velo: Coop, amina: Membership) -> None:
    client = make_client(velo)
    waiting, taken = make_job(velo, client), take(make_job(velo, client), amina)
    late = services.cancel_job(job=take(make_job(velo, client), amina), by=None, at=LATER, most_fee=625)
    for job in (waiting, taken, late):
        with pytest.raises(services.NoTip, match="No tip can be given"):
            give(job)


def test_a_co_op_that_wants_no_tips_takes_none() -> None:
    coop = make_coop()
    found(coop, jobs__tips="no")
    with pytest.raises(services.NoTip):
        give(work_off(make_job(coop, make_client(coop)), make_member(coop)))


def test_suggested_tips_are_round(done: Job, velo: Coop, amina: Membership) -> None:
    assert suggestions(done) == [100, 150, 200]  # 5, 10 and 15 % of 12.50, and 1.00 at least
    assert Client.objects.filter(coop=velo).count() == 1
