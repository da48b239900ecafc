"""Casting a ballot, and the list of ballots when the vote is over."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.views import csv_response, render
from marke.decisions import queries, services
from marke.decisions.conditions import ENDED, State
from marke.decisions.forms import BallotForm
from marke.decisions.views.found import found_proposal
from marke.decisions.views.proposals import page_context, page_url
from marke.parties.http import CoopRequest
from marke.parties.models import Membership


@require_POST
def ballot(request: CoopRequest, number: int) -> HttpResponse:
    """For, against or abstain, for one of the memberships that the person may act for."""
    proposal = found_proposal(request, number)
    assert request.party is not None
    form = BallotForm(request.POST)
    if not form.is_valid():
        return render(request, "decisions/proposal.html", page_context(request, proposal, ballot_form=form), status=422)
    answer = form.cleaned_data
    membership = Membership.objects.filter(coop=request.coop, number=answer["member"]).first()
    if membership is None:
        raise Http404(f"There is no member {answer['member']} at {request.coop.slug}.")
    cast = services.cast_ballot(
        proposal=proposal,
        membership=membership,
        choice=answer["choice"],
        reason=answer["reason"],
        by=request.party,
        at=clock.now(),
    )
    messages.success(request, _("Your vote is counted: %(choice)s.") % {"choice": cast.get_choice_display().lower()})
    return redirect(page_url(proposal, "#vote"))


@require_safe
def ballots_csv(request: CoopRequest, number: int) -> HttpResponse:
    proposal = found_proposal(request, number)
    if proposal.opened_at is None or proposal.state not in ENDED or proposal.state == State.WITHDRAWN:
        raise Http404("How people voted is shown when the vote is over.")
    rows = (
        (row.entry.membership.number, row.entry.membership.party.name, row.choice, row.reason, row.cast_at.isoformat())
        for row in queries.ballots(proposal)
    )
    header = (_("Member"), _("Name"), _("Vote"), _("Reason"), _("Cast"))
    return csv_response(f"{request.coop.slug}-proposal-{proposal.number}-ballots.csv", header, rows)
