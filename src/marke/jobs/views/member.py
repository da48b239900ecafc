"""The member's pages: what am I asked, what do I have to do, and why me, why not me."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.views import page_of, render
from marke.jobs import services
from marke.jobs.forms import ContestForm
from marke.jobs.kinds import pays_for_work
from marke.jobs.maps import map_of
from marke.jobs.models import Contest, Job, Offer
from marke.jobs.my_hours import my_hours
from marke.jobs.needs import warning_for
from marke.jobs.permissions import DECIDING, can_coordinate, check_can_coordinate, job_or_404
from marke.jobs.queries import is_matched, latest_offer, my_jobs, offers_of, on_the_board, open_offers, queue, recently_asked
from marke.jobs.rows import asked_before, kept_rows, place_of
from marke.jobs.splits import split_of
from marke.jobs.trips import at_work_on, by_trip, jobs_on_trip, offered_trip, trip_route
from marke.jobs.views.doors import door_of
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, members_only
from marke.slots.queries import shift_today


def myself(request: CoopRequest) -> Membership:
    """The membership of whoever asks, behind `members_only`."""
    assert request.membership is not None
    request.membership.coop = request.coop
    return request.membership


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    at = clock.now()
    me = myself(request)
    waiting = queue(request.coop, at) if can_coordinate(request) else None
    mine = my_jobs(me, at)
    now = next((job for job in mine.today if job.state == Job.State.UNDER_WAY), mine.today[0] if mine.today else None)
    trip = trip_route(now, at) if now else None
    context = {
        "questions": by_trip(list(open_offers(me, at))),
        "mine": mine,
        "now": at_work_on(now, trip, at) if now else None,
        "trip": trip,
        "later": [job for job in mine.today if job is not now and (trip is None or job not in trip.jobs)],
        "hours": my_hours(me, at),
        "shift": shift_today(me, at),
        "at": at,
        "pays_for_work": pays_for_work(request.coop.pack),
        "queue": waiting,
        "asked_before": {job.pk: asked_before(list(job.offers.all())) for job in waiting.unassigned} if waiting else {},
        "coordinates": waiting is not None,
        "officer": can_office(request, *DECIDING),
        "on_board": len(on_the_board(me, at)),
        "is_matched": is_matched(request.coop, at),
        "agrees": services.agrees_to_be_given_work(me),
    }
    return render(request, "jobs/jobs.html", context)


@require_safe
@members_only
def offer(request: CoopRequest, number: int) -> HttpResponse:
    """What I am asked: place, time, pay, why me, and two buttons."""
    job, me, at = job_or_404(request, number), myself(request), clock.now()
    found = latest_offer(job, me)
    if found is None or found.opens_at > at:
        raise Http404(_("You were not asked for job %(number)d.") % {"number": number})
    if job.worker_id == me.pk:
        return redirect("jobs:job", request.coop.slug, number)
    is_open = found.state == Offer.State.OPEN and not services.is_over(found, at=at)
    found.job = job
    trip = offered_trip(found, me, at)
    context = {
        "job": job,
        "offer": found,
        "is_open": is_open,
        "is_over": found.state == Offer.State.OPEN and not is_open,
        "trip": trip,
        "split": split_of(job, me, at),
        "row": kept_rows(job, list(found.asking.offers.select_related("membership", "asking")), me=me.number, names=None)[0],
        "map": map_of(trip.jobs if trip else [job], me, at),
        "lacks": warning_for(job, me, at),
    }
    return render(request, "jobs/offer.html", context)


@require_POST
@members_only
def answer(request: CoopRequest, number: int) -> HttpResponse:
    """Yes or no, of the member; or, by a coordinator, what the member said by phone."""
    job, me, at = job_or_404(request, number), myself(request), clock.now()
    door = door_of(request)
    for_member = request.POST.get("for", "")
    if for_member:
        check_can_coordinate(request)
        found = _open_offer_of(job, for_member)
    else:
        found, door = latest_offer(job, me), "web"
    if found is None:
        raise Http404(_("Nobody is being asked for job %(number)d.") % {"number": number})
    found.job = job
    if request.POST.get("answer") == "accept":
        services.accept_offer(offer=found, by=request.party, at=at, door=door)
        accepted = [each.number for each in jobs_on_trip(job_or_404(request, number))] if found.trip_id else [number]
        text = ngettext("Job %(number)s is accepted.", "Jobs %(number)s are accepted.", len(accepted))
        messages.success(request, text % {"number": ", ".join(map(str, sorted(accepted)))})
        return redirect("jobs:job", request.coop.slug, number)
    services.decline_offer(offer=found, by=request.party, at=at, door=door)
    messages.success(request, _("Declined, and that costs nothing. The next is asked."))
    return redirect("jobs:job", request.coop.slug, number) if for_member else redirect("jobs:jobs", request.coop.slug)


def _open_offer_of(job: Job, number: str) -> Offer | None:
    """What a coordinator answers for: the offer to the member of this number, who told them."""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    return Offer.objects.filter(job=job, state=Offer.State.OPEN, membership__number=int(number)).select_related("job").first()


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def why(request: CoopRequest, number: int) -> HttpResponse:
    """Who was asked, in which order, and why: every member sees where they stood, and can contest it."""
    job, me = job_or_404(request, number), myself(request)
    officer = can_office(request, *DECIDING)
    own = officer or job.worker_id == me.pk
    form = ContestForm(request.POST or None, with_settlement=job.worker_id == me.pk and job.state == Job.State.SETTLED)
    if request.method == "POST" and form.is_valid():
        about = form.cleaned_data["about"] if own else Contest.About.OFFER
        services.contest(job=job, membership=me, about=about, text=form.cleaned_data["text"], by=request.party, at=clock.now())
        messages.success(request, _("Your question is kept. Somebody with a mandate will answer it here and by mail."))
        return redirect("jobs:why", request.coop.slug, number)
    contests = Contest.objects.filter(job=job).select_related("membership__party", "answered_by")
    names = None
    if officer:
        rows = Membership.objects.filter(coop=request.coop).values_list("number", "party__name")
        names = dict(rows)
    context = {
        "job": job,
        "rows": kept_rows(job, offers_of(job), me=me.number, names=names),
        "form": form,
        "contests": contests if officer else contests.filter(membership=me),
        "officer": officer,
        "may_see_job": own,
    }
    return render(request, "jobs/why.html", context)


@require_safe
@members_only
def asked(request: CoopRequest) -> HttpResponse:
    """The last month's offers, and where I stood in each."""
    me = myself(request)
    page = page_of(request, recently_asked(request.coop, clock.now()))
    context = {"page": page, "places": {offer.pk: place_of(offer, me.number) for offer in page}}
    return render(request, "jobs/asked.html", context)
