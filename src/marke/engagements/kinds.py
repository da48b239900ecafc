"""Which kinds of job are engagements: work for which somebody is called, with costs and risks of its own. Packs register theirs."""

from __future__ import annotations

from dataclasses import dataclass

from marke.common.registry import Registry


@dataclass(frozen=True)
class EngagementKind:
    """`kind` is that of a job."""

    kind: str


engagement_kinds: Registry[EngagementKind] = Registry("kind of engagement")
