"""Somebody else takes my place: whom I ask, and what they answer."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marke.common.views import render
from marke.parties.http import CoopRequest
from marke.parties.models import Membership
from marke.parties.permissions import members_only
from marke.parties.queries import active_members
from marke.slots import services
from marke.slots.models import Handover, Shift, SignUp
from marke.slots.permissions import myself, shift_or_404
from marke.slots.queries import my_sign_up

SHOWN = 30
# How far from the shift others' shifts are that could be swapped for it.
AROUND = timedelta(days=14)


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def ask(request: CoopRequest, number: int) -> HttpResponse:
    """Everybody, one member, or one member and their shift in return; or I take back what I asked."""
    me, found = myself(request), shift_or_404(request, number)
    mine = my_sign_up(found, me)
    if mine is None or mine.place is None:
        raise Http404(_("You are not on this shift."))
    mine.coop = request.coop
    if request.method == "POST":
        _ask(request, mine)
        return redirect("slots:shift", request.coop.slug, number)
    query = request.GET.get("q", "").strip()[:60]
    others = active_members(request.coop).exclude(pk__in=SignUp.objects.filter(shift=found, ended_at=None).values("membership"))
    if query:
        others = others.filter(party__name__icontains=query)
    context = {"shift": found, "others": others.order_by("party__name")[:SHOWN], "q": query, "swaps": _swaps(found, me, request)}
    return render(request, "slots/handover.html", context)


def _ask(request: CoopRequest, mine: SignUp) -> None:
    at = request.asked_at
    if request.POST.get("move") == "withdraw":
        for row in Handover.objects.filter(given=mine, state=Handover.State.OPEN):
            row.coop = request.coop
            services.withdraw_handover(handover=row, by=request.party, at=at)
        messages.success(request, _("Nobody is asked any more. You keep the shift."))
        return
    in_return = SignUp.objects.filter(coop=request.coop, pk=_number(request.POST.get("in_return", "")), ended_at=None).first()
    to = in_return.membership if in_return else _member(request)
    services.ask_handover(sign_up=mine, to=to, in_return=in_return, by=request.party, at=at)
    words = {"name": to.party.name} if to else {}
    asked = (
        _("%(name)s is asked. Until they say yes you are on the shift.")
        if to
        else _("Everybody is asked. Until somebody says yes you are on the shift.")
    )
    messages.success(request, asked % words)


def _member(request: CoopRequest) -> Membership | None:
    """Whom the button names; None for everybody."""
    number = request.POST.get("member", "")
    if number == "everybody":
        return None
    found = Membership.objects.filter(coop=request.coop, number=_number(number)).select_related("party").first()
    if found is None:
        raise services.CannotHandOver(_("There is no such member to ask."))
    found.coop = request.coop
    return found


def _swaps(shift: Shift, me: Membership, request: CoopRequest) -> list[SignUp]:
    """Others' places near the shift, on shifts that I am not on."""
    rows = SignUp.objects.filter(
        coop=request.coop, ended_at=None, place__isnull=False, shift__published_at__isnull=False, shift__cancelled_at=None,
        starts_at__gt=max(request.asked_at, shift.starts_at - AROUND), starts_at__lt=shift.starts_at + AROUND,
        membership__state=Membership.State.MEMBER,
    )  # fmt: skip
    mine = SignUp.objects.filter(membership=me, ended_at=None, place__isnull=False).values("shift")
    there = SignUp.objects.filter(shift=shift, ended_at=None, place__isnull=False).values("membership")
    rows = rows.exclude(membership=me).exclude(shift__in=mine).exclude(membership__in=there)
    return list(rows.select_related("shift", "membership__party").order_by("starts_at", "id")[:SHOWN])


@require_POST
@members_only
def answer(request: CoopRequest, pk: int) -> HttpResponse:
    """Yes or no."""
    me = myself(request)
    found = Handover.objects.filter(coop=request.coop, pk=pk).select_related("given__shift").first()
    if found is None or (found.to_id not in (None, me.pk)):
        raise Http404(_("Nobody asks you this."))
    found.coop = request.coop
    if request.POST.get("answer") == "yes":
        services.accept_handover(handover=found, membership=me, by=request.party, at=request.asked_at)
        messages.success(request, _("The shift is yours now. Thank you."))
        return redirect("slots:shift", request.coop.slug, found.given.shift.number)
    services.decline_handover(handover=found, membership=me, by=request.party, at=request.asked_at)
    messages.success(request, _("Declined, and that costs nothing."))
    return redirect("slots:mine", request.coop.slug)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
