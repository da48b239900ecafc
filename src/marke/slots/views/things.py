"""What we share: rooms, desks, vans, tools, and who has them when."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only, office_only
from marke.slots import services
from marke.slots.forms import ReserveForm, ThingForm
from marke.slots.models import Reservation, Thing
from marke.slots.permissions import PLANNING, can_plan, can_reserve, check_can_reserve, myself

SHOWN = 60


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    ahead = Reservation.objects.filter(cancelled_at=None, ends_at__gt=request.asked_at).select_related("membership__party")
    rows = Thing.objects.filter(coop=request.coop, ended_at=None).prefetch_related(
        Prefetch("reservations", ahead, to_attr="ahead")
    )
    context = {"things": rows, "plans": can_plan(request), "at": request.asked_at}
    return render(request, "slots/things.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*PLANNING)
def new(request: CoopRequest) -> HttpResponse:
    form = ThingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_thing(coop=request.coop, by=request.party, at=request.asked_at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("“%(name)s” can be reserved now.") % {"name": made.name})
            return redirect("slots:thing", request.coop.slug, made.number)
    return render(request, "slots/new_thing.html", {"form": form})


def _thing_or_404(request: CoopRequest, number: int) -> Thing:
    found = Thing.objects.filter(coop=request.coop, number=number, ended_at=None).first()
    if found is None:
        raise Http404(_("There is nothing with number %(number)d to reserve.") % {"number": number})
    found.coop = request.coop
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def thing(request: CoopRequest, number: int) -> HttpResponse:
    """Who has it when; reserving it."""
    me, found = myself(request), _thing_or_404(request, number)
    form = ReserveForm(request.POST or None)
    if request.method == "POST":
        check_can_reserve(request)
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.reserve(
                    thing=found, membership=me, span=form.span(), purpose=data["purpose"], once_key=data["once_key"],
                    by=request.party, at=request.asked_at,
                )  # fmt: skip
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("It is yours then."))
                return redirect("slots:thing", request.coop.slug, number)
    ahead = Reservation.objects.filter(thing=found, cancelled_at=None, ends_at__gt=request.asked_at)
    context = {
        "thing": found,
        "ahead": ahead.select_related("membership__party").order_by("starts_at")[:SHOWN],
        "me": me,
        "plans": can_plan(request),
        "form": form if can_reserve(request) else None,
    }
    return render(request, "slots/thing.html", context)


@require_POST
@office_only(*PLANNING)
def end(request: CoopRequest, number: int) -> HttpResponse:
    found = _thing_or_404(request, number)
    services.end_thing(thing=found, by=request.party, at=request.asked_at)
    messages.success(request, _("“%(name)s” cannot be reserved any more.") % {"name": found.name})
    return redirect("slots:things", request.coop.slug)


@require_POST
@members_only
def reservation(request: CoopRequest, number: int) -> HttpResponse:
    """Taken back, by who made it or by who plans."""
    me = myself(request)
    found = Reservation.objects.filter(coop=request.coop, number=number).select_related("thing").first()
    if found is None:
        raise Http404(_("Nothing is reserved under this number."))
    found.coop = request.coop
    services.cancel_reservation(
        reservation=found, membership=me, planner=can_plan(request), by=request.party, at=request.asked_at
    )
    messages.success(request, _("Taken back. Somebody else can have it."))
    return redirect("slots:thing", request.coop.slug, found.thing.number)
