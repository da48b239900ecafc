"""At a place of the route, something that went wrong, a photo, sharing where one is, taking a job over."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs import services
from marke.jobs.conditions import AT_WORK
from marke.jobs.forms import ReasonForm
from marke.jobs.models import Incident, Job, Photo
from marke.jobs.permissions import (
    DECIDING,
    SomebodyElsesJob,
    check_can_coordinate,
    check_can_see_job,
    check_can_work,
    is_worker,
    job_or_404,
)
from marke.jobs.proof_forms import IncidentForm, StopForm
from marke.jobs.proving import sharing_key
from marke.jobs.route import route_of
from marke.jobs.trips import at_work_on, trip_route
from marke.jobs.views.doors import door_of
from marke.parties.http import CoopRequest
from marke.parties.permissions import check_office, members_only
from marke.places import positions

# A job may take longer than planned; whoever shares until it is done is not seen for ever when nobody writes down the end.
AFTER_THE_END = timedelta(hours=3)
LENGTHS = {"1": timedelta(hours=1), "4": timedelta(hours=4)}


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def stop(request: CoopRequest, number: int, position: int) -> HttpResponse:
    """One place: how to get there, and one button when it is done there."""
    found, at = job_or_404(request, number), clock.now()
    check_can_work(request, found)
    route = route_of(found, at)
    if position >= len(route.rows):
        raise Http404(_("Job %(number)d has no place number %(position)d.") % {"number": number, "position": position + 1})
    row = route.rows[position]
    form = StopForm(request.POST or None, request.FILES or None, asked=row.asked)
    if request.method == "POST":
        if request.POST.get("move") == "arrive":
            services.arrive(job=found, position=position, by=request.party, at=at)
            return redirect("jobs:stop", request.coop.slug, number, position)
        if form.is_valid() and (answer := _leave(request, found, position, form)) is not None:
            return answer
    context = {"job": found, "row": row, "form": form, "mine": is_worker(request, found), "route": route}
    return render(request, "jobs/stop.html", context)


def _leave(request: CoopRequest, found: Job, position: int, form: StopForm) -> HttpResponse | None:
    """None when it is refused: the form says why, and keeps what was typed."""
    at = clock.now()
    door = "web" if is_worker(request, found) else door_of(request)
    try:
        job = services.done_at_stop(job=found, position=position, shown=form.shown(), by=request.party, at=at, door=door)
    except services.ProofNeeded as refusal:
        form.add_error(next((name for name in ("code", "name", "photo") if name in form.fields), None), str(refusal))
        return None
    if job.state == Job.State.DONE:
        messages.success(request, _("Job %(number)s is done. The client is asked to confirm.") % {"number": job.number})
        return redirect("jobs:jobs" if is_worker(request, found) else "jobs:job", *_where(request, found))
    now = at_work_on(job, trip_route(job, at), at)
    following = now["route"].next
    assert following is not None
    messages.success(request, _("Kept. Next: %(place)s") % {"place": following.stop.place})
    return redirect("jobs:stop", request.coop.slug, now["job"].number, following.stop.position)


def _where(request: CoopRequest, found: Job) -> list[object]:
    return [request.coop.slug] if is_worker(request, found) else [request.coop.slug, found.number]


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def report(request: CoopRequest, number: int) -> HttpResponse:
    """The worker says that something went wrong."""
    found = job_or_404(request, number)
    check_can_work(request, found)
    form = IncidentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.report_incident(
                job=found, kind=said["kind"], text=said["text"], picture=said["photo"], by=request.party, at=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("It is written down. The coordinator sees it now."))
            return redirect("jobs:job", request.coop.slug, number)
    return render(request, "jobs/report.html", {"job": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def incident(request: CoopRequest, number: int, pk: int) -> HttpResponse:
    """A human with a mandate reads it and answers; what can be done about the job stands beside it."""
    check_office(request, *DECIDING)
    rows = Incident.objects.filter(coop=request.coop, job__number=number, pk=pk)
    found = rows.select_related("job__service", "job__client__party", "job__worker__party", "reported_by", "answered_by").first()
    if found is None:
        raise Http404(_("There is no such report about job %(number)d.") % {"number": number})
    found.job.coop = request.coop
    form = ReasonForm(
        request.POST or None, label=_("Your answer"), hint=_("Whoever reported it reads it; it stays with the job.")
    )
    if request.method == "POST" and form.is_valid():
        assert request.party is not None
        try:
            services.answer_incident(incident=found, answer=form.cleaned_data["text"], by=request.party, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is kept and sent."))
            return redirect("jobs:job", request.coop.slug, number)
    context = {"incident": found, "job": found.job, "form": form, "at_work": found.job.state in AT_WORK}
    return render(request, "jobs/incident.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def takeover(request: CoopRequest, number: int) -> HttpResponse:
    """The worker cannot be reached: somebody else finishes it."""
    found = job_or_404(request, number)
    check_can_coordinate(request)
    form = ReasonForm(
        request.POST or None, label=_("What happened?"), hint=_("Their time is noted; they get a letter with this.")
    )
    if request.method == "POST" and form.is_valid():
        assert request.party is not None
        try:
            services.take_over(job=found, reason=form.cleaned_data["text"], by=request.party, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The job waits for somebody else. What was done stands on its page."))
            return redirect("jobs:give", request.coop.slug, number)
    context = {"job": found, "form": form, "route": route_of(found, clock.now())}
    return render(request, "jobs/takeover.html", context)


@require_POST
@members_only
def sharing(request: CoopRequest, number: int) -> HttpResponse:
    """Until this job is done, for some hours, or no more."""
    found, at = job_or_404(request, number), clock.now()
    if not is_worker(request, found):
        raise SomebodyElsesJob(_("Only whoever does job %(number)s can share where they are.") % {"number": number})
    assert request.membership is not None
    request.membership.coop = request.coop
    until = request.POST.get("until", "")
    if until == "never":
        positions.stop_sharing(membership=request.membership)
        messages.success(request, _("You share nothing any more."))
    elif until in LENGTHS:
        positions.share(membership=request.membership, until=at + LENGTHS[until], at=at)
    else:
        end = min(max(services.ends_at(found), at) + AFTER_THE_END, at + positions.LONGEST)
        positions.share(membership=request.membership, until=end, ends_with=sharing_key(found), at=at)
    return redirect("jobs:job", request.coop.slug, number)


@require_safe
@members_only
def photo(request: CoopRequest, number: int, pk: int) -> HttpResponse:
    found = job_or_404(request, number)
    check_can_see_job(request, found)
    return photo_of(found, pk)


def photo_of(job: Job, pk: int) -> HttpResponse:
    """A picture of this job and of no other."""
    found = Photo.objects.filter(job=job, pk=pk).first()
    if found is None:
        raise Http404(_("This photo is not kept any more."))
    return HttpResponse(bytes(found.content), content_type="image/jpeg", headers={"Content-Disposition": "inline"})
