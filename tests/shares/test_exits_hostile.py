"""Shares given back while something else happens to them: transferred, taken back, of several classes, huge, hostile."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.common.invariants import Violation, invariants
from marke.common.refusal import Refused
from marke.parties.models import Coop, Membership
from marke.parties.services import leave
from marke.payments.services import reverse_payment
from marke.shares import queries
from marke.shares.exits import queries as exit_queries
from marke.shares.exits.clockwork import turn
from marke.shares.exits.queries import queue
from marke.shares.exits.statement import statement_pdf
from marke.shares.models import ShareClass, ShareExit
from marke.shares.services import ordinary_class, record_opening_holding
from marke.shares.services.exit_payments import pay_exit, sign_report
from marke.shares.services.exits import TooManyToGiveBack, ask_exit, cancel_exit, end_membership
from tests.factories.hearings import may_be_excluded
from tests.factories.parties import T0, make_coop, make_member
from tests.shares.scene import DAY, booked, founded, hold, of_coop, open_class, set_value, state, transfer

pytestmark = pytest.mark.django_db
LATER = T0 + timedelta(days=60)
ALL = ("INV-EXIT-1", "INV-SHARE-1", "INV-LEDGER-1")


@pytest.fixture
def coop() -> Coop:
    return founded(make_coop(), shares__transfer="members")


@pytest.fixture
def amina(coop: Coop) -> Membership:
    return make_member(coop, "Amina", with_user=False)


@pytest.fixture
def bo(coop: Coop) -> Membership:
    return make_member(coop, "Bo", with_user=False)


def ask(member: Membership, shares: int = 1, key: str = "k", share_class: ShareClass | None = None, at: Any = LATER) -> ShareExit:
    found = share_class or ordinary_class(member.coop, at)
    return ask_exit(membership=member, share_class=found, shares=shares, once_key=key, by=None, at=at)


def faults(coop: Coop) -> list[Violation]:
    return [fault for name in ALL for fault in invariants.get(name).check(coop)]


def test_shares_promised_to_somebody_are_not_given_back_to_the_co_op(coop: Coop, amina: Membership, bo: Membership) -> None:
    hold(amina, 3)
    asked = transfer(amina, bo, 2, at=LATER)
    if state(asked) == "asked":
        with pytest.raises(TooManyToGiveBack, match="1 of them"):
            ask(amina, 2)
    assert ask(amina, 1).price.owed == 5_000
    assert faults(coop) == []


def test_shares_that_are_given_back_are_not_passed_on(coop: Coop, amina: Membership, bo: Membership) -> None:
    set_value(coop, "shares.exit_effective", "end_of_year")
    hold(amina, 2)
    ask(amina, 2)
    with pytest.raises(Refused):
        transfer(amina, bo, 1, at=LATER + DAY)
    turn(LATER + 400 * DAY)
    assert (booked(amina), booked(amina, "redemption"), queries.shares_of(amina)) == (0, 10_000, 0)
    assert faults(coop) == []


def test_a_payment_is_not_taken_back_once_its_shares_are_given_back(coop: Coop, amina: Membership) -> None:
    paid = hold(amina, 2).payment_request.payments.get()
    pay_exit(exit=ask(amina, 2), date=LATER.date(), once_key="out", by=None, at=LATER)
    with pytest.raises(Refused):
        reverse_payment(payment=paid, reason="wrong", by=None, at=LATER + DAY)
    assert (booked(amina), booked(amina, "redemption")) == (0, 0)
    assert faults(coop) == []


def test_each_class_ends_by_its_own_rules_and_its_own_capital(coop: Coop, amina: Membership) -> None:
    investor = open_class(coop, "investor", price=20_000, exit_years=5, exit_effective="end_of_quarter")
    hold(amina, 2)
    hold(amina, 3, key="i", share_class=investor)
    leave(membership=amina, by=None, at=LATER)
    turn(LATER + 200 * DAY)
    by_class = {exit.share_class.code: exit for exit in ShareExit.objects.all()}
    assert by_class["ordinary"].price.owed == 10_000
    assert by_class["investor"].price.owed == 60_000
    assert [part.principal for part in by_class["investor"].instalments.all()] == [12_000] * 5
    assert by_class["investor"].effective_on == date(2026, 3, 31)
    assert (booked(amina), booked(amina, detail="investor")) == (0, 0)
    assert faults(coop) == []


def test_shares_that_are_not_fully_paid_bring_what_was_paid(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.paid_in_minimum", [25, 100])
    request = hold(amina, 4)
    if request.paid_in:
        assert request.paid_in < request.cost
    exit = ask(amina, 4)
    assert exit.price.owed == booked(amina, "redemption") > 0
    assert faults(coop) == []


def test_a_holding_of_which_only_the_sum_is_known_keeps_its_odd_cents(coop: Coop, amina: Membership) -> None:
    record_opening_holding(membership=amina, shares=3, amount=10_000, date=T0.date(), by=None, at=T0)
    assert [ask(amina, 1, key=f"{number}").price.owed for number in range(3)] == [3_333, 3_333, 3_334]
    assert faults(coop) == []


def test_shares_for_which_nothing_was_paid_end_without_a_debt(coop: Coop, amina: Membership) -> None:
    record_opening_holding(membership=amina, shares=3, amount=0, date=T0.date(), by=None, at=T0)
    exit = ask(amina, 3)
    assert exit.price.owed == 0
    assert exit_queries.standing_of(exit, LATER.date()).state == "paid"
    assert faults(coop) == []


def test_the_largest_holdings_there_can_be(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.exit_price", "net_assets")
    set_value(coop, "shares.exit_interest", [1, 1])
    set_value(coop, "shares.exit_years", 20)
    record_opening_holding(membership=amina, shares=1_000_000, amount=10**14, date=T0.date(), by=None, at=T0)
    exit = ask(amina, 1_000_000)
    assert exit.price.paid_in == 10**14
    set_value(coop, "shares.exit_price", "paid_in", at=LATER + DAY)
    assert faults(coop) == []


def test_a_hostile_note_and_a_foreign_name_are_only_text(coop: Coop) -> None:
    eve = make_member(coop, "<b>Ève</b> \u202e北 #set page(fill: red)", with_user=False)
    hold(eve, 1)
    note = "decision 1' OR 1=1; <script>" + "x" * 500
    may_be_excluded(eve, at=LATER)
    (exit,) = end_membership(membership=eve, kind="exclusion", note=note, once_key="e", by=None, at=LATER)
    assert exit.note == note[:200]
    row = exit_queries.standing_of(exit_queries.exits(coop).get(), LATER.date())
    assert statement_pdf(row, LATER).startswith(b"%PDF")


def test_who_comes_back_before_the_day_keeps_the_shares(coop: Coop, amina: Membership) -> None:
    from marke.parties.services import admit_member, apply_for_membership

    set_value(coop, "shares.exit_effective", "end_of_year")
    hold(amina, 2)
    leave(membership=amina, by=None, at=LATER)
    again = apply_for_membership(coop=coop, party=amina.party, by=None, at=LATER + DAY)
    admit_member(membership=again, by=None, at=LATER + DAY)
    cancel_exit(exit=ShareExit.objects.get(), by=None, at=LATER + 2 * DAY)
    turn(LATER + 400 * DAY)
    assert queries.shares_of(amina) == 2
    assert faults(coop) == []


def test_what_was_withdrawn_for_a_death_ends_with_the_rest(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.exit_effective", "end_of_year")
    hold(amina, 4)
    ask(amina, 2)
    for _twice in (1, 2):
        end_membership(membership=amina, kind="death", once_key="d", by=None, at=LATER + DAY)
    live = ShareExit.objects.exclude(moves__state="cancelled").get()
    assert (live.kind, live.shares, queries.shares_of(amina)) == ("death", 4, 0)
    assert faults(coop) == []


STEPS = st.lists(
    st.tuples(st.sampled_from(["ask", "pay", "turn", "cancel", "report", "loss"]), st.integers(0, 2), st.integers(1, 4)),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, st.sampled_from(["at_once", "end_of_month"]), st.integers(0, 3), st.booleans())
def test_whatever_happens_no_cent_is_lost_and_nobody_gets_more(steps: Any, effective: str, years: int, tests: bool) -> None:
    rules = {"shares__exit_effective": effective, "shares__exit_years": years, "shares__exit_interest": [3, 100]}
    coop = founded(make_coop(f"c{abs(hash((str(steps), effective, years, tests)))}"), **rules)
    if tests:
        set_value(coop, "shares.exit_liquidity_months", 12)
    members = [make_member(coop, f"M{number}", with_user=False) for number in range(3)]
    for member in members:
        record_opening_holding(membership=member, shares=7, amount=33_335, date=T0.date(), by=None, at=T0)
    at, paid = LATER, 0
    for number, (step, who, count) in enumerate(steps):
        at += timedelta(days=35 * (step == "turn") + 1)
        with suppress(Refused):
            paid += _act(step, members[who], count, f"{number}", at)
        assert faults(coop) == []
    held = sum(booked(member) for member in members)
    kept = of_coop(coop, "result") + of_coop(coop, "reserve", "legal")
    interest = -of_coop(coop, "interest")
    owed = sum(booked(member, "redemption") for member in members)
    assert held + kept + owed + paid == 3 * 33_335 + interest
    assert all(row.payable <= row.standing.due for row in queue(coop, at).rows)


def _act(step: str, member: Membership, count: int, key: str, at: Any) -> int:
    mine = list(ShareExit.objects.filter(membership=member).order_by("number"))
    if step == "ask":
        ask(member, count, key=key, at=at)
    elif step == "turn":
        turn(at)
    elif step == "cancel" and mine:
        cancel_exit(exit=mine[-1], by=None, at=at)
    elif step == "pay" and mine:
        return pay_exit(exit=mine[0], date=at.date(), once_key=key, by=None, at=at).amount
    elif step == "report":
        sign_report(
            coop=member.coop, cash=count * 3_000, expected_in=0, expected_out=0, text="What is there, as far as we know.",
            office="treasurer", once_key=key, by=member.party, at=at,
        )  # fmt: skip
    return 0
