"""The pages of an own business: what it says, who sees it, and that it stays quick."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marke.activities.models import Activity, Entry, Expense, Sharing, WriteOff
from marke.activities.services import open_activity, pay_out_due
from marke.common import clock
from marke.parties.models import Membership
from marke.parties.services import create_circle, join_circle
from tests.factories.activities import invoiced, open_for
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
AGO = clock.now() - timedelta(days=60)
KEY = "0123456789abcdef"


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_small_stays_small():
    coop = make_coop("cleaners")
    found(coop)
    browser = browser_of(make_member(coop, "Cleo"))
    assert "/cleaners/business/" not in text(browser.get("/cleaners/money/"))
    page = text(browser.get("/cleaners/business/"))
    assert "Nobody runs a business of their own here" in page
    browser.post("/cleaners/business/", {"name": "Drawings", "once_key": KEY})
    assert not Activity.objects.exists()


def test_a_member_opens_a_business_and_finds_it_in_the_menu(smart, ann):
    browser = browser_of(ann)
    assert "/smart/business/" in text(browser.get("/smart/money/"))
    for _twice in range(2):
        answer = browser.post("/smart/business/", {"name": "Drawings", "once_key": KEY})
        assert answer.headers["Location"] == "/smart/business/1/"
    assert "Nothing has moved yet" in text(browser.get("/smart/business/1/"))


def test_each_line_says_what_it_is_and_why(smart, ann, drawings, bakery, django_assert_max_num_queries):
    invoiced(drawings, bakery, 100_000, "2026-1", vat=21_000, at=AGO)
    pay_out_due(clock.now() - timedelta(days=1))
    invoiced(drawings, bakery, 10_000, "2026-2", at=clock.now())
    browser = browser_of(ann)
    browser.get("/smart/business/1/")
    with django_assert_max_num_queries(45):
        page = text(browser.get("/smart/business/1/"))
    for said in ("€1,100.00", "€71.50", "€935.00", "€93.50", "its day has not come", "6.5", "Founding"):
        assert said in page
    assert "2026-1" in browser.get("/smart/business/1/statement.csv").content.decode()


def test_nobody_else_sees_it_but_those_who_handle_the_money(smart, ann, tess, drawings):
    other = browser_of(make_member(smart, "Bo"))
    for path in ("", "statement.csv", "expenses/", "ending/", "sharing/"):
        assert other.get(f"/smart/business/1/{path}").status_code == 404
    assert browser_of(tess).get("/smart/business/1/").status_code == 200
    assert other.get("/smart/business/all/").status_code == 403
    assert browser_of(tess).post("/smart/business/1/ending/").status_code == 403
    drawings.refresh_from_db()
    assert drawings.is_open


def test_an_expense_is_told_answered_and_withdrawn(smart, ann, tess, drawings):
    browser = browser_of(ann)
    said = {"what": "A lens", "amount": "120", "spent_on": AGO.date().isoformat(), "once_key": KEY}
    assert browser.post("/smart/business/1/expenses/", said).status_code == 302
    officer = browser_of(tess)
    assert "A lens" in text(officer.get("/smart/business/all/"))
    assert officer.post("/smart/business/1/expenses/1/answer/", {"approved": "no", "note": ""}).status_code == 422
    assert officer.post("/smart/business/1/expenses/1/answer/", {"approved": "no", "note": "too dear"}).status_code == 302
    assert "too dear" in text(browser.get("/smart/business/1/expenses/"))
    browser.post("/smart/business/1/expenses/", said | {"once_key": KEY + "2"})
    assert browser.post("/smart/business/1/expenses/2/withdrawal/").status_code == 302
    assert list(Expense.objects.values_list("state", flat=True).order_by("number")) == ["refused", "withdrawn"]


def test_a_team_sees_what_each_would_get_before_it_is_booked(smart, ann, bakery):
    circle = create_circle(coop=smart, name="Film", by=ann.party, at=AGO)
    for member in (ann, make_member(smart, "Bo")):
        join_circle(circle=circle, membership=member, by=member.party, at=AGO)
        open_for(member)
    team = open_activity(coop=smart, name="Film", circle=circle, once_key="film", by=ann.party, at=AGO)
    invoiced(team, bakery, 100_000, "2026-1", at=AGO)
    browser = browser_of(ann)
    said = {"total": "900", "key": "hours", "weight_1": "20", "weight_2": "10", "once_key": KEY}
    page = text(browser.post("/smart/business/3/sharing/", said))
    assert "20:00 h of 30:00 h together: €600.00 of €900.00" in page and not Sharing.objects.exists()
    assert browser.post("/smart/business/3/sharing/", said | {"move": "book"}).status_code == 302
    assert Entry.objects.filter(kind="shared", moved=60_000).exists()
    assert "€1,000.00 cannot be shared" in browser.post("/smart/business/3/sharing/", said | {"total": "1000"}).content.decode()


def test_a_loss_is_shown_and_then_written_off(smart, ann, tess, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1", vat=21_000, at=AGO)
    pay_out_due(clock.now())
    assert "Client 1" in text(browser_of(ann).get("/smart/business/guarantee/"))
    officer = browser_of(tess)
    assert "2026-1" in text(officer.get("/smart/business/guarantee/"))
    page = text(officer.get("/smart/business/1/papers/1/loss/"))
    assert "€210.00" in page and "The guarantee fund does not reach" in page
    assert officer.post("/smart/business/1/papers/1/loss/", {"reason": "bankrupt"}).status_code == 302
    assert WriteOff.objects.get().fund == 100_000
    assert "bankrupt" in text(officer.get("/smart/business/guarantee/"))


def test_wages_go_to_whoever_makes_them(smart, ann, tess, drawings, bakery):
    Membership.objects.filter(pk=ann.pk).update(engagement="employee")
    invoiced(drawings, bakery, 100_000, "2026-1", at=AGO)
    browser = browser_of(ann)
    assert browser.post("/smart/business/1/wages/", {"hours": "7.5", "amount": "9999"}).status_code == 422
    assert browser.post("/smart/business/1/wages/", {"hours": "7.5", "amount": "500"}).status_code == 302
    month = f"{clock.local_date(clock.now(), smart.timezone):%Y-%m}"
    assert month in text(browser_of(tess).get("/smart/business/all/"))
    file = browser_of(tess).get(f"/smart/business/wages/{month}/table/").content.decode()
    assert f"Ann,{month},7:30,500.00,EUR" in file


def test_a_business_is_closed_after_a_look(smart, ann, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1", at=clock.now())
    browser = browser_of(ann)
    assert "cannot be paid out yet" in text(browser.get("/smart/business/1/ending/"))  # before one tries
    assert "cannot be paid out yet" in browser.post("/smart/business/1/ending/").content.decode()
    Activity.objects.filter(pk=drawings.pk)
    empty = open_for(ann, "Empty")
    assert "Holds, with its reserve" in text(browser.get(f"/smart/business/{empty.number}/ending/"))
    assert browser.post(f"/smart/business/{empty.number}/ending/").status_code == 302
    assert "It is closed since" in text(browser.get(f"/smart/business/{empty.number}/"))


def test_an_officer_exempts_but_never_themselves(smart, ann, tess, drawings):
    said = {"of": "fee", "since": "2026-01-01", "until": "2036-01-01", "reason": "on benefits"}
    assert browser_of(ann).post("/smart/business/1/exemptions/", said).status_code == 403
    own = open_for(tess, "Sound")
    assert browser_of(tess).post(f"/smart/business/{own.number}/exemptions/", said).status_code == 403
    assert browser_of(tess).post("/smart/business/1/exemptions/", said).status_code == 302
    assert "on benefits" in text(browser_of(ann).get("/smart/business/1/"))


@pytest.mark.parametrize("path", ["business/", "business/all/", "business/guarantee/", "business/1/", "business/1/expenses/"])
def test_lists_ask_the_same_number_of_questions_however_long_they_are(smart, tess, bakery, path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, asked = browser_of(tess), []
    for number in range(1, 4):
        own = open_for(tess, f"B{number}")
        first = Activity.objects.get(number=1)
        invoiced(own, make_client(smart, f"Zoo {number}"), 100_000, f"2026-{number}", at=AGO)
        invoiced(first, bakery, 100_000, f"2026-{number}b", at=AGO)
        pay_out_due(clock.now())
        browser.post(
            "/smart/business/1/expenses/", {"what": "x", "amount": "120", "spent_on": "2026-01-05", "once_key": f"{KEY}{number}"}
        )
        browser.get(f"/smart/{path}")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text(browser.get(f"/smart/{path}"))
        asked.append(len(captured))
    assert asked[1] == asked[2], asked
