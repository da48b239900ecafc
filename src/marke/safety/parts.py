"""What higher apps show a member on their page about safety."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marke.common.registry import Registry
from marke.parties.models import Membership


@dataclass(frozen=True)
class SafetyPart:
    """context(membership, at) -> what the template gets as `part`, or None to leave it out."""

    kind: str
    template: str
    context: Callable[[Membership, datetime], dict[str, Any] | None]


safety_parts: Registry[SafetyPart] = Registry("part of the page about safety")


def parts_for(membership: Membership, at: datetime) -> list[dict[str, Any]]:
    return [
        {"template": part.template, "context": shown}
        for part in safety_parts
        if (shown := part.context(membership, at)) is not None
    ]
