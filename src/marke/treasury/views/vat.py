"""VAT: what is to be handed in, what was, and what was paid."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.explain import Explanation
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.common.views import pdf_response, render
from marke.ledger.lookup import first_day
from marke.ledger.periods import Period, parse_period, year_of
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.treasury import services, vat
from marke.treasury.bought import BoughtListing, bought_listing
from marke.treasury.forms import VatPaymentForm, VatReturnForm
from marke.treasury.models import VatPayment
from marke.treasury.papers import sheets_pdf
from marke.treasury.reports import bought_sheet, client_sheet, other_countries_sheet, vat_sheet
from marke.treasury.sheets import Sheet
from marke.treasury.views.sheets import find, on_page, sheet_csv

PERIODS_SHOWN = 8


@require_safe
@office_only(*MONEY_OFFICES)
def vat_periods(request: CoopRequest) -> HttpResponse:
    """The last periods since something was booked, and how far each is."""
    coop, at = request.coop, clock.now()
    period = vat.vat_period_of(coop, clock.local_date(at, coop.timezone), at)
    periods = [period]
    first = first_day(coop)
    while first is not None and first < periods[-1].since and len(periods) < PERIODS_SHOWN:
        periods.append(periods[-1].before)
    overview = vat.overview(coop, periods)
    context = {
        "rows": [{"period": each, "is_over": each != period, **overview[each.code]} for each in periods],
        "year": year_of(period.since).before,
        "has_list": coop.country in vat.CLIENT_LIST_FROM,
    }
    return render(request, "treasury/vat.html", context)


def _sheets(request: CoopRequest, period: Period) -> list[Sheet]:
    coop = request.coop
    sheets = [
        vat_sheet(coop, vat.vat_listing(coop, period)),
        bought_sheet(coop, bought_listing(coop, period)),
        other_countries_sheet(coop, period),
    ]
    if period == year_of(period.since):
        sheets.append(client_sheet(coop, period))
    return [sheet for sheet in sheets if sheet is not None]


def _address(request: CoopRequest, period: Period, sheet: Sheet) -> str:
    return reverse("treasury:vat_csv", args=[request.coop.slug, period.code, sheet.key])


@require_safe
@office_only(*MONEY_OFFICES)
def vat_period(request: CoopRequest, period: str) -> HttpResponse:
    chosen, coop = parse_period(period), request.coop
    handed = vat.handed_in(coop, chosen)
    paid = vat.paid_for(coop, chosen) if handed else 0
    payments = VatPayment.objects.filter(coop=coop, vat_return__period=chosen.code).select_related("recorded_by", "transaction")
    context = {
        "period": chosen,
        "bought": bought_listing(coop, chosen),
        "sheets": [on_page(sheet, _address(request, chosen, sheet)) for sheet in _sheets(request, chosen)],
        "handed": handed,
        "paid": paid,
        "left": handed.due - paid if handed else 0,
        "payments": payments.order_by("number"),
        "is_over": chosen.until <= clock.local_date(clock.now(), coop.timezone),
        "why_left": _why_left(request),
    }
    return render(request, "treasury/vat_period.html", context)


def _why_left(request: CoopRequest) -> Explanation:
    return Explanation(
        formula=_(
            "The VAT on invoices of the period, less that on credit notes, and VAT that is ours to reckon, less what you paid to "
            "suppliers and members, less what was paid."
        )
    )


@require_safe
@office_only(*MONEY_OFFICES)
def vat_csv(request: CoopRequest, period: str, sheet: str) -> HttpResponse:
    chosen = parse_period(period)
    found = find(_sheets(request, chosen), sheet)
    if found is None:
        raise Http404(_("There is no such list."))
    return sheet_csv(f"{request.coop.slug}-{found.key}-{chosen.code}.csv", found)


@require_safe
@office_only(*MONEY_OFFICES)
def vat_pdf(request: CoopRequest, period: str) -> HttpResponse:
    chosen, coop = parse_period(period), request.coop
    handed = vat.handed_in(coop, chosen)
    text = ""
    if handed:
        day = clock.local_date(handed.handed_in_at, coop.timezone).isoformat()
        text = _("Handed in on %(day)s by %(name)s.") % {
            "day": day,
            "name": handed.handed_in_by.name if handed.handed_in_by else "–",
        }
        if own := handed.own_vat:
            text += "\n" + _("VAT that is ours to reckon: %(amount)s.") % {"amount": format_money(own, coop.currency)}
        if taken_off := handed.deductible + handed.taken_off:
            amount = format_money(taken_off, coop.currency)
            text += "\n" + _("VAT paid to suppliers, taken off: %(amount)s.") % {"amount": amount}
    content = sheets_pdf(coop, title=_("VAT"), subtitle=chosen.label, sheets=_sheets(request, chosen), text=text, at=clock.now())
    return pdf_response(f"{coop.slug}-vat-{chosen.code}.pdf", content)


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def vat_return(request: CoopRequest, period: str) -> HttpResponse:
    """The form, then the figures once more, then it is written down as handed in."""
    chosen, coop = parse_period(period), request.coop
    form = VatReturnForm(request.POST or None, coop=coop)
    listing, bought = vat.vat_listing(coop, chosen), bought_listing(coop, chosen)
    context: dict[str, Any] = {
        "form": form,
        "period": chosen,
        "listing": listing,
        "bought": bought,
        "before": vat.handed_in(coop, chosen),
    }
    if request.method == "POST" and form.is_valid():
        if not request.POST.get("checked"):
            rows = _check_rows(request, form, listing.vat, bought)
            return render(request, "treasury/vat_return_check.html", {**context, "rows": rows})
        try:
            services.hand_in_vat(
                coop=coop,
                period=chosen,
                deductible=form.cleaned_data["deductible"] or 0,
                note=form.cleaned_data["note"],
                once_key=form.cleaned_data["once_key"],
                by=request.party,
                at=clock.now(),
            )
            messages.success(request, _("VAT of %(period)s is written down as handed in.") % {"period": chosen.label})
            return redirect("treasury:vat_period", coop.slug, chosen.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "treasury/vat_return.html", context, status=422 if form.errors else 200)


def _check_rows(request: CoopRequest, form: VatReturnForm, charged: int, bought: BoughtListing) -> list[tuple[str, str]]:
    currency, taken_off = request.coop.currency, form.cleaned_data["deductible"] or 0
    return [
        (_("VAT on invoices, credit notes taken off"), format_money(charged, currency)),
        (_("VAT that is ours to reckon"), format_money(bought.own, currency)),
        (_("VAT on suppliers’ bills, taken off"), format_money(bought.from_bills, currency)),
        (_("VAT on invoices in members’ names, taken off"), format_money(bought.from_members, currency)),
        (_("VAT that you paid besides"), format_money(taken_off, currency)),
        (_("To be paid"), format_money(charged + bought.own - bought.taken_off - taken_off, currency)),
        (_("Note"), form.cleaned_data["note"] or "–"),
    ]


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def vat_payment(request: CoopRequest, period: str) -> HttpResponse:
    chosen, coop = parse_period(period), request.coop
    handed = vat.handed_in(coop, chosen)
    if handed is None:
        raise Http404(_("VAT of %(period)s was not handed in yet.") % {"period": chosen.label})
    handed.coop = coop
    left = handed.due - vat.paid_for(coop, chosen)
    initial = {"amount": abs(left) or None, "came_back": left < 0, "date": clock.local_date(clock.now(), coop.timezone)}
    form = VatPaymentForm(request.POST or None, coop=coop, initial=initial)
    if request.method == "POST" and form.is_valid():
        amount = -form.cleaned_data["amount"] if form.cleaned_data["came_back"] else form.cleaned_data["amount"]
        try:
            services.record_vat_payment(
                vat_return=handed,
                amount=amount,
                date=form.cleaned_data["date"],
                once_key=form.cleaned_data["once_key"],
                by=request.party,
                at=clock.now(),
            )
            messages.success(request, _("It is booked."))
            return redirect("treasury:vat_period", coop.slug, chosen.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(
        request, "treasury/vat_payment.html", {"form": form, "period": chosen, "left": left}, status=422 if form.errors else 200
    )
