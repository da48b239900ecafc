"""What a client sees and says while the work is done: photos, and that something went wrong."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs import services
from marke.jobs.models import Proof
from marke.jobs.proof_forms import IncidentForm
from marke.jobs.views.at_work import photo_of
from marke.jobs.views.client import job_by_link
from marke.parties.http import CoopRequest


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: CoopRequest, token: str) -> HttpResponse:
    found = job_by_link(request, token)
    form = IncidentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.report_incident(
                job=found, kind=said["kind"], text=said["text"], picture=said["photo"], by=request.party, by_client=True,
                at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you for telling us. Somebody reads it now and answers here."))
            return redirect("jobs:follow", request.coop.slug, found.token)
    return render(request, "jobs/report.html", {"job": found, "form": form, "client": True})


@require_safe
def photo(request: CoopRequest, token: str, pk: int) -> HttpResponse:
    """The photos that show the work, and those that the client sent; not what the worker reported to the co-op."""
    found = job_by_link(request, token)
    shown = Proof.objects.filter(job=found, photo=pk).exists() or found.incidents.filter(photo=pk, by_client=True).exists()
    return photo_of(found, pk if shown else 0)
