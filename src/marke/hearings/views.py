"""The list of hearings one may read, opening one, and the page of one with its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.decisions.views.proposals import page_url
from marke.hearings import queries, services
from marke.hearings.conditions import MEMBERS, OFFICERS, Outcome, State, may_appeal, may_decide, needs_a_vote
from marke.hearings.forms import (
    AppealAnswerForm,
    AppealForm,
    InterimForm,
    OpenForm,
    OutcomeForm,
    ReasonForm,
    SpeakerForm,
    StatementForm,
)
from marke.hearings.models import Case
from marke.hearings.permissions import DECIDING, case_or_404, is_about, speaks_for
from marke.hearings.rulebook import RULES
from marke.hearings.services.opening import OPENERS
from marke.hearings.tables import CSV_HEADER, csv_rows
from marke.hearings.words import TONES, broken, outcome_words
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, members_only
from marke.rules.queries import Rulebook, rulebook
from marke.rules.sentences import sentence_html


@require_safe
@members_only
def hearings(request: CoopRequest) -> HttpResponse:
    assert request.membership is not None and request.party is not None
    at = clock.now()
    services.settle_due(at=at, coop=request.coop)
    is_officer = can_office(request, *DECIDING)
    rows = queries.cases_for(request.coop, request.membership, request.party, is_officer=is_officer)
    if request.GET.get("format") == "csv":
        return csv_response(f"hearings-{request.coop.slug}.csv", CSV_HEADER, csv_rows(rows))
    page, rules = page_of(request, rows), rulebook(request.coop, at)
    for row in page:
        row.words, row.tone, row.broken = outcome_words(row), TONES[row.state], broken(row)
    context = {
        "page": page,
        "is_officer": is_officer,
        "may_open": _may_open(request, rules),
        "sentences": [sentence_html(rule, rules.value(rule.key), request.coop) for rule in RULES],
    }
    return render(request, "hearings/hearings.html", context)


def _may_open(request: CoopRequest, rules: Rulebook) -> bool:
    is_active = request.membership is not None and request.membership.state == Membership.State.MEMBER
    return is_active and (can_office(request, *OPENERS) or rules.value("hearings.opened_by") != OFFICERS)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def new(request: CoopRequest) -> HttpResponse:
    """?member=7 names whom it is about."""
    assert request.membership is not None and request.party is not None
    rules = rulebook(request.coop, clock.now())
    initial = {"membership": request.GET.get("member", "")[:10]}
    form = OpenForm(
        request.POST if request.method == "POST" else None, coop=request.coop, own=request.membership, initial=initial
    )
    if form.is_valid():
        answers = form.cleaned_data
        membership = answers.pop("membership")
        membership.coop = request.coop
        try:
            opened = services.open_case(membership=membership, **answers, by=request.party, at=clock.now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("hearings:case", request.coop.slug, opened.number)
    context = {
        "form": form,
        "alone": can_office(request, *OPENERS),
        "least": rules.value("hearings.least_members"),
        "days": rules.value("hearings.statement_days"),
    }
    return render(request, "hearings/new.html", context, status=422 if form.errors else 200)


@require_safe
def case(request: CoopRequest, number: int) -> HttpResponse:
    shown = case_or_404(request, number)
    if services.settle_due(at=clock.now(), coop=request.coop):
        shown = case_or_404(request, number)
    return _page(request, shown)


def _page(request: CoopRequest, shown: Case, **refused: forms.Form) -> HttpResponse:
    """Everything about one case, and the forms that this person may fill in now; `refused` ones with what was typed."""
    assert request.party is not None
    at, rules = clock.now(), rulebook(request.coop, clock.now())
    steps = list(shown.steps.select_related("by", "photo").defer("photo__content"))
    mine, party = is_about(shown, request.party, at), request.party
    context = {
        "case": shown,
        "broken": broken(shown),
        "outcome": outcome_words(shown),
        "tone": TONES[shown.state],
        "steps": steps,
        "grounds": next((step.text for step in steps if step.kind == "opened"), ""),
        "suspension": next(iter(shown.suspensions.filter(ended_at=None)), None),
        "proposals": list(queries.proposals_about(shown)),
        "mine": mine,
        "signed": shown.signatures.count() if shown.state == State.SIGNING else 0,
        "least": rules.value("hearings.least_members"),
        "appeal_to_members": rules.value("hearings.appeal_to") == MEMBERS,
        **_of_member(shown, speaks_for(shown, party, at), mine, at),
        **_of_others(request, shown, rules, mine),
        **refused,
    }
    return render(request, "hearings/case.html", context, status=422 if refused else 200)


def _of_member(shown: Case, speaks: bool, mine: bool, at: Any) -> dict[str, Any]:
    running = shown.state in (State.OPEN, State.DECIDED, State.APPEALED)
    named = {"speaker": shown.speaker.number if shown.speaker else None, "name": shown.speaker_name}
    return {
        "statement_form": StatementForm() if speaks and shown.state == State.OPEN else None,
        "speaker_form": SpeakerForm(case=shown, initial=named) if mine and running else None,
        "appeal_form": AppealForm() if speaks and may_appeal(shown, at) else None,
    }


def _of_others(request: CoopRequest, shown: Case, rules: Rulebook, mine: bool) -> dict[str, Any]:
    """What somebody with a mandate, or who opened or could sign it, can do now."""
    own, at = request.membership, clock.now()
    if mine or own is None or own.state != Membership.State.MEMBER:
        return {"appeal_vote": mine and own is not None and own.state == Membership.State.MEMBER and _appeal_waits(shown, rules)}
    officer = can_office(request, *DECIDING)
    takes_part = shown.opened_by_id == own.party_id or shown.speaker_id == own.pk or _signed(shown, own)
    free = queries.open_proposal(shown) is None
    offered = _outcomes(rules, takes_part) if officer and free and shown.state == State.OPEN else []
    if not may_decide(shown, queries.has_spoken(shown), at):
        offered = [each for each in offered if each == Outcome.NONE]
    resting = shown.suspensions.exists()
    interim = officer and not resting and rules.value("hearings.interim_days").days > 0
    running = shown.state in (State.OPEN, State.DECIDED, State.APPEALED)
    to_members = rules.value("hearings.appeal_to") == MEMBERS
    answers = officer and not takes_part and not to_members and shown.decided_by_id != own.party_id
    return {
        "sign": shown.state == State.SIGNING and not _signed(shown, own),
        "withdraw_form": ReasonForm()
        if shown.opened_by_id == own.party_id and shown.state in (State.SIGNING, State.OPEN)
        else None,
        "outcome_form": OutcomeForm(outcomes=offered) if offered else None,
        "early": [str(each) for each in offered] == [Outcome.NONE],
        "votes": [Outcome(each).label for each in offered if needs_a_vote(each, rules.value("hearings.decided_by"))],
        "interim_form": InterimForm() if interim and running else None,
        "end_form": ReasonForm() if officer and shown.suspensions.filter(ended_at=None).exists() else None,
        "answer_form": AppealAnswerForm() if answers and shown.state == State.APPEALED else None,
        "appeal_vote": officer and free and _appeal_waits(shown, rules),
        "waits": officer and shown.state == State.OPEN and not offered,
    }


def _appeal_waits(shown: Case, rules: Rulebook) -> bool:
    return shown.state == State.APPEALED and rules.value("hearings.appeal_to") == MEMBERS and queries.open_proposal(shown) is None


def _signed(shown: Case, own: Membership) -> bool:
    return shown.signatures.filter(membership=own).exists()


def _outcomes(rules: Rulebook, takes_part: bool) -> list[str]:
    """Who has a part in it decides nothing, but may put to the vote what the members decide."""
    decided_by = rules.value("hearings.decided_by")
    return [str(each) for each in Outcome if not takes_part or needs_a_vote(each, decided_by)]


def _do(request: CoopRequest, shown: Case, name: str, form: forms.Form, act: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Acts on what was filled in; what was refused stands on the page of the case with the words typed."""
    if form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data))
            return redirect("hearings:case", request.coop.slug, shown.number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, shown, **{name: form})


@require_POST
def statement(request: CoopRequest, number: int) -> HttpResponse:
    shown = case_or_404(request, number)

    def act(answers: dict[str, Any]) -> str:
        services.give_statement(
            case=shown, text=answers["text"], picture=answers["photo"], by=_by(request), at=clock.now()
        )  # fmt: skip
        return _("Your statement is with the case. Those who decide read it first.")

    return _do(request, shown, "statement_form", StatementForm(request.POST, request.FILES), act)


@require_safe
def photo(request: CoopRequest, number: int, pk: int) -> HttpResponse:
    """For whoever may read the case."""
    found = case_or_404(request, number).photos.filter(pk=pk).first()
    if found is None:
        raise Http404(_("This photo is not kept any more."))
    return HttpResponse(bytes(found.content), content_type="image/jpeg", headers={"Content-Disposition": "inline"})


@require_POST
def speaker(request: CoopRequest, number: int) -> HttpResponse:
    shown = case_or_404(request, number)

    def act(answers: dict[str, Any]) -> str:
        services.name_speaker(case=shown, **answers, by=_by(request), at=clock.now())
        return _("It is written down who speaks for you.")

    return _do(request, shown, "speaker_form", SpeakerForm(request.POST, case=shown), act)


@require_POST
def appeal(request: CoopRequest, number: int) -> HttpResponse:
    shown = case_or_404(request, number)

    def act(answers: dict[str, Any]) -> str:
        services.appeal(case=shown, text=answers["text"], by=_by(request), at=clock.now())
        return _("You have appealed. Nothing takes effect until it is decided.")

    return _do(request, shown, "appeal_form", AppealForm(request.POST), act)


@require_POST
def outcome(request: CoopRequest, number: int) -> HttpResponse:
    """Decides, or puts to the vote what the members decide."""
    shown = case_or_404(request, number)
    by_rule = rulebook(request.coop, clock.now()).value("hearings.decided_by")
    form = OutcomeForm(request.POST, outcomes=list(Outcome.values))

    def act(answers: dict[str, Any]) -> str:
        chosen = answers["outcome"]
        verdict = services.Verdict(chosen, answers["days"] if chosen == Outcome.SUSPENDED else None)
        said: dict[str, Any] = {"case": shown, "verdict": verdict, "reasons": answers["reasons"], "by": _by(request)}
        if needs_a_vote(chosen, by_rule):
            services.put_to_vote(**said, at=clock.now())
            return _("It is put to the vote.")
        services.decide_case(**said, at=clock.now())
        return _("It is decided, and the member is told why.")

    return _do(request, shown, "outcome_form", form, act)


@require_POST
def appeal_outcome(request: CoopRequest, number: int) -> HttpResponse:
    shown = case_or_404(request, number)

    def act(answers: dict[str, Any]) -> str:
        upheld = answers["upheld"] == "yes"
        services.decide_appeal(case=shown, upheld=upheld, reasons=answers["reasons"], by=_by(request), at=clock.now())
        return _("The appeal is decided. That is final.")

    return _do(request, shown, "answer_form", AppealAnswerForm(request.POST), act)


@require_POST
def suspension(request: CoopRequest, number: int) -> HttpResponse:
    shown = case_or_404(request, number)

    def act(answers: dict[str, Any]) -> str:
        services.suspend_meanwhile(case=shown, **answers, by=_by(request), at=clock.now())
        return _("The membership rests. It ends by itself.")

    return _do(request, shown, "interim_form", InterimForm(request.POST), act)


@require_POST
def suspension_end(request: CoopRequest, number: int) -> HttpResponse:
    shown = case_or_404(request, number)

    def act(answers: dict[str, Any]) -> str:
        services.end_early(case=shown, note=answers["reason"], by=_by(request), at=clock.now())
        return _("The suspension has ended.")

    return _do(request, shown, "end_form", ReasonForm(request.POST), act)


@require_POST
def withdrawal(request: CoopRequest, number: int) -> HttpResponse:
    shown = case_or_404(request, number)

    def act(answers: dict[str, Any]) -> str:
        services.withdraw_case(case=shown, reason=answers["reason"], by=_by(request), at=clock.now())
        return _("The case is taken back.")

    return _do(request, shown, "withdraw_form", ReasonForm(request.POST), act)


@require_POST
def signature(request: CoopRequest, number: int) -> HttpResponse:
    services.sign_case(case=case_or_404(request, number), by=_by(request), at=clock.now())
    messages.success(request, _("You have signed."))
    return redirect("hearings:case", request.coop.slug, number)


@require_POST
def appeal_vote(request: CoopRequest, number: int) -> HttpResponse:
    proposal = services.put_appeal_to_vote(case=case_or_404(request, number), by=_by(request), at=clock.now())
    return redirect(page_url(proposal))


def _by(request: CoopRequest) -> Any:
    return request.party
