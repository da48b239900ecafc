"""My shifts: what is ahead, what I am asked, my hours, when I can."""

from __future__ import annotations

from datetime import time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common.clock import local_date, local_midnight
from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import members_only
from marke.slots import services
from marke.slots.conditions import monday_of
from marke.slots.forms import AvailabilityForm, DaysOffForm
from marke.slots.models import Availability, DaysOff
from marke.slots.permissions import myself
from marke.slots.queries import clocking, hours_between, in_hours, my_shifts, open_handovers, still_needed

WORKED_SHOWN = timedelta(days=35)
SHOWN = 12


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    me = myself(request)
    return render(request, "slots/mine.html", {**_context(request, me), "days_off_form": DaysOffForm()})


def _context(request: CoopRequest, me: Membership) -> dict[str, object]:
    at, today = request.asked_at, local_date(request.asked_at, request.coop.timezone)
    mine = my_shifts(me, at)
    clocking(mine, request.coop, at)
    monday = local_midnight(monday_of(today), request.coop.timezone)
    worked = hours_between(request.coop, at - WORKED_SHOWN, at, at, me)
    return {
        "at": at,
        "ahead": [row for row in mine if row.place is not None],
        "waits": [row for row in mine if row.place is None],
        "asks": open_handovers(me, at),
        "needed": len(still_needed(request.coop, at)),
        "worked": worked[: -SHOWN - 1 : -1],
        "week": in_hours(sum(row.minutes or 0 for row in worked if row.sign_up.starts_at >= monday)),
        "lately": in_hours(sum(row.minutes or 0 for row in worked)),
        "available": list(Availability.objects.filter(membership=me)),
        "days_off": list(DaysOff.objects.filter(membership=me, until__gt=today)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def availability(request: CoopRequest) -> HttpResponse:
    me = myself(request)
    said: dict[str, time] = {}
    for row in Availability.objects.filter(membership=me):
        said |= {f"begins_{row.weekday}": row.begins, f"ends_{row.weekday}": row.ends}
    form = AvailabilityForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        services.say_available(membership=me, times=form.times())
        messages.success(request, _("Kept. Whoever plans sees it."))
        return redirect("slots:mine", request.coop.slug)
    return render(request, "slots/availability.html", {"form": form})


@require_POST
@members_only
def days_off(request: CoopRequest) -> HttpResponse:
    """I am away; or with a number under "back", I am there after all."""
    me, back = myself(request), request.POST.get("back", "")
    if back:
        services.take_back_days(membership=me, pk=int(back) if back.isascii() and back.isdigit() and len(back) < 18 else 0)
        messages.success(request, _("Good to have you here."))
        return redirect("slots:mine", request.coop.slug)
    form = DaysOffForm(request.POST)
    if form.is_valid():
        try:
            services.say_away(membership=me, since=form.cleaned_data["since"], until=form.until(), at=request.asked_at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. Whoever plans sees it; why is nobody’s business."))
            return redirect("slots:mine", request.coop.slug)
    return render(request, "slots/mine.html", {**_context(request, me), "days_off_form": form})
