"""Payments, pay runs and one's own pay on pages."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from marke.common import clock
from marke.parties.models import Coop, Membership
from marke.payments import queries
from marke.payments.models import BankAccount, Payment, Refund
from marke.payments.services import cancel_pay_run, change_bank_account, record_payment
from marke.rounds.models import Round
from marke.rounds.queries import move_of
from marke.shares.services import request_shares
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.payments import earn, give_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(velo: Coop) -> Membership:
    amina = make_member(velo, "Amina")
    give_account(amina)
    earn(amina, 12_345, date(2026, 2, 10))
    return amina


@pytest.fixture
def desk(treasurer: Membership) -> Browser:
    return browser_of(treasurer)


def ask(member: Membership, key: str = "r") -> str:
    made = request_shares(membership=member, shares=1, once_key=key, by=None, at=T0)
    return made.payment_request.reference


def form(**more: str) -> dict[str, str]:
    return {"amount": "50", "date": "2026-01-06", "reference": "", "note": "", "once_key": "k" * 12} | more


OFFICE_PAGES = (
    "payments/", "payments/?show=all&q=amina", "payments/requests.csv", "payments/record/", "payments/received/",
    "payments/received/?show=unmatched", "payments/refunds/", "pay-runs/", "payments/received/1/",
)  # fmt: skip


def test_every_page_opens_in_both_languages(velo: Coop, amina: Membership, desk: Browser) -> None:
    ask(amina)
    desk.post("/velo/payments/record/", form())
    desk.post("/velo/pay-runs/", {"until": "2026-03-01"})
    mine = browser_of(amina)
    for language in ("en", "nl"):
        for browser in (desk, mine):
            browser.cookies["django_language"] = language
        for path in (*OFFICE_PAGES, "pay-runs/1/", "pay-runs/1/lines.csv"):
            assert desk.get(f"/velo/{path}").status_code == 200, path
        for path in ("my-pay/", "my-pay/bank-account/"):
            assert mine.get(f"/velo/{path}").status_code == 200, path


@pytest.mark.parametrize("path", [*OFFICE_PAGES, "pay-runs/1/", "pay-runs/1/bank-file.xml", "pay-runs/1/lines.csv"])
def test_only_officers_see_the_co_ops_payments(velo: Coop, amina: Membership, desk: Browser, path: str) -> None:
    desk.post("/velo/payments/record/", form())
    desk.post("/velo/pay-runs/", {"until": "2026-03-01"})
    assert browser_of(None).get(f"/velo/{path}").status_code == 302
    assert browser_of(amina).get(f"/velo/{path}").status_code == 403
    other = make_member(make_coop("other"), "Olaf", offices=("treasurer",))
    assert browser_of(other).get(f"/velo/{path}").status_code in (403, 404)


def test_a_payment_is_recorded_by_its_reference_and_once(velo: Coop, amina: Membership, desk: Browser) -> None:
    reference = ask(amina)
    for _ in range(2):
        response = desk.post("/velo/payments/record/", form(reference=f"+++{reference}+++"))
        assert response["Location"] == "/velo/payments/received/1/"
    payment = Payment.objects.get()
    assert payment.applied == 5_000
    assert payment.recorded_by is not None


def test_the_form_comes_filled_in_from_the_request(velo: Coop, amina: Membership, desk: Browser) -> None:
    ask(amina)
    page = desk.get("/velo/payments/record/?request=1").content.decode()
    assert "+++000/0000/00101+++" in page
    assert 'value="50.00"' in page
    for wrong in ("x", "-1", "99", "9" * 30):
        assert desk.get(f"/velo/payments/record/?request={wrong}").status_code == 200


def test_too_much_asks_what_happens_to_the_rest_and_keeps_what_was_typed(velo: Coop, amina: Membership, desk: Browser) -> None:
    reference = ask(amina)
    page = desk.post("/velo/payments/record/", form(reference=reference, amount="51,00", note="from A")).content.decode()
    assert "€1.00 too much" in page
    assert 'name="surplus"' in page
    assert "from A" in page
    assert not Payment.objects.exists()
    desk.post("/velo/payments/record/", form(reference=reference, amount="51", surplus="refund"))
    assert Payment.objects.get().surplus == "refund"
    refunds = desk.get("/velo/payments/refunds/").content.decode()
    assert "Amina" in refunds
    uid = queries_refunds(velo)[0].account.uid
    again = {"amount": "1", "date": "2026-01-07", "once_key": "r" * 12}
    for _ in range(2):
        desk.post(f"/velo/payments/refunds/{uid}/", again)
    assert Refund.objects.get().amount == 100


def queries_refunds(coop: Coop):
    from marke.ledger.queries import balances

    return [row for row in balances(coop, kind="refunds") if row.amount]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": ""}, "Fill in “Amount”"),
        ({"amount": "-5"}, "is too little"),
        ({"amount": "abc"}, "“abc” is not an amount"),
        ({"amount": "9" * 40}, "is more than can be booked"),
        ({"date": "2999-01-01"}, "2999-01-01 has not come yet"),
        ({"date": "yesterday"}, "“yesterday”"),
        ({"reference": "+++000/0000/00102+++"}, "is not a payment reference"),
        ({"reference": "000000000505"}, "has asked nobody to pay"),
        ({"reference": "<script>"}, "“&lt;script&gt;” is not a payment reference"),
        ({"once_key": ""}, "Reload the page"),
    ],
)
def test_what_cannot_be_booked_says_why_and_books_nothing(
    velo: Coop, amina: Membership, desk: Browser, fields: dict[str, str], said: str
) -> None:
    page = desk.post("/velo/payments/record/", form(**fields)).content.decode()
    assert said in page
    assert not Payment.objects.exists()


def test_an_unknown_payment_is_matched_on_its_page(velo: Coop, amina: Membership, desk: Browser) -> None:
    reference = ask(amina)
    desk.post("/velo/payments/record/", form())
    assert "not a payment reference" in desk.post("/velo/payments/received/1/match/", {"reference": "x"}).content.decode()
    desk.post("/velo/payments/received/1/match/", {"reference": reference})
    assert Payment.objects.get().applied == 5_000
    assert desk.post("/velo/payments/received/1/match/", {"reference": reference}).status_code == 200
    desk.post("/velo/payments/received/1/reversal/", {"reason": "wrong line"})
    assert Payment.objects.get().reversal_reason == "wrong line"


def test_lists_take_as_many_queries_for_three_rows_as_for_one(velo: Coop, amina: Membership, desk: Browser) -> None:
    counts = []
    for count in range(2):
        for extra in range(1 + count):
            member = make_member(velo, f"Member {count}{extra}")
            ask(member, f"q{count}{extra}")
            record_payment(
                coop=velo, request=queries.requests(velo)[0], amount=100, date=T0.date(), once_key=f"p{count}{extra}",
                by=None, at=T0,
            )  # fmt: skip
            earn(member, 1_000, date(2026, 2, 10))
            give_account(member)
        for run in Round.objects.filter(state="draft"):
            cancel_pay_run(run=run, by=None, at=T0)
        desk.post("/velo/pay-runs/", {"until": "2026-03-01"})
        run = Round.objects.get(state="draft")
        with CaptureQueriesContext(connection) as captured:
            for path in ("payments/", "payments/received/", "payments/requests.csv", f"pay-runs/{run.number}/", "pay-runs/"):
                assert desk.get(f"/velo/{path}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_run_goes_from_draft_to_paid_by_two_people(
    velo: Coop, amina: Membership, desk: Browser, coordinator: Membership
) -> None:
    desk.post("/velo/pay-runs/", {"until": "2026-03-01"})
    assert "€123.45" in desk.get("/velo/pay-runs/1/").content.decode()
    desk.post("/velo/pay-runs/1/final/")
    assert "somebody else has to release it" in desk.get("/velo/pay-runs/1/").content.decode()
    assert desk.post("/velo/pay-runs/1/released/").status_code == 403
    assert browser_of(amina).post("/velo/pay-runs/1/released/").status_code == 403
    assert Round.objects.get().state == "final"
    browser_of(coordinator).post("/velo/pay-runs/1/released/")
    assert desk.get("/velo/pay-runs/1/bank-file.xml")["Content-Type"] == "application/xml"
    desk.post("/velo/pay-runs/1/sent/")
    assert desk.post("/velo/pay-runs/1/sent/").status_code == 409
    desk.post("/velo/pay-runs/1/settled/", {"date": "2026-03-02"})
    run = Round.objects.get()
    paid = move_of(run, "settled")
    assert (run.state, paid and paid.date) == ("settled", date(2026, 3, 2))
    page = browser_of(amina).get("/velo/my-pay/").content.decode()
    assert "€123.45" in page
    assert desk.post("/velo/pay-runs/1/nonsense/").status_code == 404


def test_a_run_until_a_day_that_is_none_is_not_made(velo: Coop, amina: Membership, desk: Browser) -> None:
    for until in ("", "soon", "2999-01-01", "2020-01-01"):
        assert desk.post("/velo/pay-runs/", {"until": until}).status_code == 200
    assert not Round.objects.exists()


def test_members_see_only_their_own_pay(velo: Coop, amina: Membership, desk: Browser) -> None:
    bo = make_member(velo, "Bo")
    give_account(bo)
    earn(bo, 77_777, date(2026, 2, 10))
    desk.post("/velo/pay-runs/", {"until": "2026-03-01"})
    desk.post("/velo/pay-runs/1/final/")
    page = browser_of(amina).get("/velo/my-pay/").content.decode()
    assert "€123.45" in page
    assert "777.77" not in page
    assert browser_of(None).get("/velo/my-pay/").status_code == 302


def test_a_bank_account_is_changed_by_form_mail_and_link(velo: Coop, amina: Membership) -> None:
    mine = browser_of(amina)
    page = mine.post("/velo/my-pay/bank-account/", {"iban": "BE00", "holder": "Amina"}).content.decode()
    assert "“BE00”" in page
    mine.post("/velo/my-pay/bank-account/", {"iban": "NL91 ABNA 0417 1643 00", "holder": "Amina"})
    asked = BankAccount.objects.get(confirmed_at=None)
    link = browser_of(None)
    assert "NL91 ABNA 0417 1643 00" in link.get(f"/velo/bank/{asked.token}/").content.decode()
    asked.refresh_from_db()
    assert asked.confirmed_at is None  # looking does nothing
    link.post(f"/velo/bank/{asked.token}/confirmation/")
    asked.refresh_from_db()
    assert asked.confirmed_at is not None
    assert "It is used from" in mine.get("/velo/my-pay/bank-account/").content.decode()
    link.post(f"/velo/bank/{asked.token}/cancellation/")
    asked.refresh_from_db()
    assert asked.cancelled_at is not None
    assert link.get("/velo/bank/guess/").status_code == 404
    assert link.post("/velo/bank/guess/confirmation/").status_code == 404


def test_a_change_is_cancelled_by_its_member(velo: Coop, amina: Membership) -> None:
    at = clock.now() - timedelta(hours=1)
    asked = change_bank_account(coop=velo, party=amina.party, iban="NL91ABNA0417164300", holder="A", by=amina.party, at=at)
    browser_of(amina).post("/velo/my-pay/bank-account/cancellation/")
    asked.refresh_from_db()
    assert asked.cancelled_at is not None
