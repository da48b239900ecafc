"""The figures of a period, to read and for the accountant."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marke.common import clock
from marke.common.views import csv_response, pdf_response, render
from marke.ledger.closing import closed_until
from marke.ledger.periods import month_of, parse_period, quarter_of, year_of
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.treasury.accountant import accountants_zip, sheets_of
from marke.treasury.papers import sheets_pdf
from marke.treasury.reports import trial_rows
from marke.treasury.views.sheets import find, on_page, sheet_csv


@require_safe
@office_only(*MONEY_OFFICES)
def reports(request: CoopRequest, period: str = "") -> HttpResponse:
    coop = request.coop
    today = clock.local_date(clock.now(), coop.timezone)
    chosen = parse_period(period) if period else month_of(today).before
    closed = closed_until(coop)
    # A paper of a period that still moves says so.
    context = {
        "period": chosen,
        "tabs": [(one, one == chosen) for one in (month_of(chosen.since), quarter_of(chosen.since), year_of(chosen.since))],
        "sheets": [
            on_page(sheet, reverse("treasury:report_csv", args=[coop.slug, chosen.code, sheet.key]))
            for sheet in sheets_of(coop, chosen)
        ],
        "is_over": chosen.until <= today,
        "is_closed": closed is not None and chosen.until <= closed,
    }
    return render(request, "treasury/reports.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def report_csv(request: CoopRequest, period: str, sheet: str) -> HttpResponse:
    coop, chosen = request.coop, parse_period(period)
    if sheet == "trial-balance":
        header, *rows = trial_rows(coop, chosen)
        return csv_response(f"{coop.slug}-trial-balance-{chosen.code}.csv", header, rows)
    found = find(sheets_of(coop, chosen), sheet)
    if found is None:
        raise Http404(_("There is no such list."))
    return sheet_csv(f"{coop.slug}-{found.key}-{chosen.code}.csv", found)


@require_safe
@office_only(*MONEY_OFFICES)
def reports_pdf(request: CoopRequest, period: str) -> HttpResponse:
    coop, chosen = request.coop, parse_period(period)
    content = sheets_pdf(coop, title=_("The figures"), subtitle=chosen.label, sheets=sheets_of(coop, chosen), at=clock.now())
    return pdf_response(f"{coop.slug}-figures-{chosen.code}.pdf", content)


@require_safe
@office_only(*MONEY_OFFICES)
def accountant(request: CoopRequest, period: str) -> FileResponse:
    coop, chosen = request.coop, parse_period(period)
    content = accountants_zip(coop, chosen, clock.now())
    name = f"{coop.slug}-for-the-accountant-{chosen.code}.zip"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
