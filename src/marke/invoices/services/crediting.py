"""An issued invoice is never changed: a credit note takes it back, wholly or in part."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.invoices import queries
from marke.invoices.models import Invoice, InvoiceLine
from marke.invoices.queries import LineLeft, lines_left
from marke.invoices.services.earning import earned_by
from marke.invoices.services.issuing import rates_of, write_invoice
from marke.invoices.services.numbers import CREDIT_NOTE, take_number
from marke.ledger import services as ledger
from marke.ledger.services import Account, Transaction
from marke.parties.models import Party
from marke.payments import services as payments
from marke.payments.models import PaymentRequest
from marke.payments.queries import paid_on
from marke_core.einvoice import NetLine, VatGroup, vat_breakdown


class CreditedAlready(Refused):
    """Nothing of the invoice is left to take back."""


class NotAnInvoice(Refused):
    """A credit note is not credited."""


class NoReason(Refused):
    """The client and the books ask why."""


class MoreThanIsLeft(Refused):
    """More is to be taken back of a line than stands there."""


class WholeJobsOnly(Refused):
    """A job is taken back as a whole, and invoiced again as it is."""


class Standing(NamedTuple):
    """Where an invoice stands: its gross, what credit notes took back of it so far, what was paid on it. Minor units."""

    gross: int
    credited: int
    paid: int

    @property
    def sent_back(self) -> int:
        """What of the payments the client has back already, or is owed."""
        return max(0, self.paid - (self.gross - self.credited))


@transaction.atomic
def credit_invoice(
    *, invoice: Invoice, reason: str, amounts: Mapping[int, int] | None = None, by: Party | None, at: datetime
) -> Invoice:
    """Takes an invoice back by a credit note of its own series; returns the credit note.

    amounts: position of a line → how much of its net is taken back; None: all that is left. What was paid and is not owed
    any more is to be sent back; jobs that were taken back wait to be invoiced again.

    Raises: CreditedAlready, NotAnInvoice, NoReason, MoreThanIsLeft, WholeJobsOnly, EarlierThanTheLast; for an own business
    what `activities.services.income` raises.
    """
    payments.lock_coop(invoice.coop_id)
    rows = Invoice.objects.select_related("coop", "client__party", "payment_request", "activity")
    invoice = rows.get(pk=invoice.pk)
    reason = " ".join(reason.split())[:300]
    left = lines_left(invoice)
    request = _check(invoice, reason, left)
    chosen = _chosen(invoice, left, amounts)
    groups = vat_breakdown(NetLine(line.vat_category, line.vat_permille, -net) for line, net in chosen)
    before = _standing(invoice, request)
    note = _note(invoice, chosen, groups, reason, by, at)
    is_all = sum(each.left for each in left) == sum(net for _line, net in chosen)
    note.transaction = _book(note, before, is_all, by, at)
    write_invoice(note, _lines_of(note, chosen), rates_of(note, groups))
    _ask_less(request, invoice.gross - before.credited + note.gross, is_all, by, at)
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


def _check(invoice: Invoice, reason: str, left: Sequence[LineLeft]) -> PaymentRequest:
    if invoice.is_credit_note or invoice.payment_request is None:
        raise NotAnInvoice(_("%(number)s is a credit note itself. Issue a new invoice instead.") % {"number": invoice.number})
    if not any(each.left for each in left):
        notes = Invoice.objects.filter(credits=invoice).order_by("id").values_list("number", flat=True)
        raise CreditedAlready(
            _("Invoice %(number)s was credited by %(earlier)s already.") % {"number": invoice.number, "earlier": ", ".join(notes)}
        )
    if not reason:
        raise NoReason(_("Write why invoice %(number)s is taken back: the client reads it.") % {"number": invoice.number})
    return invoice.payment_request


def _chosen(invoice: Invoice, left: Sequence[LineLeft], amounts: Mapping[int, int] | None) -> list[tuple[InvoiceLine, int]]:
    """The lines with what is taken back of each."""
    chosen = []
    for line, rest in left:
        net = rest if amounts is None else amounts.get(line.position, 0)
        if net and (net * rest <= 0 or abs(net) > abs(rest)):
            raise MoreThanIsLeft(
                _("Of “%(text)s” %(left)s is left. Take back that or less.")
                % {"text": line.text, "left": format_money(rest, invoice.currency)}
            )
        if net and net != rest and line.job_id is not None:
            raise WholeJobsOnly(
                _("“%(text)s” is taken back as a whole: correct the price of the job, and invoice it again.")
                % {"text": line.text}
            )
        if net:
            chosen.append((line, net))
    if sum(net for _line, net in chosen) <= 0:
        raise MoreThanIsLeft(_("Say how much of which line is taken back. Together it must be more than nothing."))
    return chosen


def _standing(invoice: Invoice, request: PaymentRequest) -> Standing:
    credited = sum(Invoice.objects.filter(credits=invoice).values_list("gross", flat=True))
    return Standing(invoice.gross, -credited, paid_on(request))


def _note(
    invoice: Invoice, chosen: Sequence[tuple[InvoiceLine, int]], groups: Sequence[VatGroup], reason: str, by: Party | None, at: datetime
) -> Invoice:  # fmt: skip
    day = clock.local_date(at, invoice.coop.timezone)
    series, number = take_number(invoice.coop, day, CREDIT_NOTE)
    net, vat = sum(group.base for group in groups), sum(group.vat for group in groups)
    return Invoice(
        coop=invoice.coop,
        series=series,
        serial=series.last,
        number=number,
        client=invoice.client,
        credits=invoice,
        activity=invoice.activity,
        order_id=invoice.order_id,
        issue_date=day,
        due_date=day,
        delivery_date=invoice.delivery_date,
        seller=invoice.seller,
        buyer=invoice.buyer,
        notes=[reason],
        currency=invoice.currency,
        language=invoice.language,
        lines_count=len(chosen),
        rates_count=len(groups),
        net=net,
        vat=vat,
        gross=net + vat,
        issued_at=at,
        issued_by=by,
    )


def _book(note: Invoice, before: Standing, is_all: bool, by: Party | None, at: datetime) -> Transaction:
    coop, party, invoice = note.coop, note.client.party, note.credits
    assert invoice is not None
    # VAT is rounded on each paper: when the last part is taken back, the cents by which the parts differ go too.
    cents = before.gross - before.credited + note.gross if is_all else 0
    after = Standing(before.gross, before.credited - note.gross + cents, before.paid)
    back = after.sent_back - before.sent_back
    earned = earned_by(invoice=note, by=by, at=at)
    return ledger.post(
        coop=coop,
        kind="credit_note",
        key=f"credit_note:{note.number}:1",
        date=note.issue_date,
        postings=[
            *earned.postings,
            ledger.NewPosting(ledger.open_account(coop=coop, kind=Account.Kind.VAT, at=at), -note.vat, "vat"),
            ledger.NewPosting(
                ledger.open_account(coop=coop, kind=Account.Kind.RECEIVABLE, party=party, at=at), note.gross - cents + back, "gross"
            ),
            # What was paid is the client's again.
            ledger.NewPosting(
                ledger.open_account(coop=coop, kind=Account.Kind.REFUNDS, party=party, at=at), -back, "paid_before"
            ),
            *([ledger.NewPosting(ledger.open_account(coop=coop, kind=Account.Kind.ROUNDING, at=at), cents, "cents")] if cents else []),
        ],
        by=by,
        at=at,
        basis=earned.basis,
        facts={
            **earned.facts, "invoice": invoice.number, "credit_note": note.number, "gross": -note.gross, "paid": before.paid,
        },
    )  # fmt: skip


def _lines_of(note: Invoice, chosen: Sequence[tuple[InvoiceLine, int]]) -> list[InvoiceLine]:
    return [
        InvoiceLine(
            coop=note.coop,
            invoice=note,
            position=position,
            job_id=line.job_id,
            credits=line,
            text=line.text,
            date=line.date,
            **_how(line, net),
            net=-net,
            vat_category=line.vat_category,
            vat_permille=line.vat_permille,
        )
        for position, (line, net) in enumerate(chosen, 1)
    ]


def _how(line: InvoiceLine, net: int) -> dict[str, object]:
    """A line that is taken back as a whole says how it came about; of a part nobody bought a quantity."""
    if net != line.net or line.quantity_milli is None:
        return {}
    return {
        "quantity_milli": -line.quantity_milli, "unit": line.unit, "unit_price": line.unit_price,
        "discount_permille": line.discount_permille,
    }  # fmt: skip


def _ask_less(request: PaymentRequest, left: int, is_all: bool, by: Party | None, at: datetime) -> None:
    if is_all or left <= 0:
        payments.withdraw_request(request=request, by=by, at=at)
    else:
        payments.lower_request(request=request, amount=left, by=by, at=at)
