"""The booking page: public, without an account. Choose, fill in, check with the price, booked."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs import services
from marke.jobs.forms import BookingForm
from marke.jobs.models import Door, Job, Service
from marke.jobs.permissions import can_coordinate
from marke.jobs.queries import services_on_offer
from marke.jobs.splits import surcharge_why
from marke.parties.http import CoopRequest
from marke.parties.models import Client


@require_safe
def catalogue(request: CoopRequest) -> HttpResponse:
    """What can be booked, and what it costs."""
    rows = [(service, services.gross_price(request.coop, service)) for service in services_on_offer(request.coop)]
    context = {"rows": rows, "coordinates": can_coordinate(request), "again": _again(request)}
    return render(request, "jobs/book.html", context)


def _again(request: CoopRequest) -> str:
    """The key of an earlier job, when the client comes from its page to book another."""
    return request.GET.get("again", "")[:40]


@dataclass(frozen=True)
class Booker:
    """Who books: a known client, a stranger, or a coordinator for somebody else."""

    client: Client | None
    for_others: bool
    earlier: Job | None


def _booker(request: CoopRequest) -> Booker:
    earlier = None
    if again := _again(request):
        rows = Job.objects.filter(coop=request.coop, token=again).select_related("client__party")
        earlier = rows.first()
    if can_coordinate(request):
        return Booker(None, True, earlier)
    client = earlier.client if earlier else request.client
    return Booker(client, False, earlier)


def _initial(earlier: Job | None) -> dict[str, Any]:
    if earlier is None:
        return {}
    return {"place": earlier.place, "pickup": earlier.pickup, "note": earlier.note}


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: CoopRequest, pk: int) -> HttpResponse:
    service = services_on_offer(request.coop).filter(pk=pk).first()
    if service is None:
        raise Http404(_("This service can no longer be booked. Choose another one."))
    booker = _booker(request)
    form = BookingForm(
        request.POST or None,
        coop=request.coop,
        service=service,
        at=clock.now(),
        known=booker.client is not None,
        for_others=booker.for_others,
        initial=_initial(booker.earlier),
    )
    context = {"service": service, "form": form, "booker": booker, "again": _again(request)}
    if request.method != "POST" or not form.is_valid() or request.POST.get("checked") == "change":
        return render(request, "jobs/book_service.html", context)
    try:
        if request.POST.get("checked") == "yes":
            job = _book(request, service, form, booker)
            return redirect("jobs:follow", request.coop.slug, job.token)
        return _check(request, service, form, context)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return render(request, "jobs/book_service.html", context)


def _check(request: CoopRequest, service: Service, form: BookingForm, context: dict[str, Any]) -> HttpResponse:
    data, at = form.cleaned_data, clock.now()
    services.check_booking(
        service=service, starts_at=data["starts_at"], place=data["place"], pickup=data.get("pickup", ""), note=data["note"],
        minutes=form.minutes, at=at, door=_door(data),
    )  # fmt: skip
    quoted = services.quote(coop=request.coop, service=service, starts_at=data["starts_at"], minutes=form.minutes, at=at)
    why = surcharge_why(request.coop, quoted.surcharge_rule)
    whom = data.get("name", "")
    if data.get("client"):
        whom = dict(form.fields["client"].choices).get(data["client"], "")  # type: ignore[attr-defined]
    return render(request, "jobs/book_check.html", {**context, "data": data, "quote": quoted, "whom": whom, "surcharge_why": why})


def _door(data: dict[str, Any]) -> str:
    return str(data.get("door") or Door.WEB)


def _book(request: CoopRequest, service: Service, form: BookingForm, booker: Booker) -> Job:
    data, at = form.cleaned_data, clock.now()
    stranger = booker.client is None and not booker.for_others
    known = booker.client
    if number := data.get("client"):
        known = Client.objects.select_related("party").get(coop=request.coop, number=number)
    return services.book_for(
        client=known,
        name=data.get("name", ""),
        email=data.get("email", ""),
        phone=data.get("phone", ""),
        coop=request.coop,
        service=service,
        starts_at=data["starts_at"],
        place=data["place"],
        pickup=data.get("pickup", ""),
        note=data["note"],
        minutes=form.minutes,
        place_point=form.point("place"),
        pickup_point=form.point("pickup"),
        once_key=data["once_key"],
        by=request.party,
        at=at,
        door=Door.LINK if stranger or (booker.earlier and not booker.for_others) else _door(data),
    )
