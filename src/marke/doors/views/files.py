"""Deliveries as spreadsheets: dropped in, looked at, booked; and given out in the same columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.doors import services
from marke.doors.coopcycle import COLUMNS
from marke.doors.exporting import HEADER, exported
from marke.doors.forms import FileForm
from marke.doors.models import DeliveryFile, FileJob
from marke.doors.permissions import OFFICERS
from marke.doors.services.files import checked_rows
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only

EXAMPLE = (
    "24 rue de Rivoli, Paris", "Bakery", "", "+33 6 12 34 56 78", "", "2026-12-01 10:00 - 2026-12-01 11:00", "",
    "58 avenue Parmentier, Paris", "Mrs Lund", "Bell AB12", "", "", "2026-12-01 12:00 - 2026-12-01 13:00", "small-box=1", "", "5.5",
)  # fmt: skip


@require_POST
@office_only(*OFFICERS)
def upload(request: CoopRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES, coop=request.coop)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = services.receive_file(
                coop=request.coop, client=_client(form), service=form.chosen_service, filename=file.name, content=file.read(),
                by=request.party, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("doors:file", request.coop.slug, kept.number)
    return render(request, "doors/upload.html", {"form": form}, status=422)


def _client(form: FileForm) -> Any:
    return form.chosen_client


def _file(request: CoopRequest, number: int) -> DeliveryFile:
    rows = DeliveryFile.objects.filter(coop=request.coop, number=number).select_related("client__party", "service", "booked_by")
    found = rows.first()
    if found is None:
        raise Http404(_("There is no file %(number)s.") % {"number": number})
    found.coop = found.client.coop = found.service.coop = request.coop
    return found


@require_safe
@office_only(*OFFICERS)
def file(request: CoopRequest, number: int) -> HttpResponse:
    """What was understood of each line; once it is booked, which job it became."""
    found = _file(request, number)
    if found.state == DeliveryFile.State.PREVIEW:
        rows = checked_rows(found, clock.now())
        wrong = [row for row in rows if row.errors]
        context = {
            "file": found,
            "rows": rows,
            "wrong": len(wrong),
            "page": page_of(request, [*wrong, *(r for r in rows if not r.errors)], 50),
        }
        return render(request, "doors/file.html", context)
    lines = FileJob.objects.filter(file=found).select_related("job")
    return render(request, "doors/file_booked.html", {"file": found, "page": page_of(request, lines, 50)})


@require_POST
@office_only(*OFFICERS)
def booking(request: CoopRequest, number: int) -> HttpResponse:
    found = _file(request, number)
    services.book_file(file=found, by=request.party, at=clock.now())
    messages.success(request, _("Everything in the file is booked."))
    return redirect("doors:file", request.coop.slug, number)


@require_POST
@office_only(*OFFICERS)
def discarding(request: CoopRequest, number: int) -> HttpResponse:
    services.discard_file(file=_file(request, number))
    return redirect("doors:doors", request.coop.slug)


@require_safe
@office_only(*OFFICERS)
def template(request: CoopRequest) -> HttpResponse:
    """The spreadsheet to start from."""
    return csv_response("deliveries.csv", COLUMNS, [EXAMPLE])


@require_safe
@office_only(*OFFICERS)
def deliveries_csv(request: CoopRequest) -> HttpResponse:
    """Jobs with a pickup, in CoopCycle's columns; ?since= and ?until= are days."""
    since, until = _day(request, "since"), _day(request, "until")
    return csv_response(f"deliveries-{request.coop.slug}.csv", HEADER, exported(request.coop, since=since, until=until))


def _day(request: CoopRequest, name: str) -> datetime | None:
    try:
        day = datetime.fromisoformat(request.GET.get(name, "")).date()
        return clock.local_midnight(day, request.coop.timezone)
    except (ValueError, OverflowError):
        return None
