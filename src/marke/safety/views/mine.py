"""My safety: the call, whom to tell, from whom I keep apart; for who is on duty, what rings and how often people keep apart."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.jobs.permissions import is_worker, job_or_404
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only
from marke.safety import services
from marke.safety.emergency import EVERYWHERE, emergency_number
from marke.safety.forms import ContactForm
from marke.safety.models import EmergencyContact
from marke.safety.parts import parts_for
from marke.safety.permissions import check_can_call, is_on_duty
from marke.safety.queries import alarms_of, blocks_by, ringing, told_to_coordinator


@require_safe
@members_only
def index(request: CoopRequest) -> HttpResponse:
    me, duty = check_can_call(request), is_on_duty(request)
    members, clients, told = told_to_coordinator(request.coop) if duty else (0, 0, [])
    context = {
        "number": emergency_number(request.coop.country),
        "everywhere": EVERYWHERE,
        "contact": EmergencyContact.objects.filter(membership=me).first(),
        "mine": list(alarms_of(me)),
        "blocks": list(blocks_by(me)),
        "duty": duty,
        "ringing": list(ringing(request.coop)) if duty else [],
        "members": members,
        "clients": clients,
        "told": told,
        "brought": parts_for(me, clock.now()),
    }
    return render(request, "safety/safety.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def contact(request: CoopRequest) -> HttpResponse:
    """Whom to tell; with "forget", nobody."""
    me = check_can_call(request)
    row = EmergencyContact.objects.filter(membership=me).first()
    if request.method == "POST" and request.POST.get("forget"):
        services.forget_contact(membership=me)
        messages.success(request, _("Nobody is told any more."))
        return redirect("safety:safety", request.coop.slug)
    said = {"name": row.name, "phone": row.phone, "email": row.email} if row else None
    form = ContactForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        try:
            services.name_contact(membership=me, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept. Nobody sees it while all is well."))
            return redirect("safety:safety", request.coop.slug)
    return render(request, "safety/contact.html", {"form": form, "row": row})


@require_POST
@members_only
def check_in(request: CoopRequest, number: int) -> HttpResponse:
    """One tap: all is well."""
    me, found = check_can_call(request), job_or_404(request, number)
    row = services.all_is_well(job=found, membership=me, at=clock.now())
    messages.success(request, _("Good to hear.") if row else _("Nobody waits for a word about this job."))
    return redirect("jobs:job" if is_worker(request, found) else "jobs:jobs", *_back(request, number, is_worker(request, found)))


def _back(request: CoopRequest, number: int, mine: bool) -> list[object]:
    return [request.coop.slug, number] if mine else [request.coop.slug]
