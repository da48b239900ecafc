"""A trip that a friend may see."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marke.common import clock
from marke.common.views import render
from marke.jobs.permissions import job_or_404
from marke.jobs.services import ends_at
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only
from marke.places.map import MapPoint, draw
from marke.places.positions import position_of
from marke.safety import services
from marke.safety.permissions import check_can_call
from marke.safety.queries import trip_by


@require_POST
@members_only
def share(request: CoopRequest, number: int) -> HttpResponse:
    me, found, at = check_can_call(request), job_or_404(request, number), clock.now()
    if request.POST.get("move") == "stop":
        services.stop_trip(job=found, membership=me, at=at)
        messages.success(request, _("The link leads nowhere any more."))
        return redirect("jobs:jobs", request.coop.slug)
    services.share_trip(job=found, membership=me, at=at)
    return redirect("jobs:job", request.coop.slug, number)


@require_safe
@never_cache
def trip(request: CoopRequest, token: str) -> HttpResponse:
    """For a friend, without an account: first name, how it goes, and where, as far as it is shared. No client, no address."""
    at = clock.now()
    found = trip_by(request.coop, token[:40], at)
    if found is None:
        raise Http404(_("This link has ended, or never led anywhere. Ask whoever sent it."))
    first = found.membership.party.name.split(" ")[0]
    where = position_of(found.membership, at)
    context = {
        "trip": found,
        "job": found.job,
        "name": first,
        "where": where,
        "map": draw([MapPoint(where.place, first, "worker")]) if where else None,
        "ends_at": ends_at(found.job),
    }
    return render(request, "safety/trip.html", context)
