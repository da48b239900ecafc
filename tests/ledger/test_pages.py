"""The pages of the money: who sees what, and how many queries it takes."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client as Browser
from django.urls import reverse

from marke.ledger.models import Account, Transaction
from marke.ledger.services import post_many
from marke.ledger.services import reverse as take_back
from marke.parties.models import Coop, Membership
from tests.factories.ledger import DAY, account, book_job, new_job
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found


@pytest.fixture
def velo(coop: Coop) -> Coop:
    found(coop)
    return coop


@pytest.fixture
def treasurer(velo: Coop) -> Membership:
    return make_member(velo, "Tess", offices=("treasurer",))


def visit(who: Membership | None, name: str, *args: object, **query: str):
    browser = Browser()
    if who is not None:
        assert who.party.user is not None
        browser.force_login(who.party.user, backend="django.contrib.auth.backends.ModelBackend")
    coop = args[0] if args and isinstance(args[0], Coop) else Coop.objects.get(slug="velo")
    rest = [one for one in args if not isinstance(one, Coop)]
    return browser.get(reverse(f"ledger:{name}", args=[coop.slug, *rest]), query)


def text(response) -> str:
    return str(response.content.decode())


def test_a_member_sees_first_what_the_co_op_owes_her_and_why(velo, amina):
    book_job(velo, amina.party)
    page = text(visit(amina, "money"))
    assert page.index("The co-op owes me") < page.index("The money of Velo")
    assert "€11.00" in page and "The people who did the work" in page


def test_without_bookings_the_page_says_what_will_appear(velo, amina):
    assert "as soon as your first job is confirmed" in text(visit(amina, "money"))
    assert visit(amina, "mine").status_code == visit(amina, "flow").status_code == 200


def test_the_statement_has_a_running_balance_newest_first(velo, amina):
    book_job(velo, amina.party, 1, on=date(2026, 1, 5))
    book_job(velo, amina.party, 2, on=date(2026, 2, 5), price=2250)
    page = text(visit(amina, "mine"))
    assert page.index("€32.00") < page.index("€11.00")
    rows = text(visit(amina, "mine_csv")).splitlines()
    assert rows[1].split(",")[3:5] == ["21.00", "32.00"] and rows[2].split(",")[3:5] == ["11.00", "11.00"]


def test_a_statement_of_a_period_begins_with_the_balance_before_it(velo, amina, treasurer):
    for number, day in enumerate((date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1))):
        book_job(velo, amina.party, number, on=day)
    rows = text(visit(treasurer, "account_csv", account(velo, "earnings", party=amina.party).pk, period="2026-q1")).splitlines()
    assert [row.split(",")[4] for row in rows[1:]] == ["33.00", "22.00"]


PRIVATE = ("accounts", "accounts_csv", "export_gl", "export_beancount")


@pytest.mark.parametrize("name", ["money", "mine", "mine_csv", "flow", *PRIVATE])
def test_a_stranger_is_asked_to_sign_in(name: str, velo):
    assert visit(None, name).status_code == 302


@pytest.mark.parametrize("name", ["money", "mine", "mine_csv", "flow", *PRIVATE])
def test_the_member_of_another_co_op_sees_nothing(name: str, velo):
    other = make_member(make_coop("other"), "Otto", offices=("treasurer", "coordinator"))
    assert visit(other, name).status_code == 403


@pytest.mark.parametrize("name", PRIVATE)
def test_the_books_are_for_the_treasurer_and_the_coordinator(name: str, velo, amina, treasurer):
    book_job(velo, amina.party)
    assert visit(amina, name).status_code == 403
    assert visit(treasurer, name).status_code == 200
    assert visit(make_member(velo, "Cato", offices=("coordinator",)), name).status_code == 200


def test_members_do_not_see_each_others_pay(velo, amina):
    bram = make_member(velo, "Bram")
    booked = book_job(velo, bram.party)
    earnings = account(velo, "earnings", party=bram.party)
    for response in (
        visit(amina, "account", earnings.pk),
        visit(amina, "account_csv", earnings.pk),
        visit(amina, "transaction", booked.number),
    ):
        assert response.status_code == 403 and "11.00" not in text(response)
    assert "Bram" not in text(visit(amina, "money"))


def test_the_rule_members_pay_visible_opens_everybodys_pay(coop):
    found(coop, members__pay_visible=True)
    amina, bram = make_member(coop, "Amina"), make_member(coop, "Bram")
    booked = book_job(coop, bram.party)
    page = text(visit(amina, "transaction", booked.number))
    assert "Bram" in page and "€11.00" in page
    assert visit(amina, "account", account(coop, "earnings", party=bram.party).pk).status_code == 200
    shares = account(coop, "shares", party=bram.party)
    assert visit(amina, "account", shares.pk).status_code == 403


def test_in_a_shared_transaction_others_stand_without_name_as_one_sum(velo, amina):
    from marke.ledger.services import NewPosting, post

    bram, cleo = make_member(velo, "Bram"), make_member(velo, "Cleo")
    legs = [
        NewPosting(account(velo, "earnings", party=one.party), 100 * n, "paid") for n, one in enumerate((amina, bram, cleo), 1)
    ]
    booked = post(
        coop=velo,
        kind="pay",
        key="pay:1:1",
        date=DAY,
        postings=[*legs, NewPosting(account(velo, "transit"), -600, "paid")],
        by=None,
        at=T0,
    )
    page = text(visit(amina, "transaction", booked.number))
    assert "2 others together" in page and "€5.00" in page and "€1.00" in page
    assert "Bram" not in page and "€2.00" not in page and "€3.00" not in page


def test_the_co_ops_own_accounts_are_read_by_bookkeepers_only(velo, amina, treasurer):
    book_job(velo, amina.party)
    contribution = account(velo, "contribution")
    assert visit(amina, "account", contribution.pk).status_code == 403
    assert "€1.50" in text(visit(treasurer, "account", contribution.pk))


def test_a_transaction_shows_its_seal_and_what_took_it_back(velo, amina):
    booked = book_job(velo, amina.party)
    taken = take_back(transaction=booked, key="job:1:1:reversed", date=DAY, by=None, at=T0)
    assert booked.hash[:16] in text(visit(amina, "transaction", 1))
    assert "was taken back" in text(visit(amina, "transaction", 1))
    assert "This takes back" in text(visit(amina, "transaction", taken.number))


def test_what_is_not_there_is_said_to_be_not_there(velo, treasurer):
    other = book_job(make_coop("other"), make_member(velo, "Bram").party)
    assert visit(treasurer, "transaction", 99).status_code == 404
    theirs = Account.objects.filter(coop=other.coop, kind="contribution").get()
    assert visit(treasurer, "account", theirs.pk).status_code == 404


@pytest.mark.parametrize("period", ["2026-13", "2026-q5", "yesterday", "0001", "2026-1", "２０２６"])
def test_a_period_that_is_none_is_named(period: str, velo, amina):
    if period.isascii():
        response = visit(amina, "flow_in", period)
        assert response.status_code == 404 and period in text(response)


@pytest.mark.parametrize(("period", "price"), [("2026-01", "€12.50"), ("2026-q1", "€22.50"), ("2026", "€22.50")])
def test_where_each_euro_went_by_month_quarter_and_year(period: str, price: str, velo, amina):
    book_job(velo, amina.party, 1, on=date(2026, 1, 31))
    book_job(velo, amina.party, 2, price=1000, on=date(2026, 2, 1))
    page = text(visit(amina, "flow_in", period))
    assert price in page and "<svg" in page and page.count('aria-current="page"') == 2  # the noun and the period
    assert visit(amina, "flow_csv", period).status_code == 200


@pytest.mark.parametrize("name", ["money", "mine", "flow", "accounts"])
def test_a_page_takes_as_many_queries_for_three_rows_as_for_one(name: str, velo, amina, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cato = make_member(velo, "Cato", offices=("coordinator",))
    book_job(velo, cato.party, 1)
    visit(cato, name)
    with CaptureQueriesContext(connection) as one:
        visit(cato, name)
    others = [make_member(velo, who) for who in ("Bram", "Cleo")]
    post_many(
        coop=velo, transactions=[new_job(velo, other.party, n) for n, other in enumerate([*others, cato], 2)], by=None, at=T0
    )
    assert Transaction.objects.count() == 4
    with CaptureQueriesContext(connection) as three:
        visit(cato, name)
    assert len(one) == len(three)
