"""Invoices on pages: the treasurer's, and the client's own by the link."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from marke.common import clock
from marke.invoices import queries
from marke.invoices.models import Invoice
from marke.invoices.services.issuing import lines_for, mark_of
from marke.invoices.views import jobs
from marke.jobs.models import Job
from marke.jobs.services import correct_settlement
from marke.parties.models import Client, Coop, Membership, Party
from marke.payments.services import record_payment
from marke.sending.models import Connection, Recipient
from tests.factories.invoices import DONE, issued, settled_job
from tests.factories.pages import browser_of
from tests.factories.parties import make_client, make_coop, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def treasurer(coop: Coop) -> Browser:
    return browser_of(make_member(coop, "Tess", offices=("treasurer",)))


PAGES = (
    "invoices/", "invoices/invoices.csv", "invoices/to-invoice/", "invoices/to-invoice/check/", "invoices/to-invoice/1/",
    "invoices/2026-0001/", "invoices/2026-0001/invoice.pdf",
)  # fmt: skip


def test_the_treasurer_sees_every_page_in_both_languages(
    coop: Coop, client_: Client, worker: Membership, treasurer: Browser
) -> None:
    settled_job(coop, client_, worker)
    for path in ("invoices/", "invoices/to-invoice/"):
        assert treasurer.get(f"/velo/{path}").status_code == 200
    issued(coop, client_, worker)
    for language in ("en", "nl"):
        treasurer.cookies["django_language"] = language
        for path in PAGES:
            response = treasurer.get(f"/velo/{path}")
            assert response.status_code == 200, (path, language)


@pytest.mark.parametrize("path", PAGES)
def test_strangers_sign_in_and_members_without_the_office_are_refused(
    coop: Coop, client_: Client, worker: Membership, path: str
) -> None:
    issued(coop, client_, worker)
    assert browser_of(None).get(f"/velo/{path}").status_code == 302
    assert browser_of(worker).get(f"/velo/{path}").status_code == 403
    other = make_member(make_coop("other"), "Olaf", offices=("treasurer",))
    assert browser_of(other).get(f"/velo/{path}").status_code in (403, 404)


def test_members_without_the_office_issue_and_credit_nothing(coop: Coop, client_: Client, worker: Membership) -> None:
    issued(coop, client_, worker)
    settled_job(coop, client_, worker)
    member = browser_of(worker)
    for path in ("check/", "1/"):
        assert member.post(f"/velo/invoices/to-invoice/{path}", {"seen": seen_by(client_)}).status_code == 403
    assert member.post("/velo/invoices/2026-0001/credit-note/", {"reason": "x"}).status_code == 403
    assert Invoice.objects.count() == 1


def seen_by(client: Client) -> str:
    """What the page to check holds of this client's invoice."""
    return f"{client.number}:{mark_of(client, lines_for(client))}"


def test_all_clients_are_invoiced_by_one_button_and_one_client_by_theirs(
    coop: Coop, client_: Client, worker: Membership, treasurer: Browser
) -> None:
    cafe = make_client(coop, "Café Zwart")
    settled_job(coop, client_, worker)
    settled_job(coop, cafe, worker)
    theirs = {"seen": seen_by(cafe)}
    response = treasurer.post(f"/velo/invoices/to-invoice/{cafe.number}/", theirs)
    assert Invoice.objects.get().client == cafe
    assert response["Location"].endswith(f"/velo/invoices/{Invoice.objects.get().number}/")
    everything = {"seen": [seen_by(client_)]}
    treasurer.post("/velo/invoices/to-invoice/check/", everything)
    assert Invoice.objects.count() == 2
    for path, sent in (("check/", everything), (f"{cafe.number}/", theirs)):  # a double click
        page = treasurer.post(f"/velo/invoices/to-invoice/{path}", sent, follow=True).content.decode()
        assert "stands on an invoice already" in page
    assert Invoice.objects.count() == 2


def test_what_will_be_invoiced_is_shown_before_it_gets_its_number(
    coop: Coop, client_: Client, worker: Membership, treasurer: Browser
) -> None:
    job = settled_job(coop, client_, worker)
    for path in ("check/", f"{client_.number}/"):
        page = treasurer.get(f"/velo/invoices/to-invoice/{path}").content.decode()
        for shown in (client_.party.name, "Delivery at 1250", f"job {job.number}", "€12.50", "VAT 21", "€2.63", "€15.13"):
            assert shown in page, shown
        assert "Issue the invoice" in page
    assert not Invoice.objects.exists()
    treasurer.post(f"/velo/invoices/to-invoice/{client_.number}/", {"seen": hidden(page)})
    assert Invoice.objects.get().gross == 1513


def hidden(page: str) -> list[str]:
    return re.findall(r'name="seen" value="([^"]+)"', page)


def test_what_hinders_an_e_invoice_is_found_while_it_can_still_be_mended(
    coop: Coop, business: Client, worker: Membership, treasurer: Browser
) -> None:
    settled_job(coop, business, worker)
    address = f"/velo/invoices/to-invoice/{business.number}/"
    assert "As an e-invoice it keeps the rules" in treasurer.get(address).content.decode()
    Coop.objects.filter(pk=coop.pk).update(vat_number="", registration_number="")
    page = treasurer.get(address).content.decode()
    assert "no e-invoice lies in its PDF" in page or "cannot go out as an e-invoice" in page
    assert "Issue the invoice" in page


def test_an_invoice_whose_work_changed_after_it_was_looked_at_is_looked_at_again(
    coop: Coop, client_: Client, worker: Membership, treasurer: Browser
) -> None:
    cafe = make_client(coop, "Café Zwart")
    settled_job(coop, client_, worker)
    settled_job(coop, cafe, worker)
    looked_at = hidden(treasurer.get("/velo/invoices/to-invoice/check/").content.decode())
    settled_job(coop, cafe, worker, 900)
    page = treasurer.post("/velo/invoices/to-invoice/check/", {"seen": looked_at}, follow=True).content.decode()
    assert "has changed since you looked" in page
    assert "Café Zwart." in page
    assert [invoice.client for invoice in Invoice.objects.all()] == [client_]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Bakery Lind"},
        {"email": "other@lund.example"},
        {"street": "Kade 9"},
        {"vat_number": "BE0417497106"},
        {"language": "nl"},
    ],
)
def test_an_invoice_whose_buyer_changed_after_it_was_looked_at_is_looked_at_again(
    coop: Coop, business: Client, worker: Membership, treasurer: Browser, changed: dict[str, str]
) -> None:
    settled_job(coop, business, worker)
    check = f"/velo/invoices/to-invoice/{business.number}/"
    looked_at = hidden(treasurer.get(check).content.decode())
    Party.objects.filter(pk=business.party_id).update(**changed)
    page = treasurer.post(check, {"seen": looked_at}, follow=True).content.decode()
    assert "has changed since you looked" in page
    assert not Invoice.objects.exists()
    treasurer.post(check, {"seen": hidden(treasurer.get(check).content.decode())})
    assert Invoice.objects.count() == 1


def test_an_invoice_that_would_go_elsewhere_than_when_it_was_looked_at_is_looked_at_again(
    coop: Coop, business: Client, worker: Membership, treasurer: Browser
) -> None:
    Connection.objects.create(coop=coop, kind="partner", participant="0208:0417497106", opened_at=DONE)
    settled_job(coop, business, worker)
    check = f"/velo/invoices/to-invoice/{business.number}/"
    looked_at = hidden(treasurer.get(check).content.decode())
    Recipient.objects.create(coop=coop, client=business, participant="0088:7300010000001", written_at=DONE)
    assert "has changed since you looked" in treasurer.post(check, {"seen": looked_at}, follow=True).content.decode()
    assert not Invoice.objects.exists()


def test_many_invoices_are_looked_at_one_page_after_another(
    coop: Coop, worker: Membership, treasurer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for name in ("Anke", "Bob", "Cees"):
        settled_job(coop, make_client(coop, name), worker)
    page = treasurer.get("/velo/invoices/to-invoice/check/").content.decode()
    assert "After these come 1 more" in page
    assert len(hidden(page)) == 2
    response = treasurer.post("/velo/invoices/to-invoice/check/", {"seen": hidden(page)})
    assert response["Location"].endswith("/to-invoice/check/")
    assert Invoice.objects.count() == 2
    last = treasurer.get("/velo/invoices/to-invoice/check/").content.decode()
    treasurer.post("/velo/invoices/to-invoice/check/", {"seen": hidden(last)})
    assert Invoice.objects.count() == 3


def test_what_cannot_be_issued_never_stands_in_the_way_of_what_can(
    coop: Coop, worker: Membership, treasurer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for name in ("Anke", "Bob"):
        invoice = issued(coop, make_client(coop, name), worker)
        correct_settlement(job=Job.objects.get(client=invoice.client), price=700, reason="Late", by=None, at=DONE)
    cees = make_client(coop, "Cees")
    settled_job(coop, cees, worker)
    page = treasurer.get("/velo/invoices/to-invoice/check/").content.decode()
    assert [mark.partition(":")[0] for mark in hidden(page)] == [str(cees.number)]
    assert "comes to -€6.66" in page or "comes to −€6.66" in page
    treasurer.post("/velo/invoices/to-invoice/check/", {"seen": hidden(page)})
    assert Invoice.objects.filter(client=cees).count() == 1
    assert not hidden(treasurer.get("/velo/invoices/to-invoice/check/").content.decode())


def test_what_is_waiting_says_what_its_invoice_will_come_to(coop: Coop, client_: Client, worker: Membership) -> None:
    """Two rates, and one of them below zero: without VAT something is left, with it less than nothing."""
    issued(coop, client_, worker, 1000)
    correct_settlement(job=Job.objects.get(), price=100, reason="Late", by=None, at=DONE)
    settled_job(coop, client_, worker, 950, permille=0)
    [row] = queries.to_invoice(coop)
    assert (row.jobs, row.net, row.gross) == (2, 50, -139)


def test_of_several_invoices_each_shows_some_lines_and_leads_to_all_of_them(
    coop: Coop, client_: Client, worker: Membership, treasurer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_LINES", 1)
    settled_job(coop, make_client(coop, "Anke"), worker)
    first, second = settled_job(coop, client_, worker), settled_job(coop, client_, worker, 900)
    page = treasurer.get("/velo/invoices/to-invoice/check/").content.decode()
    assert "All 2 lines" in page
    assert f"job {second.number}<" not in page
    alone = treasurer.get(f"/velo/invoices/to-invoice/{client_.number}/").content.decode()
    assert f"job {first.number}<" in alone
    assert f"job {second.number}<" in alone


@pytest.mark.parametrize("number", ["0", "999", "-1", "1 OR 1=1", "9" * 40, "١"])
def test_an_invoice_for_nobody_is_not_issued(coop: Coop, treasurer: Browser, number: str) -> None:
    for sent in ({}, {"seen": number}, {"seen": f"{number}:"}, {"seen": f"{number}:0123456789abcdef"}):
        assert treasurer.post("/velo/invoices/to-invoice/check/", sent).status_code == 302
        assert treasurer.post(f"/velo/invoices/to-invoice/{number}/", sent).status_code == 404
    assert treasurer.get(f"/velo/invoices/to-invoice/{number}/").status_code == 404
    assert not Invoice.objects.exists()


def test_a_credit_note_asks_why(coop: Coop, client_: Client, worker: Membership, treasurer: Browser) -> None:
    issued(coop, client_, worker)
    response = treasurer.post("/velo/invoices/2026-0001/credit-note/", {"reason": " "})
    assert response.status_code == 200
    assert Invoice.objects.count() == 1
    response = treasurer.post("/velo/invoices/2026-0001/credit-note/", {"reason": "Twice <b>the</b> same"})
    assert response["Location"].endswith("/CN2026-0001/")
    page = treasurer.get(response["Location"]).content.decode()
    assert "Twice &lt;b&gt;the&lt;/b&gt; same" in page


def test_the_list_is_filtered_by_state_and_words(coop: Coop, client_: Client, worker: Membership, treasurer: Browser) -> None:
    issued(coop, client_, worker)  # due in April 2026, late by now
    issued(coop, make_client(coop, "Café Zwart"), worker, at=DONE)
    late = treasurer.get("/velo/invoices/?state=late&q=zwart").content.decode()
    assert "2026-0002" in late
    assert "2026-0001" not in late
    assert "2026-0001" not in treasurer.get("/velo/invoices/?state=paid").content.decode()
    assert "2026-0001" in treasurer.get("/velo/invoices/?state=hacked").content.decode()


def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    coop: Coop, client_: Client, worker: Membership, treasurer: Browser
) -> None:
    issued(coop, client_, worker)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            treasurer.get("/velo/invoices/")
            treasurer.get("/velo/invoices/invoices.csv")
            treasurer.get(f"/velo/pay/{client_.token}/")
        counts.append(len(captured))
        issued(coop, make_client(coop, f"Client {_}"), worker)
        issued(coop, client_, worker)
    assert counts[0] == counts[1]


def test_the_client_looks_and_pays_without_an_account(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker)
    stranger = browser_of(None)
    page = stranger.get(f"/velo/pay/{client_.token}/{invoice.number}/").content.decode()
    assert "+++000/0000/00101+++" in page
    assert "BE68 5390 0754 7034" in page
    assert "<svg" in page
    assert "€15.13" in page
    record_payment(
        coop=coop, request=invoice.payment_request, amount=1513, date=DONE.date(), once_key="a", by=None, at=clock.now()
    )
    page = stranger.get(f"/velo/pay/{client_.token}/{invoice.number}/").content.decode()
    assert "Thank you" in page
    assert "+++000/0000/00101+++" not in page
    assert stranger.get(f"/velo/pay/{client_.token}/{invoice.number}/invoice.pdf")["Content-Type"] == "application/pdf"


def test_a_wrong_link_or_another_clients_invoice_shows_nothing(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker)
    other = make_client(coop, "Café Zwart")
    stranger = browser_of(None)
    for path in (
        "pay/nonsense/",
        f"pay/{other.token}/{invoice.number}/",
        f"pay/{other.token}/{invoice.number}/invoice.pdf",
        f"pay/{client_.token}/2026-9999/",
    ):
        assert stranger.get(f"/velo/{path}").status_code == 404
    elsewhere = make_coop("other")
    assert stranger.get(f"/{elsewhere.slug}/pay/{client_.token}/").status_code == 404


def test_a_link_is_not_kept_by_anybody_on_the_way(coop: Coop, client_: Client, worker: Membership) -> None:
    assert "no-store" in browser_of(None).get(f"/velo/pay/{client_.token}/")["Cache-Control"]


def test_a_stranger_name_is_only_a_name(coop: Coop, worker: Membership, treasurer: Browser) -> None:
    client = make_client(coop, "<script>alert(1)</script>")
    settled_job(coop, client, worker)
    assert "<script>alert(1)" not in treasurer.get("/velo/invoices/to-invoice/").content.decode()
    invoice = issued(coop, client, worker, at=DONE + timedelta(hours=1))
    for path in (f"invoices/{invoice.number}/", f"pay/{client.token}/", "invoices/"):
        assert "<script>alert(1)" not in treasurer.get(f"/velo/{path}").content.decode()
