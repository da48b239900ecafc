"""How many people a week needs, as past weeks say; and a draft of the shifts that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from marke.common.views import csv_response, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.slots import services
from marke.slots.conditions import DAY, WEEK, monday_of
from marke.slots.demand import Demand, demand, span_of
from marke.slots.doubts import words_of
from marke.slots.forms import DraftForm
from marke.slots.models import Shift
from marke.slots.need_picture import days_of_need
from marke.slots.permissions import PLANNING
from marke.slots.views.asked import day_asked, to_week

HEADER = ["day", "hour", "usual_week", "busy_week", "planned"]


@dataclass(frozen=True)
class Proposed:
    """The shifts that would cover what is missing in a usual, or a busy, week."""

    title: str
    rows: list[tuple[str, int]]


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*PLANNING)
def index(request: CoopRequest) -> HttpResponse:
    """The coming week, hour by hour: needed in a usual and in a busy week, and planned."""
    monday = monday_of(day_asked(request) if "day" in request.GET else day_asked(request) + WEEK)
    form = DraftForm(request.POST or None, initial={"title": _usual_title(request), "week": "usual"})
    if request.method == "POST" and form.is_valid():
        made = services.draft_missing(
            coop=request.coop, day=monday, busy=form.cleaned_data["week"] == "busy", title=form.cleaned_data["title"],
            by=request.party, at=request.asked_at,
        )  # fmt: skip
        messages.success(request, _said(len(made)))
        return to_week(request, monday)
    found = demand(request.coop, monday, request.asked_at)
    context = {
        "monday": monday, "sunday": monday + 6 * DAY, "previous": monday - WEEK, "next": monday + WEEK, "demand": found,
        "days": days_of_need(list(found.hours())), "proposed": list(_proposed(found, request.coop.timezone)), "form": form,
        "action": f"{reverse('slots:demand', args=[request.coop.slug])}?{urlencode({'day': monday})}",
    }  # fmt: skip
    return render(request, "slots/demand.html", context)


@require_safe
@office_only(*PLANNING)
def csv(request: CoopRequest) -> HttpResponse:
    found = demand(request.coop, day_asked(request), request.asked_at)
    rows = ((each.day, f"{each.hour:02}:00", each.usual, each.busy, each.planned) for each in found.hours())
    return csv_response(f"people-needed-{request.coop.slug}-{found.monday}.csv", HEADER, rows)


def _said(count: int) -> str:
    if not count:
        return _("Nothing is missing: nothing was added.")
    return ngettext(
        "%(n)s shift is added. Members see it when you publish the week.",
        "%(n)s shifts are added. Members see them when you publish the week.",
        count,
    ) % {"n": count}


def _usual_title(request: CoopRequest) -> str:
    last = Shift.objects.filter(coop=request.coop).order_by("-number").values_list("title", flat=True).first()
    return last or _("Shift")


def _proposed(found: Demand, timezone: str) -> Iterator[Proposed]:
    for busy, title in ((False, _("Missing for a usual week")), (True, _("Missing for a busy week"))):
        blocks = found.blocks(busy=busy)
        yield Proposed(title, [(words_of(span_of(block, found.monday, timezone), timezone), block.people) for block in blocks])
