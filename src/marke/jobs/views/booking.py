"""The booking page: public, without an account. Choose, fill in, check with the price, booked."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs import services
from marke.jobs.booking_form import BookingForm, Choices
from marke.jobs.cancelling import terms_of
from marke.jobs.choosing import asks_items, can_choose, member_quotes, who_shows
from marke.jobs.favourites import who_came
from marke.jobs.models import Door, Job, Service
from marke.jobs.needs import asked_for_at_booking
from marke.jobs.permissions import can_coordinate
from marke.jobs.queries import services_on_offer
from marke.jobs.wishes import NewStop, Wishes
from marke.parties.http import CoopRequest
from marke.parties.models import Client
from marke.places import search
from marke.rules.queries import rulebook
from marke_core.matching import Place


@require_safe
def catalogue(request: CoopRequest) -> HttpResponse:
    """What can be booked, and what it costs."""
    rules = rulebook(request.coop, clock.now())
    rows = [(service, services.gross_price(request.coop, service, rules)) for service in services_on_offer(request.coop)]
    agreed = bool(rows) and all(service.between_them for service, _gross in rows)
    context = {"rows": rows, "agreed": agreed, "coordinates": can_coordinate(request), "again": _again(request)}
    return render(request, "jobs/book.html", context)


def _again(request: CoopRequest) -> str:
    """The key of an earlier job, when the client comes from its page to book another."""
    return request.GET.get("again", "")[:40]


@dataclass(frozen=True)
class Booker:
    """Who books: a known client, a stranger, or a coordinator for somebody else. `by_link`: nobody signed in for them."""

    client: Client | None
    for_others: bool
    earlier: Job | None
    by_link: bool

    @property
    def asking(self) -> search.Asking:
        """Which addresses they may see."""
        return search.Asking(
            client=None if self.by_link else self.client,
            chain=self.earlier.chain if self.earlier else "",
            coordinates=self.for_others,
        )


def _booker(request: CoopRequest) -> Booker:
    earlier = None
    if again := _again(request):
        rows = Job.objects.filter(coop=request.coop, token=again).select_related("client__party")
        earlier = rows.first()
    if can_coordinate(request):
        return Booker(None, True, earlier, by_link=False)
    client = earlier.client if earlier else request.client
    return Booker(client, False, earlier, by_link=client is None or client != request.client)


def _initial(earlier: Job | None) -> dict[str, Any]:
    if earlier is None:
        return {}
    stops = [stop.place for stop in earlier.extra_stops.all()]
    known = {"place": earlier.place, "pickup": earlier.pickup, "note": earlier.note, "stop": stops}
    needs = [str(each) for each in earlier.needed.values_list("capability", flat=True)]
    return {**known, "needs": needs, "load_kg": earlier.load_kg or None, "items": earlier.items}


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: CoopRequest, pk: int) -> HttpResponse:
    service = services_on_offer(request.coop).filter(pk=pk).first()
    if service is None:
        raise Http404(_("This service can no longer be booked. Choose another one."))
    service.coop = request.coop
    booker = _booker(request)
    wants = request.POST.get("checked", "")
    form = _form(request, service, booker, show_again=wants in ("change", "more"))
    context = {"service": service, "form": form, "booker": booker, "again": _again(request)}
    if not form.is_bound or not form.is_valid():
        return render(request, "jobs/book_service.html", context)
    try:
        checked = _checked(request, service, form, booker)
        price = str(checked["quote"].price.gross)
        if wants == "yes" and request.POST.get("seen", price) == price:
            job = _book(request, service, form, booker, checked["wishes"])
            return redirect("jobs:follow", request.coop.slug, job.token)
        return render(request, "jobs/book_check.html", {**context, **checked, "changed": wants == "yes"})
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return render(request, "jobs/book_service.html", context)


def _form(request: CoopRequest, service: Service, booker: Booker, *, show_again: bool) -> BookingForm:
    """With what was typed; `show_again` shows it without judging it: somebody goes back, or wants another line."""
    initial = _initial(booker.earlier)
    if show_again:
        lists = {name: request.POST.getlist(name) for name in ("stop", "needs")}
        initial = {**request.POST.dict(), **lists}
        if request.POST.get("checked") == "more":
            initial["stop"] = [*lists["stop"], ""]
    address, rules = reverse("jobs:book_addresses", args=[request.coop.slug]), rulebook(request.coop, clock.now())
    again = _again(request)
    return BookingForm(
        None if show_again else request.POST or None,
        coop=request.coop,
        service=service,
        at=clock.now(),
        known=booker.client is not None,
        for_others=booker.for_others,
        choices=Choices(
            who_came(booker.client, booker.earlier, by_link=booker.by_link),
            asked_for_at_booking(request.coop),
            who_shows(request.coop) if can_choose(rules, service) else [],
            asks_items(rules, service),
        ),
        suggest_at=f"{address}?{urlencode({'again': again})}" if again else address,
        initial=initial,
    )


def _wishes(form: BookingForm, booker: Booker) -> Wishes:
    data = form.cleaned_data
    return Wishes(
        from_at=data["from_at"],
        until_at=data["until_at"],
        stops=tuple(NewStop(text, search.locate(form.coop, text, booker.asking)) for text in data.get("stop") or ()),
        needs=form.chosen_needs,
        load_kg=data.get("load_kg") or 0,
        items=data.get("items"),
        wanted=form.chosen_member,
        chain=booker.earlier.chain if booker.earlier and not booker.for_others else "",
    )


def _point(form: BookingForm, booker: Booker, where: str) -> Place | None:
    """Where it is: as the browser said, or as whoever books may know."""
    return form.point(where) or search.locate(form.coop, form.cleaned_data.get(where, ""), booker.asking)


def _checked(request: CoopRequest, service: Service, form: BookingForm, booker: Booker) -> dict[str, Any]:
    """What it would cost, and what cannot be. Raises: Refused."""
    data, at, wishes = form.cleaned_data, clock.now(), _wishes(form, booker)
    services.check_booking(
        service=service, starts_at=data["starts_at"], place=data["place"], pickup=data.get("pickup", ""), note=data["note"],
        minutes=form.minutes, at=at, door=_door(data), wishes=wishes,
    )  # fmt: skip
    points = {name: _point(form, booker, name) for name in ("pickup", "place")}
    form.points = points
    enquiry: dict[str, Any] = {
        "coop": request.coop, "service": service, "client": booker.client, "starts_at": data["starts_at"],
        "minutes": form.minutes, "at": at, "pickup_point": points["pickup"], "place_point": points["place"],
        "via": [stop.point for stop in wishes.stops], "load": wishes.load_kg or None, "items": wishes.items or 1,
        "pickup": data.get("pickup", ""), "place": data["place"],
    }  # fmt: skip
    quoted = services.quote(worker=wishes.wanted, **enquiry)
    shown = list(form.choices.shown)
    whom = data.get("name", "")
    if data.get("client"):
        whom = dict(form.fields["client"].choices).get(data["client"], "")  # type: ignore[attr-defined]
    return {
        "data": data,
        "quote": quoted,
        "whoever": services.quote(**enquiry) if shown else None,
        "asks": member_quotes(members=shown, **enquiry) if shown else [],
        "wishes": wishes,
        "whom": whom,
        "terms": terms_of(request.coop, service, data["starts_at"], wishes.from_at, wishes.until_at, at),
        "nowhere": " · ".join(f"“{text}”" for text in _unknown(data, points, wishes)),
    }


def _unknown(data: dict[str, Any], points: dict[str, Place | None], wishes: Wishes) -> list[str]:
    """The addresses that are not on the map."""
    ends = [data[name] for name in points if data.get(name) and points[name] is None]
    return ends + [stop.place for stop in wishes.stops if stop.point is None]


def _door(data: dict[str, Any]) -> str:
    return str(data.get("door") or Door.WEB)


def _book(request: CoopRequest, service: Service, form: BookingForm, booker: Booker, wishes: Wishes) -> Job:
    data = form.cleaned_data
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
        place_point=form.points["place"],
        pickup_point=form.points["pickup"],
        wishes=wishes,
        once_key=data["once_key"],
        by=request.party,
        at=clock.now(),
        door=Door.LINK if booker.by_link and not booker.for_others else _door(data),
    )


@require_safe
def addresses(request: CoopRequest) -> HttpResponse:
    """What somebody may mean who types an address: lines for the list beside the field."""
    typed = next((request.GET[name] for name in ("q", "place", "pickup", "stop") if request.GET.get(name)), "")
    found = search.suggest(request.coop, typed[:200], _booker(request).asking)
    return render(request, "jobs/_addresses.html", {"found": found})
