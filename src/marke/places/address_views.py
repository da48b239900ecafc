"""Which addresses everybody may see: the shops where things are picked up, never a home."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only
from marke.places.models import Address
from marke.places.search import Asking, matching


class AddressGone(Refused):
    """The address that was ticked is not there any more."""


@require_http_methods(["GET", "HEAD", "POST"])
@office_only("coordinator")
def addresses(request: CoopRequest) -> HttpResponse:
    if request.method == "POST":
        return _mark(request)
    typed = request.GET.get("q", "")[:200]
    rows = matching(request.coop, typed, Asking(coordinates=True)).select_related("client__party")
    page = page_of(request, rows.order_by("-public", "text", "pk"))
    return render(request, "places/addresses.html", {"page": page, "q": typed})


def _mark(request: CoopRequest) -> HttpResponse:
    """Everybody may see it from now on, or no longer."""
    number = request.POST.get("address", "")
    found = None
    if number.isascii() and number.isdigit() and len(number) < 18:
        found = Address.objects.filter(coop=request.coop, pk=int(number)).first()
    if found is None:
        raise AddressGone(_("This address is not known any more. Look for it again."))
    found.public = request.POST.get("show") == "yes"
    found.save(update_fields=["public"])
    said = _("Everybody who books is shown “%(text)s” now.") if found.public else _("“%(text)s” is shown to nobody else now.")
    messages.success(request, said % {"text": found.text})
    return redirect("places:addresses", request.coop.slug)
