"""Insurance: by which policies members are covered, for all members; those who handle the money write them down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.forms import MarkeForm
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.engagements import queries, services
from marke.engagements.forms import BilledForm, EndForm, NameForm, PolicyForm
from marke.engagements.models import Policy
from marke.engagements.permissions import OFFICERS
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import can_office, members_only, office_only


@require_safe
@members_only
@never_cache
def cover(request: CoopRequest) -> HttpResponse:
    """Mine, and all policies; whom they name, and the premiums, only for those who handle the money."""
    assert request.membership is not None
    today, officer = clock.local_date(clock.now(), request.coop.timezone), can_office(request, *OFFICERS)
    context = {
        "mine": queries.covers_of(request.membership, today),
        "policies": list(queries.policies(request.coop)),
        "today": today,
        "officer": officer,
        "aside": queries.set_aside(request.coop) if officer else 0,
        "billed": BilledForm(coop=request.coop),
    }
    return render(request, "engagements/cover.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def new_policy(request: CoopRequest) -> HttpResponse:
    form = PolicyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.note_policy(coop=request.coop, by=request.party, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error("last_on", str(refusal))
        else:
            messages.success(request, _("Written down."))
            return redirect("engagements:policy", request.coop.slug, made.number)
    return render(request, "engagements/new_policy.html", {"form": form}, status=422 if form.errors else 200)


def _policy(request: CoopRequest, number: int) -> Policy:
    found = queries.policies(request.coop).filter(number=number).first()
    if found is None:
        raise Http404(_("There is no policy %(number)s.") % {"number": number})
    found.coop = request.coop
    return found


def _member(request: CoopRequest, number: int) -> Membership | None:
    return Membership.objects.filter(coop=request.coop, number=number).select_related("party").first()


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def policy(request: CoopRequest, number: int) -> HttpResponse:
    """Whom it covers; the form names another member."""
    found = _policy(request, number)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = _member(request, form.cleaned_data["member"])
        if member is None:
            form.add_error("member", _("Nobody has this number. Look it up under Members."))
        elif _said(form, lambda days: services.name_member(policy=found, membership=member, **days), "member"):
            messages.success(request, _("%(name)s is covered by it.") % {"name": member.party.name})
            return redirect("engagements:policy", request.coop.slug, number)
    return _policy_page(request, found, form)


def _said(form: MarkeForm, service: Any, *apart: str) -> bool:
    """Whether it was done; else the refusal stands in the form."""
    try:
        service({name: value for name, value in form.cleaned_data.items() if name not in apart})
    except Refused as refusal:
        form.add_error("last_on", str(refusal))
    return not form.errors


def _policy_page(request: CoopRequest, found: Policy, form: NameForm, ends: EndForm | None = None) -> HttpResponse:
    context = {
        "policy": found,
        "form": form,
        "ends": ends or EndForm(initial={"last_on": found.last_on}),
        "page": page_of(request, queries.named(found)),
    }
    wrong = form.errors or (ends is not None and ends.errors)
    return render(request, "engagements/policy.html", context, status=422 if wrong else 200)


@require_POST
@office_only(*OFFICERS)
def ending(request: CoopRequest, number: int) -> HttpResponse:
    found, form = _policy(request, number), EndForm(request.POST)
    if form.is_valid() and _said(form, lambda days: services.end_policy(policy=found, **days)):
        messages.success(request, _("Kept."))
        return redirect("engagements:policy", request.coop.slug, number)
    return _policy_page(request, found, NameForm(), form)


@require_POST
@office_only(*OFFICERS)
def removal(request: CoopRequest, number: int, member: int) -> HttpResponse:
    found, named = _policy(request, number), _member(request, member)
    if named is not None:
        services.remove_member(policy=found, membership=named)
        messages.success(request, _("%(name)s is not named in it any more.") % {"name": named.party.name})
    return redirect("engagements:policy", request.coop.slug, number)


@require_POST
@office_only(*OFFICERS)
def billed(request: CoopRequest) -> HttpResponse:
    """The insurer's bill is booked: what was set aside for it is no cost a second time."""
    form = BilledForm(request.POST, coop=request.coop)
    if form.is_valid():
        services.premiums_billed(coop=request.coop, by=request.party, at=clock.now(), **form.cleaned_data)
        messages.success(request, _("Booked: what is in the insurer’s bill is no cost twice."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("engagements:cover", request.coop.slug)
