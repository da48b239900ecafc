"""Open Badges 3.0: a credential that says what somebody achieved; here, what they did at work.

Source: Open Badges Specification 3.0 (1EdTech), AchievementCredential. Nobody is certified by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from marke_core.credentials.flaws import Flaw, shown
from marke_core.credentials.moments import stamp
from marke_core.credentials.structure import is_url
from marke_core.credentials.terms import BASE, CREDENTIAL, OPEN_BADGES, OPEN_BADGES_ANY

BADGE_TYPES = ("OpenBadgeCredential", "AchievementCredential")
# The whole history as it stands, beside the results that every reader of badges shows.
WORK_HISTORY = {"workHistory": {"@id": "urn:marke:work-history", "@type": "@json"}}

Document = Mapping[str, Any]


class Result(NamedTuple):
    """One figure of the history, as readers of badges show it. `key`: its name in addresses."""

    key: str
    name: str
    value: str


class WorkHistory(NamedTuple):
    """What goes into the badge. `subject`: an identifier made for this credential only, so that two cannot be joined."""

    id: str
    subject: str
    holder: str
    issuer: str
    issuer_name: str
    issuer_url: str
    achievement: str
    name: str
    description: str
    criteria: str
    begins: datetime
    ends: datetime
    results: Sequence[Result]
    history: Document


def work_history_badge(
    work: WorkHistory, *, at: datetime, until: datetime | None = None, status: Document | None = None
) -> dict[str, Any]:
    """The badge, still to be signed; valid from `at`, and until `until` when it ends."""
    profile = {"id": work.issuer, "type": ["Profile"], "name": work.issuer_name, "url": work.issuer_url}
    badge: dict[str, Any] = {
        "@context": [BASE, OPEN_BADGES, WORK_HISTORY],
        "id": work.id,
        "type": [CREDENTIAL, "OpenBadgeCredential"],
        "name": work.name,
        "issuer": profile,
        "validFrom": stamp(at),
        "credentialSubject": {
            "id": work.subject,
            "type": ["AchievementSubject"],
            "identifier": [_name_of(work.holder)],
            "activityStartDate": stamp(work.begins),
            "activityEndDate": stamp(work.ends),
            "achievement": _achievement(work),
            "result": [_result(work, each) for each in work.results],
            "workHistory": dict(work.history),
        },
    }
    if until is not None:
        badge["validUntil"] = stamp(until)
    if status is not None:
        badge["credentialStatus"] = dict(status)
    return badge


def _name_of(holder: str) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": False, "identityHash": holder, "identityType": "name"}


def _achievement(work: WorkHistory) -> dict[str, Any]:
    return {
        "id": work.achievement,
        "type": ["Achievement"],
        "achievementType": "ext:WorkHistory",
        "name": work.name,
        "description": work.description,
        "criteria": {"narrative": work.criteria},
        "resultDescription": [
            {
                "id": f"{work.achievement}#{each.key}",
                "type": ["ResultDescription"],
                "name": each.name,
                "resultType": "ext:WorkFigure",
            }
            for each in work.results
        ],
    }


def _result(work: WorkHistory, result: Result) -> dict[str, Any]:
    return {"type": ["Result"], "resultDescription": f"{work.achievement}#{result.key}", "value": result.value}


def is_badge(document: Document) -> bool:
    types = document.get("type")
    return isinstance(types, list) and any(each in types for each in BADGE_TYPES)


def badge_flaws(document: Document) -> list[Flaw]:
    """What keeps a credential, which it must be besides, from being an Open Badge 3.0."""
    contexts = document.get("@context")
    known = isinstance(contexts, list) and any(isinstance(each, str) and each.startswith(OPEN_BADGES_ANY) for each in contexts)
    found = [] if known else [Flaw("badge_missing", "@context")]
    found += [] if is_badge(document) else [Flaw("badge_kind", "type", BADGE_TYPES[0])]
    found += [Flaw("badge_missing", "id")] if "id" not in document else []
    issuer = document.get("issuer")
    if not isinstance(issuer, Mapping) or "Profile" not in _items(issuer.get("type")):
        found.append(Flaw("badge_kind", "issuer", "Profile"))
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping):
        return [*found, Flaw("badge_missing", "credentialSubject")]
    return [*found, *_subject_flaws(subject)]


def _subject_flaws(subject: Document) -> Iterator[Flaw]:
    if "AchievementSubject" not in _items(subject.get("type")):
        yield Flaw("badge_kind", "credentialSubject", "AchievementSubject")
    if not is_url(subject.get("id")) and not _items(subject.get("identifier")):
        yield Flaw("badge_missing", "credentialSubject.id")
    achievement = subject.get("achievement")
    if not isinstance(achievement, Mapping):
        yield Flaw("badge_missing", "credentialSubject.achievement")
        return
    if not is_url(achievement.get("id")):
        yield Flaw("not_a_url", "achievement.id", shown(achievement.get("id")))
    if "Achievement" not in _items(achievement.get("type")):
        yield Flaw("badge_kind", "achievement", "Achievement")
    for field in ("name", "description"):
        if not isinstance(achievement.get(field), str):
            yield Flaw("badge_missing", f"achievement.{field}")
    if not isinstance(achievement.get("criteria"), Mapping):
        yield Flaw("badge_missing", "achievement.criteria")
    for result in _items(subject.get("result")):
        if not isinstance(result, Mapping) or "Result" not in _items(result.get("type")):
            yield Flaw("badge_kind", "result", "Result")


def _items(value: object) -> tuple[Any, ...]:
    return () if value is None else tuple(value) if isinstance(value, list) else (value,)
