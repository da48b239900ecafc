"""Who has which skill: the app above that knows tells it here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marke.common.registry import Registry
from marke.parties.models import Coop, Membership


@dataclass(frozen=True)
class Skills:
    """names(coop): what a shift can ask for · held(coop, memberships, at): membership id → the names of what they have."""

    kind: str
    names: Callable[[Coop], Sequence[str]]
    held: Callable[[Coop, Sequence[Membership], datetime], Mapping[int, set[str]]]


skills: Registry[Skills] = Registry("source of skills")


def skill_names(coop: Coop) -> list[str]:
    return sorted({name for source in skills for name in source.names(coop)})


def held_skills(coop: Coop, memberships: Sequence[Membership], at: datetime) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {membership.pk: set() for membership in memberships}
    for source in skills:
        for member, names in source.held(coop, memberships, at).items():
            found[member] |= names
    return found
