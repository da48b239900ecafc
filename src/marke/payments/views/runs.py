"""Pay runs: draft, final, released by a second person, sent, paid."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.money import to_major
from marke.common.navigation import soft_reverse
from marke.common.refusal import Refused
from marke.common.views import csv_response, file_response, page_of, render
from marke.parties.http import CoopRequest
from marke.parties.models import Coop
from marke.parties.permissions import can_office, check_member, check_office, members_only, office_only
from marke.payments import queries, services
from marke.payments.bank_files import pay_run_file
from marke.payments.conditions import MOVES, PAY_RUN
from marke.payments.forms import ConfirmForm, PayRunForm
from marke.payments.models import PayRunLine
from marke.payments.payables import payables
from marke.payments.permissions import ANY_MEMBER, MONEY_OFFICES, check_may_release, may_release
from marke.rounds.models import Round
from marke.rounds.queries import move_of, moves_of, rounds
from marke.rules.queries import rulebook
from marke_core.banking import show_iban

State = Round.State
STEPS_OF_A_RUN = (State.DRAFT, State.FINAL, State.RELEASED, State.SENT, State.SETTLED)
TONES = {"draft": "plain", "final": "warn", "released": "warn", "sent": "warn", "settled": "good", "cancelled": "plain"}


@require_http_methods(["GET", "POST"])
@office_only(*MONEY_OFFICES)
def pay_runs(request: CoopRequest) -> HttpResponse:
    coop, at = request.coop, clock.now()
    form = PayRunForm(request.POST or None, initial={"until": queries.proposed_until(coop, at)})
    if request.method == "POST" and form.is_valid():
        try:
            run = services.draft_pay_run(coop=coop, until=form.cleaned_data["until"], by=request.party, at=at)
            return redirect("payments:pay_run", coop.slug, run.number)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "page": page_of(request, queries.pay_runs(coop)),
        "tones": TONES,
        "form": form,
        "due": queries.pay_run_due(coop, at),
        "next": queries.next_pay_day(coop, at),
        "prepared": queries.prepared_run(coop),
        "also": queries.also_due(coop, at),
    }
    return render(request, "payments/pay_runs.html", context)


def _run(request: CoopRequest, number: int) -> Round:
    run = get_object_or_404(rounds(request.coop, PAY_RUN), number=number)
    run.coop = request.coop
    return run


def _check_may_look(request: CoopRequest, run: Round) -> None:
    """Officers, and, where any member may release, members while a run waits for that."""
    check_member(request)
    if can_office(request, *MONEY_OFFICES):
        return
    waits = run.state == State.FINAL
    if waits and rulebook(request.coop, clock.now()).value("payments.release") == ANY_MEMBER:
        return
    check_office(request, *MONEY_OFFICES)


@require_safe
@members_only
def pay_run(request: CoopRequest, number: int) -> HttpResponse:
    run = _run(request, number)
    _check_may_look(request, run)
    return _run_page(request, run)


def _run_page(request: CoopRequest, run: Round, confirm_form: ConfirmForm | None = None) -> HttpResponse:
    lines = list(queries.run_lines(run))
    today = clock.local_date(clock.now(), request.coop.timezone)
    context = {
        "run": run,
        "tone": TONES[run.state],
        "paid": [_shown(line, request.coop) for line in lines if not line.left_out],
        "left_out": [_shown(line, request.coop) for line in lines if line.left_out],
        "total": queries.total(lines),
        "steps": [run.word_for(state) for state in STEPS_OF_A_RUN],
        "step": STEPS_OF_A_RUN.index(State(run.state)) + 1 if run.state in STEPS_OF_A_RUN else 0,
        "history": list(moves_of(run)),
        "final": move_of(run, State.FINAL),
        "is_officer": can_office(request, *MONEY_OFFICES),
        "may_release": run.state == State.FINAL and may_release(run, request.party, clock.now()),
        "moves": MOVES[run.state],
        "confirm_form": confirm_form or ConfirmForm(initial={"date": today}),
    }
    return render(request, "payments/pay_run.html", context)


def _shown(line: PayRunLine, coop: Coop) -> dict[str, object]:
    return {
        "line": line,
        "what": queries.what_for(line),
        "url": payables.get(line.kind).url(coop, line.subject) if line.kind != PayRunLine.PAY else "",
        "iban": show_iban(line.iban),
        # Why this much: the member's account with every job in it.
        "why": soft_reverse("ledger:account", coop.slug, line.account.pk),
    }


def _confirm(run: Round, request: CoopRequest) -> None:
    form = ConfirmForm(request.POST)
    day = form.cleaned_data["date"] if form.is_valid() else None
    services.confirm_pay_run(run=run, date=day, by=request.party, at=clock.now())


def _release(run: Round, request: CoopRequest) -> None:
    assert request.party is not None
    services.release_pay_run(run=run, by=request.party, at=clock.now())


Step = Callable[[Round, CoopRequest], object]
STEPS: dict[str, Step] = {
    "draft": lambda run, request: services.redraft_pay_run(run=run, by=request.party, at=clock.now()),
    "final": lambda run, request: services.finalise_pay_run(run=run, by=request.party, at=clock.now()),
    "released": _release,
    "sent": lambda run, request: services.send_pay_run(run=run, by=request.party, at=clock.now()),
    "settled": _confirm,
    "cancelled": lambda run, request: services.cancel_pay_run(run=run, by=request.party, at=clock.now()),
}


@require_POST
@members_only
def pay_run_state(request: CoopRequest, number: int, state: str) -> HttpResponse:
    run = _run(request, number)
    if state not in STEPS:
        raise Http404
    if state == State.RELEASED and request.party is not None:
        check_may_release(run, request.party, clock.now())
    else:
        check_office(request, *MONEY_OFFICES)
    STEPS[state](run, request)
    run.refresh_from_db(fields=["state"])
    messages.success(
        request,
        _("Pay run %(number)s: %(state)s.") % {"number": run.number, "state": run.get_state_display().lower()},
    )
    if can_office(request, *MONEY_OFFICES):
        return redirect("payments:pay_run", request.coop.slug, number)
    return redirect("payments:my_pay", request.coop.slug)


@require_safe
@office_only(*MONEY_OFFICES)
def pay_run_sepa(request: CoopRequest, number: int) -> HttpResponse:
    run = _run(request, number)
    return file_response(f"{request.coop.slug}-pay-run-{run.number}.xml", pay_run_file(run), "application/xml")


@require_safe
@office_only(*MONEY_OFFICES)
def pay_run_csv(request: CoopRequest, number: int) -> HttpResponse:
    run = _run(request, number)
    return csv_response(
        f"{request.coop.slug}-pay-run-{run.number}.csv",
        [_("Line"), _("Name"), _("For"), _("Account"), _("Holder"), _("Amount"), _("Left out")],
        (
            [
                line.position,
                line.party.name,
                queries.what_for(line),
                line.iban,
                line.holder,
                to_major(line.amount, request.coop.currency),
                line.get_left_out_display() if line.left_out else "",
            ]
            for line in queries.run_lines(run)
        ),
    )
