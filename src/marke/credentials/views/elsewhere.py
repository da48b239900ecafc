"""A member asks another platform for the history of what they did there: on its own page, or by a letter that is written already."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.views import render
from marke.credentials import services
from marke.credentials.letter import letter_to
from marke.credentials.models import Platform
from marke.credentials.reading import stated
from marke.credentials.views.mine import me
from marke.parties.http import CoopRequest
from marke.parties.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def elsewhere(request: CoopRequest, number: int) -> HttpResponse:
    """Noted, and on to where they hand it out; a platform without such a page gets a letter."""
    membership = me(request)
    found = Platform.objects.filter(coop=request.coop, number=number, ended_at=None).first()
    if found is None:
        raise Http404(_("No platform %(number)s is listed.") % {"number": number})
    if request.method == "POST":
        services.ask_elsewhere(membership=membership, platform=found, at=clock.now())
        return redirect("credentials:elsewhere", request.coop.slug, number)
    said = stated(found.statement)
    if said.page:
        return render(request, "credentials/way.html", {"platform": found, "page": said.page})
    return _letter(request, membership, name=said.name, country=said.country, mail=said.mail)


@require_safe
@never_cache
def letter(request: CoopRequest) -> HttpResponse:
    """For a platform that is not listed."""
    membership = me(request)
    return _letter(request, membership, name="", country=request.coop.country, mail="")


def _letter(request: CoopRequest, membership: Membership, *, name: str, country: str, mail: str) -> HttpResponse:
    subject, text = letter_to(membership, name=name, country=country, at=clock.now())
    link = f"mailto:{mail}?subject={quote(subject)}&body={quote(text)}"
    return render(
        request, "credentials/letter.html", {"name": name, "subject": subject, "text": text, "link": link, "mail": mail}
    )
