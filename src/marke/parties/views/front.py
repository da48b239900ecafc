"""Pages of a person, whatever co-ops they belong to: my account, my data, erasure, and the demo's one-tap sign-in."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.navigation import soft_reverse
from marke.common.views import render
from marke.parties import services
from marke.parties.demo import demo_people
from marke.parties.forms import PersonForm
from marke.parties.front import home_of
from marke.parties.models import Client, Membership, Party
from marke.parties.my_data import my_data_archive
from marke.parties.queries import coops_of, may_act_for, party_of
from marke.parties.services.people import obstacles_to_erasure


def _me(request: HttpRequest) -> Party:
    party = party_of(request.user)
    if party is None:
        raise Http404(_("This sign-in belongs to nobody yet. Sign out, and sign in with a mailed code."))
    return party


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def me(request: HttpRequest) -> HttpResponse:
    party = _me(request)
    form = PersonForm(request.POST or None, initial={field: getattr(party, field) for field in PersonForm.base_fields})
    if request.method == "POST" and form.is_valid():
        services.change_person(party=party, by=party, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("Saved."))
        response = redirect("people:me")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax")
        return response
    today = clock.now().date()
    acts_for = may_act_for(party, today)
    memberships = list(Membership.objects.filter(party=party).select_related("coop"))
    for membership in memberships:
        cast(Any, membership).places = _still_theirs(membership)
    context = {
        "form": form,
        "acting_at": coops_of([party, *acts_for]) if acts_for else [],
        "person": party,
        "memberships": memberships,
        "clients": list(Client.objects.filter(party=party).select_related("coop")),
        "acts_for": acts_for,
    }
    return render(request, "parties/me.html", context, status=422 if form.errors else 200)


def _still_theirs(membership: Membership) -> list[dict[str, str]]:
    """The pages that somebody who has left still has; there are as many as higher apps bring."""
    if membership.state != Membership.State.LEFT:
        return []
    pages = (("payments:my_pay", _("My pay")), ("shares:mine", _("My shares")))
    return [{"url": url, "label": label} for name, label in pages if (url := soft_reverse(name, membership.coop.slug))]


@require_safe
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    response = HttpResponse(my_data_archive(_me(request), at), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="my-data-{at:%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erasure(request: HttpRequest) -> HttpResponse:
    """What stands in the way, or what erasing means and the button that does it."""
    party = _me(request)
    if request.method == "POST":
        services.erase_party(party=party, by=party, at=clock.now())
        logout(request)
        return redirect("people:erased")
    return render(request, "parties/erasure.html", {"person": party, "obstacles": obstacles_to_erasure(party)})


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    return render(request, "parties/erased.html")


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One tap: be one of the demo's people. Only in a demo, and only as somebody on its list."""
    if not settings.DEMO:
        raise Http404(_("Signing in by one tap is for the demo."))
    chosen = next((p for p in demo_people() if str(p.party.uid) == request.POST.get("person")), None)
    if chosen is None or chosen.party.user is None:
        raise Http404(_("The demo has nobody like that."))
    login(request, chosen.party.user, backend="django.contrib.auth.backends.ModelBackend")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = home_of(chosen.party.user)
    return redirect(back)
