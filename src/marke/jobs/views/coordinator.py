"""The coordinator's pages: who is asked, what is disputed, what was contested, and the list of everything."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import csv_response, page_of, render
from marke.jobs import services
from marke.jobs.conditions import check_move
from marke.jobs.forms import AnswerForm, CorrectionForm, ResolutionForm
from marke.jobs.matching import BY_DISTANCE, mode_of, own_member, row_for, start_of
from marke.jobs.models import Contest, Job, JobEvent, Offer
from marke.jobs.needs import warnings
from marke.jobs.permissions import DECIDING, job_or_404
from marke.jobs.queries import jobs
from marke.jobs.rows import reasons, score_text
from marke.jobs.views.doors import door_of
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import office_only
from marke.parties.queries import hidden_contacts

State = Job.State
ORDERS = {
    "number": "number",
    "-number": "-number",
    "start": "starts_at",
    "-start": "-starts_at",
    "price": "price",
    "-price": "-price",
}


def _asked_for(request: CoopRequest) -> tuple[QuerySet[Job], dict[str, str]]:
    """The jobs that the address asks for."""
    state, words, order = (request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in ("state", "q", "order"))
    found = jobs(request.coop)
    state = state if state in State.values else ""
    if state:
        found = found.filter(state=state)
    if words:
        matches = Q(client__party__name__icontains=words) | Q(worker__party__name__icontains=words) | Q(place__icontains=words)
        matches |= Q(service__name__icontains=words)
        if words.isascii() and words.isdigit() and len(words) < 9:
            matches |= Q(number=int(words))
        found = found.filter(matches)
    order = order if order in ORDERS else "-number"
    return found.order_by(ORDERS[order], "-number"), {"state": state, "q": words, "order": order}


@require_safe
@office_only(*DECIDING)
def all_jobs(request: CoopRequest) -> HttpResponse:
    found, asked = _asked_for(request)
    if request.GET.get("format") == "csv":
        return csv_response(f"jobs-{request.coop.slug}.csv", CSV_HEADER, _csv_rows(found))
    query = request.GET.copy()
    query.pop("page", None)
    query["format"] = "csv"
    context = {"page": page_of(request, found), "states": State.choices, "csv": f"?{query.urlencode()}", **asked}
    return render(request, "jobs/all.html", context)


CSV_HEADER = (
    "number", "state", "service", "client", "worker", "starts_at", "minutes", "pickup", "place", "price_minor_units",
    "vat_category", "vat_permille", "requested_at", "accepted_at", "done_at", "settled_at",
)  # fmt: skip


def _csv_rows(found: QuerySet[Job]) -> Iterator[tuple[object, ...]]:
    for job in found.iterator(chunk_size=500):
        moments = (job.requested_at, job.accepted_at, job.done_at, job.settled_at)
        yield (
            job.number, job.state, job.service.name, job.client.party.name, job.worker.party.name if job.worker else "",
            job.starts_at.isoformat(), job.minutes, job.pickup, job.place, job.price, job.vat_category, job.vat_permille,
            *(moment.isoformat() if moment else "" for moment in moments),
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator")
def give(request: CoopRequest, number: int) -> HttpResponse:
    """Everybody who could do it, with their scores; the coordinator picks whom to ask."""
    job, at = job_or_404(request, number), clock.now()
    open_offer = Offer.objects.filter(job=job, state=Offer.State.OPEN).first()
    if open_offer is None:
        check_move(job, State.OFFERED)
    row = row_for(job, at, mode=_order(job, at))
    if request.method == "POST":
        membership = row.memberships.get(_number(request.POST.get("member", "")))
        if "own" in request.POST:
            return _own_member(request, job)
        if membership is None:
            raise Http404(_("There is no such member to ask."))
        offer = services.offer_job(job=job, membership=membership, by=request.party, at=at, door=door_of(request))
        messages.success(request, _given(offer, membership))
        return redirect("jobs:job", request.coop.slug, number)
    warned = warnings([job], list(row.memberships.values()), at).get(job.pk, {})
    rows = [
        (ranked, member, score_text(ranked.score, ranked.unit), reasons().get(ranked.out, ""), warned.get(member.pk, ""))
        for ranked in row.ranked
        for member in (row.memberships[ranked.member],)
    ]
    context = {
        "job": job,
        "rows": rows,
        "by_distance": row.mode in BY_DISTANCE,
        "open_offer": open_offer,
        "hidden": set(hidden_contacts(request.coop)),
        "own": own_member(job, "fixed") if mode_of(job, at) == "fixed" else None,
        "has_own": mode_of(job, at) == "fixed",
    }
    return render(request, "jobs/give.html", context)


def _order(job: Job, at: datetime) -> str:
    """The rule's own order; where it has none, by distance, or else by who has been longest without a job."""
    mode = mode_of(job, at)
    if mode in ("fixed", "automatic", "open_board"):
        mode = "nearest"
    # Where the job is not on the map, nobody is nearest.
    return mode if start_of(job) or mode not in BY_DISTANCE else "longest_idle"


def _own_member(request: CoopRequest, job: Job) -> HttpResponse:
    """From now on this member is asked first for the client of the job; nobody, when the number is none."""
    number = _number(request.POST["own"])
    membership = Membership.objects.filter(coop=request.coop, number=number).select_related("party").first()
    services.set_own_member(client=job.client, membership=membership, by=request.party, at=clock.now())
    return redirect("jobs:give", request.coop.slug, job.number)


def _given(offer: Offer, membership: Membership) -> str:
    """Nobody self-employed is assigned: they are asked."""
    words = {"name": membership.party.name, "number": offer.job.number}
    if offer.state == Offer.State.ACCEPTED:
        return _("Job %(number)s is given to %(name)s.") % words
    return _("%(name)s is asked for job %(number)s.") % words


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*DECIDING)
def resolution(request: CoopRequest, number: int) -> HttpResponse:
    """A mandated human ends a dispute; the outcome and its reason are kept and sent to both."""
    job = job_or_404(request, number)
    form = ResolutionForm(request.POST or None, job=job)
    disputed = JobEvent.objects.filter(job=job, state=State.DISPUTED).select_related("by").order_by("-at", "-id").first()
    if disputed is None or (request.method != "POST" and job.state != State.DISPUTED):
        raise Http404(_("Job %(number)d is not disputed.") % {"number": number})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        assert request.party is not None
        try:
            services.resolve_dispute(
                job=job, outcome=data["outcome"], price=data["price"], reason=data["text"], by=request.party, at=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The dispute about job %(number)s is decided.") % {"number": number})
            return redirect("jobs:job", request.coop.slug, number)
    return render(request, "jobs/resolution.html", {"job": job, "form": form, "disputed": disputed})


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator", "treasurer")
def correction(request: CoopRequest, number: int) -> HttpResponse:
    """A settlement is taken back and made again: form, check, done."""
    job = job_or_404(request, number)
    form = CorrectionForm(request.POST or None, job=job)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if request.POST.get("checked") != "yes":
            return render(
                request, "jobs/correction_check.html", {"job": job, "form": form, "price": data["price"], "text": data["text"]}
            )
        try:
            services.correct_settlement(job=job, price=data["price"], reason=data["text"], by=request.party, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The settlement of job %(number)s is corrected.") % {"number": number})
            return redirect("jobs:job", request.coop.slug, number)
    return render(request, "jobs/correction.html", {"job": job, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*DECIDING)
def contest(request: CoopRequest, number: int, pk: int) -> HttpResponse:
    """A mandated human answers; question and answer stay."""
    rows = Contest.objects.filter(coop=request.coop, job__number=number, pk=pk)
    found = rows.select_related("job__service", "membership__party", "answered_by").first()
    if found is None:
        raise Http404(_("There is no such question about job %(number)d.") % {"number": number})
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert request.party is not None
        try:
            services.answer_contest(contest=found, by=request.party, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your answer is kept and sent."))
            return redirect("jobs:why", request.coop.slug, number)
    return render(request, "jobs/contest.html", {"contest": found, "job": found.job, "form": form})
