"""What a check found, as pages show it; and what a credential says, whoever it is from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from marke.credentials.telling import day
from marke.credentials.words import steps_of, verdict_of
from marke_core.credentials import Report
from marke_core.credentials.moments import moment
from marke_core.credentials.verifying import issuer_of

LONGEST = 300
MOST_ROWS = 60


def shown_report(report: Report) -> dict[str, Any]:
    """The verdict, each step, and in words what it says: nothing of it is trusted, whatever was checked."""
    tone, sentence = verdict_of(report)
    return {"tone": tone, "sentence": sentence, "steps": steps_of(report), "says": _says(report.credential or {})}


def _says(credential: Mapping[str, Any]) -> list[tuple[str, str]]:
    subject = credential.get("credentialSubject")
    subject = subject if isinstance(subject, dict) else {}
    achievement = subject.get("achievement")
    achievement = achievement if isinstance(achievement, dict) else {}
    issuer = credential.get("issuer")
    named = _text(issuer.get("name")) if isinstance(issuer, dict) else ""
    rows = [
        (_("What it is"), _text(credential.get("name")) or _text(achievement.get("name"))),
        (_("About"), _holder(subject)),
        (_("From"), " · ".join(filter(None, [named, _short(issuer_of(credential))]))),
        (_("Counts from"), _day(credential.get("validFrom"))),
        (_("Counts until"), _day(credential.get("validUntil"))),
        (_("Description"), _text(achievement.get("description")) or _text(credential.get("description"))),
    ]
    return [row for row in [*rows, *_results(subject, achievement)] if row[1]][:MOST_ROWS]


def _text(value: object) -> str:
    """Words; of words in several languages the first."""
    if isinstance(value, list) and value:
        return _text(value[0])
    if isinstance(value, dict):
        value = value.get("@value")
    return _short(value) if isinstance(value, str) else ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _day(value: object) -> str:
    at = moment(value)
    return day(at.date().isoformat()) if at else ""


def _holder(subject: Mapping[str, Any]) -> str:
    identifiers = subject.get("identifier")
    for each in identifiers if isinstance(identifiers, list) else [identifiers]:
        if isinstance(each, dict) and each.get("identityType") == "name" and not each.get("hashed"):
            return _text(each.get("identityHash"))
    return _text(subject.get("name")) or _text(subject.get("id"))


def _results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> list[tuple[str, str]]:
    described, results = achievement.get("resultDescription"), subject.get("result")
    names = {
        _text(each.get("id")): _text(each.get("name"))
        for each in (described if isinstance(described, list) else [])
        if isinstance(each, dict)
    }
    return [
        (names.get(_text(each.get("resultDescription")), "") or _("Result"), _text(each.get("value")))
        for each in (results if isinstance(results, list) else [])
        if isinstance(each, dict)
    ]
