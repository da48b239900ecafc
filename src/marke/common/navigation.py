"""The few words at the top of every page, and which of them the page belongs to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from marke.common.clock import now
from marke.common.registry import Registry
from marke.common.sector_words import words_of

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
    for_office: bool = False  # only who holds an office sees it


@dataclass(frozen=True)
class Part:
    """A page that stands beside others under one noun. Without offices, every member sees it.

    legal: it matters once the co-op has a legal form; nine people who just began need not read the word.
    whole_app: the pages of its app that lie under no part belong to it.
    gate: the kind of the gate that says whether a co-op has such pages at all.
    """

    label: str | _StrPromise
    url_name: str
    offices: frozenset[str] = frozenset()
    public: bool = False
    legal: bool = False
    whole_app: bool = False
    gate: str = ""


@dataclass(frozen=True)
class Gate:
    """is_open(coop, at): whether a co-op has any use for the pages behind it. Small stays small."""

    kind: str
    is_open: Callable[[Any, datetime], bool]


gates: Registry[Gate] = Registry("gate of pages")

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
VISITORS_NOUNS = (BOOK, Noun("rules", _("Our rules"), "rules:rulebook"), Noun("join", _("Join"), "parties:join"))

# A page of this app belongs to this noun, unless its address is a noun itself.
NOUN_OF_APP = {
    "site": "today",
    "jobs": "jobs",
    "feedback": "jobs",
    "rates": "jobs",
    "dispatch": "jobs",
    "places": "jobs",
    "slots": "jobs",
    "safety": "jobs",
    "ledger": "money",
    "payments": "money",
    "shares": "money",
    "invoices": "money",
    "bills": "money",
    "sending": "money",
    "selfbills": "money",
    "sellers": "money",
    "rounds": "money",
    "capital": "money",
    "funds": "money",
    "surplus": "money",
    "activities": "money",
    "treasury": "money",
    "statutes": "rules",
    "plan": "rules",
    "rules": "rules",
    "decisions": "rules",
    "threads": "rules",
    "parties": "members",
    "hearings": "members",
    "intake": "members",
    "doors": "members",
}

_COORDINATOR = frozenset({"coordinator"})
_KEEPERS = _COORDINATOR | {"secretary"}  # of the members' list
_MONEY = _COORDINATOR | {"treasurer"}
PARTS = {
    "jobs": (
        Part(_("Now"), "jobs:jobs"),
        Part(_("Shifts"), "slots:roster", whole_app=True),
        Part(_("The desk"), "dispatch:desk", _COORDINATOR),
        Part(_("All jobs"), "jobs:all", _KEEPERS | _MONEY),
        Part(_("Who was asked"), "jobs:asked"),
        Part(_("Services"), "jobs:services"),
        Part(_("What it costs"), "rates:rates", public=True, whole_app=True),
        Part(_("Safety"), "safety:safety", whole_app=True),
        Part(_("What work needs"), "jobs:capabilities", _COORDINATOR),
        Part(_("What clients say"), "feedback:said", public=True, whole_app=True),
        Part(_("My calendar"), "doors:my_calendar"),
    ),
    "money": (
        Part(_("Overview"), "ledger:money"),
        Part(_("My money"), "ledger:mine"),
        Part(_("My pay"), "payments:my_pay"),
        Part(_("My business"), "activities:mine", whole_app=True, gate="activities"),
        Part(_("Invoices in my name"), "selfbills:mine", whole_app=True, gate="selfbills"),
        Part(_("To the tax office"), "sellers:mine", gate="sellers"),
        Part(_("My shares"), "shares:mine", whole_app=True),
        Part(_("Years"), "surplus:years", legal=True),
        Part(_("Our funds"), "funds:funds"),
        Part(_("Raising capital"), "capital:capital", legal=True, whole_app=True),
        Part(_("The month"), "treasury:month", _MONEY),
        Part(_("Invoices"), "invoices:invoices", _MONEY),
        Part(_("E-invoices"), "sending:e_invoices", _MONEY, legal=True, whole_app=True),
        Part(_("Payments"), "payments:requests", _MONEY),
        Part(_("Bills"), "bills:bills", _MONEY, whole_app=True),
        Part(_("Bank statements"), "payments:statements", _MONEY),
        Part(_("Pay runs"), "payments:pay_runs", _MONEY),
        Part(_("Report on sellers"), "sellers:years", _MONEY, whole_app=True, gate="sellers"),
        Part(_("Share register"), "shares:register", _MONEY),
        Part(_("All accounts"), "ledger:accounts", _MONEY),
    ),
    "rules": (
        Part(_("Our rules"), "rules:rulebook", public=True),
        Part(_("Proposals"), "decisions:proposals"),
        Part(_("What if?"), "decisions:what_if"),
        Part(_("The plan"), "plan:plan"),
        Part(_("Book of decisions"), "rules:register"),
        Part(_("The agreement"), "rules:agreement", public=True),
        Part(_("Our legal form"), "statutes:ours", public=True),
    ),
    "members": (
        Part(_("Members"), "parties:members"),
        Part(_("Circles"), "parties:circles"),
        Part(_("Mandates"), "parties:mandates"),
        Part(_("Hearings"), "hearings:hearings", whole_app=True),
        Part(_("Applications"), "decisions:applications", _COORDINATOR),
        Part(_("Invitations"), "parties:invitations", _KEEPERS),
        Part(_("Import"), "intake:batches", _MONEY),
        Part(_("Our details"), "parties:details", _COORDINATOR),
        Part(_("Doors"), "doors:doors", _COORDINATOR, whole_app=True),
    ),
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
    return [
        Entry(noun.key, _label(noun, coop.pack), soft_reverse(noun.url_name, coop.slug), noun.key == current) for noun in nouns
    ]


def _label(noun: Noun, pack: str) -> str | _StrPromise:
    """What is to be done bears the name that its sector gives it."""
    return words_of(pack).jobs if noun.key == "jobs" else noun.label


def soft_reverse(name: str, *args: object) -> str:
    """The address, or "" when no app has brought such a page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def part_entries(request: HttpRequest, offices: Collection[str]) -> list[Entry]:
    """The pages beside this one under the same noun: everybody's, then those of an office.

    None where this page is not among them.
    """
    coop = getattr(request, "coop", None)
    if coop is None:
        return []
    is_member = nouns_for(request) is MEMBERS_NOUNS
    has_form = getattr(coop, "legal_form", "") != "none"
    parts = [
        part
        for part in PARTS.get(_noun_of(request), ())
        if _may_see(part, offices, is_member=is_member) and (has_form or not part.legal) and _is_open(part, request, coop)
    ]
    parts.sort(key=lambda part: bool(part.offices))
    urls = {part: url for part in parts if (url := soft_reverse(part.url_name, coop.slug))}
    here = _nearest(request.path, urls.values()) or _home_of_app(request, urls)
    found = [Entry(part.url_name, part.label, url, url == here, bool(part.offices)) for part, url in urls.items()]
    return found if here and len(found) > 1 else []


def _may_see(part: Part, offices: Collection[str], *, is_member: bool) -> bool:
    return part.public or (is_member and (not part.offices or not part.offices.isdisjoint(offices)))


def _is_open(part: Part, request: HttpRequest, coop: object) -> bool:
    return not part.gate or (
        part.gate in gates and gates.get(part.gate).is_open(coop, getattr(request, "asked_at", None) or now())
    )


def _nearest(path: str, urls: Collection[str]) -> str:
    """The longest address that this page lies under: /money/mine/ lies under /money/ too."""
    return max((url for url in urls if path.startswith(url)), key=len, default="")


def _home_of_app(request: HttpRequest, urls: dict[Part, str]) -> str:
    """Where the other pages of an app belong: a share request of mine to my shares, though no address of a part lies over it."""
    app = request.resolver_match.app_name if request.resolver_match else ""
    return next((url for part, url in urls.items() if part.whole_app and part.url_name.partition(":")[0] == app), "")


def _noun_of(request: HttpRequest) -> str:
    """A page that stands among the parts of a noun belongs to it, whichever app it comes from."""
    match = request.resolver_match
    if match is None:
        return ""
    by_name = {part.url_name: key for key, parts in PARTS.items() for part in parts}
    return by_name.get(match.view_name) or NOUN_OF_APP.get(match.app_name, "")


def _current(request: HttpRequest, keys: dict[str, str]) -> str:
    match = request.resolver_match
    return keys.get(match.view_name, "") or _noun_of(request) if match is not None else ""
