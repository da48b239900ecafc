"""What is kept of a member's part becomes shares, or is paid back after its years: once, and never more than there is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marke.common.clock import local_midnight
from marke.common.invariants import invariants
from marke.ledger.models import Transaction
from marke.parties.models import Membership
from marke.rounds.models import Round
from marke.rules.models import Decision
from marke.rules.services import set_rule
from marke.shares import queries as shares
from marke.shares.models import ShareEvent
from marke.surplus import services
from marke.surplus.clockwork import WHEELS
from marke.surplus.models import KeptRepaid
from tests.surplus.scene import AFTER, LATER, balances, closed, earn, make_year

pytestmark = pytest.mark.django_db
# Amina keeps 12.24, Bram 8.16, Chen 4.08; shares of 4.00.
SHARED: dict[str, Any] = {"surplus__legal_reserve": [15, 100], "surplus__workers": [1, 2], "surplus__cash": [1, 5]}
TURNED: dict[str, Any] = {**SHARED, "surplus__kept_as": "shares", "shares__price": 4_00}
KEPT: dict[str, Any] = {**SHARED, "surplus__kept_for": 5}
DUE = datetime(2031, 1, 1, 9, tzinfo=UTC)


def doctor(coop) -> list[str]:
    return [f"{v.invariant} {v.where}: {v.what}" for invariant in invariants for v in invariant.check(coop)]


def paid(coop, people):
    return services.pay_year(year=closed(coop, people), by=None, at=LATER)


def held(people) -> list[int]:
    return [shares.shares_of(person) for person in people]


def test_what_is_kept_becomes_whole_shares_when_the_year_is_paid():
    coop, people = make_year(**TURNED)
    year = closed(coop, people)
    assert held(people) == [0, 0, 0]
    services.pay_year(year=year, by=None, at=LATER)
    assert held(people) == [3, 2, 1]
    own = balances(coop)
    assert own["shares", ""] == 6 * 4_00
    assert own["allocated", ""] == 24_48 - 6 * 4_00
    events = ShareEvent.objects.filter(coop=coop).order_by("number")
    assert [(event.kind, event.shares, event.price, event.amount) for event in events] == [
        ("from_surplus", 3, 4_00, 12_00),
        ("from_surplus", 2, 4_00, 8_00),
        ("from_surplus", 1, 4_00, 4_00),
    ]
    keys = [event.transaction.key for event in events if event.transaction]
    assert keys == ["year_shares:1.1:1", "year_shares:1.2:1", "year_shares:1.3:1"]
    assert doctor(coop) == []


def test_by_default_it_stays_in_members_names():
    coop, people = make_year(**SHARED, shares__price=4_00)
    paid(coop, people)
    assert held(people) == [0, 0, 0]
    assert balances(coop)["allocated", ""] == 24_48


def test_paying_twice_makes_shares_once():
    coop, people = make_year(**TURNED)
    year = paid(coop, people)
    services.pay_year(year=year, by=None, at=LATER)
    assert held(people) == [3, 2, 1]
    event = ShareEvent.objects.filter(coop=coop).latest("number")
    with pytest.raises(DatabaseError), transaction.atomic():
        ShareEvent.objects.create(
            coop=coop, number=event.number + 1, kind=event.kind, membership=event.membership, share_class=event.share_class,
            shares=1, price=4_00, amount=4_00, at=LATER, date=event.date, transaction=event.transaction,
        )  # fmt: skip


def test_what_is_above_the_most_that_a_member_may_hold_stays_in_their_name():
    coop, people = make_year(shares__maximum=2, **TURNED)
    paid(coop, people)
    assert held(people) == [2, 2, 1]
    assert balances(coop)["allocated", ""] == 24_48 - 5 * 4_00
    assert doctor(coop) == []


def test_the_most_capital_of_a_member_holds_too():
    coop, people = make_year(shares__maximum_held={"amount": 8_00, "part": [1, 1]}, **TURNED)
    paid(coop, people)
    assert held(people) == [2, 2, 1]


def test_fewer_than_the_first_shares_must_be_are_not_made():
    coop, people = make_year(shares__minimum=2, **TURNED)
    paid(coop, people)
    assert held(people) == [3, 2, 0]


def test_a_member_who_left_keeps_it_in_their_name():
    coop, people = make_year(**TURNED)
    year = closed(coop, people)
    Membership.objects.filter(pk=people[1].pk).update(state=Membership.State.LEFT, left_at=LATER)
    services.pay_year(year=year, by=None, at=LATER)
    assert held(people) == [3, 0, 1]


def test_when_nothing_is_paid_in_money_the_year_still_waits_to_become_shares():
    coop, people = make_year(**{**TURNED, "surplus__cash": [0, 1]})
    year = closed(coop, people)
    assert (year.paid, year.round.state) == (0, Round.State.FINAL)
    year = services.pay_year(year=year, by=None, at=LATER)
    assert year.round.state == Round.State.SETTLED
    assert held(people) == [3, 2, 1]  # of 15.30, 10.20 and 5.10
    assert doctor(coop) == []


def test_the_rule_that_was_voted_on_is_followed_and_the_price_is_that_of_the_day():
    coop, people = make_year(**TURNED)
    year = closed(coop, people)
    decision = Decision.objects.filter(coop=coop).latest("number")
    morning = local_midnight(LATER.date(), coop.timezone)
    for key, value in (("surplus.kept_as", "name"), ("shares.price", 6_00)):
        set_rule(coop=coop, key=key, value=value, valid_from=morning, decision=decision, at=AFTER)
    services.pay_year(year=year, by=None, at=LATER)
    assert held(people) == [2, 1, 0]


def test_a_corrected_line_becomes_shares_as_it_is_now():
    coop, people = make_year(**TURNED)
    year = closed(coop, people)
    line = year.lines.get(membership=people[2])
    services.correct_member_year(line=line, paid=1_02, withheld=0, kept=8_00, reason="A job was missing.", by=None, at=LATER)
    services.pay_year(year=year, by=None, at=LATER)
    assert held(people) == [3, 2, 2]
    assert doctor(coop) == []


def test_what_was_kept_falls_due_and_goes_to_pay_once():
    coop, people = make_year(**KEPT)
    year = paid(coop, people)
    (wheel,) = WHEELS
    assert wheel.turn(datetime(2030, 12, 31, 12, tzinfo=UTC)) == 0
    before = balances(coop)["earnings", ""]
    assert wheel.turn(DUE) == 1
    assert balances(coop)["earnings", ""] == before + 24_48
    assert ("allocated", "") not in balances(coop)
    assert wheel.turn(DUE) == 0
    assert services.repay_kept(year=year, at=DUE) is None
    assert KeptRepaid.objects.get(year=year).amount == 24_48
    keys = Transaction.objects.filter(coop=coop, kind="year_repay").values_list("key", flat=True)
    assert sorted(keys) == ["year_repay:1.1:1", "year_repay:1.2:1", "year_repay:1.3:1"]
    assert doctor(coop) == []


def test_who_left_is_paid_back_too():
    coop, people = make_year(**KEPT)
    year = paid(coop, people)
    Membership.objects.filter(pk=people[1].pk).update(state=Membership.State.LEFT, left_at=LATER)
    repaid = services.repay_kept(year=year, at=DUE)
    assert repaid is not None
    assert (repaid.amount, repaid.members) == (24_48, 3)


def test_only_what_did_not_become_shares_is_paid_back():
    coop, people = make_year(**{**TURNED, "surplus__kept_for": 5})
    repaid = services.repay_kept(year=paid(coop, people), at=DUE)
    assert repaid is not None
    assert repaid.amount == 24_48 - 6 * 4_00
    assert doctor(coop) == []


def test_without_a_term_it_stays():
    coop, people = make_year(**SHARED)
    assert services.repay_kept(year=paid(coop, people), at=DUE) is None
    assert balances(coop)["allocated", ""] == 24_48


def test_it_waits_while_net_assets_do_not_bear_it():
    coop, people = make_year(surplus__net_assets=True, **KEPT)
    year = paid(coop, people)
    earn(coop, -80_00, kind="expense", on=LATER.date())
    assert services.repay_kept(year=year, at=DUE) is None
    assert not KeptRepaid.objects.exists()
    assert balances(coop)["allocated", ""] == 24_48


def test_a_repayment_stays_as_it_was():
    coop, people = make_year(**KEPT)
    services.repay_kept(year=paid(coop, people), at=DUE)
    with pytest.raises(DatabaseError), transaction.atomic():
        KeptRepaid.objects.update(amount=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        KeptRepaid.objects.all().delete()
