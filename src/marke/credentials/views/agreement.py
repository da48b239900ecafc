"""For anybody: what the co-op hands out and how fast, for programs and for people, and who else keeps to the agreement."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from marke.common import clock
from marke.common.sealing import CannotOpen
from marke.common.views import render
from marke.credentials import agreement as stating
from marke.credentials.conditions import FIELDS
from marke.credentials.identity import did_of, key_in_use
from marke.credentials.keeping import listed
from marke.credentials.permissions import OFFICERS
from marke.credentials.views.public import CannotSign, open_document
from marke.parties.http import CoopRequest
from marke.parties.permissions import can_office, is_member


@require_safe
@cache_control(max_age=300, public=True)
def statement(request: CoopRequest) -> HttpResponse:
    """What the co-op states by the agreement, signed; nothing where it has not joined."""
    try:
        document = stating.statement_of(request.coop, clock.now())
    except CannotOpen:
        raise CannotSign(_("The statement cannot be signed now. Somebody in office has to make a new key.")) from None
    if document is None:
        raise Http404(_("%(coop)s states nothing by the agreement among platforms.") % {"coop": request.coop.name})
    return open_document(document, "application/json")


@require_safe
def agreement(request: CoopRequest) -> HttpResponse:
    coop, at = request.coop, clock.now()
    context = {
        "joined": stating.joined(coop, at),
        "signs": key_in_use(coop) is not None,
        "address": stating.address(coop),
        "did": did_of(coop),
        "fields": FIELDS.values(),
        "formats": [stating.FORMATS[each][1] for each in stating.OURS],
        "within": stating.within(coop, at),
        "speed": stating.measured(coop, at),
        "rows": listed(coop, at),
        "is_member": is_member(request),
        "officer": can_office(request, *OFFICERS),
    }
    return render(request, "credentials/agreement.html", context)
