"""What was adopted and could not be carried out: tried again, or set aside with a reason."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marke.common import clock
from marke.common.views import render
from marke.decisions import services
from marke.decisions.forms import AsideForm
from marke.decisions.models import Proposal
from marke.decisions.views.found import found_proposal
from marke.decisions.views.proposals import page_context, page_url
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only


@require_POST
@office_only("coordinator")
def effect(request: CoopRequest, number: int) -> HttpResponse:
    proposal = found_proposal(request, number)
    assert request.party is not None
    at = clock.now()
    if request.POST.get("answer") == "again":
        done = services.carry_out_again(proposal=proposal, by=request.party, at=at)
        if done.effect_state == Proposal.EffectState.APPLIED:
            messages.success(request, _("It is carried out now."))
        else:
            messages.warning(request, done.effect_error)
        return redirect(page_url(proposal))
    form = AsideForm(request.POST)
    if not form.is_valid():
        return render(request, "decisions/proposal.html", page_context(request, proposal, aside_form=form), status=422)
    services.set_effect_aside(proposal=proposal, reason=form.cleaned_data["reason"], by=request.party, at=at)
    messages.success(request, _("Set aside, with your reason."))
    return redirect(page_url(proposal))
