"""Joining: by invitation on a phone in under a minute, or by applying once signed in; and leaving."""

from datetime import datetime
from typing import Any

from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import render
from marke.parties import services
from marke.parties.forms import AgreeForm, JoinForm, LeaveForm
from marke.parties.hooks import agreements, leaving_notes
from marke.parties.http import CoopRequest
from marke.parties.models import Invitation, Membership
from marke.parties.permissions import check_signed_in
from marke.parties.services.invitations import check_invitation
from marke.parties.services.joining import AddressIsKnown

JOINED = "joined"  # in the session: number of the membership that was made just now


class InvitationNeeded(Refused):
    pass


def _agreement(request: CoopRequest, at: datetime) -> list[str]:
    return [str(sentence) for agreement in agreements for sentence in agreement.sentences(request.coop, at)]


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: CoopRequest, token: str | None = None) -> HttpResponse:
    at = clock.now()
    if request.membership is not None and request.acting_for is None:
        return render(request, "parties/already.html")
    invitation = None
    if token is not None:
        invitation = Invitation.objects.filter(coop=request.coop, token=token).first()
        if invitation is None:
            raise Http404(_("There is no such invitation to %(coop)s.") % {"coop": request.coop.name})
        invitation.coop = request.coop
        check_invitation(invitation, at)
    elif request.coop.founded_at is None:
        raise InvitationNeeded(
            _("%(coop)s is being founded by the people who were invited. Ask one of them for an invitation.")
            % {"coop": request.coop.name}
        )
    if request.party is not None:
        return _join_signed_in(request, invitation, at)
    if invitation is None:
        return render(request, "parties/join_stranger.html", {"next": request.path, "agreement": _agreement(request, at)})
    return _join_new(request, invitation, at)


def _join_signed_in(request: CoopRequest, invitation: Invitation | None, at: datetime) -> HttpResponse:
    form = AgreeForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        assert request.party is not None
        asked: dict[str, Any] = {
            "party": request.party,
            "engagement": form.cleaned_data["engagement"],
            "motivation": form.cleaned_data.get("motivation", ""),
            "by": request.party,
            "at": at,
        }
        if invitation is not None:
            membership = services.join_by_invitation(invitation=invitation, **asked)
        else:
            membership = services.apply_for_membership(coop=request.coop, **asked)
        return _done(request, membership)
    return _show(request, form, at)


def _join_new(request: CoopRequest, invitation: Invitation, at: datetime) -> HttpResponse:
    form = JoinForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            joined = services.join_as_new_person(
                invitation=invitation,
                name=cleaned["name"],
                email=cleaned["email"],
                phone=cleaned["phone"],
                engagement=cleaned["engagement"],
                motivation=cleaned.get("motivation", ""),
                join_key=cleaned["once_key"],
                language=translation.get_language() or "en",
                at=at,
            )
        except AddressIsKnown:
            return render(request, "parties/known.html", {"email": cleaned["email"], "next": request.path})
        if joined.user is not None:
            login(request, joined.user, backend="django.contrib.auth.backends.ModelBackend")
        return _done(request, joined.membership)
    return _show(request, form, at)


def _show(request: CoopRequest, form: AgreeForm, at: datetime) -> HttpResponse:
    founding = request.coop.founded_at is None
    context = {"form": form, "agreement": _agreement(request, at), "founding": founding}
    return render(request, "parties/join.html", context, status=422 if form.errors else 200)


def _done(request: CoopRequest, membership: Membership) -> HttpResponse:
    request.session[JOINED] = [request.coop.slug, membership.number]
    return redirect("parties:joined", request.coop.slug)


@require_safe
def joined(request: CoopRequest) -> HttpResponse:
    """The confirmation, with the number as its reference."""
    slug, number = request.session.get(JOINED, ("", 0))
    membership = Membership.objects.select_related("party").filter(coop=request.coop, number=number).first()
    if slug != request.coop.slug or membership is None:
        return redirect("parties:join", request.coop.slug)
    return render(request, "parties/joined.html", {"joined": membership, "signed_in": request.user.is_authenticated})


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: CoopRequest) -> HttpResponse:
    """Check what leaving means, then leave."""
    check_signed_in(request)
    membership = request.membership
    if membership is None:
        raise Http404(_("You do not belong to %(coop)s.") % {"coop": request.coop.name})
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.leave(membership=membership, by=request.party, at=clock.now(), note=form.cleaned_data["note"])
        request.session["left"] = [request.coop.slug, membership.number]
        return redirect("parties:left", request.coop.slug)
    notes = [note for source in leaving_notes for note in source.notes(membership)]
    return render(request, "parties/leave.html", {"form": form, "leaving": membership, "notes": notes})


@require_safe
def left(request: CoopRequest) -> HttpResponse:
    check_signed_in(request)
    slug, number = request.session.get("left", ("", 0))
    if slug != request.coop.slug:
        return redirect("people:me")
    return render(request, "parties/left.html", {"number": number})
