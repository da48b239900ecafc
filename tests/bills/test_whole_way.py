"""A bill's whole way: brought in, approved, booked, paid with the run, known by the bank's statement."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import Error, transaction
from lxml import etree

from marke.activities.models import Activity
from marke.activities.services import NotCovered
from marke.bills import services
from marke.bills.models import Bill, BillFile
from marke.bills.queries import bills, standings
from marke.bills.services import Booking, Incoming
from marke.common.invariants import invariants
from marke.ledger.queries import party_balance, sums_by_detail
from marke.ledger.services import Account
from marke.parties.models import Coop, Membership
from marke.payments import services as payments
from marke.payments.bank_files import pay_run_file
from tests.factories.activities import invoiced
from tests.factories.bank import camt, entry
from tests.factories.bills import IBAN, OTHER_IBAN, approved, received, ubl
from tests.factories.parties import T0

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=15)


def left(coop: Coop) -> dict[int, str]:
    rows = list(bills(coop))
    return {bill.number: standings(rows)[bill.pk].word for bill in rows}


def costs(coop: Coop) -> dict[str, int]:
    return {detail: amount for (_kind, detail), amount in sums_by_detail(coop, [Account.Kind.EXPENSE]).items()}


def test_a_bill_is_brought_in_approved_booked_and_paid_with_the_run(coop: Coop, tess: Membership, cora: Membership) -> None:
    content = ubl()
    came = services.receive_bill(coop=coop, incoming=Incoming(content, "bill.xml"), by=tess.party, at=NOW)
    bill = came.bill
    assert (bill.state, bill.verdict, bill.payable, bill.name) == ("waiting", "valid", 12_100, "Papier & Zn")
    assert bytes(BillFile.objects.get(bill=bill).content) == content

    again = services.receive_bill(coop=coop, incoming=Incoming(content, "copy.xml"), by=cora.party, at=NOW)
    assert (again.known, again.bill.pk, Bill.objects.count()) == (True, bill.pk, 1)

    with pytest.raises(services.OwnBill):
        services.approve_bill(bill=bill, booking=Booking("goods", 2_100), by=tess.party, at=NOW)
    bill = services.approve_bill(bill=bill, booking=Booking("goods", 2_100), by=cora.party, at=NOW)
    assert bill.state == "approved" and bill.transaction is not None
    assert costs(coop) == {"goods": 10_000}
    assert bill.supplier is not None and bill.supplier.cost == "goods"
    assert party_balance(coop, Account.Kind.PAYABLE, bill.supplier.party) == -12_100
    assert left(coop) == {1: "to be paid"}

    run = payments.draft_pay_run(coop=coop, until=NOW.date(), by=tess.party, at=NOW)
    run = payments.finalise_pay_run(run=run, by=tess.party, at=NOW)
    run = payments.release_pay_run(run=run, by=cora.party, at=NOW)
    text = "".join(str(each) for each in etree.fromstring(pay_run_file(run)).itertext())
    assert IBAN in text and "010806817183" in text and "121.00" in text
    run = payments.send_pay_run(run=run, by=tess.party, at=NOW)
    assert left(coop) == {1: "on its way to the bank"}
    payments.confirm_pay_run(run=run, by=tess.party, at=NOW)
    assert left(coop) == {1: "paid"}
    assert party_balance(coop, Account.Kind.PAYABLE, bill.supplier.party) == 0
    assert [fault for one in invariants for fault in one.check(coop)] == []


def test_a_credit_note_takes_off_the_next_bill(coop: Coop, tess: Membership, cora: Membership) -> None:
    approved(received(coop, at=NOW, number="C1", credit=True, net=4_000), cora.party, NOW, deducted=840)
    assert left(coop) == {1: "to be taken off the next bill"}
    approved(received(coop, at=NOW, number="F1", net=10_000), cora.party, NOW)
    assert left(coop) == {1: "paid", 2: "to be paid"}
    run = payments.draft_pay_run(coop=coop, until=NOW.date(), by=tess.party, at=NOW)
    assert [(line.kind, line.amount) for line in run.pay_lines.all()] == [("bill", 12_100 - 4_840)]


def test_a_bill_that_somebody_paid_by_hand_is_known_by_the_bank_statement(coop: Coop, tess: Membership, cora: Membership) -> None:
    bill = approved(received(coop, at=NOW), cora.party, NOW)
    day = date(2026, 1, 19)
    content = camt([entry(-12_100, on=day, iban=IBAN, name="Papier", reference=bill.reference)], opening=50_000)
    statement = payments.receive_statement(coop=coop, filename="s.xml", content=content, by=tess.party, at=NOW)
    payments.confirm_proposals(statement=statement, by=tess.party, at=NOW)
    payments.book_statement(statement=statement, by=tess.party, at=NOW)
    assert left(coop) == {1: "paid"}
    with pytest.raises(services.NotOwed):
        services.record_bill_payment(bill=bill, amount=1, date=day, once_key="again", by=tess.party, at=NOW)


def test_a_large_bill_needs_two_people_and_a_new_account_needs_a_call(coop: Coop, tess: Membership, cora: Membership) -> None:
    approved(received(coop, at=NOW), cora.party, NOW)
    bill = received(coop, at=NOW, number="F-2", net=100_000, iban=OTHER_IBAN)
    with pytest.raises(services.AccountChanged):
        approved(bill, cora.party, NOW)
    bill.refresh_from_db()
    assert (bill.state, bill.approvals.count()) == ("waiting", 0)
    bill = approved(bill, cora.party, NOW, account_confirmed=True)
    assert bill.state == "waiting"
    assert approved(bill, cora.party, NOW).state == "waiting"  # the same person twice is one
    assert approved(bill, tess.party, NOW).state == "approved"


def test_what_was_booked_stays(coop: Coop, cora: Membership) -> None:
    bill = approved(received(coop, at=NOW), cora.party, NOW)
    for change in (lambda: Bill.objects.filter(pk=bill.pk).update(payable=1), lambda: BillFile.objects.all().update(content=b"")):
        with pytest.raises(Error), transaction.atomic():
            change()
    with pytest.raises(services.BillDecided):
        services.refuse_bill(bill=bill, text="no", by=cora.party, at=NOW)


def test_a_bill_is_charged_to_a_members_business(coop: Coop, worker: Membership, activity: Activity, cora: Membership) -> None:
    bill = received(coop, at=NOW)
    with pytest.raises(NotCovered):
        approved(bill, cora.party, NOW, activity=activity, deducted=2_100)
    bill.refresh_from_db()
    assert (bill.state, bill.approvals.count()) == ("waiting", 0)
    assert activity.party is not None
    held = invoiced(activity, None, 50_000, "2026-1").entry.share
    bill = approved(bill, cora.party, NOW, activity=activity, deducted=2_100)
    spent = activity.entries.get(kind="expense")
    assert (spent.expenses, bill.transaction.kind, costs(coop)) == (10_000, "activity_expense", {})
    assert held + spent.share == -party_balance(coop, Account.Kind.ACTIVITY, activity.party)
    assert party_balance(coop, Account.Kind.PAYABLE, bill.supplier.party) == -12_100
    assert [fault for one in invariants for fault in one.check(coop)] == []
