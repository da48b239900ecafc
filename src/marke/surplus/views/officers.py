"""What who handles the money does with a year: compute it again, propose it, put it away, pay it; and the whole list."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.money import format_money, to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, file_response, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rounds.models import Round
from marke.rules.queries import rulebook
from marke.surplus import services
from marke.surplus.forms import PaymentForm, ProposalForm
from marke.surplus.kept import becomes_shares
from marke.surplus.statements import statements_zip
from marke.surplus.steps import PARTS
from marke.surplus.views.years import found_year

# Setting a page takes a moment; a large co-op takes its papers in parts.
MOST_PAPERS = 200


@require_POST
@office_only(*MONEY_OFFICES)
def preview(request: CoopRequest, number: int) -> HttpResponse:
    """Computed again; after a vote that did not adopt it, looked at again."""
    year = found_year(request, number)
    again = services.preview_year if year.round.state == Round.State.DRAFT else services.reopen_preview
    again(year=year, by=request.party, at=clock.now())
    messages.success(request, _("Computed again, from what the books and the rules say now."))
    return redirect("surplus:year", request.coop.slug, number)


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def proposal(request: CoopRequest, number: int) -> HttpResponse:
    """A title, a few words, and it goes to the members."""
    year = found_year(request, number)
    form = ProposalForm(request.POST or None, initial={"title": _("Close the year %(year)s") % {"year": year.round.title}})
    if request.method == "POST" and form.is_valid():
        assert request.party is not None
        try:
            made = services.propose_year(
                year=year,
                title=form.cleaned_data["title"],
                text=form.cleaned_data["text"],
                once_key=form.cleaned_data["once_key"],
                by=request.party,
                at=clock.now(),
            )
            return redirect("decisions:proposal", request.coop.slug, made.number)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "surplus/proposal.html", {"year": year, "form": form})


@require_POST
@office_only(*MONEY_OFFICES)
def cancellation(request: CoopRequest, number: int) -> HttpResponse:
    services.drop_year(year=found_year(request, number), by=request.party, at=clock.now())
    messages.success(request, _("Put away. Nothing was booked."))
    return redirect("surplus:years", request.coop.slug)


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def payment(request: CoopRequest, number: int) -> HttpResponse:
    """A last look before what members get goes to their pay."""
    year, coop = found_year(request, number), request.coop
    form = PaymentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.pay_year(year=year, report=form.cleaned_data["report"], by=request.party, at=clock.now())
            done = _("What members get goes with their next pay.") if year.paid else _("What was kept became shares.")
            messages.success(request, done)
            return redirect("surplus:year", coop.slug, number)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    if not rulebook(coop, clock.now()).value("surplus.liquidity"):
        del form.fields["report"]
    context = {
        "year": year,
        "form": form,
        "amount": format_money(year.paid, coop.currency),
        "kept": format_money(year.kept, coop.currency) if becomes_shares(year) else "",
    }
    return render(request, "surplus/payment.html", context)


@require_safe
@office_only(*MONEY_OFFICES)
def members_csv(request: CoopRequest, number: int) -> HttpResponse:
    """Every member's line."""
    year, currency = found_year(request, number), request.coop.currency
    parts = [name for name in (*PARTS, "loss") if any(step["name"] == name for step in year.steps) or name == "loss"]
    header = [_("Place"), _("Member"), _("Name"), *parts, _("In money"), _("Tax withheld"), _("Kept in your name")]
    lines = year.lines.select_related("membership__party").order_by("position").iterator(2_000)

    def row(line: object) -> list[object]:
        from marke.surplus.models import MemberYear

        assert isinstance(line, MemberYear)
        facts = json.loads(line.facts)
        amounts = [*(facts.get(name, 0) for name in parts), line.paid, line.withheld, line.kept]
        who = [line.position, line.membership.number, line.membership.party.name]
        return [*who, *(to_major(amount, currency) for amount in amounts)]

    return csv_response(f"{request.coop.slug}-{year.round.title}-members.csv", header, (row(line) for line in lines))


@require_safe
@office_only(*MONEY_OFFICES)
def statements(request: CoopRequest, number: int) -> HttpResponse:
    """The papers of many members in one archive, from ?from= on."""
    year = found_year(request, number)
    asked = request.GET.get("from", "1")
    first = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    rows = year.lines.filter(position__gte=first, position__lt=first + MOST_PAPERS)
    lines = list(rows.select_related("membership__party", "coop").prefetch_related("corrections").order_by("position"))
    for line in lines:
        line.year = year
    name = f"{request.coop.slug}-{year.round.title}-from-{first}.zip"
    return file_response(name, statements_zip(lines), "application/zip")
