"""The week's roster, and one shift: who is on it, my place, coming and going."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common.clock import local_date
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only
from marke.slots import services
from marke.slots.conditions import WEEK, monday_of
from marke.slots.doubts import doubts_about
from marke.slots.forms import CancelForm, RepeatForm
from marke.slots.models import Handover
from marke.slots.permissions import can_plan, myself, shift_or_404
from marke.slots.queries import Day, clocking, my_sign_up, on_shift, open_handovers, roster
from marke.slots.views.asked import back_to, day_asked


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    """Seven days: who is on what, and where somebody is still needed."""
    me, plans, day = myself(request), can_plan(request), day_asked(request)
    days, monday = roster(me, day, planned=plans), monday_of(day)
    context = {
        "days": days,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "previous": monday - WEEK,
        "next": monday + WEEK,
        "today": local_date(request.asked_at, request.coop.timezone),
        "at": request.asked_at,
        "plans": plans,
        "drafts": _drafts(days),
        "rows": sum(len(each.rows) for each in days),
        "free": sum(row.free for each in days for row in each.rows if row.shift.is_published),
        "repeat": RepeatForm(),
    }
    return render(request, "slots/roster.html", context)


def _drafts(days: list[Day]) -> int:
    return sum(not row.shift.is_published for each in days for row in each.rows)


@require_safe
@members_only
def shift(request: CoopRequest, number: int) -> HttpResponse:
    me, found, at = myself(request), shift_or_404(request, number), request.asked_at
    people = on_shift(found)
    mine = next((row for row in people if row.membership_id == me.pk), None)
    clocking([mine] if mine else [], request.coop, at)
    on = [row for row in people if row.place is not None]
    asked = Handover.objects.filter(given=mine, state=Handover.State.OPEN).select_related("to__party") if mine else None
    context = {
        "shift": found,
        "day": local_date(found.starts_at, request.coop.timezone),
        "on": on,
        "free": max(found.places - len(on), 0),
        "waiting": [row for row in people if row.place is None],
        "mine": mine,
        "asked": asked.first() if asked is not None else None,
        "asks_me": [row for row in open_handovers(me, at) if row.given.shift_id == found.pk],
        "at": at,
        "doubts": [] if mine or not found.is_published else doubts_about(found, [me], at)[me.pk],
        "is_over": found.ends_at <= at,
        "has_begun": found.starts_at <= at,
        "plans": can_plan(request),
        "cancel": CancelForm(),
    }
    return render(request, "slots/shift.html", context)


@require_POST
@members_only
def places(request: CoopRequest, number: int) -> HttpResponse:
    """I sign up, wait, or leave. What speaks against it without forbidding it is shown first."""
    me, found, at = myself(request), shift_or_404(request, number), request.asked_at
    if request.POST.get("move") == "leave":
        services.leave_shift(shift=found, membership=me, by=request.party, at=at)
        messages.success(request, _("You are not on “%(title)s” any more.") % {"title": found.title})
        return back_to(request, found)
    doubts = doubts_about(found, [me], at)[me.pk] if not request.POST.get("knowing") else []
    if doubts and not any(doubt.forbids for doubt in doubts):
        return render(request, "slots/doubts.html", {"shift": found, "doubts": doubts, "back": request.POST.get("back", "")})
    row = services.sign_up(shift=found, membership=me, by=request.party, at=at)
    if row.place is None:
        messages.success(request, _("All places are taken. You wait for one, and are told when it is yours."))
    else:
        messages.success(request, _("You are on “%(title)s”.") % {"title": found.title})
    return back_to(request, found)


@require_POST
@members_only
def attendance(request: CoopRequest, number: int) -> HttpResponse:
    """I am here; I go."""
    me, found, at = myself(request), shift_or_404(request, number), request.asked_at
    mine = my_sign_up(found, me)
    if mine is None:
        raise services.CannotClock(_("You are not on this shift."))
    if request.POST.get("move") == "out":
        services.clock_out(sign_up=mine, at=at)
        messages.success(request, _("Clocked out. Thank you."))
    else:
        services.clock_in(sign_up=mine, at=at)
        messages.success(request, _("Clocked in."))
    return back_to(request, found)
