"""What is owed beside pay goes out through the same door: two people, one file, booked once, and the bank's word for it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import sepaxml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from marke.common.invariants import invariants
from marke.ledger.queries import party_balance, totals_by_kind
from marke.ledger.services import NewPosting, Transaction, open_account, post
from marke.parties.models import Coop, Membership
from marke.payments import queries
from marke.payments.bank_files import pay_run_file
from marke.payments.models import BankEntry, BankStatement, PayRunLine, Refund
from marke.payments.sending_back import to_send_back
from marke.payments.services import (
    book_statement,
    confirm_pay_run,
    decide_entry,
    draft_pay_run,
    finalise_pay_run,
    receive_statement,
    record_refund,
    redraft_pay_run,
    release_pay_run,
    send_pay_run,
)
from marke.payments.services.outgoing import NothingToSendBack, StandsInARun
from marke.payments.services.pay_runs import DraftIsOutdated, NobodyToPay
from marke.rounds.permissions import SamePerson
from marke.rounds.services import NotThisMove
from tests.factories.bank import camt, entry
from tests.factories.parties import T0, make_member
from tests.factories.payments import earn, give_account, released_run, sent_run

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=60)  # 6 March 2026
UNTIL = date(2026, 3, 1)
SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"


def hold(member: Membership, amount: int, key: str = "held:1") -> None:
    """Somebody paid too much: it is to be sent back."""
    coop = member.coop
    bank, held = open_account(coop=coop, kind="bank", at=T0), open_account(coop=coop, kind="refunds", party=member.party, at=T0)
    postings = [NewPosting(bank, amount, "received"), NewPosting(held, -amount, "too_much")]
    post(coop=coop, kind="test", key=key, date=T0.date(), postings=postings, by=None, at=T0)


@pytest.fixture
def amina(velo: Coop) -> Membership:
    amina = make_member(velo, "Amina")
    give_account(amina)
    earn(amina, 12_345, date(2026, 2, 10))
    hold(amina, 300)
    return amina


def held(member: Membership) -> int:
    return -party_balance(member.coop, "refunds", member.party)


def sums(coop: Coop) -> dict[str, int]:
    return {row.kind: row.amount for row in totals_by_kind(coop) if row.amount}


def drop(coop: Coop, *entries: object, label: str = "1") -> BankStatement:
    content = camt(entries, label=label)  # type: ignore[arg-type]
    return receive_statement(coop=coop, filename="bank.xml", content=content, by=None, at=NOW)


def sound(coop: Coop) -> None:
    assert [fault for check in invariants for fault in check.check(coop)] == []


def test_it_stands_beside_the_pay_of_members_in_one_file(velo: Coop, amina: Membership) -> None:
    run = released_run(velo, NOW, UNTIL)
    lines = [(line.kind, line.amount, queries.what_for(line), line.reference) for line in run.pay_lines.all()]
    assert lines == [("pay", 12_345, "Earned", "PAY-1-1"), ("refund", 300, "Sent back", "PAY-1-2")]
    written = pay_run_file(run)
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(written))
    assert b">PAY-1-2<" in written and b">3.00<" in written and b">126.45<" in written


def test_it_goes_out_with_nobody_to_pay_beside_it(velo: Coop) -> None:
    bo = make_member(velo, "Bo")
    give_account(bo)
    hold(bo, 50)  # less than the least pay, and theirs all the same
    assert [(line.amount, line.left_out) for line in released_run(velo, NOW, UNTIL).pay_lines.all()] == [(50, "")]


def test_whose_account_nobody_knows_is_left_out_and_keeps_it(velo: Coop, amina: Membership) -> None:
    bo = make_member(velo, "Bo")
    hold(bo, 700, "held:2")
    run = sent_run(velo, NOW, UNTIL)
    line = run.pay_lines.get(party=bo.party)
    assert (line.left_out, line.transaction, held(bo)) == ("no_account", None, 700)
    assert held(amina) == 0


def test_sending_books_all_of_it_once_and_the_bank_takes_it_from_there(velo: Coop, amina: Membership) -> None:
    run = sent_run(velo, NOW, UNTIL)
    refund = Refund.objects.get()
    line = run.pay_lines.get(kind="refund")
    assert (refund.pay_line, refund.transaction, refund.amount, refund.party) == (line, line.transaction, 300, amina.party)
    assert (held(amina), sums(velo)["transit"]) == (0, -12_645)
    with pytest.raises(NotThisMove):
        send_pay_run(run=run, by=None, at=NOW)
    confirm_pay_run(run=run, by=None, at=NOW)
    assert "transit" not in sums(velo) and Refund.objects.count() == 1
    sound(velo)


def test_who_made_it_final_does_not_release_it(velo: Coop, treasurer: Membership, amina: Membership) -> None:
    run = draft_pay_run(coop=velo, until=UNTIL, by=treasurer.party, at=NOW)
    finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    with pytest.raises(SamePerson):
        release_pay_run(run=run, by=treasurer.party, at=NOW)
    assert held(amina) == 300


def test_a_draft_says_when_something_else_is_owed_by_now(velo: Coop, treasurer: Membership, amina: Membership) -> None:
    run = draft_pay_run(coop=velo, until=UNTIL, by=treasurer.party, at=NOW)
    hold(amina, 25, "held:2")
    with pytest.raises(DraftIsOutdated):
        finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    redraft_pay_run(run=run, by=treasurer.party, at=NOW)
    finalise_pay_run(run=run, by=treasurer.party, at=NOW)
    assert run.pay_lines.get(kind="refund").amount == 325


def test_while_a_run_is_to_pay_it_nobody_writes_it_down_as_paid_by_hand(velo: Coop, amina: Membership) -> None:
    run = released_run(velo, NOW, UNTIL)
    account = open_account(coop=velo, kind="refunds", party=amina.party, at=T0)
    before = Transaction.objects.count()

    def by_hand(key: str) -> Refund:
        return record_refund(
            coop=velo, party=amina.party, account=account, amount=300, date=NOW.date(), once_key=key, by=None, at=NOW
        )

    with pytest.raises(StandsInARun, match="“Pay run 1” is to pay this"):
        by_hand("cash")
    assert Transaction.objects.count() == before and not Refund.objects.exists()
    send_pay_run(run=run, by=None, at=NOW)
    with pytest.raises(NothingToSendBack):
        by_hand("cash")


def test_when_a_line_is_not_held_any_more_nothing_of_the_run_goes_out(velo: Coop, amina: Membership) -> None:
    run = released_run(velo, NOW, UNTIL)
    hold(amina, -100, "held:2")
    before = Transaction.objects.count()
    with pytest.raises(NothingToSendBack, match="cannot be sent back: €2"):
        send_pay_run(run=run, by=None, at=NOW)
    run.refresh_from_db()
    assert run.state == "released"
    assert Transaction.objects.count() == before and not Refund.objects.exists()
    assert not PayRunLine.objects.exclude(transaction=None).exists()


def test_nothing_owed_at_all_is_no_run(velo: Coop, treasurer: Membership) -> None:
    with pytest.raises(NobodyToPay, match="and nothing else is to be paid"):
        draft_pay_run(coop=velo, until=UNTIL, by=treasurer.party, at=NOW)


def test_the_bank_says_it_of_every_line_and_the_run_is_paid(velo: Coop, amina: Membership) -> None:
    run = sent_run(velo, NOW, UNTIL)
    parts = [entry(-line.amount, on=NOW.date(), end_to_end_id=line.reference) for line in run.pay_lines.all()]
    statement = book_statement(statement=drop(velo, *parts), by=None, at=NOW)
    assert [row.meaning for row in statement.entries.all()] == ["pay_run", "pay_run"]
    run.refresh_from_db()
    assert (run.state, sums(velo)["bank"]) == ("settled", 300 - 12_645)
    again = drop(velo, *parts, label="2")
    assert [row.meaning for row in again.entries.all()] == ["known", "known"]
    sound(velo)


def test_a_run_written_down_as_paid_is_known_line_by_line(velo: Coop, amina: Membership) -> None:
    run = sent_run(velo, NOW, UNTIL)
    confirm_pay_run(run=run, date=NOW.date(), by=None, at=NOW)
    parts = [entry(-line.amount, on=NOW.date(), end_to_end_id=line.reference) for line in run.pay_lines.all()]
    before = sums(velo)
    statement = book_statement(statement=drop(velo, *parts), by=None, at=NOW)
    assert [row.meaning for row in statement.entries.all()] == ["recorded", "recorded"]
    assert sums(velo) == before


def test_what_the_bank_could_not_deliver_goes_out_with_the_next_run(velo: Coop, amina: Membership) -> None:
    run = sent_run(velo, NOW, UNTIL)
    line = run.pay_lines.get(kind="refund")
    left = entry(-12_645, on=NOW.date(), batch_id=f"MARKE-{velo.uid.hex[:12]}-1")
    back = entry(300, on=NOW.date(), end_to_end_id=line.reference, text="AC04")
    statement = book_statement(statement=drop(velo, left, back), by=None, at=NOW)
    assert [row.meaning for row in statement.entries.all()] == ["pay_run", "returned"]
    assert (held(amina), [row.amount for row in to_send_back(velo, NOW)]) == (300, [300])
    assert [line.amount for line in released_run(velo, NOW, UNTIL).pay_lines.all()] == [300]
    sound(velo)


def test_a_part_of_what_is_held_is_known_by_the_account(velo: Coop, amina: Membership) -> None:
    iban = queries.usable_accounts(velo, NOW)[amina.party_id].iban
    statement = drop(velo, entry(-120, on=NOW.date(), name="somebody", iban=iban))
    one: BankEntry = statement.entries.get()
    assert (one.meaning, one.why, one.certain) == ("refund", "iban", False)
    decide_entry(entry=one, answer="yes", by=None, at=NOW)
    book_statement(statement=statement, by=None, at=NOW)
    assert held(amina) == 180
    sound(velo)


def test_more_due_is_no_more_queries(velo: Coop, amina: Membership) -> None:
    queries.also_due(velo, NOW)  # what is kept in memory is read once
    with CaptureQueriesContext(connection) as few:
        queries.also_due(velo, NOW)
    for number in range(3):
        hold(make_member(velo, f"M {number}"), 100, f"held:{number + 2}")
    with CaptureQueriesContext(connection) as more:
        assert [(row.payable.kind, row.count, row.total) for row in queries.also_due(velo, NOW)] == [("refund", 4, 600)]
    assert len(more) == len(few)
