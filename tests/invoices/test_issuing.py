"""Invoices are issued for work that is settled and stands on none yet."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.common.models import Mail
from marke.invoices import queries
from marke.invoices.models import Invoice, Series
from marke.invoices.services import credit_invoice, issue_invoice, issue_seen_invoices
from marke.invoices.services.crediting import CreditedAlready, NoReason, NotAnInvoice
from marke.invoices.services.issuing import NothingToInvoice, NothingToPay, WorkHasChanged, lines_for, mark_of
from marke.invoices.services.numbers import EarlierThanTheLast
from marke.jobs.services import correct_settlement
from marke.ledger.queries import balance
from marke.ledger.services import open_account
from marke.parties.models import Client, Coop, Membership
from marke.payments.queries import unmatched_payments
from marke.payments.services import record_payment, reverse_payment
from marke.payments.services.incoming import RequestWithdrawn
from tests.factories.invoices import DONE, issued, settled_job
from tests.factories.parties import make_client

pytestmark = pytest.mark.django_db


def balance_of(coop: Coop, kind: str, client: Client | None = None) -> int:
    return balance(open_account(coop=coop, kind=kind, party=client.party if client else None, at=DONE))


def test_an_invoice_has_a_line_per_job_and_vat_on_their_sum(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker, 1251, 1252, 333)
    # 21 % of 28.36 is 5.96; line by line it would be 2.63 + 2.63 + 0.70 = 5.96; of 12.51 twice it differs below.
    assert [line.net for line in invoice.lines.all()] == [1251, 1252, 333]
    assert (invoice.net, invoice.vat, invoice.gross) == (2836, 596, 3432)
    rate = invoice.vat_breakdown.get()
    assert (rate.category, rate.permille, rate.base, rate.vat) == ("S", 210, 2836, 596)
    assert invoice.number == "2026-0001"
    assert invoice.due_date == invoice.issue_date + timedelta(days=30)


def test_vat_is_rounded_once_per_rate_and_not_per_line(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker, 102, 102, 102)  # 0.2142 each, 0.6426 together
    assert invoice.vat == 64


def test_issuing_moves_what_was_done_to_what_is_owed(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker, 1250)
    assert balance_of(coop, "unbilled", client_) == 0
    assert balance_of(coop, "receivable", client_) == invoice.gross == 1513
    assert balance_of(coop, "vat") == -263


def test_work_is_invoiced_once(coop: Coop, client_: Client, worker: Membership) -> None:
    issued(coop, client_, worker)
    with pytest.raises(NothingToInvoice, match="no settled work of Bakery Lund"):
        issue_invoice(coop=coop, client=client_, by=None, at=DONE)
    assert Invoice.objects.count() == 1
    assert Series.objects.get().last == 1


def test_chosen_jobs_alone_are_invoiced(coop: Coop, client_: Client, worker: Membership) -> None:
    first, second = settled_job(coop, client_, worker, 1000), settled_job(coop, client_, worker, 2000)
    invoice = issue_invoice(coop=coop, client=client_, jobs=[second], by=None, at=DONE)
    assert invoice.net == 2000
    assert [waiting.net for waiting in queries.to_invoice(coop)] == [first.price]


def test_all_clients_are_invoiced_at_once(coop: Coop, client_: Client, worker: Membership) -> None:
    cafe = make_client(coop, "Café Zwart")
    settled_job(coop, client_, worker)
    settled_job(coop, cafe, worker)
    seen = {each.number: mark_of(each, lines_for(each)) for each in (client_, cafe)}
    result = issue_seen_invoices(coop=coop, seen=seen, by=None, at=DONE)
    assert [invoice.number for invoice in result.invoices] == ["2026-0001", "2026-0002"]
    assert not (result.refused or result.changed)
    again = issue_seen_invoices(coop=coop, seen=seen, by=None, at=DONE)
    assert (again.invoices, again.changed) == ([], [client_, cafe])


def test_what_nobody_looked_at_is_not_invoiced(coop: Coop, client_: Client, worker: Membership) -> None:
    settled_job(coop, client_, worker)
    seen = mark_of(client_, lines_for(client_))
    settled_job(coop, client_, worker, 900)
    with pytest.raises(WorkHasChanged):
        issue_invoice(coop=coop, client=client_, seen=seen, by=None, at=DONE)
    assert not Invoice.objects.exists()
    seen = mark_of(client_, lines_for(client_))
    assert issue_invoice(coop=coop, client=client_, seen=seen, by=None, at=DONE).net == 2150


def test_the_client_gets_a_mail_with_the_link_that_pays(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker)
    mail = Mail.objects.get(to_address=client_.party.email, subject__startswith="Invoice")
    assert f"/velo/pay/{client_.token}/{invoice.number}/" in mail.text
    assert "€15.13" in mail.text


@pytest.mark.parametrize(
    ("country", "legal_form", "language", "category", "words"),
    [
        ("BE", "cooperative", "nl", "E", "art. 56bis btw-wetboek"),
        ("BE", "cooperative", "en", "E", "art. 56bis of the Belgian VAT Code"),
        ("NL", "association", "nl", "E", "artikel 25 Wet op de omzetbelasting 1968"),
        ("DE", "cooperative", "de", "E", "§ 19 UStG"),
        ("FR", "company", "fr", "E", "art. 293 B du CGI"),
        ("DK", "cooperative", "en", "E", "special scheme for small enterprises"),
        ("BE", "none", "nl", "O", "geen btw aangerekend"),
    ],
)
def test_a_seller_without_a_vat_number_charges_none_and_says_why(
    coop: Coop, client_: Client, worker: Membership, country: str, legal_form: str, language: str, category: str, words: str
) -> None:
    coop.vat_number, coop.country, coop.legal_form = "", country, legal_form
    coop.save()
    client_.party.language = language
    client_.party.save()
    invoice = issued(coop, client_, worker, 1250)
    rate = invoice.vat_breakdown.get()
    assert (rate.category, rate.permille, rate.vat) == (category, 0, 0)
    assert words in rate.reason
    assert invoice.gross == invoice.net == 1250
    assert balance_of(coop, "receivable", client_) == 1250


def test_an_exempt_service_says_so(coop: Coop, client_: Client, worker: Membership) -> None:
    settled_job(coop, client_, worker, 1000, permille=0)
    settled_job(coop, client_, worker, 1000, permille=60)
    invoice = issue_invoice(coop=coop, client=client_, by=None, at=DONE)
    assert [(rate.category, rate.vat, rate.reason) for rate in invoice.vat_breakdown.all()] == [
        ("E", 0, "Exempt from VAT."),
        ("S", 60, ""),
    ]


def test_only_businesses_are_told_what_late_payment_costs(coop: Coop, client_: Client, worker: Membership) -> None:
    [terms] = issued(coop, client_, worker, 100_000).notes
    assert "reference rate plus 8 percentage points a year, and costs €40.00 once" in terms
    household = make_client(coop, "Jansen", kind="household")
    assert issued(coop, household, worker).notes == []


def test_the_fixed_sum_is_the_lowest_of_what_the_rule_says(coop: Coop, client_: Client, worker: Membership) -> None:
    [terms] = issued(coop, client_, worker, 10_000).notes
    assert "€12.10 once" in terms


def test_a_later_number_never_carries_an_earlier_date(coop: Coop, client_: Client, worker: Membership) -> None:
    issued(coop, client_, worker)
    settled_job(coop, client_, worker)
    with pytest.raises(EarlierThanTheLast, match="2026-0001 was issued on 2026-03-02"):
        issue_invoice(coop=coop, client=client_, by=None, at=DONE - timedelta(days=3))
    assert Series.objects.get().last == 1


def test_every_year_has_its_own_series(coop: Coop, client_: Client, worker: Membership) -> None:
    issued(coop, client_, worker)
    settled_job(coop, client_, worker)
    assert issue_invoice(coop=coop, client=client_, by=None, at=DONE + timedelta(days=400)).number == "2027-0001"


# Credit notes


def test_a_credit_note_of_its_own_series_takes_the_invoice_back(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker, 102, 102, 102)
    note = credit_invoice(invoice=invoice, reason="Wrong address", by=None, at=DONE)
    assert note.number == "CN2026-0001"
    assert (note.net, note.vat, note.gross) == (-306, -64, -370)
    for kind in ("receivable", "refunds"):
        assert balance_of(coop, kind, client_) == 0
    assert balance_of(coop, "vat") == 0
    assert balance_of(coop, "unbilled", client_) == 306
    again = issue_invoice(coop=coop, client=client_, by=None, at=DONE)
    assert again.number == "2026-0002"
    assert again.gross == invoice.gross


def test_what_was_paid_on_a_credited_invoice_is_to_be_sent_back(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker, 1000)
    payment = record_payment(
        coop=coop, request=invoice.payment_request, amount=500, date=DONE.date(), once_key="a", by=None, at=DONE
    )
    credit_invoice(invoice=invoice, reason="Wrong", by=None, at=DONE)
    assert balance_of(coop, "receivable", client_) == 0
    assert balance_of(coop, "refunds", client_) == -500
    with pytest.raises(CreditedAlready):
        reverse_payment(payment=payment, reason="x", by=None, at=DONE)
    with pytest.raises(RequestWithdrawn):
        record_payment(coop=coop, request=invoice.payment_request, amount=5, date=DONE.date(), once_key="b", by=None, at=DONE)
    assert not unmatched_payments(coop).exists()


def test_an_invoice_is_credited_once_with_a_reason_and_a_credit_note_never(
    coop: Coop, client_: Client, worker: Membership
) -> None:
    invoice = issued(coop, client_, worker)
    with pytest.raises(NoReason):
        credit_invoice(invoice=invoice, reason="  ", by=None, at=DONE)
    note = credit_invoice(invoice=invoice, reason="Wrong", by=None, at=DONE)
    with pytest.raises(CreditedAlready, match="CN2026-0001"):
        credit_invoice(invoice=invoice, reason="Wrong", by=None, at=DONE)
    with pytest.raises(NotAnInvoice):
        credit_invoice(invoice=note, reason="Wrong", by=None, at=DONE)
    assert Invoice.objects.count() == 2


def test_a_job_corrected_after_its_invoice_is_invoiced_as_the_difference(coop: Coop, client_: Client, worker: Membership) -> None:
    job = settled_job(coop, client_, worker, 1000)
    issue_invoice(coop=coop, client=client_, by=None, at=DONE)
    correct_settlement(job=job, price=1300, reason="Two crates", by=None, at=DONE)
    invoice = issue_invoice(coop=coop, client=client_, by=None, at=DONE)
    assert [(line.net, line.text.startswith("Correction of job 1")) for line in invoice.lines.all()] == [(300, True)]


def test_a_job_corrected_downwards_asks_for_a_credit_note(coop: Coop, client_: Client, worker: Membership) -> None:
    job = settled_job(coop, client_, worker, 1000)
    invoice = issue_invoice(coop=coop, client=client_, by=None, at=DONE)
    correct_settlement(job=job, price=700, reason="Late", by=None, at=DONE)
    with pytest.raises(NothingToPay, match="Credit that invoice first"):
        issue_invoice(coop=coop, client=client_, by=None, at=DONE)
    credit_invoice(invoice=invoice, reason="Late", by=None, at=DONE)
    assert issue_invoice(coop=coop, client=client_, by=None, at=DONE).net == 700
    assert balance_of(coop, "unbilled", client_) == 0


# What clients owe


def test_what_clients_owe_is_told_by_how_late_it_is(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker, 1000)  # due on 2026-04-01
    assert queries.ageing(coop, date(2026, 4, 1)).not_due == 1210
    assert queries.ageing(coop, date(2026, 4, 2)).up_to_30 == 1210
    assert queries.ageing(coop, date(2026, 5, 2)).up_to_60 == 1210
    assert queries.ageing(coop, date(2026, 6, 1)).later == 1210
    record_payment(coop=coop, request=invoice.payment_request, amount=210, date=DONE.date(), once_key="a", by=None, at=DONE)
    late = queries.ageing(coop, date(2026, 6, 1))
    assert (late.late, late.total) == (1000, 1000)


def test_what_is_to_be_invoiced_takes_as_many_queries_for_many_jobs(coop: Coop, client_: Client, worker: Membership) -> None:
    settled_job(coop, client_, worker)
    with CaptureQueriesContext(
        connection,
    ) as one:
        queries.to_invoice(coop)
    for _ in range(2):
        settled_job(coop, make_client(coop, f"Client {_}"), worker)
    with CaptureQueriesContext(connection) as many:
        assert len(queries.to_invoice(coop)) == 3
    assert len(one) == len(many)
