"""What the tax office asks of platforms: what a member tells of themselves, and what is reported of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, check_belonged
from marke.payments.permissions import MONEY_OFFICES
from marke.sellers import queries, services
from marke.sellers.drafting import identity_of
from marke.sellers.forms import DetailsForm
from marke.sellers.showing import copy_of
from marke.sellers.words import says
from marke_core.dac7 import Seller, missing_of_seller


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: CoopRequest) -> HttpResponse:
    """Also of somebody who has left: what is reported of them stays theirs to see and to correct."""
    member, at = check_belonged(request), clock.now()
    details = queries.details_by(member)
    form = DetailsForm(request.POST or None, membership=member, details=details)
    if request.method == "POST" and form.is_valid():
        try:
            services.tell(membership=member, told=form.told, by=request.party, at=at)
            messages.success(request, _("It is kept. You can change it here any time."))
            return redirect("sellers:mine", request.coop.slug)
        except Refused as refused:
            form.add_error("birth_date" if isinstance(refused, services.NotBornYet) else "tin", str(refused))
    year = clock.local_date(at, request.coop.timezone).year
    missing = missing_of_seller(Seller("", identity_of(member.party, details), ()), year)
    context = {
        "form": form,
        "details": details,
        "is_on": queries.is_on(request.coop, at),
        "is_seller": queries.is_seller(member),
        "missing": [says(each) for each in missing],
        "copies": [copy_of(each) for each in queries.said_of(member)],
        "is_officer": can_office(request, *MONEY_OFFICES),
    }
    return render(request, "sellers/mine.html", context, status=422 if form.errors else 200)
