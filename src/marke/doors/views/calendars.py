"""A member's own calendar: made, renewed, ended; and what the calendar reads."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marke.common import clock
from marke.common.views import render
from marke.doors import services
from marke.doors.calendar import address_of, calendar_of, feed_of
from marke.doors.forms import CalendarForm
from marke.parties.http import CoopRequest
from marke.parties.permissions import members_only


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
@never_cache
def mine(request: CoopRequest) -> HttpResponse:
    assert request.membership is not None
    member, at = request.membership, clock.now()
    member.coop = request.coop
    if request.method == "POST":
        move = request.POST.get("move", "")
        if move == "end":
            services.end_feed(membership=member)
            messages.success(request, _("The address leads nowhere any more."))
        elif move == "renew":
            services.renew_feed(membership=member, at=at)
            messages.success(request, _("Here is another address. The old one leads nowhere any more."))
        else:
            form = CalendarForm(request.POST)
            if form.is_valid():
                services.make_feed(membership=member, with_places=form.cleaned_data["with_places"], at=at)
                messages.success(request, _("Kept."))
        return redirect("doors:my_calendar", request.coop.slug)
    feed = feed_of(member)
    address = address_of(feed) if feed else ""
    context = {
        "feed": feed,
        "address": address,
        "subscribe": address.replace("https://", "webcal://").replace("http://", "webcal://"),
        "form": CalendarForm(initial={"with_places": feed.with_places if feed else False}),
    }
    return render(request, "doors/my_calendar.html", context)


@require_safe
@never_cache
def calendar(request: CoopRequest, token: str) -> HttpResponse:
    """For a calendar program, without an account: only whoever has the address reads it."""
    at = clock.now()
    feed = services.feed_by(coop=request.coop, token=token[:64], at=at)
    if feed is None:
        raise Http404(_("This calendar has ended, or never was."))
    with translation.override(feed.membership.party.language):
        content = calendar_of(feed, at)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
