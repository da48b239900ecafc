"""The page of one job, and its buttons."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs import services
from marke.jobs.booking_form import TOLD_BY
from marke.jobs.conditions import AT_WORK, MOVES, MoveRefused, check_move
from marke.jobs.forms import ReasonForm
from marke.jobs.matching import is_given_by_hand
from marke.jobs.models import Contest, Door, Job, Offer
from marke.jobs.needs import warnings
from marke.jobs.parts import Viewer, parts_of
from marke.jobs.permissions import (
    DECIDING,
    can_coordinate,
    check_can_coordinate,
    check_can_see_job,
    check_can_work,
    is_worker,
    job_or_404,
)
from marke.jobs.price_words import price_why
from marke.jobs.queries import offers_of, timeline
from marke.jobs.route import route_of
from marke.jobs.splits import split_of
from marke.jobs.trips import asked_with, at_work_on, trip_route
from marke.jobs.views.doors import door_of
from marke.jobs.views.fees import agreed_fee, fee_shown
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, members_only
from marke.places.positions import sharing_of

State = Job.State


@require_safe
@members_only
def job(request: CoopRequest, number: int) -> HttpResponse:
    found = job_or_404(request, number)
    if request.membership is not None and not is_worker(request, found):
        asked = Offer.objects.filter(job=found, membership=request.membership, state=Offer.State.OPEN)
        if not can_office(request, *DECIDING) and asked.exists():
            return redirect("jobs:offer", request.coop.slug, number)
    check_can_see_job(request, found)
    at = clock.now()
    offers, events = offers_of(found), list(timeline(found))
    open_offers = [offer for offer in offers if offer.state == Offer.State.OPEN]
    coordinates = can_coordinate(request)
    mine = is_worker(request, found)
    trip = trip_route(found, at) if found.state in AT_WORK else None
    context = {
        "job": found,
        "brought": parts_of(found, Viewer.WORKER if mine else Viewer.OFFICER, at),
        "events": events,
        "price_why": price_why(found, events),
        "by_hand": coordinates and is_given_by_hand(found, at),
        "offers": offers,
        "open_offers": open_offers,
        "can_answer": [offer for offer in open_offers if not services.is_over(offer, at=at)],
        "lacks": _lacks(found, open_offers, at),
        "split": split_of(found, found.worker, at) if found.worker else None,
        "mine": mine,
        "route": route_of(found, at) if found.state in AT_WORK else None,
        "now": at_work_on(found, trip, at) if mine and found.state in AT_WORK else None,
        "trip": trip,
        "asked_with": [each.number for each in asked_with(open_offers)],
        "sharing": sharing_of(request.membership, at) if mine and request.membership else None,
        "coordinates": coordinates,
        "officer": can_office(request, *DECIDING),
        "can": {str(state): True for state in MOVES[State(found.state)]},
        "doors": TOLD_BY,
        "contests": Contest.objects.filter(job=found).select_related("membership__party", "answered_by"),
        "silence_at": services.confirmed_by(found, found.done_at) if found.state == State.DONE and found.done_at else None,
    }
    return render(request, "jobs/job.html", context)


def _lacks(found: Job, open_offers: list[Offer], at: datetime) -> list[tuple[str, str]]:
    """Whoever does the job, or is asked, and what they lack for it, where the rule only warns."""
    members = [found.worker] if found.worker else [offer.membership for offer in open_offers]
    warned = warnings([found], members, at).get(found.pk, {})
    return [(member.party.name, warned[member.pk]) for member in members if member.pk in warned]


def _start(request: CoopRequest, found: Job) -> str:
    check_can_work(request, found)
    services.start_trip(job=found, by=request.party, at=clock.now(), door=_door(request, found))
    return _("Job %(number)s is under way.")


def _finish(request: CoopRequest, found: Job) -> str:
    check_can_work(request, found)
    door = _door(request, found)
    told = "" if is_worker(request, found) else _("Written down by the coordinator, %(door)s.") % {"door": Door(door).label}
    services.finish_job(job=found, by=request.party, at=clock.now(), door=door, reason=told)
    return _("Job %(number)s is done. The client is asked to confirm.")


def _hand_back(request: CoopRequest, found: Job) -> str:
    check_can_work(request, found)
    services.hand_back(job=found, by=request.party, at=clock.now(), door=_door(request, found))
    return _("Job %(number)s is handed back. The next is asked.")


def _confirm(request: CoopRequest, found: Job) -> str:
    """A coordinator writes down what the client said."""
    check_can_coordinate(request)
    if is_worker(request, found) and not request.POST.get("door"):
        raise MoveRefused(_("Say how the client told you that job %(number)s was done as agreed.") % {"number": found.number})
    services.confirm_job(job=found, by=request.party, at=clock.now(), door=door_of(request))
    return _("Job %(number)s is confirmed and settled.")


def _cancel(request: CoopRequest, found: Job) -> str:
    check_can_coordinate(request)
    fee = agreed_fee(request) if request.POST.get("who") == "client" else None
    services.cancel_job(job=found, by=request.party, at=clock.now(), door=door_of(request), most_fee=fee)
    return _("Job %(number)s is cancelled.")


def _withdraw(request: CoopRequest, found: Job) -> str:
    check_can_coordinate(request)
    for offer in Offer.objects.filter(job=found, state=Offer.State.OPEN).select_related("job"):
        services.withdraw_offer(offer=offer, by=request.party, at=clock.now())
    return _("Nobody is asked for job %(number)s any more.")


def _ask(request: CoopRequest, found: Job) -> str:
    check_can_coordinate(request)
    offer = services.ask_next(job=found, at=clock.now(), by=request.party)
    if offer is None:
        return _("There is nobody left to ask for job %(number)s by the rule. Give it by hand.")
    return _("Somebody is asked for job %(number)s.")


MOVES_BY_NAME: dict[str, Callable[[CoopRequest, Job], str]] = {
    "start": _start,
    "finish": _finish,
    "hand_back": _hand_back,
    "confirm": _confirm,
    "cancel": _cancel,
    "withdraw": _withdraw,
    "ask": _ask,
}


def _door(request: CoopRequest, found: Job) -> str:
    """The worker's own tap comes by the web; a coordinator's, for somebody else, by what they were told."""
    return Door.WEB if is_worker(request, found) else door_of(request)


@require_POST
@members_only
def moves(request: CoopRequest, number: int) -> HttpResponse:
    found = job_or_404(request, number)
    move = MOVES_BY_NAME.get(request.POST.get("move", ""))
    if move is None:
        raise MoveRefused(_("There is no such step for a job. Go back to the job and use its buttons."))
    messages.success(request, move(request, found) % {"number": number})
    if request.POST.get("move") == "hand_back" and is_worker(request, found) and not can_office(request, *DECIDING):
        return redirect("jobs:jobs", request.coop.slug)
    return redirect("jobs:job", request.coop.slug, number)


@require_safe
@members_only
def cancellation(request: CoopRequest, number: int) -> HttpResponse:
    """Asked once more, because it cannot be undone."""
    found = job_or_404(request, number)
    check_can_coordinate(request)
    check_move(found, State.CANCELLED)
    context = {
        "job": found,
        "action": reverse("jobs:moves", args=[request.coop.slug, number]),
        "back": reverse("jobs:job", args=[request.coop.slug, number]),
        "doors": TOLD_BY,
        **fee_shown(found, clock.now()),
    }
    return render(request, "jobs/cancellation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def dispute(request: CoopRequest, number: int) -> HttpResponse:
    """The worker, or the coordinator for the client, says that something was not right."""
    found = job_or_404(request, number)
    check_can_work(request, found)
    form = ReasonForm(request.POST or None, hint=_("Nothing is paid until somebody with a mandate has decided."))
    if request.method == "POST" and form.is_valid():
        try:
            services.dispute_job(
                job=found, reason=form.cleaned_data["text"], by=request.party, at=clock.now(), door=_door(request, found)
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Job %(number)s is disputed. Somebody with a mandate will decide.") % {"number": number})
            return redirect("jobs:job", request.coop.slug, number)
    return render(request, "jobs/dispute.html", {"job": found, "form": form})
