"""A booking that comes again, by the client's link."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs import services
from marke.jobs.models import Job, Series
from marke.jobs.series_form import DAYS, DayForm, MoveForm, SeriesForm
from marke.jobs.services.series import SeriesDoesNotFit
from marke.jobs.views.client import job_by_link
from marke.parties.http import CoopRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def begin(request: CoopRequest, token: str) -> HttpResponse:
    """The same again and again, beginning with this job."""
    job = job_by_link(request, token)
    initial = {"every": "week", "weekdays": [str(_local(job).weekday())]}
    form = SeriesForm(request.POST or None, is_new=True, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            series = services.start_series(job=job, pattern=form.pattern, by=request.party, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your booking comes again. The next days stand here."))
            return redirect("jobs:series", request.coop.slug, series.token)
    return render(request, "jobs/series_begin.html", {"job": job, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def series(request: CoopRequest, key: str) -> HttpResponse:
    """Its days, and a way to change all that are to come."""
    found, at = _series_or_404(request, key), clock.now()
    form = SeriesForm(request.POST or None, is_new=False, initial=_wish(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_series(
                series=found, pattern=form.pattern, local_time=form.cleaned_data["local_time"], by=request.party, at=at
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is changed for the days to come."))
            return redirect("jobs:series", request.coop.slug, key)
    days = [(day, row, _may(row, at)) for day, row in services.coming(found, at)]
    names = [str(label) for value, label in DAYS if int(value) in found.weekdays]
    return render(request, "jobs/series.html", {"series": found, "days": days, "form": form, "weekdays": ", ".join(names)})


def _may(row: object, at: datetime) -> bool:
    """Whether a day can still be moved or skipped here; what has begun is seen to on its own page."""
    job = getattr(row, "job", None)
    return job is None or (job.state in (Job.State.REQUESTED, Job.State.OFFERED, Job.State.ACCEPTED) and job.starts_at > at)


def _pause(request: CoopRequest, found: Series) -> str:
    services.pause_series(series=found, by=request.party, at=clock.now())
    return _("Nothing more is booked until you let it go on. What is booked stays.")


def _resume(request: CoopRequest, found: Series) -> str:
    services.resume_series(series=found, by=request.party, at=clock.now())
    return _("It goes on.")


def _stop(request: CoopRequest, found: Series) -> str:
    stay = services.end_series(series=found, by=request.party, at=clock.now())
    if stay:
        said = ngettext(
            "The series is over. Cancelling %(numbers)s would cost something now, so it stays: you can still cancel it on its page.",
            "The series is over. Cancelling %(numbers)s would cost something now, so they stay: you can still cancel each on its page.",
            len(stay),
        )
        return said % {"numbers": ", ".join(str(job.number) for job in stay)}
    return _("The series is over. What was booked ahead is cancelled, and costs you nothing.")


def _skip(request: CoopRequest, found: Series) -> str:
    form = DayForm(request.POST)
    if not form.is_valid():
        raise SeriesDoesNotFit(_said(form))
    services.skip_day(series=found, day=form.cleaned_data["day"], by=request.party, at=clock.now())
    return _("Nobody comes on that day.")


def _move(request: CoopRequest, found: Series) -> str:
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise SeriesDoesNotFit(_said(form))
    data = form.cleaned_data
    services.move_day(series=found, day=data["day"], to=data["to"], by=request.party, at=clock.now())
    return _("It is moved, this once.")


def _said(form: DayForm) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


MOVES: dict[str, Callable[[CoopRequest, Series], str]] = {
    "pause": _pause, "resume": _resume, "stop": _stop, "skip": _skip, "move": _move,
}  # fmt: skip


@require_POST
def moves(request: CoopRequest, key: str) -> HttpResponse:
    found = _series_or_404(request, key)
    move = MOVES.get(request.POST.get("move", ""))
    if move is None:
        raise SeriesDoesNotFit(_("There is no such step for a series. Go back and use its buttons."))
    messages.success(request, move(request, found))
    return redirect("jobs:series", request.coop.slug, key)


def _series_or_404(request: CoopRequest, key: str) -> Series:
    rows = Series.objects.filter(coop=request.coop, token=key[:40])
    found = rows.select_related("first__service", "first__client__party").first()
    if found is None:
        raise Http404(_("This link does not lead to a series. Use the link in your letter, or call us."))
    found.coop = found.first.coop = request.coop
    return found


def _wish(found: Series) -> dict[str, object]:
    return {
        "every": found.every, "weekdays": [str(day) for day in found.weekdays], "local_time": found.local_time,
        "until": found.until, "times": found.times,
    }  # fmt: skip


def _local(job: Job) -> datetime:
    return job.starts_at.astimezone(ZoneInfo(job.coop.timezone))
