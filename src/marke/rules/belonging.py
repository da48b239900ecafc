"""What the app below, about people, asks of the rulebook: its rules, what one joins by, what one has agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from marke.parties.models import Coop, Party
from marke.rules.agreement import sentences_in_force
from marke.rules.models import Attestation
from marke.rules.queries import RuleNotSet, Timeline
from marke.rules.registry import NoSuchRule


def value_in_force(coop: Coop, key: str, at: datetime) -> Any:
    """The value of a rule. Raises: LookupError where the co-op has none yet."""
    try:
        return Timeline(coop).at(at).value(key)
    except (RuleNotSet, NoSuchRule) as missing:
        raise LookupError(str(missing)) from missing


def sentences_to_agree_to(coop: Coop, at: datetime) -> Sequence[str]:
    """What the co-op has agreed, one sentence each, in the language of whoever joins."""
    return sentences_in_force(coop, at)


def agreements_of(party: Party) -> Iterable[dict[str, Any]]:
    """The texts that somebody has agreed to, for my data."""
    rows = Attestation.objects.filter(party=party).select_related("coop", "decision")
    return [
        {
            "coop": row.coop.name,
            "decision": row.decision.number,
            "title": row.decision.title,
            "agreed_at": row.at.isoformat(),
            "text_sha256": row.text_sha256,
        }
        for row in rows
    ]
