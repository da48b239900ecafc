"""Rulebooks for tests."""

from datetime import UTC, datetime
from typing import Any

from marke.parties.models import Coop
from marke.rules.models import Decision
from marke.rules.services import found_rulebook

T0 = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def found(coop: Coop, *, at: datetime = T0, **overrides: Any) -> Decision:
    """Give a co-op its rules; overrides are JSON values, with "__" for the dot: `found(coop, jobs__guarantee=[2, 100])`."""
    values = {key.replace("__", "."): value for key, value in overrides.items()}
    return found_rulebook(coop=coop, values=values, by=None, at=at, title=f"Founding of {coop.name}")
