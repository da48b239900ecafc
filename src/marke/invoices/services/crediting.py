"""An issued invoice is never changed: a credit note takes it back, and its jobs can be invoiced again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.refusal import Refused
from marke.invoices import queries
from marke.invoices.models import Invoice, InvoiceLine
from marke.invoices.services.issuing import write_rates
from marke.invoices.services.numbers import CREDIT_NOTE, take_number
from marke.ledger import services as ledger
from marke.ledger.services import Account, Transaction
from marke.parties.models import Party
from marke.payments import services as payments
from marke.payments.models import PaymentRequest
from marke.payments.queries import paid_on
from marke_core.einvoice import VatGroup


class CreditedAlready(Refused):
    """One credit note takes the whole invoice back."""


class NotAnInvoice(Refused):
    """A credit note is not credited."""


class NoReason(Refused):
    """The client and the books ask why."""


@transaction.atomic
def credit_invoice(*, invoice: Invoice, reason: str, by: Party | None, at: datetime) -> Invoice:
    """Takes the whole invoice back by a credit note of its own series; returns the credit note.

    What was paid on it is now to be sent back; its jobs wait to be invoiced again.

    Raises: CreditedAlready, NotAnInvoice, NoReason, EarlierThanTheLast.
    """
    payments.lock_coop(invoice.coop_id)
    invoice = Invoice.objects.select_related("coop", "client__party", "payment_request").get(pk=invoice.pk)
    reason = " ".join(reason.split())[:300]
    request = _check(invoice, reason)
    paid = paid_on(request)
    payments.withdraw_request(request=request, by=by, at=at)
    day = clock.local_date(at, invoice.coop.timezone)
    series, number = take_number(invoice.coop, day, CREDIT_NOTE)
    note = Invoice(
        coop=invoice.coop,
        series=series,
        serial=series.last,
        number=number,
        client=invoice.client,
        credits=invoice,
        issue_date=day,
        due_date=day,
        seller=invoice.seller,
        buyer=invoice.buyer,
        notes=[reason],
        currency=invoice.currency,
        language=invoice.language,
        lines_count=invoice.lines_count,
        rates_count=invoice.rates_count,
        net=-invoice.net,
        vat=-invoice.vat,
        gross=-invoice.gross,
        issued_at=at,
        issued_by=by,
    )
    note.transaction = _book(note, invoice, paid, by, at)
    note.save(force_insert=True)
    _copy_lines(note, invoice)
    return note


def payment_counted(*, request: PaymentRequest, payment: object, by: Party | None, at: datetime) -> None:
    """The purpose's reaction: whether an invoice is paid follows from its payments; nothing else happens."""


def payment_taken_back(*, request: PaymentRequest, payment: object, by: Party | None, at: datetime) -> None:
    """The purpose's reaction. Raises: CreditedAlready, because what was paid is to be sent back already."""
    invoice = queries.invoice_of(request)
    if Invoice.objects.filter(credits=invoice).exists():
        raise CreditedAlready(
            _("Invoice %(number)s was credited, and what was paid on it is to be sent back: send it back instead.")
            % {"number": invoice.number}
        )


def _check(invoice: Invoice, reason: str) -> PaymentRequest:
    if invoice.is_credit_note or invoice.payment_request is None:
        raise NotAnInvoice(_("%(number)s is a credit note itself. Issue a new invoice instead.") % {"number": invoice.number})
    earlier = Invoice.objects.filter(credits=invoice).first()
    if earlier is not None:
        raise CreditedAlready(
            _("Invoice %(number)s was credited by %(earlier)s already.") % {"number": invoice.number, "earlier": earlier.number}
        )
    if not reason:
        raise NoReason(_("Write why invoice %(number)s is taken back: the client reads it.") % {"number": invoice.number})
    return invoice.payment_request


def _book(note: Invoice, invoice: Invoice, paid: int, by: Party | None, at: datetime) -> Transaction:
    coop, party = invoice.coop, invoice.client.party
    return ledger.post(
        coop=coop,
        kind="credit_note",
        key=f"credit_note:{note.number}:1",
        date=note.issue_date,
        postings=[
            ledger.NewPosting(ledger.open_account(coop=coop, kind=Account.Kind.UNBILLED, party=party, at=at), invoice.net, "net"),
            ledger.NewPosting(ledger.open_account(coop=coop, kind=Account.Kind.VAT, at=at), invoice.vat, "vat"),
            ledger.NewPosting(
                ledger.open_account(coop=coop, kind=Account.Kind.RECEIVABLE, party=party, at=at),
                paid - invoice.gross,
                "gross",
            ),
            # What was paid is the client's again.
            ledger.NewPosting(
                ledger.open_account(coop=coop, kind=Account.Kind.REFUNDS, party=party, at=at), -paid, "paid_before"
            ),
        ],
        by=by,
        at=at,
        facts={"invoice": invoice.number, "credit_note": note.number, "gross": invoice.gross, "paid": paid},
    )


def _copy_lines(note: Invoice, invoice: Invoice) -> None:
    InvoiceLine.objects.bulk_create(
        [
            InvoiceLine(
                coop=note.coop,
                invoice=note,
                position=line.position,
                job_id=line.job_id,
                text=line.text,
                date=line.date,
                net=-line.net,
                vat_category=line.vat_category,
                vat_permille=line.vat_permille,
            )
            for line in invoice.lines.all()
        ],
        batch_size=500,
    )
    write_rates(note, [VatGroup(rate.category, rate.permille, -rate.base, -rate.vat) for rate in invoice.vat_breakdown.all()])
