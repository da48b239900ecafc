"""What waits in this month, and is it closed?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.money import format_money
from marke.common.refusal import Refused
from marke.common.views import render
from marke.ledger.closing import closed_until, closings, first_open_day
from marke.ledger.periods import Period, month_of, parse_period
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.treasury import services
from marke.treasury.asks import also_waiting
from marke.treasury.forms import CloseForm
from marke.treasury.models import MonthClose
from marke.treasury.month import closing_asked, done, month_to_close, open_items
from marke.treasury.standing import Standing, bank_says, standing_at

CLOSINGS_SHOWN = 12


@require_safe
@office_only(*MONEY_OFFICES)
def month(request: CoopRequest) -> HttpResponse:
    coop, at = request.coop, clock.now()
    items, to_close = open_items(coop, at), month_to_close(coop, at)
    seen = done(items)
    running = month_of(clock.local_date(at, coop.timezone))
    context = {
        "items": items,
        "others": also_waiting(coop, at),
        "shown": to_close or running,
        "to_close": to_close,
        "asked": closing_asked(coop, at),
        "closed_until": closed_until(coop),
        "all_done": seen == len(items),
        "steps_done": seen,
        "steps": len(items),
        "closes": _closes(request),
    }
    return render(request, "treasury/month.html", context)


def _closes(request: CoopRequest) -> list[dict[str, Any]]:
    """The latest closings and openings, each with what was seen then."""
    rows = closings(request.coop)[:CLOSINGS_SHOWN]
    seen = {close.closing_id: close for close in MonthClose.objects.filter(coop=request.coop, closing__in=rows)}
    return [{"closing": row, "seen": seen.get(row.pk), "last": _last_day(row.until)} for row in rows]


def _last_day(until: date | None) -> date | None:
    return until - timedelta(days=1) if until else None


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def close(request: CoopRequest, period: str) -> HttpResponse:
    """The form, then everything to be checked once more, then it is closed."""
    chosen, coop = parse_period(period), request.coop
    says = bank_says(coop, chosen.until)
    form = CloseForm(request.POST or None, coop=coop, initial={"bank_said": says.amount if says else None})
    if request.method == "POST" and form.is_valid():
        if request.POST.get("checked"):
            return _close(request, chosen, form)
        return render(request, "treasury/close_check.html", _check(request, chosen, form))
    standing = standing_at(coop, chosen.until)
    context = {"form": form, "period": chosen, "standing": standing, "last": _last_day(chosen.until), "says": says}
    return render(request, "treasury/close.html", context, status=200 if not form.errors else 422)


def _close(request: CoopRequest, period: Period, form: CloseForm) -> HttpResponse:
    coop = request.coop
    try:
        services.close_month(
            coop=coop,
            period=period,
            bank_said=form.cleaned_data["bank_said"],
            note=form.cleaned_data["note"],
            by=request.party,
            at=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        context = {"form": form, "period": period, "standing": standing_at(coop, period.until), "last": _last_day(period.until)}
        return render(request, "treasury/close.html", context, status=409)
    messages.success(request, _("%(period)s is closed.") % {"period": period.label})
    return redirect("treasury:month", coop.slug)


def _check(request: CoopRequest, period: Period, form: CloseForm) -> dict[str, Any]:
    coop, said = request.coop, form.cleaned_data["bank_said"]
    standing = standing_at(coop, period.until)
    return {
        "form": form,
        "period": period,
        "last": _last_day(period.until),
        "rows": _rows(request, standing, said, form.cleaned_data["note"]),
        "differs": said is not None and said != standing.bank,
        "difference": 0 if said is None else said - standing.bank,
        "not_compared": said is None and standing.has_bank,
        "unmatched": standing.unmatched,
        "first_open": first_open_day(coop, period.until),
    }


def _rows(request: CoopRequest, standing: Standing, said: int | None, note: str) -> list[tuple[str, str]]:
    def money(amount: int) -> str:
        return format_money(amount, request.coop.currency)

    rows = [
        (_("In the bank, by the books"), money(standing.bank)),
        (_("In the bank, by its statement"), _("not looked at") if said is None else money(said)),
    ]
    owed = [
        (_("Clients owe"), standing.receivable),
        (_("Done, not yet invoiced"), standing.unbilled),
        (_("Members are owed"), standing.owed),
        (_("VAT to be paid"), standing.vat),
    ]
    rows += [(label, money(amount)) for label, amount in owed if amount]
    if standing.unmatched:
        rows.append((_("Payments nobody understands yet"), str(standing.unmatched)))
    return [*rows, (_("Note"), note)] if note else rows
