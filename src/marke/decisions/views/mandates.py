"""What the coordinator decides by mandate: proposals for which the rulebook says so, and applications."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.decisions import services
from marke.decisions.conditions import MANDATE
from marke.decisions.forms import MandateForm
from marke.decisions.sentences import method_sentence
from marke.decisions.views.found import found_proposal
from marke.decisions.views.proposals import page_context, page_url
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import office_only
from marke.parties.policy import admission_method
from marke.parties.queries import applicants


@require_POST
@office_only("coordinator")
def mandate(request: CoopRequest, number: int) -> HttpResponse:
    proposal = found_proposal(request, number)
    assert request.party is not None
    form = MandateForm(request.POST)
    if not form.is_valid():
        return render(request, "decisions/proposal.html", page_context(request, proposal, mandate_form=form), status=422)
    services.decide_by_mandate(
        proposal=proposal,
        adopted=_answered(request.POST.get("answer")),
        reason=form.cleaned_data["reason"],
        by=request.party,
        at=clock.now(),
    )
    messages.success(request, _("Decided, and written into the book."))
    return redirect(page_url(proposal))


@require_safe
@office_only("coordinator")
def applications(request: CoopRequest) -> HttpResponse:
    return render(request, "decisions/applications.html", _applications(request))


def _applications(request: CoopRequest, refused: Membership | None = None, form: MandateForm | None = None) -> dict[str, object]:
    page = page_of(request, applicants(request.coop))
    for membership in page:
        same = refused is not None and refused.pk == membership.pk
        membership.form = form if same else MandateForm(auto_id=f"id_{membership.number}_%s")
    method = admission_method(request.coop, clock.now())
    return {"page": page, "by_mandate": method == MANDATE, "method_sentence": method_sentence(method)}


@require_POST
@office_only("coordinator")
def application(request: CoopRequest, number: int) -> HttpResponse:
    """Admits, refuses, or (where admission is voted on) proposes."""
    membership = get_object_or_404(Membership.objects.select_related("party", "coop"), coop=request.coop, number=number)
    assert request.party is not None
    answer, at = request.POST.get("answer"), clock.now()
    if answer == "propose":
        proposal = services.propose_admission(membership=membership, by=request.party, at=at)
        return redirect(page_url(proposal))
    form = MandateForm(request.POST, auto_id=f"id_{membership.number}_%s")
    if not form.is_valid():
        context = _applications(request, membership, form)
        return render(request, "decisions/applications.html", context, status=422)
    proposal = services.decide_application(
        membership=membership,
        admitted=_answered(answer),
        reason=form.cleaned_data["reason"],
        by=request.party,
        at=at,
    )
    if proposal.effect_state == proposal.EffectState.FAILED:
        messages.warning(request, proposal.effect_error)
    else:
        words = _("%(name)s is admitted.") if proposal.state == proposal.State.ADOPTED else _("%(name)s is not admitted.")
        messages.success(request, words % {"name": membership.party.name})
    return redirect("decisions:applications", request.coop.slug)


class NoAnswer(Refused):
    pass


def _answered(answer: str | None) -> bool:
    """Raises: NoAnswer, because a refusal by accident could not be taken back."""
    if answer not in ("adopt", "reject"):
        raise NoAnswer(_("Choose whether to say yes or no."))
    return answer == "adopt"
