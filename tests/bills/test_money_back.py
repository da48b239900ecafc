"""A supplier transfers what a credit note gives back: the statement knows it, and it is booked once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from marke.bills import services
from marke.bills.models import Bill, MoneyBack, SetOff
from marke.bills.queries import bills, standings
from marke.common.invariants import invariants
from marke.ledger.models import Transaction
from marke.ledger.queries import party_balance, totals_by_kind
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership
from marke.payments.models import BankStatement, Payment
from marke.payments.services import book_statement, confirm_proposals, match_payment, receive_statement, settle_entry
from marke.payments.services.incoming import MatchedAlready
from marke.shares.services import request_shares
from tests.factories.bank import camt, entry
from tests.factories.bills import IBAN, approved, received
from tests.factories.pages import browser_of
from tests.factories.parties import T0

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOW, DAY = T0 + timedelta(days=15), date(2026, 1, 19)


@pytest.fixture
def note(coop: Coop, cora: Membership) -> Bill:
    """A credit note of 48.40, after a bill that somebody paid, by which the supplier's account is known."""
    bill = approved(received(coop, at=NOW, number="F-2026-1"), cora.party, NOW)
    services.record_bill_payment(bill=bill, amount=12_100, date=DAY, once_key="paid", by=cora.party, at=NOW)
    note: Bill = approved(received(coop, at=NOW, number="CN-2026-7", credit=True, net=4_000), cora.party, NOW, deducted=840)
    return note


def drop(coop: Coop, amount: int = 4_840, label: str = "1", **more: Any) -> BankStatement:
    content = camt([entry(amount, on=DAY, **more)], label=label)
    return receive_statement(coop=coop, filename="s.xml", content=content, by=None, at=NOW)


def said(statement: BankStatement) -> tuple[str, str, str]:
    row = statement.entries.get()
    return row.meaning, row.owed_subject, row.why


def balance(bill: Bill) -> int:
    assert bill.supplier is not None
    return party_balance(bill.coop, Account.Kind.PAYABLE, bill.supplier.party)


def left(bill: Bill) -> int:
    return standings(list(bills(bill.coop)))[bill.pk].left


def all_is_well(coop: Coop) -> None:
    assert "unmatched" not in {row.kind for row in totals_by_kind(coop) if row.amount}
    assert [fault for one in invariants for fault in one.check(coop)] == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"iban": IBAN}, "iban"),
        ({"text": "terugbetaling cn 2026/7"}, "number"),
        ({"name": "PAPIER & ZN"}, "name"),
        ({"name": "Somebody else"}, ""),
    ],
)
def test_it_is_known_by_the_account_the_number_or_the_name(coop: Coop, note: Bill, more: dict[str, Any], why: str) -> None:
    expected = ("given_back", "2", why) if why else ("unknown", "", "")
    assert said(drop(coop, **more)) == expected
    assert said(drop(coop, 4_841, label="2", **more))[0] == "unknown"


def test_it_is_booked_once_and_nothing_is_left_to_come(coop: Coop, note: Bill, cora: Membership) -> None:
    statement = drop(coop, iban=IBAN)
    confirm_proposals(statement=statement, by=None, at=NOW)
    for _again in range(2):
        book_statement(statement=statement, by=None, at=NOW)
    came = MoneyBack.objects.get()
    assert (came.bill, came.amount, came.date, balance(note), left(note)) == (note, 4_840, DAY, 0, 0)
    assert statement.entries.get().transaction == came.transaction and not Payment.objects.exists()
    with pytest.raises(services.NotGivenBack):
        services.record_money_back(bill=note, amount=1, date=DAY, once_key="more", by=None, at=NOW)
    approved(received(coop, at=NOW, number="F-2026-2"), cora.party, NOW)
    assert not SetOff.objects.exists()  # it came back: nothing is taken off the next bill
    assert "Came back" in browser_of(cora).get("/velo/money/bills/2/").content.decode()
    all_is_well(coop)


def test_who_says_yes_later_books_the_same(coop: Coop, note: Bill) -> None:
    statement = drop(coop, iban=IBAN)
    book_statement(statement=statement, by=None, at=NOW)
    [row] = statement.entries.all()
    assert row.waits and row.payment is not None and balance(note) == 4_840
    settle_entry(entry=row, answer="yes", by=None, at=NOW)
    row.refresh_from_db()
    assert (row.waits, row.transaction, balance(note)) == (False, MoneyBack.objects.get().transaction, 0)
    assert Payment.objects.get().reversed_at is not None
    all_is_well(coop)


def test_money_that_was_matched_by_hand_meanwhile_stays_where_it_is(coop: Coop, note: Bill, cora: Membership) -> None:
    statement = drop(coop, iban=IBAN)
    book_statement(statement=statement, by=None, at=NOW)
    [row] = statement.entries.all()
    asked = request_shares(membership=cora, shares=1, once_key="share", by=None, at=T0).payment_request
    assert row.payment is not None
    match_payment(payment=row.payment, request=asked, surplus="refund", by=None, at=NOW)
    before = Transaction.objects.count()
    with pytest.raises(MatchedAlready):
        settle_entry(entry=row, answer="yes", by=None, at=NOW)
    assert (Transaction.objects.count(), balance(note), MoneyBack.objects.count()) == (before, 4_840, 0)


def test_what_a_bill_used_up_does_not_come_back(coop: Coop, note: Bill, cora: Membership) -> None:
    approved(received(coop, at=NOW, number="F-2026-2"), cora.party, NOW)
    assert said(drop(coop, iban=IBAN))[0] == "unknown"
    before = Transaction.objects.count()
    with pytest.raises(services.NotGivenBack, match="is to come back"):
        services.record_money_back(bill=note, amount=4_840, date=DAY, once_key="x", by=None, at=NOW)
    assert Transaction.objects.count() == before and not MoneyBack.objects.exists()


def test_the_database_keeps_what_came_back(coop: Coop, note: Bill) -> None:
    services.record_money_back(bill=note, amount=4_840, date=DAY, once_key="x", by=None, at=NOW)
    for sql in ("UPDATE bills_moneyback SET amount = 1", "DELETE FROM bills_moneyback"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert MoneyBack.objects.get().amount == 4_840
