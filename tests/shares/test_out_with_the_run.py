"""Shares are paid back with the pay run: as far as the tests allow, who asked first before the others, booked once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from marke.common.invariants import invariants
from marke.ledger.services import Transaction
from marke.parties.models import Coop, Membership
from marke.payments.models import BankStatement, Refund
from marke.payments.services import (
    book_statement,
    confirm_proposals,
    decide_entry,
    receive_statement,
    record_payment,
    send_pay_run,
    settle_entry,
)
from marke.payments.services.outgoing import StandsInARun
from marke.rounds.models import Round
from marke.shares.exits.clockwork import turn
from marke.shares.models import ExitPayment, ShareExit
from marke.shares.queries import standing_of
from marke.shares.services import cancel_request, refund_shares, request_shares
from marke.shares.services.exit_payments import TestFails, pay_exit, sign_report
from marke.shares.services.exits import ask_exit
from tests.factories.bank import OTHER, OWN, camt, entry
from tests.factories.parties import make_member
from tests.factories.payments import give_account, released_run, sent_run
from tests.shares.test_exits import MARCH, coop_with, holder, money, move_money, ordinary, state

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def house(**rules: Any) -> Coop:
    coop = coop_with(**rules)
    coop.iban = OWN
    coop.save()
    return coop


def leaver(coop: Coop, name: str, *, account: bool = True) -> Membership:
    member = holder(coop, name)
    if account:
        give_account(member)
    return member


def ask(member: Membership, at: datetime = MARCH) -> ShareExit:
    return ask_exit(membership=member, share_class=ordinary(member.coop), shares=2, once_key=f"{member.pk}", by=None, at=at)


def by_hand(exit: ShareExit) -> ExitPayment:
    return pay_exit(exit=exit, date=MARCH.date(), once_key="cash", by=None, at=MARCH)


def report(coop: Coop, cash: int) -> None:
    tess = make_member(coop, "Rita", ("treasurer",), with_user=False)
    sign_report(
        coop=coop, cash=cash, expected_in=0, expected_out=0, text="What is in the bank, and nothing else.",
        office="treasurer", once_key="report", by=tess.party, at=MARCH,
    )  # fmt: skip


def drop(coop: Coop, *entries: Any, label: str = "1", at: datetime = MARCH) -> BankStatement:
    return receive_statement(coop=coop, filename="bank.xml", content=camt(entries, label=label), by=None, at=at)


def lines(run: Round) -> list[tuple[str, str, int, str]]:
    return [(line.kind, line.subject, line.amount, line.left_out) for line in run.pay_lines.order_by("position")]


def sound(coop: Coop) -> None:
    assert [fault for check in invariants for fault in check.check(coop)] == []


def test_a_run_pays_exits_and_each_knows_by_which_transfer() -> None:
    coop = house()
    exit, other = ask(leaver(coop, "Amina")), ask(leaver(coop, "Bo", account=False))
    run = sent_run(coop, MARCH)
    assert lines(run) == [("share_exit", "1", 10_000, ""), ("share_exit", "2", 10_000, "no_account")]
    paid = ExitPayment.objects.get()
    assert (paid.exit, paid.amount, paid.refund.pay_line, paid.refund.transaction) == (
        exit, 10_000, run.pay_lines.get(subject="1"), run.pay_lines.get(subject="1").transaction,
    )  # fmt: skip
    assert (state(exit), state(other)) == ("paid", "due")
    assert (money(exit.membership, "redemption"), money(other.membership, "redemption")) == (0, -10_000)
    statement = drop(coop, entry(-10_000, on=MARCH.date(), end_to_end_id="PAY-1-1"))
    book_statement(statement=statement, by=None, at=MARCH)
    run.refresh_from_db()
    assert run.state == "settled"
    sound(coop)


def test_a_run_pays_what_the_tests_leave_in_the_order_of_the_queue() -> None:
    coop = house(shares__exit_liquidity_months=12)
    exits = [ask(leaver(coop, name), MARCH - at * DAY) for name, at in (("Cy", 0), ("Amina", 2), ("Bo", 1))]
    report(coop, 14_000)
    run = released_run(coop, MARCH)
    assert lines(run) == [("share_exit", "2", 10_000, ""), ("share_exit", "3", 4_000, "")]
    send_pay_run(run=run, by=None, at=MARCH)
    assert [state(exit) for exit in exits] == ["suspended", "paid", "suspended"]
    assert [sum(row.amount for row in exit.payments.all()) for exit in exits] == [0, 10_000, 4_000]
    assert {row.tests["liquidity"] for row in ExitPayment.objects.all()} == {14_000}
    sound(coop)


def test_what_the_tests_do_not_allow_any_more_stops_the_whole_run() -> None:
    coop = house(shares__exit_net_asset_test=True)
    move_money(coop, "bank", "opening", 50_000)
    exit = ask(leaver(coop, "Amina"))
    run = released_run(coop, MARCH)
    move_money(coop, "expense", "bank", 70_000, MARCH.date())
    before = Transaction.objects.count()
    with pytest.raises(TestFails):
        send_pay_run(run=run, by=None, at=MARCH)
    run.refresh_from_db()
    assert (run.state, Transaction.objects.count()) == ("released", before)
    assert not ExitPayment.objects.exists() and not Refund.objects.exists()
    assert state(exit) == "due"


def test_instalments_go_out_year_by_year_with_their_interest() -> None:
    rules = {"shares__exit_years": 2, "shares__exit_interest": [3, 100], "shares__exit_effective": "end_of_year"}
    coop = house(**rules)
    exit = ask(leaver(coop, "Amina"))
    for year, amount in ((2027, 5_300), (2028, 5_150)):
        at = datetime(year, 12, 31, 12, tzinfo=MARCH.tzinfo)
        turn(at)
        run = sent_run(coop, at)
        assert lines(run) == [("share_exit", "1", amount, "")]
    assert (state(exit), money(exit.membership, "redemption")) == ("paid", 0)
    sound(coop)


def test_in_cash_it_is_still_written_down_by_hand_but_not_while_a_run_is_to_pay_it() -> None:
    coop = house()
    exit = ask(leaver(coop, "Amina"))
    run = released_run(coop, MARCH)
    with pytest.raises(StandsInARun, match="“Pay run 1” is to pay this"):
        by_hand(exit)
    assert not ExitPayment.objects.exists()
    other = ask(leaver(coop, "Bo"))
    by_hand(other)
    assert state(other) == "paid"
    send_pay_run(run=run, by=None, at=MARCH)
    assert (state(exit), ExitPayment.objects.count()) == ("paid", 2)
    sound(coop)


def test_a_statement_proposes_the_exit_that_was_paid_in_the_banks_own_app() -> None:
    coop = house()
    exit = ask(leaver(coop, "Amina Diallo"))
    statement = drop(coop, entry(-10_000, on=MARCH.date(), name="A. Diallo Amina", iban=OTHER))
    one = statement.entries.get()
    assert (one.meaning, one.owed_kind, one.owed_subject, one.why, one.certain) == ("owed", "share_exit", "1", "name", False)
    confirm_proposals(statement=statement, by=None, at=MARCH)
    for _again in range(2):
        book_statement(statement=statement, by=None, at=MARCH)
    paid = ExitPayment.objects.get()
    one.refresh_from_db()
    assert (one.refund, one.transaction, paid.refund, paid.date) == (
        paid.refund,
        paid.refund.transaction,
        one.refund,
        MARCH.date(),
    )
    assert (state(exit), money(exit.membership, "redemption")) == ("paid", 0)
    assert [row.meaning for row in drop(coop, entry(-10_000, on=MARCH.date(), iban=OTHER), label="2").entries.all()] == ["known"]
    sound(coop)


def test_it_is_said_later_too_and_no_means_no() -> None:
    coop = house()
    exit = ask(leaver(coop, "Amina"))
    statement = drop(coop, entry(-10_000, on=MARCH.date(), name="Amina"), entry(-10_000, on=MARCH.date(), name="Amina", text="x"))
    book_statement(statement=statement, by=None, at=MARCH)
    first, second = statement.entries.order_by("position")
    assert (first.meaning, second.meaning, state(exit)) == ("owed", "unknown", "due")
    settle_entry(entry=first, answer="yes", by=None, at=MARCH)
    assert (state(exit), money(exit.membership, "redemption")) == ("paid", 0)
    settle_entry(entry=second, answer="cost", by=None, at=MARCH)
    sound(coop)
    other = ask(leaver(coop, "Bo"))
    again = drop(coop, entry(-10_000, on=MARCH.date(), name="Bo"), label="2")
    decide_entry(entry=again.entries.get(), answer="no", by=None, at=MARCH)
    book_statement(statement=again, by=None, at=MARCH)
    assert (state(other), again.entries.get().meaning) == ("due", "unknown")


def test_an_exit_written_down_by_hand_is_known_to_the_statement() -> None:
    coop = house()
    by_hand(ask(leaver(coop, "Amina")))
    statement = drop(coop, entry(-10_000, on=MARCH.date() + DAY, name="Amina"), at=MARCH + DAY)
    assert [(row.meaning, row.refund) for row in statement.entries.all()] == [("recorded", Refund.objects.get())]


def test_an_exit_that_came_back_from_the_bank_is_to_be_sent_again() -> None:
    coop = house()
    exit = ask(leaver(coop, "Amina"))
    sent_run(coop, MARCH)
    left, back = entry(-10_000, on=MARCH.date(), end_to_end_id="PAY-1-1"), entry(10_000, on=MARCH.date(), end_to_end_id="PAY-1-1")
    statement = book_statement(statement=drop(coop, left, back), by=None, at=MARCH)
    assert [row.meaning for row in statement.entries.all()] == ["pay_run", "returned"]
    assert (state(exit), money(exit.membership, "redemption"), money(exit.membership, "refunds")) == ("paid", 0, -10_000)
    assert lines(released_run(coop, MARCH)) == [("refund", "", 10_000, "")]
    sound(coop)


def cancelled_request(coop: Coop, name: str) -> Any:
    request = request_shares(membership=make_member(coop, name, state="applied"), shares=2, once_key=name, by=None, at=MARCH)
    record_payment(coop=coop, request=request.payment_request, amount=10_000, date=MARCH.date(), once_key=name, by=None, at=MARCH)
    return cancel_request(request=request, by=None, at=MARCH)


def test_what_an_applicant_paid_goes_back_with_the_run() -> None:
    coop = house()
    request = cancelled_request(coop, "Amina")
    give_account(request.membership)
    run = sent_run(coop, MARCH)
    assert lines(run) == [("share_request", "1", 10_000, "")]
    assert standing_of(request).held == 0
    assert money(request.membership, "shares_pending") == 0
    sound(coop)


def test_what_an_applicant_paid_goes_back_by_hand_or_by_the_bank_and_once() -> None:
    coop = house()
    request = cancelled_request(coop, "Amina")
    statement = drop(coop, entry(-10_000, on=MARCH.date(), name="Amina"))
    assert [(row.meaning, row.owed_kind) for row in statement.entries.all()] == [("owed", "share_request")]
    confirm_proposals(statement=statement, by=None, at=MARCH)
    book_statement(statement=statement, by=None, at=MARCH)
    assert standing_of(request).held == 0
    other = cancelled_request(coop, "Bo")
    refund_shares(request=other, date=date(2026, 3, 2), once_key="cash", by=None, at=MARCH)
    assert Refund.objects.count() == 2
    sound(coop)


def test_no_interest_runs_while_a_payment_is_suspended() -> None:
    coop = house(shares__exit_net_asset_test=True, shares__exit_interest=[3, 100])
    move_money(coop, "bank", "opening", 10_000)
    exit = ask(leaver(coop, "Amina"))
    move_money(coop, "expense", "bank", 40_000, MARCH.date())
    turn(MARCH + 60 * DAY)
    assert state(exit) == "suspended"
    move_money(coop, "bank", "opening", 90_000, MARCH.date())
    later = MARCH + 700 * DAY
    turn(later)
    assert lines(sent_run(coop, later)) == [("share_exit", "1", 10_000, "")]
    assert money(exit.membership, "redemption") == 0
    sound(coop)
