"""Who has not paid: what a client owes by now, with what the law adds; and asking again."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.views import pdf_response, render
from marke.invoices import services
from marke.invoices.claims import claims_of
from marke.invoices.models import Invoice, Reminder
from marke.invoices.pdf import claim_pdf, reminder_pdf
from marke.invoices.permissions import check_papers
from marke.parties.http import CoopRequest
from marke.parties.models import Client
from marke.parties.permissions import members_only, office_only
from marke.payments.permissions import MONEY_OFFICES


def _today(request: CoopRequest) -> date:
    return clock.local_date(clock.now(), request.coop.timezone)


def _client(request: CoopRequest, number: int) -> Client:
    found = get_object_or_404(Client.objects.select_related("party"), coop=request.coop, number=number)
    found.coop = request.coop
    return found


@require_safe
@office_only(*MONEY_OFFICES)
def claims(request: CoopRequest, client: int) -> HttpResponse:
    buyer = _client(request, client)
    found = claims_of(request.coop, buyer, _today(request), clock.now())
    context = {
        "client": buyer,
        "claims": found,
        "on": _today(request),
        "owed": sum(claim.owed for claim in found),
        "interest": sum(claim.interest for claim in found),
        "lump_sums": sum(claim.lump_sum for claim in found),
        "total": sum(claim.total for claim in found),
        "reminders": Reminder.objects.filter(invoice__client=buyer, coop=request.coop)
        .select_related("invoice")
        .order_by("-sent_at")[:20],
    }
    return render(request, "invoices/claims.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def claims_paper(request: CoopRequest, client: int) -> HttpResponse:
    buyer = _client(request, client)
    found = claims_of(request.coop, buyer, _today(request), clock.now())
    if not found:
        return redirect("invoices:claims", request.coop.slug, client)
    return pdf_response(f"{request.coop.slug}-claim-{client}.pdf", claim_pdf(found, at=clock.now()))


@require_POST
@members_only
def reminder(request: CoopRequest, number: str) -> HttpResponse:
    """Asks the client again now, whatever the rule says."""
    invoice = _invoice(request, number)
    services.remind(invoice=invoice, by=request.party, at=clock.now())
    messages.success(request, _("%(client)s is asked again by mail.") % {"client": invoice.buyer["name"]})
    return redirect("invoices:invoice", request.coop.slug, invoice.number)


@require_safe
@members_only
def reminder_paper(request: CoopRequest, number: str) -> HttpResponse:
    """The latest reminder as a letter."""
    invoice = _invoice(request, number)
    latest = get_object_or_404(Reminder, invoice=invoice, step=invoice.reminders.count())
    latest.invoice = invoice
    return pdf_response(f"{request.coop.slug}-{invoice.number}-reminder.pdf", reminder_pdf(latest))


def _invoice(request: CoopRequest, number: str) -> Invoice:
    invoice = get_object_or_404(Invoice.objects.select_related("client__party", "activity"), coop=request.coop, number=number)
    invoice.coop = request.coop
    check_papers(request, invoice.activity)
    return invoice
