"""Those who handle the money: all businesses, wages to be made, and how far the guarantee fund reaches."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.activities import payroll, queries, services
from marke.activities.forms import ReasonForm
from marke.activities.models import Entry
from marke.activities.permissions import activity_or_404
from marke.common import clock
from marke.common.money import format_money, to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, file_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, members_only, office_only
from marke.payments.permissions import MONEY_OFFICES


@require_safe
@office_only(*MONEY_OFFICES)
def every(request: CoopRequest) -> HttpResponse:
    coop, at = request.coop, clock.now()
    rows = queries.activities(coop).order_by("number")
    if request.GET.get("format") == "csv":
        return _every_csv(request)
    page = page_of(request, rows)
    held = queries.balances(coop, list(page))
    context = {
        "page": page,
        "rows": [(activity, held.get(activity.pk, 0)) for activity in page],
        "expenses": list(queries.open_expenses(coop)[:20]),
        "months": payroll.months(coop),
        "forms": list(payroll.payrolls_for(coop)),
        "has_guarantee": bool(queries.exposures(coop, at)),
    }
    return render(request, "activities/every.html", context)


def _every_csv(request: CoopRequest) -> HttpResponse:
    coop = request.coop
    held = queries.balances(coop)
    return csv_response(
        f"{coop.slug}-businesses.csv",
        [_("Business"), _("Name"), _("Whose it is"), _("Holds")],
        (
            [row.number, row.name, str(row.party or row.circle), to_major(held.get(row.pk, 0), coop.currency)]
            for row in queries.activities(coop).order_by("number")
        ),
    )


@require_safe
@office_only(*MONEY_OFFICES)
def payroll_file(request: CoopRequest, kind: str, month: str) -> HttpResponse:
    """What whoever makes the wages needs: person, hours, gross budget. `month`: 2026-03"""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404(_("There is no such month. Write it like 2026-03.")) from None
    found = payroll.payroll_or_none(request.coop, kind)
    if found is None:
        raise Http404(_("There is no such file."))
    name, content, content_type = found.file(request.coop, first, payroll.lines(request.coop, first))
    return file_response(name, content, content_type)


@require_safe
@members_only
def guarantee(request: CoopRequest) -> HttpResponse:
    """Members see how far the fund reaches; those who handle the money also who owes what."""
    coop, at = request.coop, clock.now()
    rows, is_officer = queries.exposures(coop, at), can_office(request, *MONEY_OFFICES)
    failure = queries.stress(coop, rows)
    names = [row.client if is_officer else _("Client %(n)d") % {"n": place} for place, row in enumerate(rows, 1)]
    top = [(name, row.advanced, format_money(row.advanced, coop.currency)) for name, row in zip(names, rows, strict=True)][:5]
    context = {
        "rows": list(zip(names, rows, strict=True)) if is_officer else [],
        "top": [row for row in top if row[1]],
        "failure": failure,
        "is_officer": is_officer,
        "late": list(queries.late_papers(coop, clock.local_date(at, coop.timezone))[:50]) if is_officer else [],
        "losses": list(queries.losses(coop)[:20]) if is_officer else [],
    }
    return render(request, "activities/guarantee.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
def write_off(request: CoopRequest, number: int, entry: int) -> HttpResponse:
    """What would be lost and who bears it, and then it is."""
    assert request.party is not None
    shown, at = activity_or_404(request, number), clock.now()
    found = Entry.objects.filter(activity=shown, number=entry, kind__in=queries.EARNING).select_related("client").first()
    if found is None:
        raise Http404(_("There is no such paper."))
    found.activity = shown
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.write_off(income=found, reason=form.cleaned_data["reason"], by=request.party, at=at)
            messages.success(request, _("It is written off. The VAT is to be asked back from the tax office."))
            return redirect("activities:guarantee", request.coop.slug)
        except Refused as refused:
            form.add_error(None, str(refused))
    lost, holds = services.loss(found, at), queries.fund_holds(request.coop)
    most = services.alone(request.coop, at)
    context = {"activity": shown, "entry": found, "form": form, "lost": lost, "holds": holds, "most": most}
    context["vote"] = lost is not None and lost.net > most
    return render(request, "activities/write_off.html", context, status=422 if form.errors else 200)
