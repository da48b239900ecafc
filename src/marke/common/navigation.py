"""The few words at the top of every page, and which of them the page belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Noun:
    key: str
    label: str | _StrPromise
    url_name: str


@dataclass(frozen=True)
class Entry:
    key: str
    label: str | _StrPromise
    url: str
    current: bool


TODAY = Noun("today", _("Today"), "site:home")
MEMBERS_NOUNS = (
    TODAY,
    Noun("jobs", _("Jobs"), "jobs:jobs"),
    Noun("money", _("Money"), "ledger:money"),
    Noun("rules", _("Rules"), "rules:rulebook"),
    Noun("members", _("Members"), "parties:members"),
)
BOOK = Noun("book", _("Book"), "jobs:book")
CLIENTS_NOUNS = (TODAY, BOOK, Noun("rules", _("Our rules"), "rules:rulebook"))
VISITORS_NOUNS = (BOOK, Noun("rules", _("Our rules"), "rules:rulebook"), Noun("members", _("Join"), "parties:join"))

# A page of this app belongs to this noun, unless its address is a noun itself.
NOUN_OF_APP = {
    "site": "today",
    "jobs": "jobs",
    "ledger": "money",
    "payments": "money",
    "shares": "money",
    "invoices": "money",
    "rules": "rules",
    "decisions": "rules",
    "threads": "rules",
    "parties": "members",
    "intake": "members",
}


def nouns_for(request: HttpRequest) -> tuple[Noun, ...]:
    membership = getattr(request, "membership", None)
    if membership is not None and membership.state in ("member", "suspended"):
        return MEMBERS_NOUNS
    return CLIENTS_NOUNS if getattr(request, "client", None) is not None else VISITORS_NOUNS


def entries(request: HttpRequest) -> list[Entry]:
    """What the navigation of the co-op's pages shows to this person."""
    coop = getattr(request, "coop", None)
    if coop is None:
        return []
    nouns = [noun for noun in nouns_for(request) if soft_reverse(noun.url_name, coop.slug)]
    current = _current(request, {noun.url_name: noun.key for noun in nouns})
    return [Entry(noun.key, noun.label, soft_reverse(noun.url_name, coop.slug), noun.key == current) for noun in nouns]


def soft_reverse(name: str, *args: object) -> str:
    """The address, or "" when no app has brought such a page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _current(request: HttpRequest, keys: dict[str, str]) -> str:
    match = request.resolver_match
    if match is None:
        return ""
    return keys.get(match.view_name) or NOUN_OF_APP.get(match.app_name, "")
