"""A credit note takes back a part of an invoice; parts together come to the whole, to the cent."""

import pytest

from marke.activities.models import Activity, Entry
from marke.invoices import queries
from marke.invoices.checks import check_series
from marke.invoices.models import Invoice
from marke.invoices.services import credit_invoice, invoice_order
from marke.invoices.services.crediting import CreditedAlready, MoreThanIsLeft, WholeJobsOnly
from marke.parties.models import Client, Coop, Membership
from marke.payments.services import record_payment
from tests.factories.invoices import AT, DONE, accepted, issued, line
from tests.factories.pages import browser_of
from tests.invoices.test_issuing import balance_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(activity: Activity, client_: Client) -> Invoice:
    """Three lines of €1.02: VAT 0.64 on the whole, 0.21 on each."""
    quote = accepted(activity, client_, line("A", price=102), line("B", price=102), line("C", price=102))
    return invoice_order(quote=quote, part=None, seen=306, by=None, at=AT)


def owed(invoice: Invoice) -> int:
    return queries.invoices(invoice.coop).get(pk=invoice.pk).owed  # type: ignore[attr-defined,no-any-return]


def test_a_part_is_taken_back_and_less_is_to_be_paid(coop: Coop, client_: Client, invoice: Invoice) -> None:
    note = credit_invoice(invoice=invoice, reason="Not printed", amounts={2: 50}, by=None, at=AT)
    assert (note.net, note.vat, note.gross) == (-50, -11, -61)
    assert [(each.text, each.net, each.credits.position) for each in note.lines.all()] == [("B", -50, 2)]  # type: ignore[union-attr]
    assert owed(invoice) == 370 - 61 == balance_of(coop, "receivable", client_)
    invoice.payment_request.refresh_from_db()  # type: ignore[union-attr]
    assert invoice.payment_request.amount == 309  # type: ignore[union-attr]
    assert queries.state_of(queries.invoices(coop).get(pk=invoice.pk), AT.date()) == "open"


def test_parts_together_leave_nothing_open_though_their_vat_was_rounded_apart(
    coop: Coop, client_: Client, invoice: Invoice
) -> None:
    notes = [credit_invoice(invoice=invoice, reason="x", amounts={place: 102}, by=None, at=AT) for place in (1, 2, 3)]
    assert [note.gross for note in notes] == [-123, -123, -123]  # the invoice was 370
    assert owed(invoice) == 0
    assert balance_of(coop, "receivable", client_) == 0
    assert balance_of(coop, "rounding") == 1
    assert balance_of(coop, "vat") == -1
    assert queries.state_of(queries.invoices(coop).get(pk=invoice.pk), AT.date()) == "credited"
    assert list(check_series(coop)) == []
    with pytest.raises(CreditedAlready, match="CN2026-0001, CN2026-0002, CN2026-0003"):
        credit_invoice(invoice=invoice, reason="x", by=None, at=AT)


def test_the_business_gives_back_as_it_was_taken(activity: Activity, invoice: Invoice) -> None:
    credit_invoice(invoice=invoice, reason="x", amounts={1: 102}, by=None, at=AT)
    credit_invoice(invoice=invoice, reason="x", by=None, at=AT)
    entries = Entry.objects.filter(activity=activity)
    assert [sum(getattr(entry, part) for entry in entries) for part in ("share", "contribution", "guarantee", "reserve")] == [
        0
    ] * 4


def test_what_was_paid_too_much_by_now_is_to_be_sent_back_once(coop: Coop, client_: Client, invoice: Invoice) -> None:
    record_payment(coop=coop, request=invoice.payment_request, amount=300, date=DONE.date(), once_key="k", by=None, at=AT)
    credit_invoice(invoice=invoice, reason="x", amounts={1: 50}, by=None, at=AT)  # 309 left, 300 paid
    assert (balance_of(coop, "refunds", client_), owed(invoice)) == (0, 9)
    credit_invoice(invoice=invoice, reason="x", amounts={1: 52}, by=None, at=AT)  # 246 left
    assert (balance_of(coop, "refunds", client_), owed(invoice)) == (-54, 0)
    credit_invoice(invoice=invoice, reason="x", by=None, at=AT)
    assert (balance_of(coop, "refunds", client_), balance_of(coop, "receivable", client_)) == (-300, 0)
    assert list(check_series(coop)) == []


@pytest.mark.parametrize("amounts", [{1: 103}, {1: -5}, {}, {9: 5}])
def test_no_more_than_is_left_of_a_line_and_no_less_than_nothing(invoice: Invoice, amounts: dict[int, int]) -> None:
    with pytest.raises(MoreThanIsLeft):
        credit_invoice(invoice=invoice, reason="x", amounts=amounts, by=None, at=AT)
    assert Invoice.objects.count() == 1


def test_a_job_is_taken_back_as_a_whole(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker, 1000, 2000)
    with pytest.raises(WholeJobsOnly):
        credit_invoice(invoice=invoice, reason="x", amounts={1: 500}, by=None, at=DONE)
    credit_invoice(invoice=invoice, reason="x", amounts={1: 1000}, by=None, at=DONE)
    assert [waiting.net for waiting in queries.to_invoice(coop)] == [1000]


def test_on_the_page_a_part_is_chosen_line_by_line(activity: Activity, invoice: Invoice, worker: Membership) -> None:
    browser = browser_of(worker)
    path = f"/velo/invoices/{invoice.number}/"
    assert 'name="line_2"' in browser.get(path).content.decode()
    answer = browser.post(path + "credit-note/", {"reason": "Not printed", "how": "part", "line_2": "0.50"})
    assert answer.status_code == 302
    assert Invoice.objects.get(credits=invoice).net == -50
    again = browser.post(path + "credit-note/", {"reason": "Not printed", "how": "part", "line_2": "0.60"})
    assert "is too much" in again.content.decode()
    assert Invoice.objects.count() == 2
