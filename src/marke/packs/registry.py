"""A sector is a pack, mostly data: what it consists of, and the register of those that are installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from marke.common.registry import Registry
from marke.common.sector_words import SectorWords, sector_words
from marke.jobs.kinds import JobKind, job_kinds
from marke.plan.sectors import SectorPlan, sector_plans
from marke.rules.registry import register_sector

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from marke.packs.demo import DemoCoop


@dataclass(frozen=True)
class StarterService:
    """A service that a new co-op begins with; the price is in minor units, net of VAT."""

    name: str | _StrPromise
    job_kind: str
    price: int
    per: str
    minutes: int


@dataclass(frozen=True)
class Pack:
    kind: str  # the slug
    label: str | _StrPromise
    description: str | _StrPromise
    # Defaults that differ from the rulebook's own: {"jobs.contribution": [12, 100]}.
    rules: Mapping[str, Any]
    job_kinds: tuple[JobKind, ...]
    services: tuple[StarterService, ...] = field(default=())
    # What a plan of 36 months supposes of this sector.
    plan: SectorPlan | None = None
    # How this sector says it.
    words: SectorWords | None = None
    # The co-ops that the demo shows of this sector.
    demos: tuple[DemoCoop, ...] = ()


packs: Registry[Pack] = Registry("pack")


def register_pack(pack: Pack) -> None:
    """Called from `AppConfig.ready` of the sector's app: its co-ops begin with its defaults."""
    packs.register(pack)
    for kind in pack.job_kinds:
        job_kinds.register(kind)
    register_sector(pack.kind, pack.rules)
    if pack.words is not None:
        sector_words.register(pack.words)
    if pack.plan is not None:
        sector_plans.register(pack.plan)
