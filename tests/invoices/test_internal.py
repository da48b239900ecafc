"""One business of the co-op works for another: offered, ordered, invoiced without VAT, taken back; both accounts show it."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from marke.activities import queries
from marke.activities.models import Activity, Entry
from marke.activities.services import NotEnough, available
from marke.activities.standing import standing
from marke.common import clock
from marke.common.invariants import invariants
from marke.invoices.internal_pdf import internal_pdf
from marke.invoices.internal_queries import left_of
from marke.invoices.models import InternalInvoice, InternalOrder, Invoice
from marke.invoices.services import credit_inside, invoice_inside, move_order, offer_inside
from marke.invoices.services.internal import MOVES, CannotMove, MoreThanAgreed, NoReason, NotToBeOffered, TakenBackAlready
from marke.ledger.queries import explain_postings, sums_by_detail
from marke.parties.models import Coop, Membership
from marke.rules.services import record_decision, set_rule
from tests.factories.activities import invoiced
from tests.factories.invoices import AT, make_activity
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db
State = InternalOrder.State


@pytest.fixture
def prints(coop: Coop, worker: Membership) -> Activity:
    """Amina's, with €935 that is free: nobody was asked for it, and it was long ago."""
    activity = make_activity(coop, worker)
    invoiced(activity, None, 100_000, "prize", at=AT.replace(month=2))
    return activity


@pytest.fixture
def drawings(coop: Coop) -> Activity:
    return make_activity(coop, make_member(coop, "Bo"), "Bo draws")


def ordered(seller: Activity, buyer: Activity, amount: int = 20_000) -> InternalOrder:
    made = offer_inside(seller=seller, buyer=buyer, what="A cover", amount=amount, once_key=f"k{amount}", by=None, at=AT)
    return move_order(order=made, to=State.ORDERED, by=None, at=AT)


def billed(order: InternalOrder, amount: int, at: datetime = AT) -> InternalInvoice:
    return invoice_inside(order=order, amount=amount, seen=left_of(order), by=None, at=at)


def held(*activities: Activity) -> list[int]:
    """As their entries and as the ledger have it."""
    by_entries = queries.balances(activities[0].coop, list(activities))
    booked = sums_by_detail(activities[0].coop, ["activity"])
    found = [by_entries.get(each.pk, 0) for each in activities]
    assert found == [-booked.get(("activity", str(each.number)), 0) for each in activities]
    return found


def nothing_astray(coop: Coop) -> None:
    assert [fault for each in invariants for fault in each.check(coop)] == []


def test_both_accounts_show_it_and_it_is_taken_back(coop: Coop, prints: Activity, drawings: Activity) -> None:
    """In two parts, without VAT or contribution; each leg says why; the first part goes back and can be invoiced again."""
    before = held(prints, drawings)
    order = ordered(drawings, prints)
    first, second = billed(order, 5_000), billed(order, 15_000)
    assert [first.number, second.number] == ["IN2026-0001", "IN2026-0002"]
    assert held(prints, drawings) == [before[0] - 20_000, 20_000]
    assert not Invoice.objects.exists()
    assert {"sold", "bought"} == set(first.transaction.postings.values_list("line", flat=True))
    why = explain_postings(list(first.transaction.postings.select_related("transaction__basis", "account")), coop=coop)
    assert all(("From business", "2") in each.values and each.rules for each in why.values())
    for activity, amount in ((prints, -20_000), (drawings, 20_000)):
        assert [line.amount for line in standing(activity, AT).lines if line.key == "internal"] == [amount]
    assert available(drawings, AT) == 20_000  # what came in was free, and still is

    note = credit_inside(invoice=first, reason="Wrong cover", by=None, at=AT)
    assert (note.number, note.net, left_of(order)) == ("IN2026-0003", -5_000, 5_000)
    assert held(prints, drawings) == [before[0] - 15_000, 15_000]
    for refused in (first, note):
        with pytest.raises(TakenBackAlready):
            credit_inside(invoice=refused, reason="Again", by=None, at=AT)
    with pytest.raises(NoReason):
        credit_inside(invoice=second, reason=" ", by=None, at=AT)
    text = PdfReader(io.BytesIO(internal_pdf(second))).pages[0].extract_text()
    assert all(
        said in text for said in ("Internal invoice", "IN2026-0002", "Amina Prints", "Bo draws", "same legal person", "€150.00")
    )
    nothing_astray(coop)


def test_nobody_spends_what_they_do_not_have(coop: Coop, prints: Activity, drawings: Activity) -> None:
    most = available(prints, AT)
    order = ordered(drawings, prints, most + 1)
    before = held(prints, drawings)
    with pytest.raises(NotEnough), transaction.atomic():
        billed(order, most + 1)
    assert held(prints, drawings) == before
    assert not InternalInvoice.objects.exists()
    made = billed(order, most)
    with pytest.raises(MoreThanAgreed):
        billed(order, 2)
    back = ordered(prints, drawings, most)
    billed(back, most)
    with pytest.raises(NotEnough), transaction.atomic():  # the seller spent it meanwhile
        credit_inside(invoice=made, reason="Too late", by=None, at=AT)
    nothing_astray(coop)


def test_what_waits_for_a_client_is_spent_only_where_the_rule_says_so(coop: Coop, prints: Activity, drawings: Activity) -> None:
    free = available(prints, AT)
    invoiced(prints, None, 50_000, "yesterday", at=AT)
    assert available(prints, AT) == free
    assert available(prints, _rule(coop, "activities.internal_limit", "held")) > free


def test_internal_turnover_gives_a_contribution_where_the_rule_says_so(coop: Coop, prints: Activity, drawings: Activity) -> None:
    """6.5 % of what the seller gets, taken back with the credit note whatever the rule is by then."""
    at = _rule(coop, "activities.internal_contribution", "each")
    before = held(prints, drawings)
    made = billed(ordered(drawings, prints), 20_000, at)
    entry = Entry.objects.get(activity=drawings, paper=made.number)
    assert (entry.kind, entry.given, entry.share) == ("invoice", 1_300, 18_700)
    assert held(prints, drawings) == [before[0] - 20_000, 18_700]
    _rule(coop, "activities.internal_contribution", "once", 2)
    later = _rule(coop, "activities.internal_limit", "held", 2)
    credit_inside(invoice=made, reason="Wrong", by=None, at=later)
    assert held(prints, drawings) == before
    nothing_astray(coop)


def _rule(coop: Coop, key: str, value: str, days: int = 1) -> datetime:
    """From so many days after `AT` on; returns a moment of that day."""
    day = AT + timedelta(days=days)
    decision = record_decision(coop=coop, kind="vote", title=key, by=None, at=AT)
    starts = clock.local_midnight(day.date(), coop.timezone)
    set_rule(coop=coop, key=key, value=value, valid_from=starts, decision=decision, at=AT)
    return day


def test_an_order_goes_where_it_may(coop: Coop, prints: Activity, drawings: Activity) -> None:
    assert set(MOVES) == set(State)
    with pytest.raises(NotToBeOffered):
        offer_inside(seller=prints, buyer=prints, what="Myself", amount=1, once_key="x", by=None, at=AT)
    made = offer_inside(seller=drawings, buyer=prints, what="A cover", amount=20_000, once_key="k", by=None, at=AT)
    assert offer_inside(seller=drawings, buyer=prints, what="A cover", amount=20_000, once_key="k", by=None, at=AT) == made
    with pytest.raises(CannotMove):
        billed(made, 20_000)
    move_order(order=made, to=State.DECLINED, by=None, at=AT)
    assert move_order(order=made, to=State.DECLINED, by=None, at=AT).state == State.DECLINED
    with pytest.raises(CannotMove):
        move_order(order=made, to=State.ORDERED, by=None, at=AT)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoices_internalinvoice SET net = 1",
        "DELETE FROM invoices_internalinvoice",
        "UPDATE invoices_internalorder SET amount = 1",
        "DELETE FROM invoices_internalorder",
    ],
)
def test_the_database_keeps_what_was_agreed_and_issued(prints: Activity, drawings: Activity, sql: str) -> None:
    billed(ordered(drawings, prints), 20_000)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
