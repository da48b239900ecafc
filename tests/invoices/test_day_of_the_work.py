"""The last day of the work that an invoice is for: the order's, or the one that is given; by it the business is paid."""

from datetime import date
from fractions import Fraction

import pytest

from marke.activities.models import Activity, Entry
from marke.invoices.models import Invoice, Quote
from marke.invoices.pdf import day_words
from marke.invoices.services import answer_quote, credit_invoice, invoice_order, send_quote
from marke.invoices.services.ordering import plan_invoice
from marke.parties.models import Client, Membership
from tests.factories.invoices import AT, accepted, line, quoted, runner_of, write
from tests.factories.pages import browser_of

pytestmark = pytest.mark.django_db
BEGINS, ENDS = date(2026, 3, 16), date(2026, 6, 30)


def ordered(activity: Activity, client: Client, **days: object) -> Quote:
    made = quoted(activity, client)
    write(made, line(), at=AT, **{"valid_until": date(2026, 4, 1), **days})
    send_quote(quote=made, by=runner_of(activity), at=AT)
    answer_quote(quote=made, version=1, accepted=True, name="Lund", by=None, at=AT)
    return Quote.objects.get(pk=made.pk)


def booked(invoice: Invoice) -> date | None:
    return Entry.objects.get(paper=invoice.number).worked_on


@pytest.mark.parametrize(
    ("days", "last"),
    [({"begins_on": BEGINS, "ends_on": ENDS}, ENDS), ({"begins_on": BEGINS}, BEGINS), ({"ends_on": ENDS}, ENDS), ({}, None)],
)
def test_an_invoice_is_for_the_work_until_the_last_day_that_the_order_names(activity, client_, days, last):
    invoice = invoice_order(quote=ordered(activity, client_, **days), part=None, seen=10_000, by=None, at=AT)
    assert (invoice.delivery_date, booked(invoice)) == (last, last)


def test_an_advance_is_for_the_work_to_come_and_an_instalment_for_what_was_done_by_its_day(activity, client_):
    quote = ordered(activity, client_, begins_on=BEGINS, ends_on=ENDS)
    advance = invoice_order(quote=quote, part=Fraction(1, 4), seen=10_000, by=None, at=AT)
    march = date(2026, 3, 31)
    instalment = invoice_order(quote=quote, part=Fraction(1, 4), done_on=march, seen=7_500, by=None, at=AT)
    rest = invoice_order(quote=quote, part=None, seen=5_000, by=None, at=AT)
    assert [booked(each) for each in (advance, instalment, rest)] == [ENDS, march, ENDS]
    assert instalment.delivery_date == march


def test_no_line_of_an_invoice_is_of_a_later_day_than_the_invoice(activity, client_):
    quote = accepted(activity, client_)
    today, earlier = AT.date(), date(2026, 2, 20)
    for given, shown in ((None, today), (ENDS, today), (earlier, earlier)):
        assert [each.date for each in plan_invoice(quote=quote, part=None, done_on=given, at=AT).lines] == [shown]


def test_a_credit_note_names_the_day_of_what_it_takes_back_and_its_entry_waits_for_none(activity, client_):
    quote = ordered(activity, client_, ends_on=ENDS)
    invoice = invoice_order(quote=quote, part=None, seen=10_000, by=None, at=AT)
    note = credit_invoice(invoice=invoice, reason="Put off", by=None, at=AT)
    assert (note.delivery_date, booked(note), booked(invoice)) == (ENDS, None, ENDS)
    later = date(2026, 9, 30)
    again = invoice_order(quote=quote, part=None, done_on=later, seen=10_000, by=None, at=AT)
    assert booked(again) == later


def test_the_form_offers_the_orders_day_and_another_is_seen_before_it_is_issued(
    activity: Activity, client_: Client, worker: Membership
) -> None:
    ordered(activity, client_, begins_on=BEGINS, ends_on=ENDS)
    runner, path, given = browser_of(worker), "/velo/quotes/1/invoice/", date(2026, 5, 4)
    assert f'value="{ENDS}"' in runner.get(path).content.decode()
    said = {"how": "part", "part": "30", "words": "First instalment", "done_on": given.isoformat()}
    check = runner.post(path, said).content.decode()
    assert f'name="done_on" value="{given}"' in check
    assert "4 May 2026" in check
    assert not Invoice.objects.exists()
    assert runner.post(path, said | {"left": "10000", "move": "issue"}).status_code == 302
    assert (Invoice.objects.get().delivery_date, day_words(given)) == (given, "4 May 2026")


def test_work_does_not_end_before_the_day_on_which_its_order_begins(
    activity: Activity, client_: Client, worker: Membership
) -> None:
    """By its last day the business is paid: nobody is paid sooner by naming a day before there was any work."""
    ordered(activity, client_, begins_on=BEGINS, ends_on=ENDS)
    said = {"how": "all", "done_on": "2026-03-15", "left": "10000"}
    answer = browser_of(worker).post("/velo/quotes/1/invoice/", said)
    assert answer.status_code == 422
    assert "15 March 2026 lies before 16 March 2026, the day on which order 1 begins." in answer.content.decode()
    assert browser_of(worker).post("/velo/quotes/1/invoice/", said | {"move": "issue"}).status_code != 302
    assert not Invoice.objects.exists()


def test_a_day_that_is_none_is_refused_and_nothing_is_issued(activity: Activity, client_: Client, worker: Membership) -> None:
    ordered(activity, client_)
    said = {"how": "all", "done_on": "in May", "left": "10000", "move": "issue"}
    page = browser_of(worker).post("/velo/quotes/1/invoice/", said).content.decode()
    assert "“in May” is not a date. Write it like 2026-03-31." in page
    assert not Invoice.objects.exists()
