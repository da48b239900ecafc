"""VAT that the bank paid is recognised, and booked as somebody who records it would: once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marke.common.invariants import invariants
from marke.ledger.models import Posting
from marke.ledger.queries import totals_by_kind
from marke.payments.models import BankStatement
from marke.payments.services import book_statement, confirm_proposals, receive_statement, settle_entry
from marke.treasury import vat
from marke.treasury.models import VatPayment, VatReturn
from marke.treasury.payables import reference_of
from marke.treasury.services import hand_in_vat, record_vat_payment
from tests.factories.bank import OTHER, camt, entry
from tests.factories.invoices import issued
from tests.treasury.conftest import LATER, House
from tests.treasury.test_vat import QUARTER, hand_in, vat_account

PAID_ON = date(2026, 4, 6)


@pytest.fixture
def handed(house: House) -> VatReturn:
    issued(house.coop, house.client, house.worker, 10_000)
    return hand_in(house)


def drop(house: House, *entries: Any, label: str = "1") -> BankStatement:
    content = camt(entries, label=label)
    return receive_statement(coop=house.coop, filename="bank.xml", content=content, by=None, at=LATER)


def said(statement: BankStatement) -> list[tuple[str, str, str]]:
    return [(row.meaning, row.owed_subject, row.why) for row in statement.entries.order_by("position")]


def test_the_reference_is_the_enterprise_number_with_its_check_digits(house: House) -> None:
    house.coop.vat_number = "BE 0203.430.576"
    assert reference_of(house.coop) == "020343057642"
    for country, number in (("NL", "BE0203430576"), ("BE", ""), ("BE", "NL203430576B01"), ("BE", "BE12")):
        house.coop.country, house.coop.vat_number = country, number
        assert reference_of(house.coop) == ""


def test_it_is_known_by_the_amount_that_is_left_and_booked_as_by_hand_once(house: House, handed: VatReturn) -> None:
    statement = drop(house, entry(-2_100, on=PAID_ON, name="FOD Financiën", iban=OTHER))
    assert said(statement) == [("owed", "2026-q1", "amount")]
    confirm_proposals(statement=statement, by=None, at=LATER)
    for _again in range(2):
        book_statement(statement=statement, by=None, at=LATER)
    paid = VatPayment.objects.get()
    assert (paid.amount, paid.date, paid.vat_return) == (2_100, PAID_ON, handed)
    assert sorted(Posting.objects.filter(transaction=paid.transaction).values_list("account__kind", "amount", "line")) == [
        ("bank", -2_100, "paid_out"),
        ("vat", 2_100, "handed_over"),
    ]
    assert statement.entries.get().transaction == paid.transaction
    assert vat_account(house) == 0 and vat.left_to_pay(house.coop) == []
    assert "unmatched" not in {row.kind for row in totals_by_kind(house.coop) if row.amount}
    assert said(drop(house, entry(-2_100, on=PAID_ON, name="FOD Financiën", iban=OTHER), label="2")) == [("known", "", "same")]
    assert [fault for one in invariants for fault in one.check(house.coop)] == []


def test_the_reference_says_it_of_a_part_too(house: House, handed: VatReturn) -> None:
    statement = drop(house, entry(-1_000, on=PAID_ON, reference=reference_of(house.coop)))
    assert said(statement) == [("owed", "2026-q1", "reference")]
    confirm_proposals(statement=statement, by=None, at=LATER)
    book_statement(statement=statement, by=None, at=LATER)
    assert vat.paid_for(house.coop, QUARTER) == 1_000
    more = drop(house, entry(-1_101, on=PAID_ON, reference=reference_of(house.coop)), label="2")
    assert said(more) == [("unknown", "", "")]  # more than is left


def test_the_account_of_the_tax_office_is_learnt(house: House, handed: VatReturn) -> None:
    first = drop(house, entry(-2_100, on=PAID_ON, iban=OTHER))
    confirm_proposals(statement=first, by=None, at=LATER)
    book_statement(statement=first, by=None, at=LATER)
    again = hand_in_vat(
        coop=house.coop, period=QUARTER.before, once_key="q4", by=None, at=LATER
    )  # nothing was invoiced in it: nothing is left
    assert again.due == 0
    issued(house.coop, house.client, house.worker, 5_000)
    hand_in(house, once_key="once more")
    assert said(drop(house, entry(-1_050, on=PAID_ON, iban=OTHER), label="2")) == [("owed", "2026-q1", "iban")]


def test_no_yes_is_no_vat_and_it_is_said_later(house: House, handed: VatReturn) -> None:
    statement = book_statement(statement=drop(house, entry(-2_100, on=PAID_ON)), by=None, at=LATER)
    assert not VatPayment.objects.exists() and vat_account(house) == -2_100
    settle_entry(entry=statement.entries.get(), answer="yes", by=None, at=LATER)
    assert VatPayment.objects.get().date == PAID_ON and vat_account(house) == 0
    assert [fault for one in invariants for fault in one.check(house.coop)] == []


def test_what_was_recorded_by_hand_is_not_booked_again(house: House, handed: VatReturn) -> None:
    record_vat_payment(vat_return=handed, amount=2_100, date=PAID_ON, once_key="k", by=None, at=LATER)
    statement = drop(house, entry(-2_100, on=PAID_ON), entry(-2_100, on=PAID_ON, text="twice by mistake"))
    assert said(statement) == [("recorded", "", "amount"), ("unknown", "", "")]
    book_statement(statement=statement, by=None, at=LATER)
    assert VatPayment.objects.count() == 1 and vat_account(house) == 0
    bank = next(row.amount for row in totals_by_kind(house.coop) if row.kind == "bank")
    assert bank == -4_200
