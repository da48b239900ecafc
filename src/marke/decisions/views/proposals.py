"""The list of proposals, and the page of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.effects import effects
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.decisions import queries, services
from marke.decisions.conditions import ENDED, MANDATE, State, may_move, takes_ballots
from marke.decisions.forms import AsideForm, CommentForm, MandateForm
from marke.decisions.methods import method_of, quorum_of
from marke.decisions.models import Ballot, Proposal
from marke.decisions.sentences import because_sentence, method_sentence, quorum_sentence, turnout_sentence
from marke.decisions.views.found import found_proposal
from marke.decisions.views.what_if import preview_of
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, members_only
from marke.parties.queries import applicants
from marke.threads.models import Comment
from marke.threads.permissions import speaks_as
from marke.threads.queries import comments as comments_of
from marke.threads.services import add_comment, remove_comment


@require_safe
@members_only
def proposal_list(request: CoopRequest) -> HttpResponse:
    assert request.party is not None
    at = clock.now()
    services.settle_due(at=at, coop=request.coop)
    mine = speaks_as(request.coop, request.party, at)
    waiting = set(queries.needs_my_vote(mine, at).values_list("pk", flat=True))
    page = page_of(request, queries.with_turnout(queries.proposals(request.coop, request.party)))
    for proposal in page:
        proposal.asks_me = proposal.pk in waiting
        proposal.turnout = turnout_sentence(proposal.cast, proposal.entitled)
    coordinates = can_office(request, "coordinator")
    context = {
        "page": page,
        "waiting": len(waiting),
        "failed": queries.failed_effects(request.coop) if coordinates else [],
        "applying": applicants(request.coop).count() if coordinates else 0,
    }
    return render(request, "decisions/proposals.html", context)


@require_safe
def proposal_page(request: CoopRequest, number: int) -> HttpResponse:
    proposal = found_proposal(request, number)
    return render(request, "decisions/proposal.html", page_context(request, proposal))


def page_context(request: CoopRequest, proposal: Proposal, **forms: Any) -> dict[str, Any]:
    """Everything the page of a proposal shows; `forms` are those that were refused, with what was typed."""
    assert request.party is not None
    at = clock.now()
    mine = speaks_as(request.coop, request.party, at)
    method = method_of(proposal, at)
    coordinates = can_office(request, "coordinator")
    return {
        "proposal": proposal,
        "is_author": proposal.author_id == request.party.pk,
        "ended": proposal.state in ENDED,
        "changes": describe_effect(proposal),
        "preview": preview_of(request, proposal, at),
        "would": would_do(proposal, at),
        "method": method,
        "method_sentence": method_sentence(method),
        "comments": comments_of(proposal.thread),
        "comment_form": CommentForm(),
        "may_speak": bool(mine) and proposal.thread.closed_at is None and proposal.state != State.DRAFT,
        "may_withdraw": proposal.author_id == request.party.pk and may_move(proposal.state, State.WITHDRAWN),
        "mandate_form": MandateForm() if coordinates and method == MANDATE and proposal.state == State.DISCUSSING else None,
        "aside_form": AsideForm() if coordinates and proposal.effect_state == Proposal.EffectState.FAILED else None,
        **_voting(proposal, mine, at),
        **forms,
    }


def _voting(proposal: Proposal, mine: list[Any], at: datetime) -> dict[str, Any]:
    if proposal.opened_at is None:
        return {}
    result = services.result_of(proposal)
    closed = proposal.state in ENDED and proposal.state != State.WITHDRAWN
    return {
        "entries": queries.my_entries(proposal, mine),
        "choices": Ballot.Choice.choices,
        "takes_ballots": takes_ballots(proposal, at),
        "turnout": turnout_sentence(result.count.cast, result.count.entitled),
        "count": result.count,
        "quorum_sentence": quorum_sentence(quorum_of(proposal), result.quorum_needs, result.count.entitled),
        "result": result if closed else None,
        "because": because_sentence(result) if closed else "",
        "ballots": queries.ballots(proposal) if closed else None,
    }


def describe_effect(proposal: Proposal) -> str:
    """What would be different, as a sentence; "" for a resolution."""
    if not proposal.effect_kind:
        return ""
    try:
        return str(effects.get(proposal.effect_kind).describe(proposal.coop, proposal.effect_data))
    except Refused as refused:
        return str(refused)


def would_do(proposal: Proposal, at: datetime) -> Sequence[tuple[str, str]]:
    """What its effect would do as things are now, row by row; nothing once it is decided, or where the effect says nothing."""
    effect = effects.get(proposal.effect_kind) if proposal.effect_kind else None
    if effect is None or effect.preview is None or proposal.state in ENDED:
        return []
    try:
        return effect.preview(proposal.coop, proposal.effect_data, at)
    except Refused:
        return []


def page_url(proposal: Proposal, anchor: str = "") -> str:
    return reverse("decisions:proposal", args=[proposal.coop.slug, proposal.number]) + anchor


@require_POST
def discussion(request: CoopRequest, number: int) -> HttpResponse:
    """Puts a draft up for discussion."""
    proposal = found_proposal(request, number)
    assert request.party is not None
    at = clock.now()
    services.start_discussion(proposal=proposal, by=request.party, at=at)
    services.settle_due(at=at, coop=request.coop)
    messages.success(request, _("Your proposal is on the table. Everybody can read it and answer."))
    return redirect(page_url(proposal))


@require_POST
def withdrawal(request: CoopRequest, number: int) -> HttpResponse:
    proposal = found_proposal(request, number)
    assert request.party is not None
    services.withdraw_proposal(proposal=proposal, by=request.party, at=clock.now())
    messages.success(request, _("The proposal is withdrawn."))
    return redirect(page_url(proposal))


@require_POST
def comments(request: CoopRequest, number: int) -> HttpResponse:
    proposal = found_proposal(request, number)
    assert request.party is not None
    form = CommentForm(request.POST)
    if not form.is_valid():
        return render(request, "decisions/proposal.html", page_context(request, proposal, comment_form=form), status=422)
    comment = add_comment(
        thread=proposal.thread,
        text=form.cleaned_data["text"],
        once_key=form.cleaned_data["once_key"],
        by=request.party,
        at=clock.now(),
    )
    return redirect(page_url(proposal, f"#comment-{comment.pk}"))


@require_POST
def comment_removal(request: CoopRequest, number: int, pk: int) -> HttpResponse:
    proposal = found_proposal(request, number)
    assert request.party is not None
    comment = get_object_or_404(Comment, thread=proposal.thread, pk=pk)
    remove_comment(comment=comment, by=request.party, at=clock.now())
    return redirect(page_url(proposal, "#discussion"))
