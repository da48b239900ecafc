"""A bank statement is dropped in, looked at, and booked: whole, and each entry once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from marke.common.invariants import invariants
from marke.ledger.queries import balance
from marke.ledger.services import Transaction, open_account
from marke.parties.models import Coop, Membership
from marke.payments import queries
from marke.payments.models import BankEntry, BankStatement, Payment, PaymentRequest, Refund
from marke.payments.services import (
    book_statement,
    choose_layout,
    confirm_pay_run,
    confirm_proposals,
    decide_entry,
    discard_statement,
    draft_pay_run,
    finalise_pay_run,
    receive_statement,
    record_payment,
    release_pay_run,
    send_pay_run,
    settle_entry,
)
from marke.payments.services.statement_booking import LayoutNotConfirmed
from marke.payments.services.statements import BadLayout, CannotDecide, ImportedAlready, NotOpen
from marke.payments.statement_reading import CannotBeRead, FromTheFuture, NotOurAccount
from marke.rounds.models import Round
from marke.shares.services import request_shares
from tests.factories.bank import DAY, OTHER, bank_csv, camt, coda, entry
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.payments import earn, give_account
from tests.factories.rules import found

pytestmark = pytest.mark.django_db
Meaning = BankEntry.Meaning


def drop(coop: Coop, content: bytes, name: str = "statement.xml", at: datetime = T0) -> BankStatement:
    return receive_statement(coop=coop, filename=name, content=content, by=None, at=at)


def book(coop: Coop, content: bytes, name: str = "statement.xml", at: datetime = T0) -> BankStatement:
    return book_statement(statement=drop(coop, content, name, at), by=None, at=at)


def ask(coop: Coop, name: str = "Amina Diallo", shares: int = 1) -> PaymentRequest:
    member = make_member(coop, name, state="applied")
    return request_shares(membership=member, shares=shares, once_key=name, by=None, at=T0).payment_request


def balance_of(coop: Coop, kind: str, party: Any = None, detail: str = "") -> int:
    return balance(open_account(coop=coop, kind=kind, party=party, detail=detail, at=T0))


def entries(statement: BankStatement) -> list[BankEntry]:
    return list(statement.entries.order_by("position"))


def one(statement: BankStatement) -> BankEntry:
    (found_,) = entries(statement)
    return found_


def sound(coop: Coop) -> None:
    assert [fault for check in invariants for fault in check.check(coop)] == []


@pytest.fixture
def sent_run(velo: Coop, treasurer: Membership, coordinator: Membership) -> Round:
    for name, amount in (("Bo", 12_000), ("Cy", 8_000)):
        member = make_member(velo, name)
        give_account(member)
        earn(member, amount, date(2026, 1, 1))
    run = draft_pay_run(coop=velo, until=date(2026, 1, 5), by=treasurer.party, at=T0)
    run = finalise_pay_run(run=run, by=treasurer.party, at=T0)
    run = release_pay_run(run=run, by=coordinator.party, at=T0)
    return send_pay_run(run=run, by=treasurer.party, at=T0)


# What is seen before anything is booked


def test_dropping_a_statement_in_books_nothing_and_says_what_it_understood(velo: Coop) -> None:
    asked = ask(velo)
    statement = drop(velo, camt([entry(5_000, reference=asked.reference), entry(-250, kind="cost"), entry(7)], opening=100))
    assert [row.meaning for row in entries(statement)] == ["request", "cost", "unknown"]
    assert (statement.opening, statement.closing, statement.format) == (100, 4_857, "camt053")
    assert not Payment.objects.exists()
    assert not Transaction.objects.filter(coop=velo, kind__in=("payment", "bank_entry")).exists()


def test_the_same_file_dropped_in_twice_is_one_statement(velo: Coop) -> None:
    content = camt([entry(7)])
    assert drop(velo, content) == drop(velo, content)
    assert BankStatement.objects.count() == 1


def test_a_statement_that_is_thrown_away_leaves_nothing_and_can_be_dropped_in_again(velo: Coop) -> None:
    statement = drop(velo, camt([entry(7)]))
    discard_statement(statement=statement, by=None, at=T0)
    assert not BankEntry.objects.exists()
    with pytest.raises(NotOpen, match="thrown away"):
        book_statement(statement=statement, by=None, at=T0)
    assert book(velo, camt([entry(7)])).state == "booked"


# Booked once


@pytest.mark.parametrize("write", [camt, coda])
def test_a_structured_reference_pays_its_request(velo: Coop, write: Any) -> None:
    asked = ask(velo)
    statement = book(velo, write([entry(5_000, reference=asked.reference, name="A. Diallo", iban=OTHER)]))
    row = one(statement)
    assert row.meaning == Meaning.REQUEST
    assert row.settled_at == T0
    assert row.payment is not None and row.payment.request == asked
    assert queries.paid_on(asked) == balance_of(velo, "bank") == 5_000
    assert row.payment.date == DAY
    sound(velo)


def test_a_reference_in_the_free_text_counts_when_its_digits_check(velo: Coop) -> None:
    asked = ask(velo)
    digits = asked.reference
    text = f"payment ***{digits[:3]}/{digits[3:7]}/{digits[7:]}*** thanks"
    assert one(book(velo, camt([entry(5_000, text=text)]))).payment.request == asked  # type: ignore[union-attr]


def test_a_dutch_co_op_is_paid_by_its_rf_reference(velo: Coop) -> None:
    velo.country = "NL"
    velo.save()
    asked = ask(velo)
    assert asked.reference.startswith("RF")
    book(velo, coda([entry(5_000, reference=asked.reference)]))
    assert queries.paid_on(asked) == 5_000


def test_booking_the_same_file_again_is_refused_and_books_nothing(velo: Coop) -> None:
    content = camt([entry(7)])
    statement = book(velo, content)
    assert book_statement(statement=statement, by=None, at=T0) == statement
    with pytest.raises(ImportedAlready, match="booked already on 2026-01-05, as statement 1"):
        drop(velo, content)
    assert balance_of(velo, "bank") == 7


@pytest.mark.parametrize("first", [camt, coda, bank_csv])
@pytest.mark.parametrize("second", [camt, coda, bank_csv])
def test_the_same_entries_in_another_file_or_format_are_known(velo: Coop, first: Any, second: Any) -> None:
    asked = ask(velo)
    moved = [
        entry(5_000, reference=asked.reference, name="Zoë Ámber & Co", iban=OTHER, bank_reference="X1"),
        entry(777, name="Zoë Ámber & Co", iban=OTHER, text="tip", bank_reference="X2"),
        entry(777, name="Zoë Ámber & Co", iban=OTHER, text="tip", bank_reference="X3"),
        entry(-1_250, name="The bank", text="Bankkosten", kind="cost", bank_reference="X4"),
    ]
    for number, write in enumerate((first, second), 1):
        content = write([*moved, entry(number, text=f"own {number}")])
        statement = drop(velo, content, at=T0)
        if not statement.layout_confirmed:
            statement = confirm_layout(statement)
        if statement.state == "preview":
            book_statement(statement=statement, by=None, at=T0)
    assert balance_of(velo, "bank") == 5_304 + 3
    assert BankEntry.objects.filter(meaning="known").count() == 4
    sound(velo)


def confirm_layout(statement: BankStatement) -> BankStatement:
    return choose_layout(
        statement=statement,
        columns=statement.columns,
        date_format=statement.date_format,
        decimal=statement.decimal,
        by=None,
        at=T0,
    )


def test_two_alike_on_one_day_are_two_and_a_third_in_a_longer_file_is_new(velo: Coop) -> None:
    tip = entry(100, name="Ann", text="tip")
    book(velo, camt([tip, tip]))
    second = book(velo, camt([tip, tip, tip], label="2"))
    assert [row.meaning for row in entries(second)] == ["known", "known", "unknown"]
    assert balance_of(velo, "bank") == 300


def test_who_says_that_it_is_another_one_books_it_too(velo: Coop) -> None:
    book(velo, camt([entry(100, name="Ann")]))
    statement = drop(velo, camt([entry(100, name="Ann")], label="2"))
    row = one(statement)
    assert row.meaning == Meaning.KNOWN
    decide_entry(entry=row, answer="other", by=None, at=T0)
    book_statement(statement=statement, by=None, at=T0)
    assert balance_of(velo, "bank") == 200


def test_what_was_written_down_by_hand_is_not_booked_a_second_time(velo: Coop) -> None:
    asked = ask(velo)
    record_payment(coop=velo, request=asked, amount=5_000, date=DAY, once_key="hand", by=None, at=T0)
    statement = book(velo, camt([entry(5_000, reference=asked.reference)]))
    assert one(statement).meaning == Meaning.RECORDED
    assert balance_of(velo, "bank") == 5_000
    assert Payment.objects.count() == 1


# Exact, under, over


def test_part_payments_add_up_and_too_much_waits_until_somebody_says_what_happens_to_the_rest(velo: Coop) -> None:
    asked = ask(velo)
    statement = book(velo, camt([entry(2_000, reference=asked.reference), entry(3_100, reference=asked.reference, text="rest")]))
    first, second = entries(statement)
    assert queries.paid_on(asked) == 2_000
    assert (first.waits, second.waits) == (False, True)
    assert balance_of(velo, "unmatched") == -3_100
    settle_entry(entry=second, answer="yes", surplus="refund", by=None, at=T0)
    assert queries.paid_on(asked) == 5_000
    assert balance_of(velo, "unmatched") == 0
    assert balance_of(velo, "refunds", asked.party) == -100


def test_what_happens_to_the_rest_may_be_said_before_booking(velo: Coop) -> None:
    asked = ask(velo)
    statement = drop(velo, camt([entry(5_100, reference=asked.reference)]))
    decide_entry(entry=one(statement), answer="yes", surplus="gift", by=None, at=T0)
    book_statement(statement=statement, by=None, at=T0)
    assert queries.paid_on(asked) == 5_000
    assert balance_of(velo, "gift") == -100


def test_a_request_that_is_paid_already_leaves_the_money_waiting(velo: Coop) -> None:
    asked = ask(velo)
    record_payment(coop=velo, request=asked, amount=5_000, date=DAY - timedelta(days=40), once_key="x", by=None, at=T0)
    row = one(book(velo, camt([entry(5_000, reference=asked.reference)])))
    assert row.waits
    assert balance_of(velo, "unmatched") == -5_000


# Proposals


def test_amount_and_name_are_proposed_and_booked_only_after_a_yes(velo: Coop) -> None:
    asked = ask(velo)
    statement = drop(velo, camt([entry(5_000, name="DIALLO AMINA", text="shares")]))
    assert (one(statement).meaning, one(statement).why, one(statement).certain) == ("request", "name", False)
    book_statement(statement=statement, by=None, at=T0)
    assert queries.paid_on(asked) == 0
    assert balance_of(velo, "unmatched") == -5_000
    settle_entry(entry=one(statement), answer="yes", by=None, at=T0)
    assert queries.paid_on(asked) == 5_000
    assert balance_of(velo, "unmatched") == 0


def test_a_yes_before_booking_books_it_at_once(velo: Coop) -> None:
    asked = ask(velo)
    statement = drop(velo, camt([entry(5_000, name="Amina  Diallo"), entry(-250, kind="cost", name="Bank")]))
    assert confirm_proposals(statement=statement, by=None, at=T0) == 2
    book_statement(statement=statement, by=None, at=T0)
    assert queries.paid_on(asked) == 5_000
    assert balance_of(velo, "expense", detail="bank") == 250
    assert balance_of(velo, "unmatched") == 0


def test_two_who_could_be_meant_are_not_guessed(velo: Coop) -> None:
    ask(velo, "Amina Diallo")
    ask(velo, "Amina Benali")
    assert one(drop(velo, camt([entry(5_000, name="Amina")]))).meaning == Meaning.UNKNOWN


def test_an_account_that_paid_before_is_recognised(velo: Coop) -> None:
    asked = ask(velo)
    book(velo, camt([entry(5_000, reference=asked.reference, name="X", iban=OTHER)]))
    member = asked.party.memberships.get()
    again = request_shares(membership=member, shares=1, once_key="again", by=None, at=T0).payment_request
    statement = drop(velo, camt([entry(5_000, name="Somebody Else", iban=OTHER)], label="2"))
    assert (one(statement).why, one(statement).request) == ("iban", again)


def test_a_no_stays_a_no(velo: Coop) -> None:
    ask(velo)
    statement = drop(velo, camt([entry(5_000, name="Amina Diallo")]))
    decide_entry(entry=one(statement), answer="no", by=None, at=T0)
    book_statement(statement=statement, by=None, at=T0)
    assert one(statement).meaning == Meaning.UNKNOWN
    assert balance_of(velo, "unmatched") == -5_000


def test_an_answer_that_makes_no_sense_is_refused_and_changes_nothing(velo: Coop) -> None:
    row = one(drop(velo, camt([entry(5_000)])))
    for answer in ("yes", "no", "cost", "other", "x"):
        with pytest.raises(CannotDecide, match="cannot be answered like that"):
            decide_entry(entry=row, answer=answer, by=None, at=T0)
    row.refresh_from_db()
    assert (row.meaning, row.decided_at) == ("unknown", None)


# Money that goes out


def test_one_entry_for_the_whole_run_confirms_it(velo: Coop, sent_run: Round) -> None:
    statement = book(velo, camt([entry(-20_000, batch_id=f"MARKE-{velo.uid.hex[:12]}-1")]))
    sent_run.refresh_from_db()
    assert (one(statement).meaning, sent_run.state) == ("pay_run", "settled")
    assert balance_of(velo, "bank") == -20_000
    assert balance_of(velo, "transit") == 0
    sound(velo)


def test_the_total_of_a_run_on_its_way_is_enough(velo: Coop, sent_run: Round) -> None:
    assert one(book(velo, coda([entry(-20_000, text="batch")]))).meaning == Meaning.PAY_RUN
    sent_run.refresh_from_db()
    assert sent_run.state == "settled"


@pytest.mark.parametrize("batches", [False, True])
def test_a_run_that_leaves_line_by_line_is_paid_when_the_last_has_left(velo: Coop, sent_run: Round, batches: bool) -> None:
    lines = {line.reference: line.amount for line in sent_run.pay_lines.all()}
    (one_, first), (two, second) = lines.items()
    message = f"MARKE-{velo.uid.hex[:12]}-1"
    book(velo, camt([entry(-first, end_to_end_id=one_, batch_id=message)], batches=batches))
    sent_run.refresh_from_db()
    assert sent_run.state == "sent"
    assert (balance_of(velo, "bank"), balance_of(velo, "transit")) == (-first, -second)
    book(velo, camt([entry(-second, end_to_end_id=two, batch_id=message)], label="2", batches=batches))
    sent_run.refresh_from_db()
    assert sent_run.state == "settled"
    assert (balance_of(velo, "bank"), balance_of(velo, "transit")) == (-20_000, 0)
    sound(velo)


def test_a_batch_with_details_is_taken_apart(velo: Coop, sent_run: Round) -> None:
    message = f"MARKE-{velo.uid.hex[:12]}-1"
    parts = [entry(-line.amount, end_to_end_id=line.reference, batch_id=message) for line in sent_run.pay_lines.all()]
    statement = book(velo, camt(parts, batches=True, version=2))
    assert [row.meaning for row in entries(statement)] == ["pay_run", "pay_run"]
    sent_run.refresh_from_db()
    assert sent_run.state == "settled"


def test_a_run_that_was_confirmed_by_hand_is_not_booked_again(velo: Coop, sent_run: Round) -> None:
    confirm_pay_run(run=sent_run, date=DAY, by=None, at=T0)
    assert one(book(velo, camt([entry(-20_000)]))).meaning == Meaning.RECORDED
    assert balance_of(velo, "bank") == -20_000


def test_pay_that_bounces_is_owed_to_the_member_again(velo: Coop, sent_run: Round) -> None:
    line = sent_run.pay_lines.select_related("party").first()
    assert line is not None
    message = f"MARKE-{velo.uid.hex[:12]}-1"
    back = entry(line.amount, end_to_end_id=line.reference, reversal=True, text="AC04 account closed")
    statement = book(velo, camt([entry(-20_000, batch_id=message), back]))
    assert entries(statement)[1].meaning == Meaning.RETURNED
    assert balance_of(velo, "earnings", line.party) == -line.amount
    assert balance_of(velo, "bank") == line.amount - 20_000
    assert balance_of(velo, "unmatched") == 0
    sound(velo)


def test_bank_costs_are_a_cost_after_one_tap_also_when_it_is_booked_already(velo: Coop) -> None:
    statement = book(velo, camt([entry(-250, kind="cost", name="Bank", text="january")]))
    assert balance_of(velo, "unmatched") == 250
    settle_entry(entry=one(statement), answer="yes", by=None, at=T0)
    assert balance_of(velo, "unmatched") == 0
    assert balance_of(velo, "expense", detail="bank") == 250
    assert balance_of(velo, "bank") == -250
    sound(velo)


def test_what_was_paid_too_much_goes_back(velo: Coop) -> None:
    asked = ask(velo)
    record_payment(coop=velo, request=asked, amount=5_100, date=DAY, once_key="x", by=None, at=T0, surplus="refund")
    statement = drop(velo, camt([entry(-100, name="Amina Diallo")]))
    assert one(statement).meaning == Meaning.REFUND
    confirm_proposals(statement=statement, by=None, at=T0)
    book_statement(statement=statement, by=None, at=T0)
    assert Refund.objects.get().amount == 100
    assert balance_of(velo, "refunds", asked.party) == 0
    assert balance_of(velo, "bank") == 5_000


def test_what_nobody_understood_goes_back_to_the_same_account(velo: Coop) -> None:
    book(velo, camt([entry(777, name="Stranger", iban=OTHER)]))
    statement = book(velo, camt([entry(-777, name="Stranger", iban=OTHER)], label="2", opening=777))
    assert one(statement).meaning == Meaning.REFUND
    settle_entry(entry=one(statement), answer="yes", by=None, at=T0)
    assert balance_of(velo, "unmatched") == balance_of(velo, "bank") == 0
    assert not queries.unmatched_payments(velo).exists()


def test_a_payment_that_the_bank_takes_back_is_open_again_after_a_yes(velo: Coop) -> None:
    asked = ask(velo)
    book(velo, camt([entry(5_000, reference=asked.reference, end_to_end_id="E1")]))
    again = entry(-5_000, reference=asked.reference, end_to_end_id="E1", reversal=True, text="MD06")
    statement = drop(velo, camt([again], label="2", opening=5_000))
    assert one(statement).meaning == Meaning.TAKEN_BACK
    confirm_proposals(statement=statement, by=None, at=T0)
    book_statement(statement=statement, by=None, at=T0)
    assert queries.paid_on(asked) == 0
    assert balance_of(velo, "bank") == 0
    sound(velo)


# Spreadsheets


def test_a_spreadsheet_is_booked_after_its_columns_were_confirmed_and_remembered_for_the_next(velo: Coop) -> None:
    asked = ask(velo)
    statement = drop(velo, bank_csv([entry(5_000, reference=asked.reference)]), "bank.csv")
    with pytest.raises(LayoutNotConfirmed, match="columns are read rightly"):
        book_statement(statement=statement, by=None, at=T0)
    assert not Payment.objects.exists()
    book_statement(statement=confirm_layout(statement), by=None, at=T0)
    assert queries.paid_on(asked) == 5_000
    assert drop(velo, bank_csv([entry(7)]), "next.csv").layout_confirmed


def test_columns_that_nobody_knows_are_named_by_the_treasurer(velo: Coop) -> None:
    sheet = "Quand;Montant;Qui\n06/01/2026;12,50;Zoë\n".encode("latin-1")
    at = T0 + timedelta(days=5)
    statement = drop(velo, sheet, at=at)
    assert (statement.layout_confirmed, entries(statement)) == (False, [])
    with pytest.raises(BadLayout, match="which column holds the day"):
        choose_layout(statement=statement, columns=["", "amount", "name"], date_format="%d/%m/%Y", decimal=",", by=None, at=at)
    columns = ["date", "amount", "name"]
    choose_layout(statement=statement, columns=columns, date_format="%d/%m/%Y", decimal=",", by=None, at=at)
    assert (one(statement).amount, one(statement).name) == (1_250, "Zoë")
    with pytest.raises(CannotBeRead, match="Line 2: “06/01/2026” is not a day"):
        choose_layout(statement=statement, columns=columns, date_format="%Y-%m-%d", decimal=",", by=None, at=at)
    assert one(statement).booked_on == date(2026, 1, 6)


# Refused


def test_another_account_is_refused_by_name(velo: Coop) -> None:
    with pytest.raises(NotOurAccount, match="BE71 0961 2345 6769, and the account of Velo is BE68 5390 0754 7034"):
        drop(velo, camt([entry(7)], iban=OTHER))
    velo.iban = ""
    velo.save()
    with pytest.raises(NotOurAccount, match="Write its IBAN under “Our details” first"):
        drop(velo, camt([entry(7)]))
    assert not BankStatement.objects.exists()


@pytest.mark.parametrize(("zone", "ok"), [("Pacific/Auckland", True), ("Europe/Brussels", False)])
def test_new_year_comes_earlier_in_auckland(velo: Coop, zone: str, ok: bool) -> None:
    velo.timezone = zone
    velo.save()
    noon = datetime(2026, 12, 31, 12, tzinfo=UTC)
    content = camt([entry(7, on=date(2027, 1, 1))])
    if ok:
        assert book(velo, content, at=noon).until == date(2027, 1, 1)
    else:
        with pytest.raises(FromTheFuture, match=r"Line \d+ is booked on 2027-01-01, which has not come yet; today is 2026-12-31"):
            drop(velo, content, at=noon)
        assert not BankStatement.objects.exists()


def test_another_currency_is_refused(velo: Coop) -> None:
    content = camt([entry(7)]).replace(b'Ccy="EUR"', b'Ccy="USD"').replace(b"<Ccy>EUR", b"<Ccy>USD")
    with pytest.raises(CannotBeRead, match="USD, and these books are kept in EUR"):
        drop(velo, content)


def test_another_co_op_sees_and_knows_nothing_of_it(velo: Coop) -> None:
    asked = ask(velo)
    other = make_coop("other")
    found(other)
    other.iban = velo.iban
    other.save()
    content = camt([entry(5_000, reference=asked.reference)])
    book(velo, content)
    assert one(book(other, content)).meaning == Meaning.UNKNOWN
