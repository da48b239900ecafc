"""What a client rounds up is whole in the fund of the good cause that a rule names, and nowhere in the books before it is paid."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from marke.jobs import services
from marke.jobs.models import Gift, Job
from marke.jobs.services.gifts import round_ups
from marke.ledger.chart import detail_name
from marke.ledger.models import Account, Posting, Transaction
from marke.parties.models import Coop, Membership
from marke.payments.models import Payment, PaymentRequest
from marke.payments.services import record_payment, reverse_payment
from marke.rules.models import RuleValue
from tests.factories.jobs import T1, make_job, settle, take, work_off
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
LATER = T1 + timedelta(hours=5)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop, jobs__round_up=[["Food bank", 100], ["Trees", 500]])
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    return make_member(velo, "Amina")


@pytest.fixture
def done(velo: Coop, amina: Membership) -> Job:
    return work_off(make_job(velo, make_client(velo)), amina)


def give(job: Job, amount: int = 50, cause: str = "Food bank", key: str = "gift-key-1") -> Gift:
    return services.give_gift(job=job, cause=cause, amount=amount, once_key=key, by=None, at=LATER)


def pay(gift: Gift) -> Payment:
    return record_payment(
        coop=gift.coop, request=gift.payment_request, amount=gift.amount, date=LATER.date(), once_key="p1", by=None, at=LATER
    )


def balances(coop: Coop) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for kind, detail, amount in Posting.objects.filter(account__coop=coop).values_list(
        "account__kind", "account__detail", "amount"
    ):
        found[kind, detail] = found.get((kind, detail), 0) - amount
    return {account: amount for account, amount in found.items() if amount}


def test_it_goes_up_to_the_next_step_and_to_five(done: Job) -> None:
    assert [(up.cause, up.gift, up.in_all) for up in round_ups(done, LATER)] == [
        ("Food bank", 50, 1300), ("Food bank", 250, 1500), ("Trees", 250, 1500), ("Trees", 1250, 2500),
    ]  # fmt: skip


def test_a_paid_gift_is_whole_in_the_fund_of_its_cause_and_names_the_rule(velo: Coop, done: Job) -> None:
    gift = give(done)
    assert Transaction.objects.count() == 0
    pay(gift)
    assert balances(velo) == {("bank", ""): -50, ("fund", "gift:Food bank"): 50}
    booked = Transaction.objects.get(kind="gift")
    assert dict(Posting.objects.filter(transaction=booked).values_list("line", "amount")) == {"received": 50, "gift": -50}
    assert booked.basis is not None
    assert booked.basis.rule_values == {"jobs.round_up": str(RuleValue.objects.get(coop=velo, key="jobs.round_up").uid)}
    assert detail_name(Account.objects.get(detail="gift:Food bank")) == "Rounded up by clients for Food bank"


def test_a_payment_booked_in_error_takes_the_gift_back(velo: Coop, done: Job) -> None:
    reverse_payment(payment=pay(give(done)), reason="another co-op's", by=None, at=LATER)
    assert balances(velo) == {}


def test_two_clicks_give_once_and_who_thinks_again_may_choose_again(done: Job) -> None:
    gift = give(done)
    assert give(done).pk == gift.pk
    with pytest.raises(services.NoGift, match=r"for Food bank already"):
        give(done, 250, "Trees", "gift-key-2")
    services.withdraw_gift(gift=gift, by=None, at=LATER)
    assert give(done, 250, "Trees", "gift-key-2").cause == "Trees"
    assert PaymentRequest.objects.filter(withdrawn_at=None).count() == 1


def test_what_nobody_pays_lapses_by_the_clock(done: Job) -> None:
    give(done)
    assert (services.lapse_gifts(T1 + timedelta(days=14)), services.lapse_gifts(T1 + timedelta(days=16))) == (0, 1)


@pytest.mark.parametrize(("cause", "amount"), [("Food bank", 51), ("Food bank", 0), ("Somebody else", 50), ("", 50)])
def test_only_what_the_rule_names_can_be_given(done: Job, cause: str, amount: int) -> None:
    with pytest.raises(services.NoGift, match="cannot be rounded up like this"):
        give(done, amount, cause)
    assert not Gift.objects.exists() and not PaymentRequest.objects.exists()


def test_nobody_is_asked_before_the_work_is_done_nor_where_no_rule_says_so(velo: Coop, amina: Membership, done: Job) -> None:
    client = make_client(velo)
    late = services.cancel_job(job=take(make_job(velo, client), amina), by=None, at=LATER, most_fee=625)
    assert round_ups(make_job(velo, client), LATER) == round_ups(late, LATER) == []
    other = make_coop("other")
    found(other)
    assert round_ups(work_off(make_job(other, make_client(other)), make_member(other)), LATER) == []


def test_the_client_rounds_up_by_the_link_and_finds_it_on_the_receipt(velo: Coop, amina: Membership) -> None:
    job, browser = settle(make_job(velo, make_client(velo)), amina), Browser()
    page, receipt = f"/velo/follow/{job.token}/", f"/velo/follow/{job.token}/receipt/"
    assert "Would you like to round up?" in browser.get(page).content.decode()
    for nonsense in ("", "50", "x Food bank", "9" * 12):
        assert browser.post(f"{page}gift/", {"up": nonsense, "once_key": "k0"}).status_code == 409
    browser.post(f"{page}gift/", {"up": "50 Food bank", "once_key": "k1"})
    assert "All of it goes to Food bank, once it is paid." in browser.get(page).content.decode()
    assert "Food bank" not in browser.get(receipt).content.decode()
    pay(Gift.objects.get())
    assert "Rounded up for Food bank:" in browser.get(page).content.decode()
    assert "Rounded up for Food bank:" in browser.get(receipt).content.decode()
