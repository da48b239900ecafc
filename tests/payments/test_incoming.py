"""Money that is asked for and comes in."""

from datetime import date, timedelta
from typing import Any

import pytest

from marke.ledger.queries import balance
from marke.ledger.services import open_account
from marke.parties.models import Coop, Membership
from marke.payments import queries
from marke.payments.models import Payment, PaymentRequest
from marke.payments.services import (
    Overpaid,
    match_payment,
    record_payment,
    record_refund,
    request_payment,
    reverse_payment,
    send_back_payment,
    withdraw_request,
)
from marke.payments.services.incoming import (
    AmountRefused,
    MatchedAlready,
    PaidAlready,
    PaymentInTheFuture,
    RequestWithdrawn,
    SentBackAlready,
    TakenBackAlready,
)
from marke.payments.services.outgoing import NothingToSendBack
from marke.shares.services import request_shares
from marke_core.banking import show_reference
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
TODAY = T0.date()


@pytest.fixture
def coop() -> Coop:
    coop = make_coop()
    found(coop, shares__price=3_000)
    return coop


@pytest.fixture
def applicant(coop: Coop) -> Membership:
    return make_member(coop, "Amina", state="applied")


@pytest.fixture
def request_30(coop: Coop, applicant: Membership) -> PaymentRequest:
    return request_shares(membership=applicant, shares=1, once_key="r", by=None, at=T0).payment_request


def pay(coop: Coop, request: PaymentRequest | None, amount: int = 3_000, key: str = "a", **more: Any) -> Payment:
    fields: dict[str, Any] = {"date": TODAY, "note": "", "once_key": key, "by": None, "at": T0} | more
    return record_payment(coop=coop, request=request, amount=amount, **fields)


def balance_of(coop: Coop, kind: str, party: Any = None) -> int:
    return balance(open_account(coop=coop, kind=kind, party=party, at=T0))


def test_a_belgian_co_op_asks_with_an_ogm_and_any_other_with_an_iso_reference(request_30: PaymentRequest) -> None:
    assert show_reference(request_30.reference) == "+++000/0000/00101+++"
    dutch = make_coop("fietser", country="NL")
    found(dutch)
    member = make_member(dutch, "Bo")
    asked = request_shares(membership=member, shares=1, once_key="r", by=None, at=T0).payment_request
    assert asked.reference.startswith("RF")
    assert queries.find_request(dutch, show_reference(asked.reference).lower()) == asked


def test_nobody_is_asked_for_nothing(coop: Coop, applicant: Membership) -> None:
    account = open_account(coop=coop, kind="shares_pending", party=applicant.party, at=T0)
    for amount in (0, -1):
        with pytest.raises(AmountRefused, match="more than nothing"):
            request_payment(
                coop=coop, purpose="share", subject="9", party=applicant.party, account=account, amount=amount,
                due_date=TODAY, at=T0,
            )  # fmt: skip
    assert not PaymentRequest.objects.exists()


def test_a_payment_of_the_amount_asked_for_pays_the_request(coop: Coop, request_30: PaymentRequest) -> None:
    payment = pay(coop, request_30)
    assert payment.applied == payment.amount == 3_000
    assert queries.paid_on(request_30) == 3_000
    assert not queries.open_requests(coop).exists()
    assert balance_of(coop, "bank") == 3_000
    assert balance_of(coop, "shares_pending", request_30.party) == -3_000


def test_a_double_click_books_once(coop: Coop, request_30: PaymentRequest) -> None:
    assert pay(coop, request_30) == pay(coop, request_30)
    assert Payment.objects.count() == 1
    assert balance_of(coop, "bank") == 3_000


def test_less_than_was_asked_for_is_a_part_payment(coop: Coop, request_30: PaymentRequest) -> None:
    pay(coop, request_30, 1_000)
    assert queries.open_requests(coop).get().paid == 1_000  # type: ignore[attr-defined]
    pay(coop, request_30, 2_000, "b")
    assert not queries.open_requests(coop).exists()


def test_more_than_was_asked_for_is_refused_until_somebody_says_what_happens_to_the_rest(
    coop: Coop, request_30: PaymentRequest
) -> None:
    with pytest.raises(Overpaid, match=r"payment of €31\.00 does not match Share request 1 .*€1\.00 too much") as refusal:
        pay(coop, request_30, 3_100)
    assert refusal.value.surplus == 100
    assert not Payment.objects.exists()
    assert balance_of(coop, "bank") == 0


@pytest.mark.parametrize(("surplus", "kind"), [("refund", "refunds"), ("gift", "gift")])
def test_the_rest_is_sent_back_or_kept_as_a_gift(coop: Coop, request_30: PaymentRequest, surplus: str, kind: str) -> None:
    payment = pay(coop, request_30, 3_100, surplus=surplus)
    assert (payment.applied, payment.surplus) == (3_000, surplus)
    party = request_30.party if kind == "refunds" else None
    assert balance_of(coop, kind, party) == -100


def test_a_paid_request_is_not_paid_again(coop: Coop, request_30: PaymentRequest) -> None:
    pay(coop, request_30)
    with pytest.raises(PaidAlready, match="is paid already"):
        pay(coop, request_30, key="b")
    assert balance_of(coop, "bank") == 3_000


def test_a_withdrawn_request_takes_no_payment(coop: Coop, request_30: PaymentRequest) -> None:
    withdraw_request(request=request_30, by=None, at=T0)
    withdraw_request(request=request_30, by=None, at=T0 + timedelta(days=1))
    request_30.refresh_from_db()
    assert request_30.withdrawn_at == T0
    with pytest.raises(RequestWithdrawn, match="withdrawn"):
        pay(coop, request_30)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("amount", [0, -5])
def test_a_payment_of_nothing_is_refused(coop: Coop, request_30: PaymentRequest, amount: int) -> None:
    with pytest.raises(AmountRefused, match="more than nothing"):
        pay(coop, request_30, amount)
    assert not Payment.objects.exists()


def test_money_does_not_come_in_tomorrow(coop: Coop, request_30: PaymentRequest) -> None:
    with pytest.raises(PaymentInTheFuture, match="2026-01-06 has not come yet; today is 2026-01-05"):
        pay(coop, request_30, date=date(2026, 1, 6))
    assert not Payment.objects.exists()


def test_a_payment_without_a_known_reference_waits_and_is_matched_later(coop: Coop, request_30: PaymentRequest) -> None:
    payment = pay(coop, None, 3_000)
    assert balance_of(coop, "unmatched") == -3_000
    assert list(queries.unmatched_payments(coop)) == [payment]
    matched = match_payment(payment=payment, request=request_30, by=None, at=T0)
    assert matched.request == request_30
    assert balance_of(coop, "unmatched") == 0
    assert queries.paid_on(request_30) == 3_000
    assert not queries.unmatched_payments(coop).exists()
    with pytest.raises(MatchedAlready, match="matched already"):
        match_payment(payment=payment, request=request_30, by=None, at=T0)


def test_matching_too_much_asks_what_happens_to_the_rest(coop: Coop, request_30: PaymentRequest) -> None:
    payment = pay(coop, None, 3_500)
    with pytest.raises(Overpaid):
        match_payment(payment=payment, request=request_30, by=None, at=T0)
    assert balance_of(coop, "unmatched") == -3_500
    match_payment(payment=payment, request=request_30, by=None, at=T0, surplus="refund")
    assert balance_of(coop, "unmatched") == 0
    assert balance_of(coop, "refunds", request_30.party) == -500


def test_a_payment_booked_in_error_is_taken_back_and_the_request_is_open_again(coop: Coop, request_30: PaymentRequest) -> None:
    payment = pay(coop, request_30)
    reverse_payment(payment=payment, reason="another customer's", by=None, at=T0)
    assert balance_of(coop, "bank") == 0
    assert balance_of(coop, "shares_pending", request_30.party) == 0
    assert queries.paid_on(request_30) == 0
    with pytest.raises(TakenBackAlready):
        reverse_payment(payment=payment, reason="again", by=None, at=T0)
    pay(coop, request_30, key="b")
    assert queries.paid_on(request_30) == 3_000


def test_a_matched_payment_is_taken_back_whole(coop: Coop, request_30: PaymentRequest) -> None:
    payment = match_payment(payment=pay(coop, None), request=request_30, by=None, at=T0)
    reverse_payment(payment=payment, reason="not ours", by=None, at=T0)
    for kind, party in (("bank", None), ("unmatched", None), ("shares_pending", request_30.party)):
        assert balance_of(coop, kind, party) == 0


def test_what_nobody_understands_is_sent_back_once(coop: Coop, request_30: PaymentRequest) -> None:
    payment = pay(coop, None, 777)
    refund = send_back_payment(payment=payment, date=TODAY, once_key="s", by=None, at=T0)
    assert send_back_payment(payment=payment, date=TODAY, once_key="s", by=None, at=T0) == refund
    assert balance_of(coop, "bank") == balance_of(coop, "unmatched") == 0
    with pytest.raises(SentBackAlready):
        match_payment(payment=payment, request=request_30, by=None, at=T0)
    with pytest.raises(SentBackAlready):
        reverse_payment(payment=payment, reason="x", by=None, at=T0)


def test_no_more_is_sent_back_than_is_there(coop: Coop, request_30: PaymentRequest) -> None:
    pay(coop, request_30, 3_100, surplus="refund")
    account = open_account(coop=coop, kind="refunds", party=request_30.party, at=T0)
    for amount in (101, 0, -1):
        with pytest.raises(NothingToSendBack, match=r"€1\.00 is there"):
            record_refund(
                coop=coop, party=request_30.party, account=account, amount=amount, date=TODAY, once_key=f"{amount}",
                by=None, at=T0,
            )  # fmt: skip
    record_refund(coop=coop, party=request_30.party, account=account, amount=100, date=TODAY, once_key="f", by=None, at=T0)
    assert balance(account) == 0
    assert balance_of(coop, "bank") == 3_000


def test_another_co_ops_request_is_never_found(coop: Coop, request_30: PaymentRequest) -> None:
    other = make_coop("other")
    assert queries.find_request(other, request_30.reference) is None
    with pytest.raises(ValueError, match="belongs to another co-op"):
        pay(other, request_30)
