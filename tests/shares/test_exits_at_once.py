"""Eight people give back and pay at the very same moment: nothing twice, never more than there is."""

from __future__ import annotations

import pytest

from marke.common.invariants import invariants
from marke.ledger.position import position
from marke.parties.models import Coop, Membership
from marke.parties.services import leave
from marke.payments.services import send_pay_run
from marke.shares.exits.clockwork import turn
from marke.shares.models import ExitPayment, ShareExit
from marke.shares.services.exit_payments import pay_exit, sign_report
from marke.shares.services.exits import ask_exit, cancel_exit
from tests.factories.parties import make_coop, make_member
from tests.factories.payments import give_account, released_run
from tests.factories.processes import PROCESSES, at_once
from tests.factories.rules import found
from tests.shares.test_exits import DAY, MARCH, coop_with, holder, move_money, ordinary

pytestmark = [pytest.mark.django_db(transaction=True)]
ALL = ("INV-EXIT-1", "INV-SHARE-1", "INV-LEDGER-1", "INV-LEDGER-3")


def whole(coop: Coop) -> bool:
    return [fault for name in ALL for fault in invariants.get(name).check(coop)] == []


def ask(member: Membership, key: str, shares: int = 2) -> ShareExit:
    share_class = ordinary(member.coop)
    return ask_exit(membership=member, share_class=share_class, shares=shares, once_key=key, by=None, at=MARCH)


def pay(exit: ShareExit, key: str, amount: int | None = None) -> ExitPayment:
    return pay_exit(exit=exit, amount=amount, date=MARCH.date(), once_key=key, by=None, at=MARCH)


def test_no_share_is_given_back_twice() -> None:
    amina = holder(coop_with())
    answers = at_once(lambda number: ask(amina, f"key {number}"))
    assert set(answers) == {"done", "TooManyToGiveBack"}
    assert answers.count("done") == 2
    assert sum(ShareExit.objects.values_list("shares", flat=True)) == 4
    assert whole(amina.coop)


def test_one_form_sent_eight_times_asks_once() -> None:
    amina = holder(coop_with())
    assert at_once(lambda _: ask(amina, "one form")) == ["done"] * PROCESSES
    assert ShareExit.objects.count() == 1
    assert whole(amina.coop)


def test_nobody_is_paid_twice_or_more_than_is_owed() -> None:
    exit = ask(holder(coop_with()), "k")
    assert at_once(lambda _: pay(exit, "one form", 4_000)) == ["done"] * PROCESSES
    answers = at_once(lambda number: pay(exit, f"key {number}", 4_000))
    assert answers.count("done") == 1
    assert set(answers) == {"done", "MoreThanDue"}
    assert sum(ExitPayment.objects.values_list("amount", flat=True)) == 8_000
    assert whole(exit.coop)


def test_eight_together_are_paid_no_more_than_the_report_leaves() -> None:
    coop = coop_with(shares__exit_liquidity_months=12)
    tess = make_member(coop, "Tess", ("treasurer",), with_user=False)
    exits = [ask(holder(coop, f"Member {number}"), f"{number}") for number in range(PROCESSES)]
    sign_report(
        coop=coop, cash=33_000, expected_in=0, expected_out=0, text="What is in the bank, and nothing else.",
        office="treasurer", once_key="report", by=tess.party, at=MARCH,
    )  # fmt: skip
    answers = at_once(lambda number: pay(exits[number], f"pay {number}"))
    assert set(answers) == {"done", "TestFails"}
    paid = dict(ExitPayment.objects.values_list("exit__number", "amount"))
    assert paid == {1: 10_000, 2: 10_000, 3: 10_000, 4: 3_000}
    assert position(coop).redemption == PROCESSES * 10_000 - 33_000
    assert whole(coop)


def test_the_day_comes_once_however_many_clocks_turn() -> None:
    coop = coop_with(shares__exit_effective="end_of_month")
    move_money(coop, "bank", "opening", 50_000)
    for number in range(3):
        ask(holder(coop, f"Member {number}"), f"{number}")
    assert at_once(lambda _: turn(MARCH + 40 * DAY)) == ["done"] * PROCESSES
    assert [exit.price.owed for exit in ShareExit.objects.order_by("number")] == [10_000] * 3
    assert whole(coop)


def test_asking_cancelling_and_leaving_at_once_loses_no_share() -> None:
    coop = make_coop()
    found(coop, shares__price=5_000, shares__exit_effective="end_of_year")
    amina = holder(coop)
    first = ask(amina, "first")

    def act(number: int) -> object:
        if number % 4 == 0:
            return leave(membership=amina, by=amina.party, at=MARCH + DAY)
        if number % 4 == 1:
            return cancel_exit(exit=first, by=None, at=MARCH + DAY)
        return ask(amina, f"key {number}", 1)

    answers = at_once(act)
    assert set(answers) <= {"done", "TooManyToGiveBack", "MoveNotAllowed", "LeftTheCoop"}, answers
    turn(MARCH + 400 * DAY)
    live = ShareExit.objects.exclude(moves__state="cancelled")
    assert sum(live.values_list("shares", flat=True)) == 4
    assert whole(coop)


def test_a_run_that_is_sent_eight_times_pays_once_and_cash_waits_for_it() -> None:
    coop = coop_with()
    exits = [ask(holder(coop, f"Member {number}"), f"{number}") for number in range(2)]
    for exit in exits:
        give_account(exit.membership)
    run = released_run(coop, MARCH)

    def act(number: int) -> object:
        return send_pay_run(run=run, by=None, at=MARCH) if number % 2 else pay(exits[0], f"cash {number}")

    answers = at_once(act)
    assert set(answers) <= {"done", "NotThisMove", "StandsInARun", "NothingDue"}, answers
    assert answers.count("done") == 1
    assert sorted(ExitPayment.objects.values_list("exit__number", "amount")) == [(1, 10_000), (2, 10_000)]
    assert position(coop).redemption == 0
    assert whole(coop)
