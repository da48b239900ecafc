"""Work between businesses of the co-op, for whoever runs one of them and for who handles the money."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.activities.services import available
from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, pdf_response, render
from marke.invoices import internal_queries as queries
from marke.invoices import services
from marke.invoices.forms import InternalCreditForm, InternalInvoiceForm, InternalOfferForm
from marke.invoices.internal_pdf import internal_pdf
from marke.invoices.models import InternalInvoice, InternalOrder
from marke.invoices.permissions import runs
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, members_only
from marke.payments.permissions import MONEY_OFFICES

State = InternalOrder.State


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def internal_orders(request: CoopRequest) -> HttpResponse:
    """Those of the member's own businesses, of all for who handles the money; and a form to offer something."""
    assert request.membership is not None
    mine = queries.sellers_of(request.membership)
    form = _offer_form(request, mine)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            made = services.offer_inside(**form.cleaned_data, by=request.party, at=clock.now())
            messages.success(request, _("%(name)s has your offer.") % {"name": made.buyer.name})
            return redirect("invoices:internal_order", request.coop.slug, made.number)
        except Refused as refused:
            form.add_error(None, str(refused))
    rows = queries.orders(request.coop)
    if not can_office(request, *MONEY_OFFICES):
        rows = queries.may_be_seen(rows, request.membership)
    page = page_of(request, rows)
    context = {"page": page, "rows": [(order, queries.TONES.get(State(order.state), "plain")) for order in page], "form": form}
    return render(request, "invoices/internal_orders.html", context, status=422 if form is not None and form.errors else 200)


def _offer_form(request: CoopRequest, mine: list[Any]) -> InternalOfferForm | None:
    others = sorted(queries.buyers(request.coop), key=lambda each: each in mine)
    if not mine or len(others) < 2:
        return None
    return InternalOfferForm(request.POST or None, coop=request.coop, sellers=mine, buyers=others)


def _order(request: CoopRequest, number: int) -> InternalOrder:
    """Raises: Http404."""
    found = queries.orders(request.coop).filter(number=number).first()
    if found is None or not (runs(request, found.seller) or runs(request, found.buyer) or can_office(request, *MONEY_OFFICES)):
        raise Http404(_("There is no such order, or it is not of your business."))
    found.coop = found.seller.coop = found.buyer.coop = request.coop
    return found


@require_safe
@members_only
def internal_order(request: CoopRequest, number: int) -> HttpResponse:
    return _order_page(request, _order(request, number))


def _order_page(request: CoopRequest, order: InternalOrder, form: InternalInvoiceForm | None = None) -> HttpResponse:
    sells, buys, at = runs(request, order.seller), runs(request, order.buyer), clock.now()
    left: int = order.left  # type: ignore[attr-defined]
    may_invoice = (sells or can_office(request, *MONEY_OFFICES)) and order.state == State.ORDERED and left > 0
    context = {
        "order": order,
        "tone": queries.TONES.get(State(order.state), "plain"),
        "invoices": queries.invoices_of(order),
        "sells": sells,
        "buys": buys,
        "has": available(order.buyer, at) if buys else None,
        "form": form or (InternalInvoiceForm(coop=request.coop, left=left) if may_invoice else None),
    }
    return render(request, "invoices/internal_order.html", context, status=422 if form is not None and form.errors else 200)


@require_POST
@members_only
def internal_moves(request: CoopRequest, number: int) -> HttpResponse:
    """The buyer orders or declines; the seller withdraws, or closes what is left."""
    order, move = _order(request, number), request.POST.get("move", "")
    may = {"ordered": order.buyer, "declined": order.buyer, "withdrawn": order.seller, "closed": order.seller}
    if not any(runs(request, each) for each in ([may[move]] if move in may else [order.seller, order.buyer])):
        raise Http404(_("There is no such order, or it is not of your business."))
    if move in may:
        services.move_order(order=order, to=State(move), by=request.party, at=clock.now())
        words = {"ordered": _("It is ordered."), "declined": _("It is declined.")}
        messages.success(request, words.get(move, _("It is over.")))
    return redirect("invoices:internal_order", request.coop.slug, number)


@require_POST
@members_only
def internal_billing(request: CoopRequest, number: int) -> HttpResponse:
    """Invoices an order, wholly or in part: the buyer's account pays at once."""
    order = _order(request, number)
    if not (runs(request, order.seller) or can_office(request, *MONEY_OFFICES)):
        raise Http404(_("There is no such order, or it is not of your business."))
    form = InternalInvoiceForm(request.POST, coop=request.coop, left=order.left)  # type: ignore[attr-defined]
    if form.is_valid():
        try:
            made = services.invoice_inside(order=order, **form.cleaned_data, by=request.party, at=clock.now())
            messages.success(request, _("Internal invoice %(number)s is paid.") % {"number": made.number})
            return redirect("invoices:internal_invoice", request.coop.slug, made.number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _order_page(request, order, form)


def _invoice(request: CoopRequest, number: str) -> InternalInvoice:
    rows = InternalInvoice.objects.select_related("order", "credits", "transaction", "issued_by")
    found = rows.filter(coop=request.coop, number=number).first()
    if found is None:
        raise Http404(_("There is no such order, or it is not of your business."))
    found.order = _order(request, found.order.number)
    found.coop = request.coop
    return found


@require_safe
@members_only
def internal_invoice(request: CoopRequest, number: str) -> HttpResponse:
    return _invoice_page(request, _invoice(request, number))


def _invoice_page(request: CoopRequest, found: InternalInvoice, form: InternalCreditForm | None = None) -> HttpResponse:
    note = InternalInvoice.objects.filter(credits=found).first()
    may = runs(request, found.order.seller) or can_office(request, *MONEY_OFFICES)
    context = {
        "invoice": found,
        "note": note,
        "form": form or (InternalCreditForm() if may and note is None and not found.is_credit_note else None),
    }
    return render(request, "invoices/internal_invoice.html", context, status=422 if form is not None else 200)


@require_safe
@members_only
def internal_paper(request: CoopRequest, number: str) -> HttpResponse:
    found = _invoice(request, number)
    return pdf_response(f"{request.coop.slug}-{found.number}.pdf", internal_pdf(found))


@require_POST
@members_only
def internal_credit(request: CoopRequest, number: str) -> HttpResponse:
    found, form = _invoice(request, number), InternalCreditForm(request.POST)
    if not (runs(request, found.order.seller) or can_office(request, *MONEY_OFFICES)):
        raise Http404(_("There is no such order, or it is not of your business."))
    if form.is_valid():
        try:
            note = services.credit_inside(invoice=found, reason=form.cleaned_data["reason"], by=request.party, at=clock.now())
            messages.success(request, _("Credit note %(number)s is issued.") % {"number": note.number})
            return redirect("invoices:internal_invoice", request.coop.slug, note.number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _invoice_page(request, found, form)
