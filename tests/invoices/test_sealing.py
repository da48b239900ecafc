"""INV-PAPER-1: numbers have no gap and no double; an issued paper never changes. The database says so itself."""

import pytest
from django.db import DatabaseError, connection, transaction

from marke.common.db import triggers
from marke.common.invariants import invariants
from marke.invoices.models import Invoice, InvoiceLine, Series, VatBreakdown
from marke.invoices.sealing import REFUSALS
from marke.invoices.services import credit_invoice
from marke.parties.models import Client, Coop, Membership
from tests.factories.invoices import DONE, issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(coop: Coop, client_: Client, worker: Membership) -> Invoice:
    return issued(coop, client_, worker, 1000, 2000)


def violations(coop: Coop) -> list[str]:
    return [violation.what for violation in invariants.get("INV-PAPER-1").check(coop)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoices_invoice SET gross = gross + 1, net = net + 1",
        "UPDATE invoices_invoice SET due_date = '2030-01-01'",
        "DELETE FROM invoices_invoice",
        "UPDATE invoices_invoiceline SET net = 1",
        "DELETE FROM invoices_invoiceline",
        "UPDATE invoices_vatbreakdown SET vat = 0",
        "DELETE FROM invoices_vatbreakdown",
        "DELETE FROM invoices_series",
        "UPDATE invoices_series SET last = last - 1",
        "UPDATE invoices_series SET last = last + 2",
        "UPDATE invoices_series SET prefix = 'X'",
    ],
)
def test_nothing_issued_is_changed_or_deleted_not_even_by_raw_sql(coop: Coop, invoice: Invoice, sql: str) -> None:
    with pytest.raises(DatabaseError, match=r"never|by one"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert not violations(coop)


def test_an_issued_invoice_takes_no_more_lines_and_rates(coop: Coop, invoice: Invoice) -> None:
    line = invoice.lines.first()
    assert line is not None
    line.pk, line.position = None, 3
    with pytest.raises(DatabaseError, match="no more lines"), transaction.atomic():
        line.save(force_insert=True)
    with pytest.raises(DatabaseError, match="no more rates"), transaction.atomic():
        VatBreakdown.objects.create(coop=coop, invoice=invoice, category="E", permille=0, base=0, vat=0)
    assert InvoiceLine.objects.count() == 2


def test_a_number_cannot_be_left_out_or_given_twice(coop: Coop, invoice: Invoice) -> None:
    for serial, number in ((3, "2026-0003"), (1, "2026-0009"), (2, "2026-0001")):
        copy = Invoice.objects.get(pk=invoice.pk)
        copy.pk, copy.serial, copy.number = None, serial, number
        with pytest.raises(DatabaseError), transaction.atomic():
            copy.save(force_insert=True)
    assert Invoice.objects.count() == 1


def test_the_doctor_finds_what_a_thief_changed(coop: Coop, invoice: Invoice) -> None:
    credit_invoice(invoice=invoice, reason="Wrong", by=None, at=DONE)
    assert not violations(coop)
    triggers.remove(connection, REFUSALS)
    try:
        with transaction.atomic():
            VatBreakdown.objects.filter(invoice=invoice).update(vat=1)
            Series.objects.filter(prefix="2026-").update(last=2)
            found = violations(coop)
            transaction.set_rollback(True)
    finally:
        triggers.install(connection, REFUSALS)
    assert any("VAT" in what for what in found)
    assert any("2 numbers were given and 1 papers are there" in what for what in found)
