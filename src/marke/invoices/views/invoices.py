"""Invoices, for the treasurer and for clients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.money import to_major
from marke.common.views import csv_response, page_of, pdf_response, render
from marke.invoices import queries, services
from marke.invoices.forms import CreditForm
from marke.invoices.judging import checked_by
from marke.invoices.models import Invoice
from marke.invoices.pdf import invoice_pdf
from marke.invoices.permissions import check_papers
from marke.invoices.queries import STATES, TONES, lines_left
from marke.parties.http import CoopRequest
from marke.parties.models import Client, Coop
from marke.parties.permissions import can_office, members_only, office_only
from marke.payments.pay_codes import PayCode, pay_code
from marke.payments.permissions import MONEY_OFFICES


@dataclass(frozen=True)
class Row:
    """An invoice with its state in words."""

    invoice: Invoice
    state: str
    label: object
    tone: str
    left: int


def _rows(invoices: Iterable[Invoice], coop: Coop, today: date) -> list[Row]:
    rows = []
    for invoice in invoices:
        invoice.coop = coop
        state = queries.state_of(invoice, today)
        left: int = invoice.owed  # type: ignore[attr-defined]
        rows.append(Row(invoice, state, STATES[state], TONES[state], left))
    return rows


def _today(request: CoopRequest) -> date:
    return clock.local_date(clock.now(), request.coop.timezone)


def _filtered(request: CoopRequest) -> QuerySet[Invoice]:
    rows = queries.in_state(queries.invoices(request.coop), request.GET.get("state", ""), _today(request))
    if words := request.GET.get("q", "").strip()[:60]:
        rows = rows.filter(Q(number__icontains=words) | Q(client__party__name__icontains=words))
    return rows


@require_safe
@office_only(*MONEY_OFFICES)
def invoices(request: CoopRequest) -> HttpResponse:
    page = page_of(request, _filtered(request))
    context = {
        "page": page,
        "rows": _rows(page, request.coop, _today(request)),
        "q": request.GET.get("q", ""),
        "state": request.GET.get("state", ""),
        "states": list(STATES.items()),
        "ageing": queries.ageing(request.coop, _today(request)),
        "waiting": len(queries.to_invoice(request.coop)),
    }
    return render(request, "invoices/invoices.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def invoices_csv(request: CoopRequest) -> HttpResponse:
    coop = request.coop
    header = [_("Number"), _("Date"), _("Due"), _("Client"), _("Net"), _("VAT"), _("Total"), _("Still to pay"), _("State")]
    return csv_response(
        f"{coop.slug}-invoices.csv",
        header,
        (
            [
                row.invoice.number,
                row.invoice.issue_date.isoformat(),
                row.invoice.due_date.isoformat(),
                row.invoice.buyer["name"],
                to_major(row.invoice.net, coop.currency),
                to_major(row.invoice.vat, coop.currency),
                to_major(row.invoice.gross, coop.currency),
                to_major(row.left, coop.currency),
                row.label,
            ]
            for row in _rows(_filtered(request), coop, _today(request))
        ),
    )


def _invoice(request: CoopRequest, number: str) -> Row:
    found = get_object_or_404(queries.invoices(request.coop).select_related("issued_by", "order"), number=number)
    check_papers(request, found.activity)
    return _rows([found], request.coop, _today(request))[0]


def _code(row: Row) -> PayCode | None:
    if not row.left:
        return None
    seller = row.invoice.seller
    return pay_code(
        name=seller["name"],
        iban=seller["iban"] or row.invoice.coop.iban,
        currency=row.invoice.currency,
        amount=row.left,
        reference=row.invoice.reference,
    )


@require_safe
@members_only
def invoice(request: CoopRequest, number: str) -> HttpResponse:
    return _invoice_page(request, _invoice(request, number))


def _invoice_page(request: CoopRequest, row: Row, form: CreditForm | None = None) -> HttpResponse:
    left = lines_left(row.invoice) if row.state not in ("credit", "credited") else []
    context = {
        "row": row,
        "invoice": row.invoice,
        "lines": row.invoice.lines.select_related("job"),
        "rates": row.invoice.vat_breakdown.all(),
        "code": _code(row),
        "due": row.invoice.due_date,
        "form": form or CreditForm(lines=left, currency=row.invoice.currency),
        "credit_notes": row.invoice.credit_notes.all(),
        "can_credit": bool(left),
        "reminders": row.invoice.reminders.all(),
        "is_office": can_office(request, *MONEY_OFFICES),
        "checked": checked_by(row.invoice),
    }
    return render(request, "invoices/invoice.html", context)


@require_POST
@members_only
def credit(request: CoopRequest, number: str) -> HttpResponse:
    row = _invoice(request, number)
    form = CreditForm(request.POST, lines=lines_left(row.invoice), currency=row.invoice.currency)
    if not form.is_valid():
        return _invoice_page(request, row, form)
    note = services.credit_invoice(
        invoice=row.invoice, reason=form.cleaned_data["reason"], amounts=form.amounts, by=request.party, at=clock.now()
    )
    messages.success(request, _("Credit note %(number)s is issued.") % {"number": note.number})
    return redirect("invoices:invoice", request.coop.slug, note.number)


@require_safe
@members_only
def pdf(request: CoopRequest, number: str) -> HttpResponse:
    return _pdf(_invoice(request, number).invoice, request.coop)


def _pdf(invoice: Invoice, coop: Coop) -> HttpResponse:
    return pdf_response(f"{coop.slug}-{invoice.number}.pdf", invoice_pdf(invoice))


# The client's own pages: who has the link needs no account.


def _client(request: CoopRequest, token: str) -> Client:
    found = get_object_or_404(Client.objects.select_related("party"), coop=request.coop, token=token)
    found.coop = request.coop
    return found


@never_cache
@require_safe
def client(request: CoopRequest, token: str) -> HttpResponse:
    buyer = _client(request, token)
    page = page_of(request, queries.invoices(request.coop).filter(client=buyer))
    owed = queries.outstanding(request.coop).filter(client=buyer)
    context = {
        "client": buyer,
        "token": token,
        "page": page,
        "rows": _rows(page, request.coop, _today(request)),
        "owed": sum(row.left for row in _rows(owed, request.coop, _today(request))),
    }
    return render(request, "invoices/client.html", context)


@never_cache
@require_safe
def client_invoice(request: CoopRequest, token: str, number: str) -> HttpResponse:
    buyer = _client(request, token)
    found = get_object_or_404(queries.invoices(request.coop).filter(client=buyer), number=number)
    row = _rows([found], request.coop, _today(request))[0]
    context = {
        "client": buyer,
        "token": token,
        "row": row,
        "invoice": row.invoice,
        "lines": row.invoice.lines.select_related("job"),
        "rates": row.invoice.vat_breakdown.all(),
        "code": _code(row),
        "due": row.invoice.due_date,
    }
    return render(request, "invoices/client_invoice.html", context)


@never_cache
@require_safe
def client_pdf(request: CoopRequest, token: str, number: str) -> HttpResponse:
    buyer = _client(request, token)
    return _pdf(get_object_or_404(Invoice, coop=request.coop, client=buyer, number=number), request.coop)
