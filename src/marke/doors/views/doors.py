"""One page for the coordinator: keys, addresses that are told, files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marke.common import clock
from marke.common.refusal import Refused
from marke.common.views import page_of, render
from marke.doors import services
from marke.doors.forms import FileForm, KeyForm, WebhookForm
from marke.doors.happenings import EVENTS
from marke.doors.models import ApiKey, Delivery, DeliveryFile, Webhook
from marke.doors.permissions import OFFICERS
from marke.doors.queries import keys, log_of, webhooks
from marke.doors.scopes import SCOPES
from marke.parties.http import CoopRequest
from marke.parties.permissions import office_only


@require_safe
@office_only(*OFFICERS)
def doors(request: CoopRequest) -> HttpResponse:
    files = DeliveryFile.objects.filter(coop=request.coop).select_related("client__party", "uploaded_by")
    context = {
        "keys": [(key, [SCOPES[scope] for scope in key.scopes]) for key in keys(request.coop).filter(revoked_at=None)],
        "webhooks": list(webhooks(request.coop)),
        "files": list(files.defer("rows", "header")[:5]),
        "file_form": FileForm(coop=request.coop),
        "base": settings.BASE_URL,
    }
    return render(request, "doors/doors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def new_key(request: CoopRequest) -> HttpResponse:
    """The page after the form is the only one that shows the key."""
    form = KeyForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            row, key = services.make_key(
                coop=request.coop, name=data["name"], client=form.chosen_client, scopes=data["scopes"],
                once_key=data["once_key"], by=request.party, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "doors/key_made.html", {"row": row, "key": key, "base": settings.BASE_URL})
    return render(request, "doors/new_key.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@office_only(*OFFICERS)
def revoke(request: CoopRequest, number: int) -> HttpResponse:
    key = ApiKey.objects.filter(coop=request.coop, number=number).first()
    if key is None:
        raise Http404(_("There is no key %(number)s.") % {"number": number})
    services.revoke_key(key=key, by=request.party, at=clock.now())
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("doors:doors", request.coop.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def new_webhook(request: CoopRequest) -> HttpResponse:
    form = WebhookForm(request.POST or None, coop=request.coop)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.add_webhook(
                coop=request.coop, url=data["url"], client=form.chosen_client, events=data["events"],
                once_key=data["once_key"], by=request.party, at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("url" if "url" not in form.errors else None, str(refusal))
        else:
            return _secret(request, made)
    return render(request, "doors/new_webhook.html", {"form": form}, status=422 if form.errors else 200)


def _secret(request: CoopRequest, webhook: Webhook) -> HttpResponse:
    """The only page that shows by what it is signed."""
    return render(request, "doors/webhook_made.html", {"webhook": webhook})


@require_http_methods(["GET", "HEAD", "POST"])
@office_only(*OFFICERS)
@never_cache
def webhook(request: CoopRequest, number: int) -> HttpResponse:
    """What was sent to one address, and what it answered."""
    found = Webhook.objects.filter(coop=request.coop, number=number).select_related("client__party").first()
    if found is None:
        raise Http404(_("There is no address %(number)s.") % {"number": number})
    if request.method == "POST":
        move = request.POST.get("move", "")
        if move == "renew":
            return _secret(request, services.renew_secret(webhook=found))
        messages.success(request, _moved(found, move))
        return redirect("doors:doors" if move == "end" else "doors:webhook", *_back(request, found, move))
    context: dict[str, Any] = {
        "webhook": found,
        "events": [words for event, words in EVENTS.items() if event in found.events],
        "page": page_of(request, log_of(found)),
    }
    return render(request, "doors/webhook.html", context)


def _moved(found: Webhook, move: str) -> str:
    at = clock.now()
    if move == "pause":
        services.pause_webhook(webhook=found, at=at)
        return _("Nothing goes there until you go on; what happens meanwhile waits.")
    if move == "resume":
        services.resume_webhook(webhook=found)
        return _("It goes on. What waited goes out now.")
    if move == "end":
        services.end_webhook(webhook=found, at=at)
        return _("Nothing goes there any more.")
    raise Http404(_("There is no such step."))


def _back(request: CoopRequest, found: Webhook, move: str) -> list[object]:
    return [request.coop.slug] if move == "end" else [request.coop.slug, found.number]


@require_POST
@office_only(*OFFICERS)
def replay(request: CoopRequest, number: int, pk: int) -> HttpResponse:
    rows = Delivery.objects.filter(coop=request.coop, webhook__number=number, pk=pk)
    found = rows.select_related("webhook").first()
    if found is None:
        raise Http404(_("This was sent long ago, and is forgotten."))
    services.replay(delivery=found, at=clock.now())
    messages.success(request, _("It goes out again within a minute."))
    return redirect("doors:webhook", request.coop.slug, number)
