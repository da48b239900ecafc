"""Who holds which office until when; giving one, and ending one before its term."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.parties import policy, services
from marke.parties.forms import MandateForm, ReasonForm
from marke.parties.http import CoopRequest
from marke.parties.models import Mandate
from marke.parties.offices import mandates_in_force
from marke.parties.permissions import can_office, check_office, members_only, office_only

OFFICERS = ("coordinator", "secretary")


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    on = clock.local_date(clock.now(), request.coop.timezone)
    past = Mandate.objects.filter(coop=request.coop).exclude(pk__in=mandates_in_force(request.coop, on).values("pk"))
    context = {
        "current": mandates_in_force(request.coop, on),
        "page": page_of(request, past.select_related("membership__party", "circle").order_by("-ends_on", "-id")),
        "officer": can_office(request, *OFFICERS),
        "today": on,
    }
    return render(request, "parties/mandates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
def new(request: CoopRequest) -> HttpResponse:
    at = clock.now()
    today = clock.local_date(at, request.coop.timezone)
    initial = {
        "starts_on": today,
        "ends_on": today + policy.term(request.coop, at),
        "membership": request.GET.get("member"),
        "office": request.GET.get("office"),
    }
    form = MandateForm(request.POST or None, coop=request.coop, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_mandate(coop=request.coop, by=request.party, at=at, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("parties:mandates", request.coop.slug)
    return render(request, "parties/new_mandate.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def ending(request: CoopRequest, pk: int) -> HttpResponse:
    """The holder lays it down; the coordinator or the secretary withdraws it; both with a reason."""
    mandate = get_object_or_404(Mandate.objects.select_related("membership__party"), coop=request.coop, pk=pk)
    own = request.membership is not None and mandate.membership_id == request.membership.pk
    if not own:
        check_office(request, *OFFICERS)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.end_mandate(mandate=mandate, by=request.party, at=clock.now(), reason=form.cleaned_data["reason"])
        return redirect("parties:mandates", request.coop.slug)
    context = {"form": form, "mandate": mandate, "own": own}
    return render(request, "parties/end_mandate.html", context, status=422 if form.errors else 200)
