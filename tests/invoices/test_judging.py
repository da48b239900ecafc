"""By which rules an invoice was checked as an e-invoice is kept with it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from marke.activities.models import Activity
from marke.invoices.judging import Checked, checked_by
from marke.invoices.models import Invoice
from marke.invoices.quote_queries import left_to_invoice
from marke.invoices.services import credit_invoice, invoice_order
from marke.parties.models import Client, Coop, Membership
from marke_core.einvoice.check import RULE_SETS
from tests.factories.invoices import AT, accepted, issued
from tests.factories.pages import browser_of
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db

PEPPOL, EN = "peppol-bis-3.0.21", "en16931-1.3.16"


def test_an_invoice_and_its_credit_note_keep_by_which_rules_they_were_checked(activity: Activity, business: Client) -> None:
    quote = accepted(activity, business)
    invoice = invoice_order(quote=quote, part=None, seen=sum(left_to_invoice(quote).values()), by=None, at=AT)
    note = credit_invoice(invoice=invoice, reason="Twice", by=None, at=AT)
    for paper in Invoice.objects.filter(pk__in=(invoice.pk, note.pk)):
        assert (paper.rules, paper.faults) == (PEPPOL, 0)
        assert checked_by(paper) == Checked("Peppol BIS Billing 3.0.21", RULE_SETS[PEPPOL].published, 0)


def test_the_office_reads_version_and_date_on_the_page(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker)
    assert (invoice.rules, invoice.faults) == (EN, 0)
    treasurer = make_member(coop, "Tess", offices=("treasurer",))
    page = browser_of(treasurer).get(f"/velo/invoices/{invoice.number}/").content.decode()
    assert "by EN 16931 1.3.16 of" in page
    assert "14 April 2026</time>, without a fault" in page


def test_whoever_only_runs_the_business_does_not(activity: Activity, client_: Client, worker: Membership) -> None:
    quote = accepted(activity, client_)
    invoice = invoice_order(quote=quote, part=None, seen=sum(left_to_invoice(quote).values()), by=None, at=AT)
    assert "Checked as an e-invoice" not in browser_of(worker).get(f"/velo/invoices/{invoice.number}/").content.decode()


def test_a_currency_without_cents_has_invoices_and_no_e_invoice(coop: Coop, client_: Client, worker: Membership) -> None:
    Coop.objects.filter(pk=coop.pk).update(currency="JPY")
    coop.refresh_from_db()
    invoice = issued(coop, client_, worker)
    assert (invoice.rules, invoice.faults) == (None, None)
    assert checked_by(invoice) is None


def test_an_edition_that_is_gone_keeps_its_key_and_an_older_invoice_says_nothing() -> None:
    assert checked_by(Invoice(rules="peppol-bis-2.0.0", faults=2)) == Checked("peppol-bis-2.0.0", None, 2)
    assert checked_by(Invoice()) is None


def test_what_was_checked_is_never_changed(coop: Coop, client_: Client, worker: Membership) -> None:
    invoice = issued(coop, client_, worker)
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.update(rules="none")
    invoice.refresh_from_db()
    assert invoice.rules == EN
