"""What the treasurer does with a share issue: looks who takes part, deals, releases, allots, and reports."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.capital import queries, services
from marke.capital.conditions import State
from marke.capital.forms import ReportForm
from marke.capital.models import ShareIssue
from marke.capital.queries import Taken
from marke.capital.views.issues import TONES, found_issue
from marke.common import clock
from marke.common.money import to_major
from marke.common.refusal import NotAllowed, Refused
from marke.common.views import csv_response, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.payments.permissions import MONEY_OFFICES
from marke.rounds.permissions import check_second_person
from marke.rounds.queries import move_of, moves_of
from marke_core.share_issue import Dealt

STEPS = (State.OPEN, State.CLOSED, State.FINAL, State.RELEASED, State.SETTLED)


@require_safe
@office_only(*MONEY_OFFICES)
def subscriptions(request: CoopRequest, number: int) -> HttpResponse:
    """Who takes part with how much, what is paid, and who gets how many shares as things stand."""
    issue = found_issue(request, number)
    taken = queries.standing(issue)
    dealt = queries.dealt(issue, taken)
    round = issue.round
    context = {
        "issue": issue,
        "round": round,
        "tone": TONES[round.state],
        "rows": _rows(taken, dealt),
        "asked": sum(row.subscription.shares for row in taken),
        "paid": sum(row.paid for row in taken),
        "together": sum(_part(row, part) for row, part in zip(taken, dealt.parts, strict=True)),
        "dealt": dealt,
        "missing": max(0, issue.worth(max(1, issue.minimum)) - issue.worth(dealt.wanted)),
        "steps": [round.word_for(state) for state in STEPS],
        "step": STEPS.index(State(round.state)) + 1 if round.state in STEPS else 0,
        "history": list(moves_of(round)),
        "final": move_of(round, State.FINAL),
        "may_release": _may_release(request, issue),
    }
    return render(request, "capital/subscriptions.html", context)


def _rows(taken: list[Taken], dealt: Dealt) -> list[dict[str, object]]:
    return [{"taken": row, "part": _part(row, part)} for row, part in zip(taken, dealt.parts, strict=True)]


def _part(row: Taken, part: int) -> int:
    """What was dealt when it became final; until then, what would be dealt now."""
    return part if row.subscription.allotted is None else row.subscription.allotted


def _may_release(request: CoopRequest, issue: ShareIssue) -> bool:
    if issue.round.state != State.FINAL:
        return False
    try:
        check_second_person(issue.round, request.party)
    except NotAllowed:
        return False
    return True


@require_safe
@office_only(*MONEY_OFFICES)
def subscriptions_csv(request: CoopRequest, number: int) -> HttpResponse:
    issue = found_issue(request, number)
    taken = queries.standing(issue)
    dealt = queries.dealt(issue, taken)
    currency = request.coop.currency
    header = [_("Member"), _("Name"), _("Asked at"), _("Shares asked for"), _("Amount"), _("Paid"), _("Shares given out")]
    return csv_response(
        f"{request.coop.slug}-share-issue-{number}.csv",
        header,
        (
            [
                row.subscription.membership.number,
                row.subscription.membership.party.name,
                row.subscription.wish.made_at.isoformat(),
                row.subscription.shares,
                to_major(row.subscription.amount, currency),
                to_major(row.paid, currency),
                _part(row, part),
            ]
            for row, part in zip(taken, dealt.parts, strict=True)
        ),
    )


Move = Callable[..., object]
MOVES_TO: dict[str, Move] = {
    State.CLOSED: services.close_issue,
    State.FINAL: services.finalise_issue,
    State.RELEASED: services.release_issue,
    State.SETTLED: services.settle_issue,
    State.CANCELLED: services.cancel_issue,
}


@require_POST
@office_only(*MONEY_OFFICES)
def issue_state(request: CoopRequest, number: int, state: str) -> HttpResponse:
    issue = found_issue(request, number)
    if state not in MOVES_TO:
        raise Http404
    MOVES_TO[state](issue=issue, by=request.party, at=clock.now())
    issue.round.refresh_from_db()
    told = _("“%(title)s”: %(state)s.")
    messages.success(request, told % {"title": issue.round.title, "state": issue.round.get_state_display().lower()})
    return redirect("capital:subscriptions", request.coop.slug, number)


@require_POST
@office_only(*MONEY_OFFICES)
def reports(request: CoopRequest, number: int) -> HttpResponse:
    """Tells what the money was used for."""
    issue = found_issue(request, number)
    form = ReportForm(request.POST, coop=request.coop)
    if form.is_valid():
        try:
            services.report_on_issue(issue=issue, by=request.party, at=clock.now(), **form.cleaned_data)
            messages.success(request, _("Your report stands on the page."))
            return redirect("capital:issue", request.coop.slug, number)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "capital/report.html", {"issue": issue, "round": issue.round, "form": form}, status=422)
