"""Inviting people: a link, and a QR code big enough to scan from a screen across a table."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.paper import qr_svg
from marke.common.views import page_of, render
from marke.parties import services
from marke.parties.forms import InvitationForm
from marke.parties.http import CoopRequest
from marke.parties.models import Invitation
from marke.parties.permissions import check_office, members_only
from marke.parties.services.invitations import check_invitation, open_invitations


def _may_invite(request: CoopRequest) -> None:
    """While the founding is open every member invites; after it the coordinator and the secretary."""
    if request.coop.founded_at is not None:
        check_office(request, "coordinator", "secretary")


def join_link(invitation: Invitation) -> str:
    return settings.BASE_URL + reverse("parties:join_by", args=[invitation.coop.slug, invitation.token])


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def index(request: CoopRequest) -> HttpResponse:
    _may_invite(request)
    at = clock.now()
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert request.party is not None
        invitation = services.invite(
            coop=request.coop,
            expires_at=form.expires_at(at),
            once_key=form.cleaned_data["once_key"],
            by=request.party,
            at=at,
        )
        return redirect("parties:invitation", request.coop.slug, invitation.token)
    context = {"form": form, "page": page_of(request, open_invitations(request.coop, at))}
    return render(request, "parties/invitations.html", context, status=422 if form.errors else 200)


@require_safe
@members_only
def invitation(request: CoopRequest, token: str) -> HttpResponse:
    _may_invite(request)
    shown = get_object_or_404(Invitation.objects.select_related("created_by"), coop=request.coop, token=token)
    shown.coop = request.coop
    check_invitation(shown, clock.now())
    link = join_link(shown)
    qr = mark_safe(qr_svg(link))  # noqa: S308 drawn by segno of our own address
    return render(request, "parties/invitation.html", {"invitation": shown, "link": link, "qr": qr})


@require_POST
@members_only
def withdraw(request: CoopRequest, token: str) -> HttpResponse:
    _may_invite(request)
    shown = get_object_or_404(Invitation, coop=request.coop, token=token)
    services.withdraw_invitation(invitation=shown, by=request.party, at=clock.now())
    messages.success(request, _("The invitation is withdrawn: its link and QR code no longer work."))
    return redirect("parties:invitations", request.coop.slug)
