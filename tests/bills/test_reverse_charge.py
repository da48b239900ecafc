"""VAT on a bill that the seller leaves to us: owed and taken off at once, in the books and in the return's boxes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marke.bills.incoming_vat import reason_for
from marke.bills.looking import look_at, turned_to_us, warnings_of
from marke.bills.models import Bill
from marke.bills.services import NotDeductible, NotOursToReckon, OwnVat
from marke.common import clock
from marke.common.invariants import invariants
from marke.ledger.periods import parse_period
from marke.ledger.queries import sums_by_detail
from marke.parties.models import Coop, Membership
from marke.treasury.bought import bought_listing
from marke.treasury.month import open_items
from marke.treasury.reports import bought_sheet
from marke.treasury.services import hand_in_vat
from marke.treasury.sheets import Money
from tests.factories.bills import DUTCH, SUPPLIER, approved, received, turned, ubl
from tests.factories.pages import browser_of
from tests.factories.parties import T0
from tests.treasury.conftest import set_value

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NOW, APRIL = T0 + timedelta(days=15), datetime(2026, 4, 2, 9, tzinfo=UTC)
QUARTER = parse_period("2026-q1")


def lines(bill: Bill) -> dict[str, int]:
    assert bill.transaction is not None
    return dict(bill.transaction.postings.values_list("line", "amount"))


def seems(bill: Bill) -> tuple[str, int] | None:
    found = turned_to_us(bill, look_at(bill).document)
    return (found.kind, found.base) if found else None


@pytest.mark.parametrize(
    ("country", "category", "reason"),
    [
        ("BE", "AE", "domestic"), ("BE", "E", ""), ("NL", "AE", "eu_services"), ("NL", "K", "eu_goods"), ("NL", "E", ""),
        ("US", "O", "outside"), ("GB", "Z", "outside"), ("US", "S", ""), ("", "AE", "domestic"),
    ],
)  # fmt: skip
def test_why_it_is_ours_follows_from_where_the_seller_is(country: str, category: str, reason: str) -> None:
    assert reason_for(Coop(country="BE"), country, category) == reason


def test_a_co_op_that_takes_all_off_pays_nothing_more(coop: Coop, tess: Membership, cora: Membership) -> None:
    bill = received(coop, turned(seller=DUTCH), at=NOW)
    assert seems(bill) == ("eu_services", 10_000)
    bill = approved(bill, cora.party, NOW, deducted=None, own=OwnVat("eu_services", 10_000, 210))
    assert lines(bill) == {"bill_cost": 10_000, "bill_vat": 2_100, "bill_vat_due": -2_100, "bill_owed": -10_000}
    assert sums_by_detail(coop, ["vat"])["vat", ""] == 0
    item = next(each for each in open_items(coop, APRIL) if each.key == "vat")
    assert (item.is_open, item.amount) == (True, 0)
    handed = hand_in_vat(coop=coop, period=QUARTER, once_key="vat", by=tess.party, at=APRIL)
    assert (handed.own_vat, handed.from_bills, handed.due) == (2_100, 2_100, 0)
    assert handed.bought == [{"kind": "eu_services", "base": 10_000, "credited": 0, "own": 2_100, "deducted": 2_100}]
    assert [fault for one in invariants for fault in one.check(coop)] == []


def test_a_co_op_that_takes_nothing_off_bears_it_as_a_cost(coop: Coop, tess: Membership, cora: Membership) -> None:
    set_value(coop, "bills.vat_deducted", [0, 1])
    bill = approved(
        received(coop, turned(seller=SUPPLIER), at=NOW), cora.party, NOW, deducted=None, own=OwnVat("domestic", 10_000, 60)
    )
    assert lines(bill) == {"bill_cost": 10_600, "bill_vat_due": -600, "bill_owed": -10_000}
    handed = hand_in_vat(coop=coop, period=QUARTER, once_key="vat", by=tess.party, at=APRIL)
    assert (handed.due, sums_by_detail(coop, ["vat"])["vat", ""]) == (600, -600)


def test_a_credit_note_takes_it_all_back(coop: Coop, cora: Membership) -> None:
    own = OwnVat("eu_services", 10_000, 210)
    approved(received(coop, turned(seller=DUTCH), at=NOW), cora.party, NOW, deducted=None, own=own)
    note = received(coop, turned("C-1", seller=DUTCH, type_code="381", due_date=None), at=NOW)
    note = approved(note, cora.party, NOW, deducted=None, own=own)
    assert lines(note) == {"bill_cost": -10_000, "bill_vat": -2_100, "bill_vat_due": 2_100, "bill_owed": 10_000}
    [line] = bought_listing(coop, QUARTER).lines
    assert (line.base, line.credited, line.own, line.deducted) == (10_000, -10_000, 0, 0)


def test_each_reason_has_its_boxes_in_belgium(coop: Coop, cora: Membership) -> None:
    approved(received(coop, at=NOW), cora.party, NOW, deducted=2_100)
    for place, kind in enumerate(("domestic", "eu_goods", "eu_services", "outside", "import")):
        bill = received(coop, turned(f"R-{place}", seller=replace(DUTCH)), at=NOW)
        approved(bill, cora.party, NOW, deducted=None, own=OwnVat(kind, 10_000, 210))
    sheet = bought_sheet(coop, bought_listing(coop, QUARTER))
    assert sheet is not None
    assert [row.cells[1] for row in sheet.rows] == ["", "87, 56", "86, 55", "88, 55", "87, 56", "87, 57"]
    assert sheet.total is not None and sheet.total[1] == "59" and sheet.total[-1] == Money(6 * 2_100, "EUR")


def test_what_cannot_be_is_refused_and_nothing_is_booked(coop: Coop, cora: Membership) -> None:
    bill = received(coop, turned(seller=DUTCH), at=NOW)
    wrong: list[Any] = [
        OwnVat("magic", 10_000, 210), OwnVat("outside", 10_001, 210), OwnVat("outside", 0, 210), OwnVat("outside", 10_000, 190),
    ]  # fmt: skip
    for own in wrong:
        with pytest.raises(NotOursToReckon):
            approved(bill, cora.party, NOW, deducted=None, own=own)
    with pytest.raises(NotDeductible):
        approved(bill, cora.party, NOW, deducted=2_101, own=OwnVat("outside", 10_000, 210))
    Coop.objects.filter(pk=coop.pk).update(vat_number="")
    bill.coop.refresh_from_db()
    with pytest.raises(NotOursToReckon, match="ask your accountant"):
        approved(bill, cora.party, NOW, deducted=0, own=OwnVat("outside", 10_000, 210))
    assert "tell your accountant" in " ".join(warnings_of(bill, look_at(bill), NOW))
    bill.refresh_from_db()
    assert (bill.state, bill.own_kind, bill.transaction) == ("waiting", "", None)


def test_the_treasurer_confirms_reason_and_rate(coop: Coop, tess: Membership) -> None:
    bill = received(coop, turned(seller=DUTCH), at=clock.now())
    boss = browser_of(tess)
    page = boss.get("/velo/money/bills/1/").content.decode()
    assert "say below why, and at which rate" in page and '<option value="eu_services" selected>' in page
    said = {"cost": "office", "own_kind": "eu_services", "own_base": "100", "own_rate": "210", "deducted": ""}
    refused = boss.post("/velo/money/bills/1/approval/", said | {"own_base": ""})
    assert refused.status_code == 422 and "choose above that no VAT is ours" in refused.content.decode()
    boss.post("/velo/money/bills/1/approval/", said)
    bill.refresh_from_db()
    assert (bill.state, bill.own_vat, bill.deducted) == ("approved", 2_100, 2_100)
    assert "services from another country of the Union" in boss.get("/velo/money/bills/1/").content.decode()


def test_a_bill_with_vat_on_it_asks_nothing_more(coop: Coop, tess: Membership) -> None:
    received(coop, ubl(), at=clock.now())
    assert "own_kind" not in browser_of(tess).get("/velo/money/bills/1/").content.decode()
