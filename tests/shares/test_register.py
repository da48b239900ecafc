"""Shares from request to certificate."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from marke.common.invariants import invariants
from marke.ledger.queries import balance
from marke.ledger.services import open_account
from marke.parties.models import Coop, Membership
from marke.parties.services import admit_member, leave, refuse_member
from marke.payments.models import Payment, PaymentRequest
from marke.payments.services import record_payment, reverse_payment
from marke.shares import queries, services
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.papers import certificate_pdf
from marke.shares.services.opening import BadOpening, OpenedAlready
from marke.shares.services.requests import (
    AllottedAlready,
    NotForThem,
    NothingToPayBack,
    TooFewShares,
    TooManyShares,
)
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def coop() -> Coop:
    coop = make_coop()
    found(coop, shares__price=5_000, shares__minimum=2)
    coop.iban = "BE68539007547034"
    coop.save()
    return coop


@pytest.fixture
def applicant(coop: Coop) -> Membership:
    return make_member(coop, "Amina", state="applied")


def ask(membership: Membership, shares: int = 2, key: str = "k") -> ShareRequest:
    return services.request_shares(membership=membership, shares=shares, once_key=key, by=None, at=T0)


def pay(request: ShareRequest, amount: int | None = None, key: str = "p") -> Payment:
    return record_payment(
        coop=request.coop,
        request=request.payment_request,
        amount=request.amount if amount is None else amount,
        date=T0.date(),
        once_key=key,
        by=None,
        at=T0 + DAY,
    )


def kinds(coop: Coop) -> list[str]:
    return list(ShareEvent.objects.filter(coop=coop).order_by("number").values_list("kind", flat=True))


def held(coop: Coop, at=T0 + 9 * DAY) -> list[tuple[str, int, int]]:
    return [(row.membership.party.name, row.shares, row.amount) for row in queries.holdings(coop, at)]


def money(membership: Membership, kind: str) -> int:
    return balance(open_account(coop=membership.coop, kind=kind, party=membership.party, at=T0))


def faults(coop: Coop) -> list[object]:
    return list(invariants.get("INV-SHARE-1").check(coop))


def test_what_an_applicant_paid_is_a_debt_until_admission_and_capital_from_then_on(applicant: Membership) -> None:
    coop = applicant.coop
    pay(ask(applicant))
    assert (money(applicant, "shares_pending"), money(applicant, "shares")) == (-10_000, 0)
    assert held(coop) == []
    admit_member(membership=applicant, by=None, at=T0 + 2 * DAY)
    assert (money(applicant, "shares_pending"), money(applicant, "shares")) == (0, -10_000)
    assert held(coop) == [("Amina", 2, 10_000)]
    assert held(coop, T0 + DAY) == []
    assert kinds(coop) == ["requested", "paid", "allotted"]
    assert not faults(coop)


def test_a_member_is_allotted_shares_when_the_last_part_is_paid(coop: Coop) -> None:
    member = make_member(coop, "Bo")
    request = ask(member)
    pay(request, 4_000)
    assert held(coop) == []
    pay(request, 6_000, "q")
    assert held(coop) == [("Bo", 2, 10_000)]
    assert not faults(coop)


def test_the_price_is_the_one_in_force_when_the_shares_were_asked_for(applicant: Membership) -> None:
    request = ask(applicant, 3)
    assert (request.price, request.amount, request.payment_request.amount) == (5_000, 15_000, 15_000)
    assert request.rule_value is not None
    assert request.rule_value.key == "shares.price"


def test_asking_twice_by_one_form_asks_once(applicant: Membership) -> None:
    assert ask(applicant) == ask(applicant)
    assert ShareRequest.objects.count() == PaymentRequest.objects.count() == 1


def test_the_least_number_holds_for_the_first_request_only(coop: Coop) -> None:
    member = make_member(coop, "Bo")
    with pytest.raises(TooFewShares, match=r"1 shares are too few\. Take at least 2 shares"):
        ask(member, 1)
    pay(ask(member, 2))
    assert ask(member, 1, "next").shares == 1
    for shares, error in ((0, TooFewShares), (-1, TooFewShares), (1_000_001, TooManyShares)):
        with pytest.raises(error):
            ask(member, shares, f"x{shares}")
    assert ShareRequest.objects.count() == 2


def test_who_has_left_takes_no_shares(coop: Coop) -> None:
    with pytest.raises(NotForThem, match="Left"):
        ask(make_member(coop, "Cy", state="left"))
    assert not ShareEvent.objects.exists()


def test_who_is_not_admitted_gets_everything_back(applicant: Membership) -> None:
    coop = applicant.coop
    request = ask(applicant)
    pay(request)
    refuse_member(membership=applicant, by=None, at=T0 + 2 * DAY)
    assert [row.request for row in queries.refunds_due(coop)] == [request]
    for _ in range(2):  # a double click
        services.refund_shares(request=request, date=T0.date(), once_key="r", by=None, at=T0 + 3 * DAY)
    assert money(applicant, "shares_pending") == 0
    assert balance(open_account(coop=coop, kind="bank", at=T0)) == 0
    assert not queries.refunds_due(coop)
    assert kinds(coop) == ["requested", "paid", "cancelled", "refunded"]
    with pytest.raises(NothingToPayBack):
        services.refund_shares(request=request, date=T0.date(), once_key="s", by=None, at=T0 + 3 * DAY)
    assert not faults(coop)


def test_who_withdraws_gets_a_part_payment_back(applicant: Membership) -> None:
    request = ask(applicant)
    pay(request, 100)
    leave(membership=applicant, by=applicant.party, at=T0 + 2 * DAY)
    [due] = queries.refunds_due(applicant.coop)
    assert due.standing.held == 100
    assert not faults(applicant.coop)


def test_allotted_shares_are_not_cancelled_with_the_request(coop: Coop) -> None:
    request = ask(make_member(coop, "Bo"))
    pay(request)
    with pytest.raises(AllottedAlready):
        services.cancel_request(request=request, by=None, at=T0)
    assert kinds(coop) == ["requested", "paid", "allotted"]


def test_a_payment_booked_in_error_takes_its_allotment_back_and_the_next_one_allots_again(coop: Coop) -> None:
    member = make_member(coop, "Bo")
    request = ask(member)
    reverse_payment(payment=pay(request), reason="another's", by=None, at=T0 + 2 * DAY)
    assert held(coop) == []
    assert money(member, "shares") == money(member, "shares_pending") == 0
    pay(request, key="q")
    assert held(coop) == [("Bo", 2, 10_000)]
    assert kinds(coop) == ["requested", "paid", "allotted", "unallotted", "taken_back", "paid", "allotted"]
    assert not faults(coop)


def test_what_was_held_before_is_entered_once(coop: Coop) -> None:
    member = make_member(coop, "Bo")
    given_: dict[str, Any] = {"membership": member, "by": None, "at": T0}
    services.record_opening_holding(shares=3, amount=14_000, date=date(2025, 12, 31), **given_)
    assert held(coop) == [("Bo", 3, 14_000)]
    assert money(member, "shares") == -14_000
    with pytest.raises(OpenedAlready):
        services.record_opening_holding(shares=3, amount=14_000, date=date(2025, 12, 31), **given_)
    for shares, amount, on in ((0, 1, T0.date()), (1, -1, T0.date()), (1, 1, date(2030, 1, 1))):
        with pytest.raises(BadOpening):
            services.record_opening_holding(
                membership=make_member(coop, "Cy"), shares=shares, amount=amount, date=on, by=None, at=T0
            )
    assert not faults(coop)


@pytest.mark.parametrize("table", ["shares_shareevent", "shares_sharerequest"])
def test_the_database_refuses_to_change_or_delete_the_register(applicant: Membership, table: str) -> None:
    pay(ask(applicant))
    for sql in (f"UPDATE {table} SET number = number + 100", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    with pytest.raises(DatabaseError), transaction.atomic():
        ShareEvent.objects.all().delete()
    assert not faults(applicant.coop)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"number": 5}, "gap"),
        ({"number": 2, "kind": "unallotted", "shares": -1}, "fewer shares than none"),
        ({"number": 2, "kind": "paid", "shares": 7}, "only_what_gives_or_takes_shares_changes_a_holding"),
    ],
)
def test_the_database_refuses_what_cannot_be(applicant: Membership, fields: dict[str, object], said: str) -> None:
    request = ask(applicant)
    event = ShareEvent(
        coop=applicant.coop, membership=applicant, request=request, share_class=request.share_class,
        at=T0, date=T0.date(), amount=0, shares=0, kind="paid",
    )  # fmt: skip
    for name, value in fields.items():
        setattr(event, name, value)
    with pytest.raises(DatabaseError, match=said), transaction.atomic():
        event.save()
    assert ShareEvent.objects.count() == 1


def test_the_doctor_finds_capital_that_the_register_does_not_know(applicant: Membership) -> None:
    from marke.ledger.services import NewPosting, post

    capital = open_account(coop=applicant.coop, kind="shares", party=applicant.party, at=T0)
    bank = open_account(coop=applicant.coop, kind="bank", at=T0)
    post(
        coop=applicant.coop, kind="test", key="test:1:1", date=T0.date(), by=None, at=T0,
        postings=[NewPosting(bank, 5, "x"), NewPosting(capital, -5, "x")],
    )  # fmt: skip
    [violation] = faults(applicant.coop)
    assert "the register says 0, the ledger 5" in violation.what  # type: ignore[attr-defined]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["ask", "pay", "pay_part", "cancel", "refund", "reverse", "admit"]), st.integers(0, 3)),
        max_size=25,
    )
)
def test_whatever_happens_no_cent_is_lost_and_the_register_holds(coop: Coop, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        members = [make_member(coop, f"M{i}", state="member" if i % 2 else "applied", with_user=False) for i in range(4)]
        for index, (step, which) in enumerate(steps):
            with_errors(members[which], step, str(index))
        bank = balance(open_account(coop=coop, kind="bank", at=T0))
        assert bank == -sum(money(m, "shares") + money(m, "shares_pending") + money(m, "refunds") for m in members)
        assert -sum(money(m, "shares") for m in members) == sum(row.amount for row in queries.holdings(coop, T0 + 9 * DAY))
        assert not faults(coop)
        transaction.set_rollback(True)


def with_errors(member: Membership, step: str, key: str) -> None:
    """Does the step, or is refused; never leaves something half-done."""
    from marke.common.refusal import Refused

    request = ShareRequest.objects.filter(membership=member).order_by("-number").first()
    try:
        with transaction.atomic():
            if step == "ask":
                ask(member, 2, key)
            elif step == "admit" and member.state == "applied":
                admit_member(membership=member, by=None, at=T0 + 2 * DAY)
                member.refresh_from_db()
            elif request is None:
                return
            elif step in ("pay", "pay_part"):
                pay(request, 10_000 if step == "pay" else 3_000, key)
            elif step == "cancel":
                services.cancel_request(request=request, by=None, at=T0 + 2 * DAY)
            elif step == "refund":
                services.refund_shares(request=request, date=T0.date(), once_key=key, by=None, at=T0 + 2 * DAY)
            elif step == "reverse":
                payment = Payment.objects.filter(request=request.payment_request, reversed_at=None).first()
                if payment:
                    reverse_payment(payment=payment, reason="x", by=None, at=T0 + 2 * DAY)
    except Refused:
        pass


# Pages and paper


def test_an_applicant_asks_and_sees_how_to_pay(applicant: Membership) -> None:
    mine = browser_of(applicant)
    assert mine.get("/velo/shares/mine/").status_code == 200
    form = {"shares": "2", "once_key": "k" * 12}
    for _ in range(2):
        response = mine.post("/velo/shares/mine/", form)
    assert ShareRequest.objects.count() == 1
    page = mine.get(response["Location"]).content.decode()
    assert "+++000/0000/00101+++" in page
    assert "<svg" in page
    assert "€100.00" in page


@pytest.mark.parametrize("shares", ["", "0", "-3", "1", "1.5", "x", "9" * 30, "<b>"])
def test_a_number_of_shares_that_cannot_be_is_refused(applicant: Membership, shares: str) -> None:
    response = browser_of(applicant).post("/velo/shares/mine/", {"shares": shares, "once_key": "k" * 12})
    assert response.status_code == 200
    assert not ShareRequest.objects.exists()


def test_a_request_is_seen_by_its_owner_and_the_treasurer_only(applicant: Membership) -> None:
    coop = applicant.coop
    ask(applicant)
    treasurer, other = make_member(coop, "Tess", offices=("treasurer",)), make_member(coop, "Bo")
    path = "/velo/shares/requests/1/"
    assert browser_of(applicant).get(path).status_code == 200
    assert browser_of(treasurer).get(path).status_code == 200
    assert browser_of(other).get(path).status_code == 404
    assert browser_of(other).post(f"{path}cancellation/").status_code == 404
    assert browser_of(other).post(f"{path}refund/", {}).status_code == 403
    assert browser_of(applicant).post(f"{path}refund/", {}).status_code == 403
    assert browser_of(None).get(path).status_code == 302
    assert kinds(coop) == ["requested"]
    browser_of(applicant).post(f"{path}cancellation/")
    assert kinds(coop) == ["requested", "cancelled"]


def test_the_treasurer_reads_the_register_of_any_day_and_pays_back(coop: Coop) -> None:
    treasurer = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    pay(ask(make_member(coop, "Bo")))
    refused = make_member(coop, "Cy", state="applied")
    pay(ask(refused, key="c"), key="c")
    refuse_member(membership=refused, by=None, at=T0 + 2 * DAY)
    for language in ("en", "nl"):
        treasurer.cookies["django_language"] = language
        for path in ("", "?on=2026-01-06", "?on=rubbish", "register.csv"):
            assert treasurer.get(f"/velo/shares/{path}").status_code == 200
    treasurer.post("/velo/shares/requests/2/refund/", {"date": "2026-01-08", "once_key": "r" * 12})
    assert not queries.refunds_due(coop)
    assert browser_of(refused).get("/velo/shares/").status_code == 403
    assert browser_of(None).get("/velo/shares/").status_code == 302


def test_the_register_takes_as_many_queries_for_three_rows_as_for_one(coop: Coop) -> None:
    treasurer = browser_of(make_member(coop, "Tess", offices=("treasurer",)))
    counts = []
    for count in range(2):
        for extra in range(1 + count):
            key = f"m{count}{extra}"
            pay(ask(make_member(coop, key), key=key), key=key)
            ask(make_member(coop, f"w{key}"), key=f"w{key}")
            refused = make_member(coop, f"r{key}", state="applied")
            pay(ask(refused, key=f"r{key}"), key=f"r{key}")
            refuse_member(membership=refused, by=None, at=T0 + 2 * DAY)
        with CaptureQueriesContext(connection) as captured:
            treasurer.get("/velo/shares/")
            treasurer.get("/velo/shares/register.csv")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_certificate_says_what_the_register_says(coop: Coop) -> None:
    member = make_member(coop, "Żółć #panic() Иванов")
    assert browser_of(member).get("/velo/shares/mine/certificate.pdf").status_code == 404
    pay(ask(member))
    response = browser_of(member).get("/velo/shares/mine/certificate.pdf")
    paper = PdfReader(BytesIO(response.content)).pages[0].extract_text().replace("\u00a0", " ")
    for said in ("Żółć #panic() Иванов", "holds 2 shares", "€100.00", "Member 1"):
        assert said in paper
    held = queries.holdings_by_class(coop, membership=member)
    assert certificate_pdf(member, held, T0.date(), T0) == certificate_pdf(member, held, T0.date(), T0)
