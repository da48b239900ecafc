"""The front page of the installation, and the home of each co-op."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from marke.common import clock
from marke.common.views import render
from marke.packs.registry import packs
from marke.parties.http import CoopRequest
from marke.parties.permissions import is_member
from marke.parties.queries import party_of
from marke.site.home import client_home, member_home, visitor_home
from marke.site.queries import coops_of, demo_coops

# What became of a euro in a courier co-op that keeps 12 % and puts 2 % aside: the picture on the front page.
SAMPLE_FLOW = (
    (_("The courier"), 86, "86 c"),
    (_("The co-op"), 12, "12 c"),
    (_("Guarantee fund"), 2, "2 c"),
)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this is, for a stranger; my co-ops, for somebody who is signed in."""
    party = party_of(request.user)
    coops = coops_of(party) if party else demo_coops() if settings.DEMO else []
    doors = [(coop, packs.get(coop.pack).label if coop.pack in packs else "") for coop in coops]
    return render(request, "site/front.html", {"doors": doors, "flow": SAMPLE_FLOW, "may_start": settings.OPEN_FOUNDING})


@require_safe
def home(request: CoopRequest) -> HttpResponse:
    """The member's, the client's or the visitor's home."""
    at = clock.now()
    if is_member(request):
        return render(request, "site/home_member.html", member_home(request, at))
    if request.client is not None:
        return render(request, "site/home_client.html", client_home(request, at))
    return render(request, "site/home_visitor.html", visitor_home(request, at))
