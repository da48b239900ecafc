"""The years: what became of each result, for every member to look at."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.money import to_major
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_office, members_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rounds.models import Round
from marke.rounds.queries import moves_of
from marke.surplus import queries, services
from marke.surplus.forms import StartForm
from marke.surplus.models import YearClose
from marke.surplus.services.previews import OPEN_PROPOSALS
from marke.surplus.telling import flow_rows, my_year, step_lines

State = Round.State
STEPS_OF_A_YEAR = (State.DRAFT, State.CLOSED, State.FINAL, State.SETTLED)
TONES = {"draft": "plain", "closed": "warn", "final": "warn", "settled": "good", "cancelled": "plain"}


class NothingToClose(Refused):
    """Every year that is over is closed or being closed."""


def found_year(request: CoopRequest, number: int) -> YearClose:
    year = queries.year_numbered(request.coop, number)
    if year is None:
        raise Http404(_("There is no such year"))
    year.coop = year.round.coop = request.coop
    return year


@require_http_methods(["GET", "POST"])
@members_only
def years(request: CoopRequest) -> HttpResponse:
    """All years, and the next one to close."""
    coop, at = request.coop, clock.now()
    ended = queries.next_year_to_close(coop, at)
    form = StartForm(request.POST or None)
    if request.method == "POST":
        check_office(request, *MONEY_OFFICES)
        if ended is None:
            raise NothingToClose(_("There is no year to close now: the next one is not over. Come back when it is."))
        if form.is_valid():
            try:
                year = services.start_year(
                    coop=coop,
                    since=ended.since,
                    until=ended.until,
                    once_key=form.cleaned_data["once_key"],
                    by=request.party,
                    at=at,
                )
                return redirect("surplus:year", coop.slug, year.round.number)
            except Refused as refusal:
                form.add_error(None, str(refusal))
    rows = queries.years(coop)
    latest = rows.first()
    context = {
        "page": page_of(request, rows),
        "tones": TONES,
        "ended": ended if latest is None or latest.round.state == State.SETTLED else None,
        "form": form,
        "is_officer": can_office(request, *MONEY_OFFICES),
    }
    return render(request, "surplus/years.html", context)


@require_safe
@members_only
def years_csv(request: CoopRequest) -> HttpResponse:
    """Every year as on the page."""
    currency = request.coop.currency
    header = [_("Year"), _("State"), _("Result"), _("To members"), _("Left for later years")]
    lines = (
        [
            year.round.title,
            year.round.get_state_display(),
            *(to_major(n, currency) for n in (year.result, year.to_members, year.carried)),
        ]
        for year in queries.years(request.coop)
    )
    return csv_response(f"{request.coop.slug}-years.csv", header, lines)


@require_safe
@members_only
def year(request: CoopRequest, number: int) -> HttpResponse:
    """What the year brought, where it goes, and what happens next."""
    shown = found_year(request, number)
    return render(request, "surplus/year.html", year_context(request, shown))


def year_context(request: CoopRequest, year: YearClose) -> dict[str, Any]:
    round = year.round
    line = queries.my_line(year, request.membership) if request.membership else None
    return {
        "year": year,
        "tone": TONES[round.state],
        "steps": [round.word_for(state) for state in STEPS_OF_A_YEAR],
        "step": STEPS_OF_A_YEAR.index(State(round.state)) + 1 if round.state in STEPS_OF_A_YEAR else 0,
        "lines": step_lines(year),
        "flow": flow_rows(year),
        "mine": my_year(line) if line else None,
        "history": list(moves_of(round)),
        "is_officer": can_office(request, *MONEY_OFFICES),
        "being_decided": year.proposal is not None and year.proposal.state in OPEN_PROPOSALS,
        "pay_before": queries.pay_before(year) if round.state == State.FINAL else None,
        "too_long": queries.loss_carried_too_long(year),
    }


@require_safe
@members_only
def steps_csv(request: CoopRequest, number: int) -> HttpResponse:
    """The steps as they are on the page."""
    shown = found_year(request, number)
    currency = request.coop.currency
    rows: list[list[object]] = [[_("Result of the year"), to_major(shown.result, currency), "", ""]]
    rows.append([_("Left by earlier years"), to_major(shown.earlier, currency), "", ""])
    rows += [[line.name, to_major(line.amount, currency), line.says, line.limit] for line in step_lines(shown)]
    rows.append([_("Left for later years"), to_major(shown.carried, currency), "", ""])
    name = f"{request.coop.slug}-{shown.round.title}-steps.csv"
    return csv_response(name, [_("Step"), _("Amount"), _("Of what"), _("Limit")], rows)
