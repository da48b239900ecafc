"""The agreement among platforms: what this co-op hands out, in which formats and how fast, stated and signed for programs.

The statement stands at one address below the co-op's own. It says what the rules promise and what the records show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median_high
from typing import Any

from django.utils.translation import gettext_lazy as _

from marke.common.clock import local_date
from marke.common.sealing import open_sealed
from marke.credentials.conditions import FIELDS
from marke.credentials.identity import absolute, did_of, key_in_use, method_of, status_url
from marke.credentials.models import HistoryRequest, Issued
from marke.parties.models import Coop
from marke.rules.models import RuleValue
from marke.rules.queries import rulebook
from marke_core import credentials as core
from marke_core.credentials.moments import stamp

FORMAT, VERSION = "marke-work-history-agreement", 1
JSON, BADGE, TOKEN, PAPER, PLAIN = "json-d7342-6", "ob3-vc2", "vc2-jwt", "pdf", "vc2"
# In which formats: as a program reads it, what it is called, and its name where there is little room.
FORMATS = {
    JSON: ("application/json", _("the fields of the French Code du travail, D7342-6, as JSON"), "JSON"),
    BADGE: ("application/vc", _("a signed Open Badge 3.0, which is a W3C Verifiable Credential 2.0"), "Open Badge 3.0"),
    TOKEN: ("application/vc+jwt", _("the same as a signed token (JWT)"), "JWT"),
    PAPER: ("application/pdf", _("a paper (PDF) with a QR code"), "PDF"),
    PLAIN: ("application/vc", _("a signed W3C Verifiable Credential 2.0"), "VC 2.0"),
}
OURS = (JSON, BADGE, TOKEN, PAPER)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Speed:
    """From asking to having it, over a year. `middle`, `longest`: None where nobody asked; `waiting`: who waits still."""

    number: int
    middle: timedelta | None
    longest: timedelta | None
    waiting: int = 0


def speed_of(delays: list[timedelta], at_once: int, waits: list[timedelta]) -> Speed:
    """`at_once`: how many had it in the moment in which they asked. The longest is never shorter than somebody's waiting."""
    had = sorted([timedelta()] * at_once + delays)
    longest = max([*had[-1:], *waits], default=None)
    return Speed(len(had), median_high(had) if had else None, longest, len(waits))


def measured(coop: Coop, at: datetime) -> Speed:
    """What the records of the last year say: most are signed in the moment of the click."""
    handed = Issued.objects.filter(coop=coop, made_at__gt=at - YEAR, made_at__lte=at)
    asked = HistoryRequest.objects.filter(coop=coop)
    late = asked.filter(issued__made_at__gt=at - YEAR, issued__made_at__lte=at).values_list("asked_at", "issued__made_at")
    delays = [max(made_at - asked_at, timedelta()) for asked_at, made_at in late]
    waits = [at - asked_at for asked_at in asked.filter(issued=None, asked_at__lte=at).values_list("asked_at", flat=True)]
    return speed_of(delays, handed.count() - len(delays), waits)


def joined(coop: Coop, at: datetime) -> RuleValue | None:
    """The value by which the co-op keeps to the agreement; None where it does not."""
    entry = rulebook(coop, at).entry("credentials.agreement")
    return entry if entry.typed else None


def address(coop: Coop) -> str:
    return absolute("credentials:statement", coop)


def within(coop: Coop, at: datetime) -> timedelta:
    """How fast the co-op promises to be."""
    found: timedelta = rulebook(coop, at).value("credentials.hands_over_within")
    return found


def statement_of(coop: Coop, at: datetime) -> dict[str, Any] | None:
    """Signed now; None where the co-op has not joined or has no key yet. Raises: CannotOpen."""
    entry, key = joined(coop, at), key_in_use(coop)
    if entry is None or key is None:
        return None
    stated = _stated(coop, entry, at)
    return core.sign(stated, key=core.key_from(open_sealed(key.sealed)), method=method_of(key), at=at)


def _stated(coop: Coop, entry: RuleValue, at: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "address": address(coop),
        "did": did_of(coop),
        "platform": _platform(coop),
        "joined": {"since": local_date(entry.valid_from, coop.timezone).isoformat(), "decision": entry.decision.number},
        "hands_out": {
            "fields": ["cooperative", "worker", "period", *FIELDS, "reviews"],
            "chosen_by": "member",
            "formats": [{"format": each, "media_type": FORMATS[each][0]} for each in OURS],
        },
        "speed": {"within_seconds": _seconds(within(coop, at)), "measured": _measured(coop, at)},
        "ask": {"page": absolute("credentials:mine", coop)},
        "checks": {"status_list": status_url(coop), "page": absolute("credentials:check", coop)},
        "stated_at": stamp(at),
    }


def _platform(coop: Coop) -> dict[str, str]:
    return {
        "name": coop.name,
        "registration_number": coop.registration_number,
        "town": coop.city,
        "country": coop.country,
        "page": absolute("credentials:agreement", coop),
        "mail": coop.email,
    }


def _measured(coop: Coop, at: datetime) -> dict[str, Any]:
    speed, until = measured(coop, at), local_date(at, coop.timezone)
    return {
        "from": _day(until - YEAR),
        "to": _day(until),
        "number": speed.number,
        "median_seconds": _seconds(speed.middle),
        "longest_seconds": _seconds(speed.longest),
        "waiting": speed.waiting,
    }


def _day(day: date) -> str:
    return day.isoformat()


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
