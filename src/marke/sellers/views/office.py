"""The report of a year: who is in it with which figures, what is missing by whom, and its files."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import csv_response, file_response, render
from marke.ledger.lookup import first_day
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.sellers import queries, services
from marke.sellers.drafting import CHANGED, HELD_BACK, NEW, Draft, draft, identity_of
from marke.sellers.forms import OperatorForm, ReportForm
from marke.sellers.showing import cells, copy_of, csv_header, csv_row, facts, operator_facts, rows
from marke.sellers.words import says
from marke_core.dac7 import Seller, missing_of_seller

OLDEST = 2023  # the first year of which DAC7 was reported


@require_safe
@office_only(*MONEY_OFFICES)
def years(request: CoopRequest) -> HttpResponse:
    """Each year since something was booked, and how far it is."""
    coop, at = request.coop, clock.now()
    today, made = clock.local_date(at, coop.timezone), queries.last_made(coop)
    found = queries.years(coop, today, first_day(coop))
    context = {
        "rows": [(year, made.get(year), year < today.year, queries.due_on(year)) for year in found if year >= OLDEST],
        "is_on": queries.is_on(coop, at),
    }
    return render(request, "sellers/years.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def year(request: CoopRequest, year: int) -> HttpResponse:
    return _page(request, year, ReportForm())


def _page(request: CoopRequest, year: int, form: ReportForm) -> HttpResponse:
    found = _draft(request, year)
    coop, at = request.coop, clock.now()
    context = {
        "year": year,
        "draft": found,
        "rows": rows(coop, found.lines, queries.earnings_accounts(coop), year),
        "operator": operator_facts(found.operator),
        "operator_missing": [says(each) for each in found.operator_missing],
        "reports": queries.reports(coop, year),
        "is_on": queries.is_on(coop, at),
        "is_over": year < clock.local_date(at, coop.timezone).year,
        "due": queries.due_on(year),
        "to_say": len(found.of(NEW, CHANGED)) + len(found.gone),
        "operator_changed": services.operator_changed(found, queries.reports(coop, year).first()),
        "held_back": len(found.of(HELD_BACK)),
        "form": form,
    }
    return render(request, "sellers/year.html", context, status=422 if form.errors else 200)


def _draft(request: CoopRequest, year: int) -> Draft:
    """Raises: Http404 for a year before the directive, or one that has not begun."""
    if not OLDEST <= year <= clock.local_date(clock.now(), request.coop.timezone).year:
        raise Http404(_("Nothing is reported of %(year)s.") % {"year": year})
    return draft(request.coop, year, clock.now())


@require_safe
@office_only(*MONEY_OFFICES)
def year_csv(request: CoopRequest, year: int) -> HttpResponse:
    coop, found = request.coop, _draft(request, year)
    return csv_response(
        f"{coop.slug}-sellers-{year}.csv",
        csv_header(),
        (csv_row(row, coop.currency) for row in rows(coop, found.lines, {}, year)),
    )


@require_POST
@office_only(*MONEY_OFFICES)
def reporting(request: CoopRequest, year: int) -> HttpResponse:
    """Makes the files that are to be handed in now."""
    _draft(request, year)
    form = ReportForm(request.POST)
    if form.is_valid():
        try:
            made = services.report_year(
                coop=request.coop, year=year, knowing=form.cleaned_data["knowing"], by=request.party, at=clock.now()
            )
            numbers = ", ".join(str(report.number) for report in made)
            messages.success(
                request, _("File %(numbers)s is here. Download it and hand it in with the tax office.") % {"numbers": numbers}
            )
            return redirect("sellers:year", request.coop.slug, year)
        except services.SellersIncomplete as refused:
            form.add_error("knowing", str(refused))
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, year, form)


@require_safe
@office_only(*MONEY_OFFICES)
def file(request: CoopRequest, number: int) -> HttpResponse:
    """A file as it was made."""
    found = queries.reports(request.coop).filter(number=number).first()
    if found is None or not found.content:
        raise Http404(_("There is no such file, or its time was over and it was blanked."))
    return file_response(f"{request.coop.slug}-dac7-{found.year}-{found.number}.xml", found.content, "application/xml")


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*MONEY_OFFICES)
def platform(request: CoopRequest) -> HttpResponse:
    """By which number the tax office knows the co-op."""
    coop = request.coop
    form = OperatorForm(request.POST or None, coop=coop, details=queries.operator_of(coop))
    if request.method == "POST" and form.is_valid():
        try:
            services.tell_operator(coop=coop, by=request.party, at=clock.now(), **form.cleaned_data)
            messages.success(request, _("It is kept."))
            return redirect("sellers:years", coop.slug)
        except Refused as refused:
            form.add_error("tin", str(refused))
    return render(request, "sellers/platform.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@office_only(*MONEY_OFFICES)
def seller(request: CoopRequest, number: int) -> HttpResponse:
    """What one member told, and what was reported of them: to look at, not to change."""
    coop, at = request.coop, clock.now()
    member = Membership.objects.filter(coop=coop, number=number).select_related("party", "coop").first()
    if member is None or not (queries.is_seller(member) or queries.said_of(member).exists()):
        raise Http404(_("There is no such seller."))
    told, this_year = queries.details_by(member), clock.local_date(at, coop.timezone).year
    who = Seller(str(member.number), identity_of(member.party, told), ())
    paid = queries.figures(coop, this_year).get(member.party_id)
    context = {
        "member": member,
        "details": told,
        "facts": facts(who),
        "missing": [says(each) for each in missing_of_seller(who, this_year)],
        "year": this_year,
        "cells": cells(coop, paid) if paid else [],
        "copies": [copy_of(each) for each in queries.said_of(member)],
    }
    return render(request, "sellers/seller.html", context)
