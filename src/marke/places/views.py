"""Where I am, if I share it: what is shared and until when, and the browser's reports."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only
from marke.places import positions
from marke.places.forms import PositionForm
from marke_core.matching import Place


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def sharing(request: CoopRequest) -> HttpResponse:
    """What I share now, and one button to stop."""
    assert request.membership is not None
    if request.method == "POST":
        positions.stop_sharing(membership=request.membership)
        messages.success(request, _("You do not share where you are any more. What was kept of it is gone."))
        return redirect("places:sharing", request.coop.slug)
    return render(request, "places/sharing.html", {"sharing": positions.sharing_of(request.membership, clock.now())})


@require_POST
@members_only
def position(request: CoopRequest) -> HttpResponse:
    """The browser of a member who shares says where it is. The answer has no content: it tells nothing about anybody."""
    assert request.membership is not None
    form = PositionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    said = form.cleaned_data
    accuracy = None if said["accuracy"] is None else int(said["accuracy"])
    place = Place(said["lat"], said["lon"])
    try:
        positions.here_i_am(membership=request.membership, place=place, accuracy=accuracy, at=clock.now())
    except Refused as refusal:
        return HttpResponse(status=refusal.status)
    return HttpResponse(status=204)
