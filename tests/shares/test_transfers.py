"""Shares that go to somebody else: who agrees, who consents, what stands in the books after it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from marke.parties.models import Coop, Membership
from marke.parties.services import admit_member, leave
from marke.payments.services import reverse_payment
from marke.shares import queries, services
from marke.shares.models import ShareEvent, ShareTransfer, TransferMove
from marke.shares.services.allotment import MovedOnAlready
from marke.shares.services.carrying_out import NotPaidUp, NotThatMany, NoWholeShares
from marke.shares.services.eligibility import NotForThem, TooManyShares
from marke.shares.services.transfers import NotTransferable, OwnTransfer, ReasonMissing, TransferDecided
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.rules import found
from tests.shares.scene import (
    DAY,
    ask,
    booked,
    faults,
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


def moves(found: ShareTransfer) -> list[str]:
    return list(TransferMove.objects.filter(transfer=found).values_list("state", flat=True))


def test_with_consent_it_is_asked_agreed_and_done(amina: Membership, bo: Membership, tess: Membership) -> None:
    asked = transfer(amina, bo, 3)
    assert transfer(amina, bo, 3) == asked
    with pytest.raises(TransferDecided):
        services.consent_transfer(transfer=asked, by=tess.party, at=T0)
    for _ in range(2):
        services.agree_transfer(transfer=asked, by=bo.party, at=T0)
    assert holdings(amina.coop) == {("Amina", "ordinary"): (4, 20_000)}
    for _ in range(2):
        services.consent_transfer(transfer=asked, by=tess.party, at=T0)
    assert moves(asked) == ["asked", "agreed", "done"]
    assert holdings(amina.coop) == {("Amina", "ordinary"): (1, 5_000), ("Bo", "ordinary"): (3, 15_000)}
    assert (booked(amina), booked(bo)) == (5_000, 15_000)
    event = ShareEvent.objects.get(kind="transferred_in")
    assert (event.counterparty, event.price, event.transfer) == (amina, 5_000, asked)
    assert not faults(amina.coop)


def test_a_refusal_says_why_and_moves_nothing(amina: Membership, bo: Membership, tess: Membership) -> None:
    asked = services.agree_transfer(transfer=transfer(amina, bo), by=bo.party, at=T0)
    with pytest.raises(ReasonMissing):
        services.refuse_transfer(transfer=asked, note="  ", by=tess.party, at=T0)
    services.refuse_transfer(transfer=asked, note="Bo may hold\nno more: €\u202e", by=tess.party, at=T0)
    with pytest.raises(TransferDecided, match="refused"):
        services.consent_transfer(transfer=asked, by=tess.party, at=T0)
    assert holdings(amina.coop) == {("Amina", "ordinary"): (4, 20_000)}
    assert "transferred_out" not in kinds(amina.coop)


def test_nobody_consents_to_a_transfer_of_their_own(amina: Membership, tess: Membership) -> None:
    asked = services.agree_transfer(transfer=transfer(amina, tess), by=tess.party, at=T0)
    with pytest.raises(OwnTransfer):
        services.consent_transfer(transfer=asked, by=tess.party, at=T0)
    assert state(asked) == "agreed"


def test_between_members_freely_it_is_done_when_the_other_agrees(amina: Membership, bo: Membership) -> None:
    set_value(amina.coop, "shares.transfer", "members")
    done = services.agree_transfer(transfer=transfer(amina, bo, 1, "gift"), by=bo.party, at=T0)
    assert state(done) == "done"
    assert kinds(amina.coop)[-2:] == ["given", "received"]


def test_a_rule_keeps_shares_where_they_are(amina: Membership, bo: Membership) -> None:
    set_value(amina.coop, "shares.transfer", "none")
    with pytest.raises(NotTransferable, match="stay as they are"):
        transfer(amina, bo)
    assert not ShareTransfer.objects.exists()


def test_the_rule_of_the_day_on_which_it_is_done_counts(amina: Membership, bo: Membership, tess: Membership) -> None:
    asked = services.agree_transfer(transfer=transfer(amina, bo), by=bo.party, at=T0)
    set_value(amina.coop, "shares.transfer", "none", at=T0 + DAY)
    with pytest.raises(NotTransferable):
        services.consent_transfer(transfer=asked, by=tess.party, at=T0 + DAY)
    assert state(asked) == "agreed"


@pytest.mark.parametrize("shares", [5, 1_000_000])
def test_more_than_is_held_does_not_go(amina: Membership, bo: Membership, shares: int) -> None:
    with pytest.raises(NotThatMany, match="Amina has 4"):
        transfer(amina, bo, shares)
    assert not ShareTransfer.objects.exists()


def test_what_is_promised_to_one_is_not_promised_to_another(amina: Membership, bo: Membership) -> None:
    first = transfer(amina, bo, 3)
    with pytest.raises(NotThatMany, match="has 1"):
        transfer(amina, bo, 2, key="second")
    services.withdraw_transfer(transfer=first, by=amina.party, at=T0)
    assert transfer(amina, bo, 4, key="third").shares == 4


def test_shares_go_to_members_of_the_same_coop_only(amina: Membership) -> None:
    other = make_coop("other")
    found(other)
    stranger = make_member(other, "Zoe")
    with pytest.raises(NotTransferable):
        transfer(amina, stranger)
    with pytest.raises(NotTransferable):
        transfer(amina, amina)
    with pytest.raises(NotTransferable):
        transfer(amina, None)
    for wrong in ("applied", "left", "suspended"):
        with pytest.raises(NotForThem):
            transfer(amina, make_member(amina.coop, wrong, state=wrong), key=wrong)
    with pytest.raises(DatabaseError, match="another co-op"), transaction.atomic():
        ShareTransfer.objects.create(
            coop=amina.coop, number=1, reason="sale", giver=amina, receiver=stranger, shares=1, created_at=T0, once_key="x",
            share_class=queries.classes(amina.coop)[0], to_class=queries.classes(amina.coop)[0],
        )  # fmt: skip
    assert not ShareTransfer.objects.exists()


def test_whoever_takes_them_over_stays_within_the_limits(amina: Membership, bo: Membership) -> None:
    set_value(amina.coop, "shares.maximum", 4)
    hold(bo, 3, "b")
    with pytest.raises(TooManyShares, match="Bo"):
        transfer(amina, bo, 2)
    assert transfer(amina, bo, 1).shares == 1


def test_shares_not_fully_paid_stay(coop: Coop, bo: Membership) -> None:
    set_value(coop, "shares.paid_in_minimum", [1, 4])
    cy = make_member(coop, "Cy")
    hold(cy, 2, "c")
    with pytest.raises(NotPaidUp):
        transfer(cy, bo)


def test_a_payment_is_not_taken_back_from_under_shares_that_went_on(amina: Membership, bo: Membership, tess: Membership) -> None:
    coop = amina.coop
    cy = make_member(coop, "Cy")
    request = ask(cy, 2, "c")
    payment = pay(request)
    asked = services.agree_transfer(transfer=transfer(cy, bo), by=bo.party, at=T0)
    services.consent_transfer(transfer=asked, by=tess.party, at=T0)
    with pytest.raises(MovedOnAlready, match=str(request.number)):
        reverse_payment(payment=payment, reason="another's", by=None, at=T0 + DAY)
    payment.refresh_from_db()
    assert payment.reversed_at is None
    assert not faults(coop)


def test_a_gift_to_the_coop_ends_the_shares_and_its_value_stays_for_good(amina: Membership) -> None:
    assert state(transfer(amina, None, 3, "gift_to_coop")) == "done"
    assert holdings(amina.coop) == {("Amina", "ordinary"): (1, 5_000)}
    assert (booked(amina), of_coop(amina.coop, "reserve", "indivisible")) == (5_000, 15_000)
    assert kinds(amina.coop)[-1] == "given_to_coop"
    assert not faults(amina.coop)


def test_a_conversion_leaves_nothing_over(amina: Membership, tess: Membership) -> None:
    coop = amina.coop
    investor = open_class(coop, "investor", price=7_500)
    with pytest.raises(NoWholeShares, match=r"€100\.00.*1 shares.*€25\.00"):
        transfer(amina, None, 2, "conversion", to_class=investor)
    asked = transfer(amina, None, 3, "conversion", to_class=investor)
    assert state(asked) == "agreed"
    services_by = make_member(coop, "Cato", offices=("coordinator",))
    services.consent_transfer(transfer=asked, by=services_by.party, at=T0)
    assert holdings(coop) == {("Amina", "ordinary"): (1, 5_000), ("Amina", "investor"): (2, 15_000)}
    assert (booked(amina), booked(amina, detail="investor")) == (5_000, 15_000)
    with pytest.raises(NotTransferable):
        transfer(amina, None, 1, "conversion", to_class=investor, share_class=investor, key="same")
    assert not faults(coop)


def test_an_heir_who_is_a_member_holds_at_once_and_across_classes(amina: Membership, bo: Membership, tess: Membership) -> None:
    coop = amina.coop
    hold(amina, 2, "i", share_class=open_class(coop, "investor", price=20_000))
    with pytest.raises(ReasonMissing):
        services.inherit(giver=amina, heir=bo, note=" ", once_key="i", by=tess.party, at=T0)
    with pytest.raises(OwnTransfer):
        services.inherit(giver=amina, heir=tess, note="deed", once_key="i", by=tess.party, at=T0)
    for _ in range(2):
        made = services.inherit(giver=amina, heir=bo, note="deed", once_key="i", by=tess.party, at=T0)
    assert [state(each) for each in made] == ["done", "done"]
    assert holdings(coop) == {("Bo", "ordinary"): (4, 20_000), ("Bo", "investor"): (2, 40_000)}
    assert [(lot.price, lot.shares) for lot in queries.lots_of(bo)] == [(5_000, 4), (20_000, 2)]
    assert not faults(coop)


def test_an_heir_who_applies_holds_on_admission(amina: Membership, tess: Membership) -> None:
    heir = make_member(amina.coop, "Dede", state="applied")
    [made] = services.inherit(giver=amina, heir=heir, note="deed", once_key="i", by=tess.party, at=T0)
    assert state(made) == "agreed"
    with pytest.raises(NotForThem):
        services.consent_transfer(transfer=made, by=tess.party, at=T0)
    admit_member(membership=heir, by=None, at=T0 + DAY)
    assert state(made) == "done"
    assert holdings(amina.coop) == {("Dede", "ordinary"): (4, 20_000)}
    assert not faults(amina.coop)


def test_who_leaves_passes_nothing_on_any_more(amina: Membership, bo: Membership) -> None:
    asked = transfer(amina, bo)
    leave(membership=bo, by=bo.party, at=T0 + DAY)
    assert state(asked) == "withdrawn"
    assert queries.free_shares(amina, queries.classes(amina.coop)[0]) == 4


@pytest.mark.parametrize("table", ["shares_sharetransfer", "shares_transfermove"])
def test_the_database_refuses_to_change_or_delete_a_transfer(amina: Membership, bo: Membership, table: str) -> None:
    from django.db import connection

    transfer(amina, bo)
    for sql in (f"UPDATE {table} SET coop_id = coop_id", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_database_refuses_to_take_from_a_lot_what_is_not_left_of_it(amina: Membership, bo: Membership) -> None:
    hold(amina, 3, "more")
    lot = ShareEvent.objects.filter(kind="allotted").first()
    assert lot is not None
    event = ShareEvent(
        coop=amina.coop, number=ShareEvent.objects.count() + 1, kind="given_to_coop", membership=amina, share_class=lot.share_class,
        lot=lot, shares=-5, amount=25_000, price=5_000, at=T0, date=T0.date(),
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="no lot gives more shares"), transaction.atomic():
        event.save()
    event.shares, event.membership = -1, bo
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save()
