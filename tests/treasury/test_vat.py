"""VAT of a period: what the invoices say, how it was handed in, and that it was paid."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from marke.invoices.models import Invoice, VatBreakdown
from marke.invoices.services import credit_invoice
from marke.ledger.closing import NotOverYet, PeriodClosed
from marke.ledger.models import Posting, Transaction
from marke.ledger.periods import month_of, parse_period, quarter_of, year_of
from marke.ledger.queries import totals_by_kind
from marke.parties.models import Client
from marke.treasury import vat
from marke.treasury.models import VatPayment, VatReturn
from marke.treasury.reports import client_sheet, other_countries_sheet, rate, vat_sheet
from marke.treasury.services import close_month, hand_in_vat, record_vat_payment
from marke.treasury.services.vat import NotAPayment, NotDeductible, NoVatNumber
from tests.factories.invoices import DONE, issued, settled_job
from tests.factories.parties import make_client
from tests.treasury.conftest import LATER, House, set_value

QUARTER = parse_period("2026-q1")


def hand_in(house: House, **more: object) -> VatReturn:
    fields = {"once_key": "first", "by": house.treasurer.party, "at": LATER, "period": QUARTER} | more
    return hand_in_vat(coop=house.coop, **fields)  # type: ignore[arg-type]


def vat_account(house: House) -> int:
    return sum(total.amount for total in totals_by_kind(house.coop) if total.kind == "vat")


def test_invoices_and_credit_notes_stand_beside_each_other_by_rate(house: House):
    settled_job(house.coop, house.client, house.worker, 10_000, 60)
    first = issued(house.coop, house.client, house.worker, 1_250)
    credit_invoice(invoice=first, reason="wrong address", by=None, at=DONE + timedelta(days=1))
    issued(house.coop, house.client, house.worker, 2_000, at=DONE + timedelta(days=2))
    listing = vat.vat_listing(house.coop, QUARTER)
    papers = Invoice.objects.filter(coop=house.coop)
    assert listing.vat == sum(paper.vat for paper in papers) and listing.base == sum(paper.net for paper in papers)
    assert [(line.category, line.permille) for line in listing.lines] == [("S", 210), ("S", 60)]
    assert listing.lines[0].credited_base == -1_250 and listing.lines[0].credited_vat == -263
    assert listing.vat == vat_account(house) * -1


def test_a_paper_belongs_to_the_period_of_its_date(house: House):
    issued(house.coop, house.client, house.worker, 1_250)
    issued(house.coop, house.client, house.worker, 2_000, at=DONE + timedelta(days=31))
    assert vat.vat_listing(house.coop, QUARTER).base == 1_250
    assert vat.vat_listing(house.coop, QUARTER.after).base == 2_000


def test_how_often_it_is_handed_in_is_a_rule(house: House):
    assert vat.last_vat_period(house.coop, LATER) == QUARTER
    set_value(house.coop, "treasury.vat_period", "monthly")
    assert vat.last_vat_period(house.coop, LATER) == month_of(date(2026, 3, 1))


def test_it_is_written_down_who_handed_in_what(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    written = hand_in(house, note="receipt 7")
    assert (written.vat, written.due, written.handed_in_by, written.transaction) == (2_100, 2_100, house.treasurer.party, None)
    assert written.lines == [{"category": "S", "permille": 210, "base": 10_000, "vat": 2_100}]
    assert hand_in(house, note="a double click") == written
    assert VatReturn.objects.count() == 1


def test_vat_paid_to_suppliers_is_taken_off_and_makes_the_cost_less(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    written = hand_in(house, deductible=400)
    assert written.due == 1_700
    assert vat_account(house) == -1_700
    assert written.transaction is not None and written.transaction.date == date(2026, 3, 31)
    again = hand_in(house, deductible=500, once_key="second")
    assert again.due == 1_600 and vat_account(house) == -1_600
    assert vat.handed_in(house.coop, QUARTER) == again


def test_in_a_closed_quarter_it_is_taken_off_on_the_first_open_day(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    close_month(coop=house.coop, period=QUARTER, bank_said=None, by=None, at=LATER)
    written = hand_in(house, deductible=400)
    assert written.transaction is not None and written.transaction.date == date(2026, 4, 1)


def test_what_cannot_be_handed_in_is_refused_and_nothing_is_kept(house: House):
    with pytest.raises(NotOverYet, match="quarter 2 of 2026 is not over yet"):
        hand_in(house, period=QUARTER.after)
    with pytest.raises(NotDeductible):
        hand_in(house, deductible=-1)
    house.coop.vat_number = ""
    with pytest.raises(NoVatNumber, match="Velo has no VAT number"):
        hand_in(house)
    assert not VatReturn.objects.exists() and not Transaction.objects.exists()


def test_its_payment_is_booked_from_the_bank_once(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    written = hand_in(house)
    for _click in range(2):
        paid = record_vat_payment(
            vat_return=written, amount=2_000, date=date(2026, 4, 6), once_key="k", by=house.treasurer.party, at=LATER
        )
    assert vat_account(house) == -100 and VatPayment.objects.count() == 1
    assert vat.paid_for(house.coop, QUARTER) == 2_000
    assert sorted(Posting.objects.filter(transaction=paid.transaction).values_list("account__kind", "amount")) == [
        ("bank", -2_000),
        ("vat", 2_000),
    ]


def test_what_came_back_from_the_tax_office_is_booked_the_other_way(house: House):
    written = hand_in(house, deductible=400)
    record_vat_payment(vat_return=written, amount=-400, date=date(2026, 4, 6), once_key="k", by=None, at=LATER)
    assert vat_account(house) == 0 and vat.paid_for(house.coop, QUARTER) == written.due == -400


def test_a_payment_of_nothing_of_tomorrow_or_in_closed_books_is_refused(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    written = hand_in(house)
    before = Transaction.objects.count()
    for amount, day in ((0, date(2026, 4, 6)), (100, LATER.date() + timedelta(days=1))):
        with pytest.raises(NotAPayment):
            record_vat_payment(vat_return=written, amount=amount, date=day, once_key="k", by=None, at=LATER)
    close_month(coop=house.coop, period=QUARTER, bank_said=None, by=None, at=LATER)
    with pytest.raises(PeriodClosed):
        record_vat_payment(vat_return=written, amount=100, date=date(2026, 3, 31), once_key="k", by=None, at=LATER)
    assert Transaction.objects.count() == before and not VatPayment.objects.exists()


def test_what_was_handed_in_and_paid_is_never_changed(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    record_vat_payment(vat_return=hand_in(house), amount=5, date=date(2026, 4, 6), once_key="k", by=None, at=LATER)
    for sql in (
        "UPDATE treasury_vatreturn SET vat = 1",
        "DELETE FROM treasury_vatreturn",
        "UPDATE treasury_vatpayment SET amount = 1",
        "DELETE FROM treasury_vatpayment",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert VatReturn.objects.get().vat == 2_100


def other_client(house: House, name: str, number: str) -> Client:
    client = make_client(house.coop, name)
    client.party.vat_number = number
    client.party.save()
    return client


def test_the_client_list_names_belgian_numbers_from_250_euros_a_year(house: House):
    issued(house.coop, house.client, house.worker, 25_000)
    issued(house.coop, other_client(house, "Small", "BE 0111.111.111"), house.worker, 24_999)
    issued(house.coop, other_client(house, "Abroad", "NL123456789B01"), house.worker, 90_000)
    issued(house.coop, make_client(house.coop, "Nobody"), house.worker, 90_000)
    listed = vat.client_list(house.coop, year_of(date(2026, 1, 1)))
    assert [(total.vat_number, total.base, total.vat) for total in listed] == [("BE0765432189", 25_000, 5_250)]
    sheet = client_sheet(house.coop, year_of(date(2026, 1, 1)))
    assert sheet is not None and "€250.00" in sheet.note and "53quinquies" in sheet.note


def test_a_client_whose_invoices_were_credited_falls_out_of_the_list(house: House):
    invoice = issued(house.coop, house.client, house.worker, 30_000)
    credit_invoice(invoice=invoice, reason="not done", by=None, at=DONE + timedelta(days=1))
    assert vat.client_list(house.coop, year_of(date(2026, 1, 1))) == []


def test_without_a_vat_number_or_elsewhere_there_is_no_client_list(house: House):
    year = year_of(date(2026, 1, 1))
    house.coop.vat_number = ""
    assert client_sheet(house.coop, year) is None
    house.coop.vat_number, house.coop.country = "NL123456789B01", "NL"
    assert client_sheet(house.coop, year) is None


def test_sales_to_other_eu_countries_are_listed_by_number_and_kind(house: House):
    """Our own services carry no such category yet: the rows are written as an import would."""
    assert other_countries_sheet(house.coop, QUARTER) is None
    dutch = issued(house.coop, other_client(house, "Rotterdam", "NL123456789B01"), house.worker, 5_000)
    at_home = issued(house.coop, house.client, house.worker, 7_000)
    for invoice, category in ((dutch, "AE"), (at_home, "AE"), (dutch, "K")):
        breakdown = VatBreakdown(
            coop=house.coop, invoice=invoice, category=category, permille=0, base=invoice.net, vat=0, reason="reverse charge"
        )
        _insert(breakdown)
    totals = vat.other_countries(house.coop, QUARTER)
    assert [(total.vat_number, total.category, total.base) for total in totals] == [
        ("NL123456789B01", "AE", 5_000),
        ("NL123456789B01", "K", 5_000),
    ]


def _insert(breakdown: VatBreakdown) -> None:
    """Past the seal of issued papers, which rightly takes no more rates."""
    from marke.common.db import triggers
    from marke.invoices.sealing import REFUSALS

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    triggers.remove(connection, REFUSALS)
    breakdown.save()
    triggers.install(connection, REFUSALS)


def test_the_sheet_adds_up_and_says_the_rate_in_words(house: House):
    issued(house.coop, house.client, house.worker, 10_000)
    sheet = vat_sheet(house.coop, vat.vat_listing(house.coop, QUARTER))
    assert sheet.rows[0].cells[0] == "21%, with VAT"
    assert rate("O", 0) == "outside VAT"
    assert quarter_of(date(2026, 2, 1)) == QUARTER


@pytest.mark.parametrize(("zone", "is_over"), [("Pacific/Auckland", True), ("Europe/Brussels", False)])
def test_the_last_quarter_is_over_at_midnight_where_the_coop_is(house: House, zone: str, is_over: bool):
    house.coop.timezone = zone
    house.coop.save()
    at, last = datetime(2026, 12, 31, 11, 0, tzinfo=UTC), parse_period("2026-q4")
    assert vat.last_vat_period(house.coop, at) == (last if is_over else parse_period("2026-q3"))
    if is_over:
        assert hand_in(house, at=at, period=last).until == date(2027, 1, 1)
        return
    with pytest.raises(NotOverYet):
        hand_in(house, at=at, period=last)
    assert not VatReturn.objects.exists()
