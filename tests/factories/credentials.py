"""Credentials for tests: what the co-op signed, and what came from elsewhere."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings

from marke.credentials.conditions import FIELDS, Choice
from marke.credentials.models import Issued, Platform
from marke.credentials.services import ask_elsewhere, bring, issue, keep_issuer, note_request, withdraw
from marke.parties.models import Membership
from marke_core import credentials as core

ELSEWHERE = core.key_from(bytes(range(32)))
THEM = "did:web:elsewhere.example"
SIGNED_AT = datetime(2026, 1, 5, tzinfo=UTC)


def foreign(**more: Any) -> str:
    """A credential that somebody elsewhere signed."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "name": "Courier of the year",
        "issuer": {"id": THEM, "name": "Elsewhere"},
        "credentialSubject": {"name": "Wim"},
    } | more
    return json.dumps(core.sign(document, key=ELSEWHERE, method=f"{THEM}#key-1", at=SIGNED_AT))


def their_document() -> str:
    return json.dumps(core.web_document(THEM, [core.ListedKey("key-1", core.public_of(ELSEWHERE))]))


def carry_away(worker: Membership, officer: Membership, *, at: datetime) -> Issued:
    """Two work histories, of which one was withdrawn; one from elsewhere, and the document of who signed it."""
    choice = Choice(date(2026, 1, 1), at.date(), tuple(FIELDS))
    first, second = (issue(membership=worker, choice=choice, once_key=f"carry-{n}", by=worker.party, at=at) for n in (1, 2))
    withdraw(issued=second, own=False, reason="« 北 » =1+1", by=officer.party, at=at)
    bring(
        membership=worker, content=foreign(name="Zesde “prijs” 北", credentialSubject={"name": f"Wim, {worker.coop.slug}"}), at=at
    )
    keep_issuer(coop=worker.coop, content=their_document(), by=officer.party, at=at)
    _agree(worker, officer, at)
    return first


def _agree(worker: Membership, officer: Membership, at: datetime) -> None:
    """A platform that is listed and was asked, and a history that the worker asked for by letter."""
    platform = Platform.objects.create(
        coop=worker.coop, number=1, address=f"{settings.BASE_URL}/nobody/statement.json", did="did:web:nobody.example",
        name="Koeriers « 北 »", statement={"speed": {"within_seconds": 7200}}, read_at=at, checked_at=at, added_at=at,
        added_by=officer.party,
    )  # fmt: skip
    ask_elsewhere(membership=worker, platform=platform, at=at)
    note_request(membership=worker, asked_at=at, by=officer.party, at=at)
