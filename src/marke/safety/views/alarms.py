"""The call for help: one tap, one page on which everybody sees who answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.places.map import MapPoint, draw
from marke.places.positions import position_of
from marke.rules.queries import rulebook
from marke.safety import services
from marke.safety.emergency import EVERYWHERE, emergency_number
from marke.safety.forms import NoteForm
from marke.safety.models import Alarm, EmergencyContact
from marke.safety.permissions import check_can_call, check_can_see_alarm
from marke.safety.queries import on_duty


@require_POST
def alarms(request: CoopRequest) -> HttpResponse:
    """I am not safe."""
    me = check_can_call(request)
    alarm = services.not_safe(membership=me, at=clock.now())
    return redirect("safety:alarm", request.coop.slug, alarm.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def alarm(request: CoopRequest, pk: int) -> HttpResponse:
    """For the member: who was called, and a way back. For those on duty: whom, where, and how it ended."""
    found = (
        Alarm.objects.filter(coop=request.coop, pk=pk).select_related("membership__party", "job__service", "closed_by").first()
    )
    if found is None:
        raise Http404(_("There is no such call."))
    found.coop = found.membership.coop = request.coop
    me, at = check_can_see_alarm(request, found), clock.now()
    own = found.membership_id == me.pk
    form = NoteForm(request.POST if request.POST.get("move") == "close" else None)
    if request.method == "POST":
        try:
            if _moved(request, found, own, form, at):
                return redirect("safety:alarm", request.coop.slug, pk)
        except Refused as refusal:
            form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
            if not form.is_bound:
                return redirect("safety:alarm", request.coop.slug, pk)
    return render(request, "safety/alarm.html", {**_facts(request, found, own, at), "form": form})


def _moved(request: CoopRequest, found: Alarm, own: bool, form: NoteForm, at: datetime) -> bool:
    move = request.POST.get("move")
    assert request.membership is not None
    if move == "undo":
        services.undo_alarm(alarm=found, membership=request.membership, at=at)
        messages.success(request, _("Taken back. Those who were called know it."))
        return True
    if move == "seen" and not own:
        services.seen_by(alarm=found, membership=request.membership, at=at)
        return True
    if move == "close" and form.is_valid():
        assert request.party is not None
        services.close_alarm(alarm=found, note=form.cleaned_data["note"], by=request.party, at=at)
        messages.success(request, _("Closed. It stays written down."))
        return True
    return False


def _facts(request: CoopRequest, found: Alarm, own: bool, at: datetime) -> dict[str, Any]:
    where = position_of(found.membership, at) if found.rings else None
    person = found.membership.party
    shown = MapPoint(where.place, person.name, "worker") if where else None
    return {
        "alarm": found,
        "own": own,
        "person": person,
        "number": emergency_number(request.coop.country),
        "everywhere": EVERYWHERE,
        "undo_until": found.raised_at + rulebook(request.coop, at).value("safety.undo_within"),
        "can_undo": own and found.rings and at < found.raised_at + rulebook(request.coop, at).value("safety.undo_within"),
        "called": [holder for holder in on_duty(request.coop, at) if holder.pk != found.membership_id],
        "seen": list(found.seen.select_related("membership__party")),
        "where": where,
        "map": draw([shown]) if shown else None,
        "contact": EmergencyContact.objects.filter(membership=found.membership).first() if found.rings and not own else None,
    }
