"""The defects found in the best open register there was, each as a test of what it must not do here.

They are those of the modules cooperator, cooperator_website, easy_my_coop_dividend and easy_my_coop_loan of the OCA and
Coop IT Easy, numbered as they were found.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from marke.ledger.models import Posting
from marke.ledger.services import Transaction
from marke.parties.models import Coop, Membership
from marke.shares import queries, services
from marke.shares.models import ShareEvent, ShareRequest
from marke.shares.services.eligibility import TooManyShares
from marke_core.loans import Repayment, schedule
from marke_core.waterfall import capital_days, part_down
from tests.factories.pages import browser_of
from tests.factories.parties import T0, make_coop, make_member
from tests.shares.scene import (
    DAY,
    ask,
    booked,
    faults,
    founded,
    hold,
    holdings,
    kinds,
    of_coop,
    open_class,
    pay,
    set_value,
    state,
    transfer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def coop() -> Coop:
    return founded(make_coop(), shares__transfer="members", shares__conversion="members")


@pytest.fixture
def amina(coop: Coop) -> Membership:
    return make_member(coop, "Amina")


def test_1_nothing_is_deleted_or_decremented_when_shares_go_and_the_oldest_go_first(
    coop: Coop, amina: Membership, bo: Membership
) -> None:
    hold(amina, 2, "first")
    set_value(coop, "shares.price", 8_000, at=T0 + DAY)
    hold(amina, 3, "second", T0 + 2 * DAY)
    before = list(ShareEvent.objects.order_by("number").values())
    moved = transfer(amina, bo, 3, at=T0 + 3 * DAY)
    services.agree_transfer(transfer=moved, by=bo.party, at=T0 + 3 * DAY)
    after = list(ShareEvent.objects.order_by("number").values())
    assert after[: len(before)] == before
    out = ShareEvent.objects.filter(kind="transferred_out").order_by("number")
    assert [(event.shares, event.price, event.lot.number if event.lot else 0) for event in out] == [
        (-2, 5_000, 3),
        (-1, 8_000, 6),
    ]
    for act in (lambda: out.update(shares=0), out.delete):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            act()
    on = (T0 + 2 * DAY).date()
    assert holdings(coop, on) == {("Amina", "ordinary"): (5, 34_000)}
    assert holdings(coop) == {("Amina", "ordinary"): (2, 16_000), ("Bo", "ordinary"): (3, 18_000)}
    assert not faults(coop)


def test_2_no_share_moves_without_an_entry_in_the_books(coop: Coop, amina: Membership, bo: Membership) -> None:
    investor = open_class(coop, "investor", price=10_000)
    hold(amina, 6)
    services.agree_transfer(transfer=transfer(amina, bo, 1, key="t"), by=bo.party, at=T0)
    transfer(amina, None, 2, "conversion", key="c", to_class=investor)
    transfer(amina, None, 1, "gift_to_coop", key="g")
    moving = ShareEvent.objects.exclude(shares=0)
    assert moving.count() == 6
    assert not moving.filter(transaction=None).exists()
    for event in moving.select_related("transaction", "membership__party"):
        legs = Posting.objects.filter(
            transaction=event.transaction, account__kind="shares", account__party=event.membership.party
        )
        assert sum(legs.values_list("amount", flat=True)) or event.kind.startswith("converted")
    assert (booked(amina), booked(amina, detail="investor"), booked(bo)) == (10_000, 10_000, 5_000)
    assert of_coop(coop, "reserve", "indivisible") == 5_000
    assert not faults(coop)


def test_3_a_new_list_price_never_alters_what_was_issued_before(coop: Coop, amina: Membership, bo: Membership) -> None:
    hold(amina, 2)
    set_value(coop, "shares.price", 9_000, at=T0 + DAY)
    hold(bo, 1, at=T0 + 2 * DAY)
    assert holdings(coop) == {("Amina", "ordinary"): (2, 10_000), ("Bo", "ordinary"): (1, 9_000)}
    moved = transfer(amina, bo, 1, at=T0 + 3 * DAY)
    services.agree_transfer(transfer=moved, by=bo.party, at=T0 + 3 * DAY)
    assert [(lot.shares, lot.price, lot.paid) for lot in queries.lots_of(bo)] == [(1, 9_000, 9_000), (1, 5_000, 5_000)]
    assert [(lot.shares, lot.price) for lot in queries.lots_of(amina)] == [(1, 5_000)]


def test_4_a_part_of_a_holding_is_converted_at_what_was_paid_for_it(coop: Coop, amina: Membership) -> None:
    investor = open_class(coop, "investor", price=2_500)
    hold(amina, 4)
    set_value(coop, "shares.price", 7_000, at=T0 + DAY)
    done = transfer(amina, None, 3, "conversion", to_class=investor, at=T0 + 2 * DAY)
    assert state(done) == "done"
    assert holdings(coop) == {("Amina", "ordinary"): (1, 5_000), ("Amina", "investor"): (6, 15_000)}
    assert not faults(coop)


def test_5_no_state_is_written_that_the_model_does_not_know(coop: Coop, amina: Membership, bo: Membership) -> None:
    from marke.shares.models import ShareTransfer, TransferMove
    from marke.shares.transfer_states import MOVES
    from marke_core.share_register import EFFECTS

    assert set(EFFECTS) == set(ShareEvent.Kind.values)
    assert set(MOVES) == set(ShareTransfer.State)
    assert all(after <= set(ShareTransfer.State) for after in MOVES.values())
    hold(amina)
    services.agree_transfer(transfer=transfer(amina, bo), by=bo.party, at=T0)
    assert set(TransferMove.objects.values_list("state", flat=True)) <= set(ShareTransfer.State.values)
    with pytest.raises(ValueError, match="blok"):
        ShareEvent.Kind("blok")


def test_6_the_limit_is_reckoned_here_and_holds_for_whoever_has_reached_it(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.maximum", 5)
    page = browser_of(amina)
    page.post("/velo/shares/mine/", {"shares": "6", "once_key": "a" * 12, "total_parts": "0", "held": "0", "maximum": "99"})
    assert not ShareRequest.objects.exists()
    hold(amina, 5)
    with pytest.raises(TooManyShares, match="holds or has asked for 5, so 1 more"):
        ask(amina, 1, "more")
    page.post("/velo/shares/mine/", {"shares": "1", "once_key": "b" * 12})
    assert ShareRequest.objects.count() == 1


def test_7_several_classes_in_one_sitting_each_take_a_place_of_their_own(coop: Coop, amina: Membership) -> None:
    investor = open_class(coop, "investor", price=20_000)
    made = services.request_several(
        membership=amina,
        wanted=[(services.ordinary_class(coop, T0), 2), (investor, 1)],
        once_key="both",
        by=amina.party,
        at=T0,
    )
    assert len({request.payment_request for request in made}) == 1
    pay(made[0], 30_000)
    assert holdings(coop) == {("Amina", "ordinary"): (2, 10_000), ("Amina", "investor"): (1, 20_000)}
    assert list(ShareEvent.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 7))
    assert not faults(coop)


def test_8_whoever_holds_several_classes_is_shown_with_each_of_them(coop: Coop, amina: Membership, bo: Membership) -> None:
    investor = open_class(coop, "investor", price=20_000)
    for member in (amina, bo):
        hold(member, 2, "o")
        hold(member, 3, "i", share_class=investor)
    rows = queries.holdings_by_class(coop)
    assert [(row.membership.party.name, str(row.share_class), row.shares) for row in rows] == [
        ("Amina", "Ordinary shares", 2),
        ("Amina", "Investor shares", 3),
        ("Bo", "Ordinary shares", 2),
        ("Bo", "Investor shares", 3),
    ]
    assert queries.holding_of(amina) is not None
    assert [(row.shares, row.amount) for row in queries.holdings(coop, T0 + 9 * DAY)] == [(5, 70_000)] * 2


def test_9_what_is_paid_for_shares_is_equity_and_never_income(coop: Coop, amina: Membership) -> None:
    set_value(coop, "shares.entry_fee", 1_000)
    hold(amina, 2)
    assert (booked(amina), of_coop(coop, "reserve", "entry")) == (10_000, 1_000)
    income = {"contribution", "gift", "interest"}
    assert not Posting.objects.filter(coop=coop, account__kind__in=income).exists()
    assert Transaction.objects.filter(coop=coop, kind="shares").count() == 1


def test_10_a_return_by_the_day_is_exact_and_counts_what_was_sold_in_the_year(
    coop: Coop, amina: Membership, bo: Membership
) -> None:
    """6 % of 2,920.00 that Amina held for 100 days and Bo for the other 265 of 2026: 48.00 and 127.20, to the cent."""
    set_value(coop, "shares.price", 292_000)
    start = T0 - timedelta(days=4)
    services.record_opening_holding(membership=amina, shares=1, amount=292_000, date=start.date(), by=None, at=T0)
    sold = start + timedelta(days=100)
    services.agree_transfer(transfer=transfer(amina, bo, 1, at=sold), by=bo.party, at=sold)
    changes = queries.read_events(ShareEvent.objects.filter(coop=coop))
    members = np.array([0 if event.member == amina.pk else 1 for event in changes], dtype=np.int64)
    days = np.array([event.date.toordinal() for event in changes], dtype=np.int64)
    amounts = np.array([event.capital for event in changes], dtype=np.int64)
    held = capital_days(members, days, amounts, count=2, since=date(2026, 1, 1), until=date(2027, 1, 1))
    assert list(held) == [292_000 * 100, 292_000 * 265]
    assert list(part_down(held, Fraction(6, 100) / 365)) == [4_800, 12_720]


@pytest.mark.parametrize("repayment", list(Repayment))
def test_11_a_loan_is_paid_back_in_full(repayment: Repayment) -> None:
    parts = schedule(100_000, rate=Fraction(3, 100), years=5, repayment=repayment)
    assert sum(part.repayment for part in parts) == 100_000
    assert parts[-1].owed_after == 0
    if repayment is Repayment.EQUAL_PARTS:
        assert [part.repayment for part in parts] == [20_000] * 5


def test_a_reload_after_a_crash_leaves_one_subscription_that_can_be_cancelled(coop: Coop, amina: Membership) -> None:
    """The complaint that members of such registers make most often."""
    first, second = ask(amina, 2), ask(amina, 2)
    assert first == second
    services.cancel_request(request=first, by=amina.party, at=T0)
    assert kinds(coop) == ["requested", "cancelled"]
