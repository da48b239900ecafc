"""What an address asks for: which day, which week."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from marke.common.clock import local_date
from marke.parties.http import CoopRequest
from marke.slots.conditions import monday_of
from marke.slots.forms import FIRST_DAY, LAST_DAY
from marke.slots.models import Shift


def day_asked(request: CoopRequest, text: str | None = None) -> date:
    """`?day=2026-11-23`, within the centuries in which there are shifts; today for nonsense."""
    try:
        day = date.fromisoformat((request.GET.get("day", "") if text is None else text).strip()[:10])
    except ValueError:
        day = local_date(request.asked_at, request.coop.timezone)
    return min(max(day, FIRST_DAY + timedelta(days=7)), LAST_DAY - timedelta(days=7))


def to_week(request: CoopRequest, day: date, anchor: str = "") -> HttpResponse:
    """To the roster of the week of `day`."""
    query = urlencode({"day": monday_of(day).isoformat()})
    return redirect(f"{reverse('slots:roster', args=[request.coop.slug])}?{query}{anchor}")


def back_to(request: CoopRequest, shift: Shift) -> HttpResponse:
    """Where the button was pressed: in the roster, on my page, or on the shift's own."""
    back = request.POST.get("back", "")
    if back == "roster":
        return to_week(request, local_date(shift.starts_at, request.coop.timezone), f"#shift-{shift.number}")
    return (
        redirect("slots:mine", request.coop.slug) if back == "mine" else redirect("slots:shift", request.coop.slug, shift.number)
    )
