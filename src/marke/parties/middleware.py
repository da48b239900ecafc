"""Finds out which co-op a page belongs to, and who is asking."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode

from marke.common import clock
from marke.parties.http import CoopRequest
from marke.parties.models import Client, Coop, Membership, Party
from marke.parties.permissions import SignInNeeded
from marke.parties.queries import may_act_for, party_of

ACTING_FOR = "acting_for"  # in the session: id of the party that this person acts for
Held = TypeVar("Held", Membership, Client)
PRESENT = (Membership.State.MEMBER, Membership.State.SUSPENDED, Membership.State.APPLIED)


class CoopMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = cast(Any, request)
        asked.asked_at = clock.now()
        asked.coop = asked.party = asked.acting_for = asked.membership = asked.client = None
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(self, request: CoopRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        request.party = party_of(request.user)
        slug = kwargs.pop("coop", None)
        if slug is not None:
            _enter(request, slug)
        _speak(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A stranger who needs to be somebody is asked to sign in, and comes back here."""
        if isinstance(exception, SignInNeeded):
            back = request.get_full_path() if request.method == "GET" else request.path
            return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back})}")
        return None


def _enter(request: CoopRequest, slug: str) -> None:
    coop = Coop.objects.filter(slug=slug).first()
    if coop is None:
        raise Http404(f"There is no co-op '{slug}' here.")
    request.coop = coop
    timezone.activate(coop.timezone)
    if request.party is None:
        return
    on = clock.local_date(request.asked_at, coop.timezone)
    parties = [request.party, *may_act_for(request.party, on)]
    chosen = request.session.get(ACTING_FOR)
    parties.sort(key=lambda party: party.pk != chosen)  # the one chosen first, then oneself, then the others
    request.membership = _first(
        parties, {m.party_id: m for m in Membership.objects.filter(coop=coop, party__in=parties, state__in=PRESENT)}
    )
    request.client = _first(parties, {c.party_id: c for c in Client.objects.filter(coop=coop, party__in=parties)})
    if request.membership and request.membership.party_id != request.party.pk:
        request.acting_for = request.membership.party
    elif request.membership is None and request.client and request.client.party_id != request.party.pk:
        request.acting_for = request.client.party


def _first(parties: list[Party], held: dict[int, Held]) -> Held | None:
    for party in parties:
        if (found := held.get(party.pk)) is not None:
            found.party = party  # already read: saves a query wherever the name is shown
            return found
    return None


def _speak(request: CoopRequest) -> None:
    """The language: what was chosen here, else the person's, else the co-op's, else the browser's (already active)."""
    known = dict(settings.LANGUAGES)
    wishes = [
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME),
        request.party.language if request.party else None,
        request.coop.language if request.coop else None,
    ]
    for language in wishes:
        if language in known:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language() or language
            return
