"""The hours that were worked: for who plans and who pays, with what was corrected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common.refusal import Refused
from marke.common.views import csv_response, render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import office_only
from marke.slots import services
from marke.slots.conditions import WEEK, monday_of, week_of
from marke.slots.forms import HoursForm
from marke.slots.models import AttendanceChange, SignUp
from marke.slots.permissions import PLANNING
from marke.slots.queries import Worked, hours_between, in_hours
from marke.slots.views.asked import day_asked

READING = (*PLANNING, "treasurer")
HEADER = ("shift", "title", "member", "name", "starts_at", "ends_at", "came_at", "went_at", "minutes")


def _week(request: CoopRequest) -> tuple[list[Worked], dict[str, Any]]:
    monday = monday_of(day_asked(request))
    week = week_of(monday, request.coop.timezone)
    rows = hours_between(request.coop, week.starts_at, min(week.ends_at, request.asked_at), request.asked_at)
    weeks = {"monday": monday, "sunday": monday + timedelta(days=6), "previous": monday - WEEK, "next": monday + WEEK}
    return rows, weeks


@require_safe
@office_only(*READING)
def index(request: CoopRequest) -> HttpResponse:
    """A week, by member."""
    rows, weeks = _week(request)
    people: dict[int, dict[str, Any]] = {}
    for row in rows:
        line = people.setdefault(row.sign_up.membership_id, {"member": row.sign_up.membership, "rows": [], "minutes": 0})
        line["rows"].append(row)
        line["minutes"] += row.minutes or 0
        line["hours"] = in_hours(line["minutes"])
    by_name = sorted(people.values(), key=lambda line: line["member"].party.name)
    context = {**weeks, "people": by_name, "hours": in_hours(sum(line["minutes"] for line in by_name)), "at": request.asked_at}
    return render(request, "slots/hours.html", context)


@require_safe
@office_only(*READING)
def csv(request: CoopRequest) -> HttpResponse:
    rows, weeks = _week(request)
    return csv_response(f"hours-{request.coop.slug}-{weeks['monday']}.csv", HEADER, [_cells(row) for row in rows])


def _cells(row: Worked) -> tuple[object, ...]:
    on = row.sign_up
    here = getattr(on, "attendance", None)
    times = (on.starts_at, on.ends_at, here.came_at if here else None, here.went_at if here else None)
    return (
        on.shift.number, on.shift.title, on.membership.number, on.membership.party.name,
        *(moment.isoformat() if moment else "" for moment in times), "" if row.minutes is None else row.minutes,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*PLANNING)
def correction(request: CoopRequest, pk: int) -> HttpResponse:
    """One member on one shift: what was clocked, what it should be, and what was changed before."""
    rows = SignUp.objects.filter(coop=request.coop, pk=pk, ended_at=None, place__isnull=False)
    found = rows.select_related("shift", "membership__party", "attendance").first()
    if found is None:
        raise Http404(_("Nobody has this place on a shift."))
    found.coop = request.coop
    here = getattr(found, "attendance", None)
    said = {"came_at": here.came_at if here else found.starts_at, "went_at": (here.went_at if here else None) or found.ends_at}
    form = HoursForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_hours(sign_up=found, by=request.party, at=request.asked_at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept, with your name and what it was before."))
            return redirect("slots:shift", request.coop.slug, found.shift.number)
    changes = AttendanceChange.objects.filter(attendance__sign_up=found).select_related("by")
    member: Membership = found.membership
    return render(
        request, "slots/correction.html", {"row": found, "member": member, "here": here, "form": form, "changes": changes}
    )
