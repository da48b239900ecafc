"""Expenses: told with a receipt, approved by whoever may, repaid when the business covers them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from marke.activities import queries
from marke.activities.models import Expense, Receipt
from marke.activities.services import (
    ExpenseDecided,
    NotAnExpense,
    OwnExpense,
    WhyRefused,
    decide_expense,
    pay_out_due,
    tell_expense,
    withdraw_expense,
)
from marke.common.photos import Picture
from marke.ledger.queries import explain_postings, postings_of_party, sums_by_detail
from tests.factories.activities import invoiced, open_for, owed_to
from tests.factories.parties import T0, make_client, make_coop, make_member
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
LATER = T0 + timedelta(days=30)
PHOTO = Picture(b"\xff\xd8\xff\xd9", 1, 1)


def tell(activity, member, amount, key="one", at=LATER, picture=None):
    return tell_expense(
        activity=activity, what="Paper", amount=amount, spent_on=T0.date(), picture=picture, once_key=key, by=member.party, at=at
    )


def test_a_small_one_is_approved_by_whoever_spent_it_and_repaid_at_once(ann, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1")
    expense = tell(drawings, ann, 5_000, picture=PHOTO)
    assert (expense.state, expense.entry is not None, owed_to(ann)) == ("approved", True, 5_000)
    assert bytes(Receipt.objects.get(expense=expense).content) == PHOTO.content
    pay_out_due(LATER)
    assert owed_to(ann) == 93_500
    assert tell(drawings, ann, 5_000) == expense


def test_a_large_one_waits_for_somebody_else_in_office(ann, tess, drawings, bakery):
    invoiced(drawings, bakery, 100_000, "2026-1")
    expense = tell(drawings, ann, 5_001)
    assert (expense.state, owed_to(ann)) == ("asked", 0)
    with pytest.raises(OwnExpense):
        decide_expense(expense=expense, approved=True, by=ann.party, at=LATER)
    with pytest.raises(WhyRefused):
        decide_expense(expense=expense, approved=False, note=" ", by=tess.party, at=LATER)
    expense.refresh_from_db()
    assert (expense.state, owed_to(ann)) == ("asked", 0)
    assert decide_expense(expense=expense, approved=True, by=tess.party, at=LATER).entry is not None
    assert owed_to(ann) == 5_001
    with pytest.raises(ExpenseDecided):
        decide_expense(expense=expense, approved=False, note="no", by=tess.party, at=LATER)


def test_it_is_repaid_when_the_business_covers_it_the_oldest_first(ann, drawings, bakery):
    first, second = tell(drawings, ann, 4_000, "a"), tell(drawings, ann, 1_000, "b")
    assert (first.state, first.entry, owed_to(ann)) == ("approved", None, 0)
    invoiced(drawings, bakery, 4_800, "2026-1", at=LATER)  # 4,488 stay in the business
    pay_out_due(LATER + timedelta(days=20))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.entry is not None, second.entry) == (True, None)


def test_what_cannot_be_is_refused(ann, drawings):
    for amount, at in ((0, LATER), (100, T0 - timedelta(days=3))):
        with pytest.raises(NotAnExpense), transaction.atomic():
            tell(drawings, ann, amount, at=at)
    assert not Expense.objects.exists()


def test_whoever_asked_can_withdraw(ann, drawings):
    assert withdraw_expense(expense=tell(drawings, ann, 9_000), by=ann.party, at=LATER).state == "withdrawn"


def test_where_the_margin_counts_a_part_of_the_contribution_comes_back():
    coop = make_coop("coopaname", country="FR")
    found(coop, activities__open_to="members", activities__contribution=[135, 1000], activities__expenses_off=[1, 1])
    member = make_member(coop, "Bo")
    shop = open_for(member)
    invoiced(shop, make_client(coop, "Zoo"), 100_000, "2026-1")
    expense = tell(shop, member, 4_000)
    assert (expense.entry.given, queries.balances(coop)) == (-540, {shop.pk: 100_000 - 13_500 - 4_000 + 540})
    assert sums_by_detail(coop, ["contribution", "fund"]) == {("contribution", ""): -11_664, ("fund", "guarantee"): -1_296}
    repaid = postings_of_party(coop, member.party).get(line="repaid")
    assert explain_postings([repaid])[repaid.pk].formula == "an expense of the business, repaid to whoever paid it"


def test_however_many_wait_the_office_asks_once(smart, ann, drawings, django_assert_num_queries):
    tell(drawings, ann, 9_000, "a")
    with django_assert_num_queries(1):
        assert [str(row.activity.party) for row in queries.open_expenses(smart)] == ["Ann"]
