"""The catalogue: every member sees it, the coordinator changes it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs import services
from marke.jobs.forms import ServiceForm
from marke.jobs.kinds import label_of
from marke.jobs.models import Service
from marke.jobs.permissions import can_coordinate
from marke.jobs.queries import services_on_offer
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only, office_only


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    rows = [(service, label_of(service.job_kind)) for service in services_on_offer(request.coop)]
    return render(request, "jobs/services.html", {"rows": rows, "coordinates": can_coordinate(request)})


def _service_or_404(request: CoopRequest, pk: int) -> Service:
    service = services_on_offer(request.coop).filter(pk=pk).first()
    if service is None:
        raise Http404(_("This service is no longer in the catalogue."))
    return service


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator")
def new(request: CoopRequest) -> HttpResponse:
    form = ServiceForm(request.POST or None, coop=request.coop, at=clock.now())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            service = services.add_service(
                coop=request.coop, name=data["name"], description=data["description"], job_kind=data["job_kind"],
                price=data["price"], per=data["per"], minutes=data["minutes"], vat_category=data["vat_category"],
                vat_permille=data["vat_permille"], needs_pickup=data["needs_pickup"],
                asks_load=data["asks_load"], most_stops=data["most_stops"], needs=data.get("needs", ()),
                by=request.party, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(service)s” can be booked now.") % {"service": service.name})
            return redirect("jobs:services", request.coop.slug)
    return render(request, "jobs/service.html", {"form": form, "service": None})


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator")
def edit(request: CoopRequest, pk: int) -> HttpResponse:
    service = _service_or_404(request, pk)
    form = ServiceForm(request.POST or None, coop=request.coop, at=clock.now(), service=service)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.change_service(
                service=service, name=data["name"], description=data["description"], price=data["price"], per=data["per"],
                minutes=data["minutes"], vat_category=data["vat_category"], vat_permille=data["vat_permille"],
                needs_pickup=data["needs_pickup"], asks_load=data["asks_load"], most_stops=data["most_stops"],
                needs=data.get("needs"), by=request.party, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Changed. Jobs that were booked before keep their price."))
            return redirect("jobs:services", request.coop.slug)
    return render(request, "jobs/service.html", {"form": form, "service": service})


@require_POST
@office_only("coordinator")
def end(request: CoopRequest, pk: int) -> HttpResponse:
    service = Service.objects.filter(coop=request.coop, pk=pk).first()
    if service is None:
        raise Http404(_("This service is no longer in the catalogue."))
    services.end_service(service=service, by=request.party, at=clock.now())
    messages.success(
        request, _("“%(service)s” can no longer be booked. Jobs that were booked go on.") % {"service": service.name}
    )
    return redirect("jobs:services", request.coop.slug)
