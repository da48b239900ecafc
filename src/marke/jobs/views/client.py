"""The client's own pages: one job by the link in the letter, without an account; all bookings when signed in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.navigation import soft_reverse
from marke.common.refusal import NotAllowed, Refused
from marke.common.views import page_of, render
from marke.jobs import mails, services
from marke.jobs.cancelling import terms
from marke.jobs.conditions import MOVES, MoveRefused, State, check_move
from marke.jobs.following import progress
from marke.jobs.forms import ReasonForm
from marke.jobs.gift_part import paid_gift
from marke.jobs.models import Door, Job
from marke.jobs.parts import Viewer, parts_of
from marke.jobs.price_words import price_why
from marke.jobs.pricing import vat_of
from marke.jobs.queries import jobs_of_client, timeline
from marke.jobs.views.fees import agreed_fee, fee_shown
from marke.parties.http import CoopRequest
from marke.parties.permissions import signed_in_only


def job_by_link(request: CoopRequest, token: str) -> Job:
    """The link opens this one job and no other."""
    rows = Job.objects.filter(coop=request.coop, token=token[:40])
    found = rows.select_related("service", "client__party", "worker__party").first()
    if found is None:
        raise Http404(_("This link does not lead to a booking. Use the link in your letter, or call us."))
    found.coop = request.coop
    return found


@require_safe
@never_cache
def follow(request: CoopRequest, token: str) -> HttpResponse:
    job = job_by_link(request, token)
    vat = vat_of(job.price, job.vat_permille if request.coop.vat_number else 0)
    at = clock.now()
    onward, events = MOVES[State(job.state)], list(timeline(job))
    context = {
        **_now(job, at),
        "brought": parts_of(job, Viewer.CLIENT, at),
        "events": events,
        "vat": vat,
        "gross": job.price + vat,
        "price_why": price_why(job, events, vat=vat),
        "can_cancel": State.CANCELLED in onward and job.state != State.DISPUTED,
        "can_confirm": State.CONFIRMED in onward,
        "can_dispute": State.DISPUTED in onward,
        "can_have_receipt": job.state == State.SETTLED,
        "can_have_invoices": bool(job.client.party.email and _invoices_url(request, job) and job.state == State.SETTLED),
        "terms": terms(job),
    }
    return render(request, "jobs/follow.html", context)


def _now(job: Job, at: datetime) -> dict[str, Any]:
    """How far it is: what the page asks for again while something may still happen."""
    silence_at = services.confirmed_by(job, job.done_at) if job.state == State.DONE and job.done_at else None
    return {"job": job, "now": progress(job, at), "silence_at": silence_at}


@require_safe
@never_cache
def now(request: CoopRequest, token: str) -> HttpResponse:
    """The part of the page that changes. Once the job has moved on, the whole page is loaded again for its buttons."""
    job = job_by_link(request, token)
    answer = render(request, "jobs/_now.html", _now(job, clock.now()))
    if request.GET.get("state") != job.state:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
@never_cache
def receipt(request: CoopRequest, token: str) -> HttpResponse:
    """For whoever has no invoice: what was done, and what it cost."""
    job = job_by_link(request, token)
    if job.state != State.SETTLED:
        raise Http404(_("There is a receipt when the work is done and confirmed."))
    vat = vat_of(job.price, job.vat_permille if request.coop.vat_number else 0)
    lines = [(line["words"], line["amount"]) for line in job.price_lines]
    if sum(amount for _words, amount in lines) != job.price:  # corrected, or booked before lines were kept
        lines = [(job.service.name, job.price)]
    context = {
        "job": job, "lines": lines, "vat": vat, "gross": job.price + vat, "worker_name": progress(job, clock.now()).worker_name,
        "done_at": job.called_off_at or job.done_at, "gift": paid_gift(job),
    }  # fmt: skip
    return render(request, "jobs/receipt.html", context)


def _cancel(request: CoopRequest, job: Job) -> str:
    if job.state == State.DISPUTED:
        raise MoveRefused(
            _("You told us that something was not right. Somebody looks into it; it cannot be cancelled meanwhile.")
        )
    services.cancel_job(job=job, by=request.party, at=clock.now(), door=Door.LINK, most_fee=agreed_fee(request))
    return _("Your booking is cancelled.")


def _confirm(request: CoopRequest, job: Job) -> str:
    services.confirm_job(job=job, by=request.party, at=clock.now(), door=Door.LINK)
    return _("Thank you. It is confirmed.")


CLIENTS_MOVES: dict[str, Callable[[CoopRequest, Job], str]] = {"cancel": _cancel, "confirm": _confirm}


@require_POST
def moves(request: CoopRequest, token: str) -> HttpResponse:
    job = job_by_link(request, token)
    move = CLIENTS_MOVES.get(request.POST.get("move", ""))
    if move is None:
        raise MoveRefused(_("There is no such step for a booking. Go back and use its buttons."))
    messages.success(request, move(request, job))
    return redirect("jobs:follow", request.coop.slug, job.token)


@require_safe
def cancellation(request: CoopRequest, token: str) -> HttpResponse:
    """Asked once more, because it cannot be undone."""
    job = job_by_link(request, token)
    check_move(job, State.CANCELLED)
    context = {
        "job": job,
        "action": reverse("jobs:follow_moves", args=[request.coop.slug, job.token]),
        "back": reverse("jobs:follow", args=[request.coop.slug, job.token]),
        **fee_shown(job, clock.now()),
    }
    return render(request, "jobs/cancellation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: CoopRequest, token: str) -> HttpResponse:
    job = job_by_link(request, token)
    form = ReasonForm(request.POST or None, hint=_("A person reads it and decides. You pay nothing until then."))
    if request.method == "POST" and form.is_valid():
        try:
            services.dispute_job(job=job, reason=form.cleaned_data["text"], by=request.party, at=clock.now(), door=Door.LINK)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you for telling us. Somebody looks into it and writes to you."))
            return redirect("jobs:follow", request.coop.slug, job.token)
    return render(request, "jobs/follow_dispute.html", {"job": job, "form": form})


def _invoices_url(request: CoopRequest, job: Job) -> str:
    return soft_reverse("invoices:client", request.coop.slug, job.client.token)


@require_POST
def invoices(request: CoopRequest, token: str) -> HttpResponse:
    """The page with all invoices of a client is opened by a letter to the client's own address only."""
    job = job_by_link(request, token)
    url = _invoices_url(request, job)
    if not url or not job.client.party.email:
        raise Http404(_("We have no mail address of yours to send it to. Call us."))
    mails.money_link(job, url, clock.now())
    messages.success(request, _("A link to your invoices is on its way to your mail address."))
    return redirect("jobs:follow", request.coop.slug, job.token)


@require_safe
@signed_in_only
def bookings(request: CoopRequest) -> HttpResponse:
    """Everything that a signed-in client has booked."""
    if request.client is None:
        raise NotAllowed(
            _("This page is for clients of %(coop)s. Book something, and it stands here.") % {"coop": request.coop.name}
        )
    request.client.coop = request.coop
    return render(request, "jobs/bookings.html", {"page": page_of(request, jobs_of_client(request.client))})
