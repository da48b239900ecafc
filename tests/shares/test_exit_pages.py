"""The pages of shares that are given back."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from marke.common import clock
from marke.parties.models import Coop, Membership
from marke.shares.models import LiquidityReport, ShareClass, ShareExit
from marke.shares.services import record_opening_holding
from marke.shares.services.exits import ask_exit
from tests.factories.pages import browser_of
from tests.factories.parties import make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "a key of this form"


@pytest.fixture(autouse=True)
def in_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MARCH)


def coop_with(slug: str = "velo", **rules: Any) -> Coop:
    coop = make_coop(slug)
    found(coop, shares__price=5_000, **rules)
    return coop


def holder(coop: Coop, name: str = "Amina", offices: tuple[str, ...] = (), shares: int = 4) -> Membership:
    member = make_member(coop, name, offices)
    record_opening_holding(membership=member, shares=shares, amount=shares * 5_000, date=T0.date(), by=None, at=T0)
    return member


def ordinary(coop: Coop) -> ShareClass:
    return ShareClass.objects.get(coop=coop, code="ordinary")


def at(name: str, coop: Coop, *args: object) -> str:
    return reverse(f"shares:{name}", args=[coop.slug, *args])


def ask(member: Membership, shares: int = 2) -> ShareExit:
    key = f"{member.pk} {shares}"
    return ask_exit(membership=member, share_class=ordinary(member.coop), shares=shares, once_key=key, by=None, at=MARCH)


def test_the_member_sees_what_when_and_why_before_anything_is_asked() -> None:
    amina = holder(coop_with(shares__exit_years=5, shares__exit_interest=[3, 100]))
    browser, url = browser_of(amina), at("give_back", amina.coop)
    answers = {"share_class": ordinary(amina.coop).pk, "shares": "4", "once_key": KEY}
    page = browser.post(url, answers).content.decode()
    for said in ("€200.00", "2 March 2026", "5 yearly instalments", "€18.00 interest", "Founding of Velo", "Give back 4 shares"):
        assert said in page
    assert not ShareExit.objects.exists()
    for _twice in (1, 2):
        answer = browser.post(url, {**answers, "sure": "1"})
    assert ShareExit.objects.get().shares == 4
    assert answer.status_code in (200, 302)
    page = browser.get(at("exit", amina.coop, 1)).content.decode()
    assert "to be paid back" in page
    assert "€200.00" in page


def test_a_refusal_stands_beside_the_field_and_keeps_what_was_typed() -> None:
    amina = holder(coop_with())
    answers = {"share_class": ordinary(amina.coop).pk, "shares": "40", "once_key": KEY}
    page = browser_of(amina).post(at("give_back", amina.coop), answers).content.decode()
    assert "you hold 4" in page
    assert 'value="40"' in page
    assert not ShareExit.objects.exists()


def test_a_class_of_another_coop_is_no_answer() -> None:
    amina, other = holder(coop_with()), holder(coop_with("other"), "Odd")
    answers = {"share_class": ordinary(other.coop).pk, "shares": "1", "once_key": KEY, "sure": "1"}
    browser_of(amina).post(at("give_back", amina.coop), answers)
    assert not ShareExit.objects.exists()


def test_another_member_does_not_learn_of_an_exit_nor_another_coops_treasurer() -> None:
    coop = coop_with()
    ask(holder(coop))
    for who in (holder(coop, "Bea"), holder(coop_with("other"), "Odd", ("treasurer",))):
        for name in ("exit", "exit_statement"):
            assert browser_of(who).get(at(name, coop, 1)).status_code in (403, 404)
        for name in ("exit_payment", "exit_cancellation"):
            assert browser_of(who).post(
                at(name, coop, 1), {"amount": "1", "date": "2026-03-02", "once_key": KEY}
            ).status_code in (
                403,
                404,
            )
    assert not ShareExit.objects.get().payments.exists()


def test_the_treasurer_sees_the_queue_the_tests_and_pays() -> None:
    coop = coop_with(shares__exit_liquidity_months=12, shares__exit_net_asset_test=True)
    tess = holder(coop, "Tess", ("treasurer",))
    ask(holder(coop))
    browser = browser_of(tess)
    page = browser.get(at("exits", coop)).content.decode()
    assert "no report counts now" in page
    report = {
        "cash": "500",
        "expected_in": "10",
        "expected_out": "0",
        "text": "All clients paid; rent is known.",
        "once_key": KEY,
    }
    page = browser.post(at("liquidity_reports", coop), report, follow=True).content.decode()
    assert "Tess" in page
    assert LiquidityReport.objects.get().cash == 50_000
    page = browser.get(at("exits", coop)).content.decode()
    assert "not enough" in page  # net assets: nothing is in the bank by the books
    paying = {"amount": "100", "date": "2026-03-02", "once_key": KEY}
    page = browser.post(at("exit_payment", coop, 1), paying).content.decode()
    assert "net-asset test" in page
    assert not ShareExit.objects.get().payments.exists()


def test_paying_twice_by_a_double_click_pays_once() -> None:
    coop = coop_with()
    tess = holder(coop, "Tess", ("treasurer",))
    ask(holder(coop))
    browser, paying = browser_of(tess), {"amount": "100", "date": "2026-03-02", "once_key": KEY}
    for _twice in (1, 2):
        assert browser.post(at("exit_payment", coop, 1), paying).status_code == 302
    assert [payment.amount for payment in ShareExit.objects.get().payments.all()] == [10_000]
    assert "paid back" in browser.get(at("exit", coop, 1)).content.decode()


def test_the_queue_as_a_file() -> None:
    coop = coop_with()
    tess = holder(coop, "Tess", ("treasurer",))
    ask(holder(coop, "=cmd Ö"))
    text = browser_of(tess).get(at("exits_csv", coop)).content.decode("utf-8-sig")
    assert "'=cmd Ö" in text
    assert "100.00" in text


def test_the_statement_says_every_lot_and_what_is_paid() -> None:
    amina = holder(coop_with(shares__exit_years=2), "Çiğdem 北")
    ask(amina)
    answer = browser_of(amina).get(at("exit_statement", amina.coop, 1))
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for said in ("exit 1", "€100.00", "€50.00", "2 March 2028"):
        assert said in text


def test_a_death_is_checked_before_anything_ends() -> None:
    coop = coop_with()
    tess, amina = holder(coop, "Tess", ("treasurer",)), holder(coop)
    browser, url = browser_of(tess), at("end_membership", coop)
    answers = {"membership": amina.pk, "kind": "death", "note": "told by her brother", "once_key": KEY}
    assert "4, which bring €200.00" in browser.post(url, answers).content.decode()
    assert not ShareExit.objects.exists()
    assert browser.post(url, {**answers, "sure": "1"}).status_code == 302
    amina.refresh_from_db()
    assert (amina.state, ShareExit.objects.get().kind) == ("left", "death")


def test_who_has_left_still_sees_their_exit() -> None:
    amina = holder(coop_with())
    browser_of(amina).post(reverse("parties:leave", args=[amina.coop.slug]), {"sure": "1"})
    ask_or_left = ShareExit.objects.first()
    if ask_or_left is not None:
        assert browser_of(amina).get(at("exit", amina.coop, ask_or_left.number)).status_code == 200


def test_pages_ask_the_same_number_of_questions_for_one_and_for_three() -> None:
    coop = coop_with(shares__exit_net_asset_test=True)
    tess = holder(coop, "Tess", ("treasurer",))
    counts = []
    for names in (["A"], ["B", "C"]):
        for name in names:
            ask(holder(coop, name))
        browser = browser_of(tess)
        browser.get(at("exits", coop))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(at("exits", coop)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_before_it_took_effect_the_member_cancels_on_the_page() -> None:
    amina = holder(coop_with(shares__exit_effective="end_of_year"))
    ask(amina)
    browser = browser_of(amina)
    page = browser.get(at("exit", amina.coop, 1)).content.decode()
    assert "31 December 2026" in page
    assert "Keep the shares after all" in page
    browser.post(at("exit_cancellation", amina.coop, 1))
    assert "cancelled" in browser.get(at("exit", amina.coop, 1)).content.decode()


def test_a_day_that_comes_is_seen_by_those_in_office() -> None:
    from marke.shares.exits.asks import of_offices

    coop = coop_with(shares__exit_liquidity_months=12)
    assert of_offices(coop, frozenset({"treasurer"}), MARCH) == []
    ask(holder(coop))
    (task,) = of_offices(coop, frozenset({"treasurer"}), MARCH + timedelta(hours=1))
    assert "Report whether" in task.sentence
    assert of_offices(coop, frozenset({"secretary"}), MARCH) == []
    assert date(2026, 3, 2) == ShareExit.objects.get().effective_on
