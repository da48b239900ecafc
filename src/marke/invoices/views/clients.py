"""What a client's papers say about them: changed here for those to come."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.invoices import services
from marke.invoices.client_forms import ClientForm
from marke.invoices.permissions import check_can_change_client
from marke.invoices.services.clients import DETAILS, open_details
from marke.parties.http import CoopRequest
from marke.parties.models import Client
from marke.parties.permissions import members_only


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@members_only
def client_details(request: CoopRequest, number: int) -> HttpResponse:
    rows = Client.objects.select_related("party").filter(coop=request.coop, number=number, party__erased_at=None)
    client = rows.first()
    if client is None:
        raise Http404(_("There is no client %(number)s.") % {"number": number})
    client.coop = request.coop
    check_can_change_client(request, client)
    form = ClientForm(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_client(
                client=client, details=form.details, places=form.places_changed, seen=form.cleaned_data["seen"], by=request.party,
                at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Papers from now on say so; what was issued stays as it is."))
            return redirect("invoices:client_details", request.coop.slug, number)
    context = {"form": form, "client": client, "keeps_own": set(open_details(client)) != set(DETAILS)}
    return render(request, "invoices/client_details.html", context, status=422 if form.errors else 200)
