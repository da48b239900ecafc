"""The treasurer closes a month: what was seen is kept, nothing is booked, and nothing can be booked there any more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from marke.ledger.closing import ClosedAlready, NotOverYet, PeriodClosed, closed_until, first_open_day
from marke.ledger.models import ClosedPeriod, Transaction
from marke.ledger.periods import parse_period
from marke.ledger.reports import by_kind, trial_balance
from marke.payments.services import book_statement, receive_statement, record_payment, reverse_payment
from marke.treasury.models import HandoverNote, MonthClose
from marke.treasury.month import closing_asked, month_to_close, open_items
from marke.treasury.services import close_month, write_handover_note
from marke.treasury.standing import bank_says
from marke_core.banking.statements import Entry
from tests.factories.bank import camt, entry
from tests.factories.invoices import DONE, issued
from tests.factories.parties import make_coop, make_member
from tests.factories.payments import earn
from tests.factories.rules import found
from tests.treasury.conftest import LATER, House, set_value

MARCH = parse_period("2026-03")


def pay(house: House, amount: int = 1000, on: date = date(2026, 3, 4), key: str = "one", at=LATER):
    return record_payment(coop=house.coop, request=None, amount=amount, date=on, once_key=key, by=None, at=at)


def test_what_was_seen_is_kept_and_nothing_is_booked(house: House):
    issued(house.coop, house.client, house.worker)
    pay(house)
    before = list(Transaction.objects.values())
    close = close_month(coop=house.coop, period=MARCH, bank_said=900, by=house.treasurer.party, at=LATER)
    assert list(Transaction.objects.values()) == before
    assert closed_until(house.coop) == date(2026, 4, 1)
    assert (close.bank_booked, close.bank_said, close.difference) == (1000, 900, -100)
    assert (close.receivable, close.unmatched, close.closing.by) == (1513, 1, house.treasurer.party)


def test_a_month_that_runs_is_refused_and_nothing_changed(house: House):
    with pytest.raises(NotOverYet):
        close_month(coop=house.coop, period=parse_period("2026-04"), bank_said=None, by=None, at=LATER)
    assert not MonthClose.objects.exists() and not ClosedPeriod.objects.exists()


def test_a_month_is_closed_once(house: House):
    close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER)
    with pytest.raises(ClosedAlready):
        close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER)
    assert MonthClose.objects.count() == 1


def test_a_payment_dated_in_a_closed_month_is_refused_in_words_and_nothing_is_left(house: House):
    close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER)
    with pytest.raises(PeriodClosed, match="Book it on 1 April 2026"):
        pay(house)
    assert not house.coop.payment_set.exists()
    assert pay(house, on=date(2026, 4, 1)).amount == 1000


def test_a_payment_of_a_closed_month_is_taken_back_today(house: House):
    payment = pay(house)
    close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER)
    reverse_payment(payment=payment, reason="typed twice", by=None, at=LATER)
    assert Transaction.objects.get(reverses=payment.transaction).date == LATER.date()


def test_the_trial_balance_of_a_closed_month_stays_whatever_comes(house: House):
    issued(house.coop, house.client, house.worker)
    pay(house)
    close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER)
    rows = trial_balance(house.coop, MARCH.since, MARCH.until)
    earn(house.worker, 5_000, date(2026, 4, 2))
    pay(house, 3_000, date(2026, 4, 3), "two")
    after = trial_balance(house.coop, MARCH.since, MARCH.until)
    assert [(row.account, row.opening, row.debit, row.credit) for row in after] == [
        (row.account, row.opening, row.debit, row.credit) for row in rows
    ]
    assert sum(row.closing for row in by_kind(rows)) == 0


def test_the_last_month_is_asked_for_once_it_is_over_and_something_is_in_it(house: House):
    assert month_to_close(house.coop, LATER) is None
    pay(house)
    assert month_to_close(house.coop, LATER) == MARCH
    asked = closing_asked(house.coop, LATER)
    assert asked is not None and asked.until is not None
    assert asked.until.date() == date(2026, 4, 20)
    close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER)
    assert month_to_close(house.coop, LATER) is None
    assert month_to_close(house.coop, LATER + timedelta(days=30)) == parse_period("2026-04")


def test_nobody_is_asked_where_the_rule_names_no_time(house: House):
    pay(house)
    set_value(house.coop, "treasury.close_within", 0)
    assert closing_asked(house.coop, LATER) is None
    assert month_to_close(house.coop, LATER) == MARCH


@pytest.mark.django_db
def test_on_new_years_eve_the_year_is_not_over_where_it_is_still_light():
    """In Auckland the new year has begun while it is still the old one in Brussels."""
    at = datetime(2026, 12, 31, 11, 30, tzinfo=UTC)
    for zone, is_over in (("Pacific/Auckland", True), ("Europe/Brussels", False)):
        coop = make_coop(zone.split("/")[1].lower())
        coop.timezone = zone
        coop.save()
        found(coop)
        earn(make_member(coop, "Bram"), 100, date(2026, 12, 30))
        wanted = parse_period("2026-12" if is_over else "2026-11")
        assert month_to_close(coop, at) == (wanted if is_over else None)
        if is_over:
            close_month(coop=coop, period=parse_period("2026"), bank_said=None, by=None, at=at)
            assert first_open_day(coop, date(2026, 12, 31)) == date(2027, 1, 1)
        else:
            with pytest.raises(NotOverYet):
                close_month(coop=coop, period=parse_period("2026"), bank_said=None, by=None, at=at)


def test_what_was_done_is_never_changed_or_deleted(house: House):
    close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER)
    write_handover_note(coop=house.coop, text="The binder is in the attic.", by=None, at=LATER)
    for sql in (
        "UPDATE treasury_monthclose SET bank_booked = 1",
        "DELETE FROM treasury_monthclose",
        "UPDATE treasury_handovernote SET text = 'x'",
        "DELETE FROM treasury_handovernote",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert HandoverNote.objects.get().text == "The binder is in the attic."


def test_a_note_is_kept_beside_those_before_it(house: House):
    first = write_handover_note(coop=house.coop, text="The binder is in the attic.  ", by=house.treasurer.party, at=LATER)
    assert write_handover_note(coop=house.coop, text="The binder is in the attic.", by=None, at=LATER) == first
    write_handover_note(coop=house.coop, text="Ask Lena.", by=None, at=LATER + timedelta(days=1))
    assert [note.text for note in HandoverNote.objects.all()] == ["Ask Lena.", "The binder is in the attic."]


def test_an_invoice_of_the_next_month_is_not_in_what_was_seen(house: House):
    issued(house.coop, house.client, house.worker, at=DONE + timedelta(days=31))
    close = close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER)
    assert close.receivable == 0


def read_in(house: House, entries: list[Entry], opening: int = 0, label: str = "1") -> None:
    """A statement from the bank, dropped in and booked."""
    received = receive_statement(
        coop=house.coop, filename=f"{label}.xml", content=camt(entries, opening=opening, label=label), by=None, at=LATER
    )
    book_statement(statement=received, by=None, at=LATER)


def test_what_the_bank_says_comes_from_its_statement(house: House):
    assert bank_says(house.coop, MARCH.until) is None
    read_in(house, [entry(5_000, on=date(2026, 3, 20)), entry(2_000, on=date(2026, 3, 31))])
    says = bank_says(house.coop, MARCH.until)
    assert says is not None and (says.amount, says.statement) == (7_000, 1)
    assert bank_says(house.coop, date(2026, 4, 7)) is None


def test_a_statement_over_the_end_of_the_month_is_cut_there(house: House):
    read_in(house, [entry(5_000, on=date(2026, 3, 20)), entry(2_000, on=date(2026, 4, 2))], opening=100)
    says = bank_says(house.coop, MARCH.until)
    assert says is not None and says.amount == 5_100


def test_between_two_statements_that_meet_nothing_moved(house: House):
    read_in(house, [entry(5_000, on=date(2026, 3, 20))])
    assert bank_says(house.coop, MARCH.until) is None
    read_in(house, [entry(2_000, on=date(2026, 4, 2))], opening=5_000, label="2")
    says = bank_says(house.coop, MARCH.until)
    assert says is not None and says.amount == 5_000


def test_what_went_out_and_nobody_understands_is_one_of_the_five_and_is_seen_at_the_closing(house: House):
    read_in(house, [entry(-3_000, on=date(2026, 3, 20), name="Who knows")], opening=5_000)
    item = open_items(house.coop, LATER)[0]
    assert item.is_open and item.sentence == "1 payment that went out is not understood yet" and item.amount == 3_000
    assert close_month(coop=house.coop, period=MARCH, bank_said=None, by=None, at=LATER).unmatched == 1
