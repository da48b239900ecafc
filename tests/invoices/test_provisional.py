"""What hinders an invoice as an e-invoice is said while it is written, and before it has a number."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marke.activities.models import Activity
from marke.invoices.documents import CannotBeWritten
from marke.invoices.models import Invoice, Series
from marke.invoices.provisional import judge_plan
from marke.invoices.services import invoice_order
from marke.invoices.services.ordering import plan_invoice
from marke.parties.models import Client, Coop, Membership, Party
from marke.sending.documents import ubl_now
from marke.sending.models import Connection, Recipient
from tests.factories.invoices import AT, accepted, line, quoted
from tests.factories.pages import browser_of
from tests.factories.parties import make_member
from tests.invoices.test_quote_pages import written

pytestmark = pytest.mark.django_db

EN = "en16931-1.3.16"
NO_COUNTRY = "Fill in the country in the address of the buyer"


@pytest.fixture
def connected(coop: Coop) -> Connection:
    return Connection.objects.create(coop=coop, kind="partner", participant="0208:0417497106", opened_at=AT)


def lose_country(client: Client) -> None:
    Party.objects.filter(pk=client.party_id).update(country="")
    client.refresh_from_db()


def lose_numbers(coop: Coop) -> None:
    """Without any number no register knows the seller."""
    coop.vat_number, coop.registration_number = "", ""
    coop.save()


def typed(activity: Activity, who: Membership, **changed: str) -> str:
    """The part that is reckoned anew while somebody types."""
    page = browser_of(who).post("/velo/quotes/1/draft/", written(**changed), headers={"HX-Request": "true"})
    return page.content.decode()


# While it is written


def test_what_is_typed_is_checked_by_the_rules_of_the_network(activity: Activity, business: Client, worker: Membership) -> None:
    quoted(activity, business)
    assert "it keeps the rules: Peppol BIS Billing 3.0.21." in typed(activity, worker)


def test_who_is_not_on_the_network_is_judged_as_the_e_invoice_in_the_pdf(
    activity: Activity, client_: Client, worker: Membership
) -> None:
    quoted(activity, client_)
    assert "it keeps the rules: EN 16931 1.3.16." in typed(activity, worker)


def test_a_fault_is_a_sentence_that_names_the_field_and_nothing_is_kept(
    activity: Activity, business: Client, connected: Connection, worker: Membership
) -> None:
    quoted(activity, business)
    lose_country(business)
    part = typed(activity, worker)
    assert "it cannot go out as an e-invoice" in part
    assert NO_COUNTRY in part
    assert "Mend it first" in part
    assert "<html" not in part
    assert not Invoice.objects.exists()
    assert not Series.objects.exists()


def test_without_a_line_nothing_is_judged(activity: Activity, business: Client, worker: Membership) -> None:
    quoted(activity, business)
    part = typed(activity, worker, **{"l0-text": "", "l0-price": "", "l0-quantity": ""})
    assert "e-invoice" not in part


def test_typing_takes_as_many_queries_for_many_lines(activity: Activity, business: Client, worker: Membership) -> None:
    quoted(activity, business)
    typed(activity, worker)
    with CaptureQueriesContext(connection) as one:
        typed(activity, worker)
    more = {f"l{n}-{name}": value for n in (1, 2) for name, value in
            {"text": "Print", "quantity": "1", "unit": "C62", "price": "9", "vat": "S-60"}.items()}  # fmt: skip
    with CaptureQueriesContext(connection) as three:
        assert "keeps the rules" in typed(activity, worker, **more)
    assert len(one) == len(three)


# Before it is issued


def test_what_must_go_over_the_network_is_said_to_be_mended_before_it_has_a_number(
    activity: Activity, business: Client, connected: Connection, worker: Membership
) -> None:
    accepted(activity, business)
    lose_country(business)
    page = browser_of(worker).post("/velo/quotes/1/invoice/", {"how": "all"}).content.decode()
    assert "it cannot go out as an e-invoice" in page
    assert NO_COUNTRY in page
    assert "never changed" in page
    assert not Invoice.objects.exists()


def test_a_private_person_needs_none_and_the_office_is_shown_where_it_is_mended(
    coop: Coop, activity: Activity, client_: Client, worker: Membership
) -> None:
    Party.objects.filter(pk=client_.party_id).update(kind="person")
    lose_numbers(coop)
    accepted(activity, client_, line())
    page = browser_of(worker).post("/velo/quotes/1/invoice/", {"how": "all"}).content.decode()
    assert "As it stands, no e-invoice lies in its PDF" in page
    assert "A private person needs no e-invoice" in page
    assert "/velo/details/" not in page
    office = make_member(coop, "Cora", offices=("coordinator", "treasurer"))
    page = browser_of(office).post("/velo/quotes/1/invoice/", {"how": "all"}).content.decode()
    assert 'href="/velo/details/"' in page
    assert "Issue the invoice" in page
    assert not Invoice.objects.exists()


def test_who_is_written_down_elsewhere_is_judged_there(coop: Coop, activity: Activity, business: Client) -> None:
    quote = accepted(activity, business)
    Recipient.objects.create(coop=coop, client=business, participant="", written_at=AT)
    planned = plan_invoice(quote=quote, part=None, at=AT)
    assert judge_plan(planned.what, planned.sums, at=AT).key == EN


def test_the_provisional_paper_is_judged_as_the_real_one_is(activity: Activity, business: Client) -> None:
    """What is said before is what refuses it afterwards."""
    quote = accepted(activity, business)
    lose_country(business)
    planned = plan_invoice(quote=quote, part=None, at=AT)
    judged = judge_plan(planned.what, planned.sums, at=AT)
    invoice = invoice_order(quote=quote, part=None, seen=planned.left, by=None, at=AT)
    assert (judged.key, judged.faults) == (invoice.rules, invoice.faults)
    with pytest.raises(CannotBeWritten) as refusal:
        ubl_now(invoice)
    assert judged.shown[0].sentence in str(refusal.value)
