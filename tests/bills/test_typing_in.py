"""What a photo or a plain PDF says is typed in once, however often the form is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marke.bills.models import Approval, Bill, BillMove
from marke.bills.services import Incoming, Typed, fill_in_bill, receive_bill
from marke.bills.understanding import Seller
from marke.parties.models import Coop, Membership
from tests.factories.bills import pdf
from tests.factories.parties import T0

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=15)
TYPED = Typed(Seller("Papier & Zn"), "F-17", date(2026, 1, 12), None, 10_000, 2_100)


def moves(bill: Bill) -> list[str]:
    return list(BillMove.objects.filter(bill=bill).values_list("state", flat=True))


def test_the_same_form_twice_writes_it_once_and_keeps_who_said_yes(coop: Coop, tess: Membership, cora: Membership) -> None:
    bill = receive_bill(coop=coop, incoming=Incoming(pdf(), "scan.pdf"), by=tess.party, at=NOW).bill
    bill = fill_in_bill(bill=bill, typed=TYPED, by=tess.party, at=NOW)
    first = moves(bill)
    Approval.objects.create(coop=coop, bill=bill, by=cora.party, at=NOW)
    assert fill_in_bill(bill=bill, typed=TYPED, by=tess.party, at=NOW + timedelta(minutes=1)).payable == 12_100
    assert (moves(bill), Approval.objects.count()) == (first, 1)


def test_what_is_typed_in_otherwise_is_a_move_and_nobody_said_yes_to_it(coop: Coop, tess: Membership, cora: Membership) -> None:
    bill = receive_bill(coop=coop, incoming=Incoming(pdf(), "scan.pdf"), by=tess.party, at=NOW).bill
    bill = fill_in_bill(bill=bill, typed=TYPED, by=tess.party, at=NOW)
    Approval.objects.create(coop=coop, bill=bill, by=cora.party, at=NOW)
    again = fill_in_bill(bill=bill, typed=replace(TYPED, net=9_000, vat=1_890), by=tess.party, at=NOW)
    assert (again.payable, moves(bill)[-2:], Approval.objects.count()) == (10_890, ["waiting", "waiting"], 0)
