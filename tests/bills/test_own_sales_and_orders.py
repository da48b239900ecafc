"""What a client makes out in our name is held against what was ordered from us."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from marke.activities.models import Activity
from marke.bills.looking import look_at, warnings_of
from marke.invoices.services import invoice_order
from marke.parties.models import Client, Coop, Membership
from marke_core.einvoice.model import Party
from tests.bills.test_own_sales import NOW, self_bill
from tests.factories.bills import US, received
from tests.factories.invoices import accepted, line
from tests.factories.pages import browser_of
from tests.factories.parties import make_member
from tests.treasury.conftest import set_value

pytestmark = pytest.mark.django_db
GALLERY = Party(name="Gallery", vat_id="BE0999900348", address=US.address)


def told(coop: Coop, net: int, order: str, buyer: Party = GALLERY) -> list[str]:
    bill = received(coop, self_bill(f"SB-{net}", buyer=buyer, net=net, order_reference=order), at=NOW)
    return warnings_of(bill, look_at(bill), NOW)


def test_the_order_that_it_names_is_told(coop: Coop, activity: Activity, business: Client) -> None:
    first = accepted(activity, business, line(price=50_000))
    accepted(activity, business, line(price=70_000))
    sentences = told(coop, 50_000, str(first.number))
    (of_order,) = [each for each in sentences if each.startswith("Order ")]
    assert of_order.endswith("is for €500.00 without VAT, and €500.00 of it is not invoiced yet. This says €500.00.")
    assert sentences[1] == "It names order 1: compare what it says with what was ordered."


def test_that_it_is_more_than_what_is_left_is_told(coop: Coop, activity: Activity, business: Client) -> None:
    order = accepted(activity, business, line(price=50_000))
    assert any(each.endswith("This says €500.01, which is more.") for each in told(coop, 50_001, str(order.number)))


def test_a_number_of_theirs_leads_to_the_orders_that_are_open(coop: Coop, activity: Activity, business: Client) -> None:
    accepted(activity, business, line(price=50_000))
    accepted(activity, business, line(price=70_000))
    orders = [each for each in told(coop, 50_000, "PO-1") if each.startswith("Order ")]
    assert [each.split(" ")[1] for each in orders] == ["2", "1"]


def test_an_order_that_is_invoiced_is_open_no_more(coop: Coop, activity: Activity, business: Client) -> None:
    done = accepted(activity, business, line(price=70_000))
    invoice_order(quote=done, part=None, seen=70_000, by=None, at=NOW)
    assert "No order of this client is open." in told(coop, 100, "PO-1")
    for _order in range(4):
        invoice_order(quote=accepted(activity, business, line(price=100)), part=None, seen=100, by=None, at=NOW)
    still = accepted(activity, business, line(price=50_000))
    for _order in range(4):
        invoice_order(quote=accepted(activity, business, line(price=100)), part=None, seen=100, by=None, at=NOW)
    orders = [each for each in told(coop, 200, "PO-1") if each.startswith("Order ")]
    assert [each.split(" ")[1] for each in orders] == [str(still.number)]
    assert any("€0.00 of it is not invoiced yet" in each for each in told(coop, 300, str(done.number)))


def test_whoever_only_brought_it_in_does_not_read_what_others_sold(
    coop: Coop,
    activity: Activity,
    business: Client,
    worker: Membership,
) -> None:
    accepted(activity, business, line(price=50_000))
    received(coop, self_bill(buyer=GALLERY, order_reference="1"), by=worker.party, at=NOW)
    set_value(coop, "bills.approvers", "members")  # whoever may approve bills need not know what colleagues sell
    treasurer = make_member(coop, "Tess", offices=("treasurer",))
    pages = [browser_of(each).get("/velo/money/bills/1/").content.decode() for each in (worker, treasurer)]
    assert ["it is a sale of ours" in page for page in pages] == [True, True]
    assert ["is not invoiced yet" in page for page in pages] == [False, True]


def test_who_is_no_client_is_told_and_who_ordered_nothing(coop: Coop, business: Client) -> None:
    assert "No order of this client is open." in told(coop, 100, "7")
    stranger = Party(name="Nobody", vat_id="BE0428759497", address=US.address)
    assert "No client of ours has the VAT number of Nobody." in told(coop, 100, "1", stranger)
    with override("nl"):
        assert "Geen klant van ons heeft het btw-nummer van Nobody." in told(coop, 200, "1", stranger)
