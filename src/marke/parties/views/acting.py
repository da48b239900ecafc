"""Acting on behalf of an organisation or a household, and the co-op's own details."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marke.common import clock
from marke.common.refusal import NotAllowed
from marke.common.views import render
from marke.parties import services
from marke.parties.detail_forms import CoopDetailsForm
from marke.parties.forms import RepresentativeForm
from marke.parties.http import CoopRequest
from marke.parties.middleware import ACTING_FOR
from marke.parties.models import Membership, Party, Representation
from marke.parties.permissions import check_member, check_office, check_signed_in, office_only
from marke.parties.queries import acts_for, belongs_elsewhere, may_act_for, representatives
from marke.parties.views.members import member_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def acting(request: CoopRequest) -> HttpResponse:
    """Choose for whom I act at this co-op: myself, or somebody who let me."""
    check_signed_in(request)
    assert request.party is not None
    on = clock.local_date(clock.now(), request.coop.timezone)
    choices = [request.party, *may_act_for(request.party, on)]
    if request.method == "POST":
        chosen = next((party for party in choices if str(party.uid) == request.POST.get("party")), None)
        if chosen is None:
            raise Http404(_("You do not act for anybody like that."))
        request.session[ACTING_FOR] = chosen.pk
        messages.success(request, _("You act for %(name)s now.") % {"name": chosen.name})
        return redirect("parties:acting", request.coop.slug)
    present = request.session.get(ACTING_FOR)
    current = request.acting_for or next((party for party in choices if party.pk == present), request.party)
    return render(request, "parties/acting.html", {"choices": choices, "current": current})


def _may_name_representatives(request: CoopRequest, membership: Membership) -> None:
    """Those who act for it already, and the officers of the co-op."""
    check_member(request)
    assert request.party is not None
    on = clock.local_date(clock.now(), request.coop.timezone)
    if not acts_for(request.party, membership.party, on):
        check_office(request, "coordinator", "secretary")
        if belongs_elsewhere(membership.party, request.coop):
            raise NotAllowed(
                _("%(name)s belongs to another co-op too, so only those who act for it already name others.")
                % {"name": membership.party.name}
            )


@require_http_methods(["GET", "HEAD", "POST"])
def represented(request: CoopRequest, number: int) -> HttpResponse:
    """Who acts for this organisation or household."""
    check_member(request)
    membership = member_or_404(request, number)
    _may_name_representatives(request, membership)
    if membership.party.kind == Party.Kind.PERSON:
        raise Http404(_("%(name)s is a person and acts for themselves.") % {"name": membership.party.name})
    at = clock.now()
    on = clock.local_date(at, request.coop.timezone)
    form = RepresentativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert form.person is not None
        services.represent(party=membership.party, person=form.person, starts_on=on, by=request.party, at=at)
        return redirect("parties:representatives", request.coop.slug, number)
    context = {"form": form, "shown": membership, "rows": representatives(membership.party, on)}
    return render(request, "parties/representatives.html", context, status=422 if form.errors else 200)


@require_POST
def end_representing(request: CoopRequest, number: int, pk: int) -> HttpResponse:
    check_member(request)
    membership = member_or_404(request, number)
    _may_name_representatives(request, membership)
    row = get_object_or_404(Representation, party=membership.party, pk=pk)
    at = clock.now()
    services.end_representation(representation=row, ends_on=clock.local_date(at, request.coop.timezone), by=request.party, at=at)
    return redirect("parties:representatives", request.coop.slug, number)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator")
def details(request: CoopRequest) -> HttpResponse:
    """Who the co-op is: name, address, numbers, colour. What it has decided is in the rulebook."""
    form = CoopDetailsForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        services.describe_coop(coop=request.coop, by=request.party, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("Saved. New invoices carry these details; those already issued stay as they are."))
        return redirect("parties:details", request.coop.slug)
    return render(request, "parties/details.html", {"form": form}, status=422 if form.errors else 200)
