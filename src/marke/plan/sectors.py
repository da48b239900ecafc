"""What each sector supposes at the beginning of a plan; its pack brings it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from marke.common.registry import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class SectorPlan:
    """kind: the pack's · values: by the sliders' names, amounts in hundredths · season: percent of the usual work, from
    January on · supposes: in a sentence, where these figures come from; it stands on the printed plan
    """

    kind: str
    values: Mapping[str, int] = field(default_factory=dict)
    season: tuple[int, ...] = (100,) * 12
    supposes: str | _StrPromise = ""


sector_plans: Registry[SectorPlan] = Registry("sector's plan")


def sector_plan(kind: str) -> SectorPlan:
    """The sector's, or one that supposes nothing particular."""
    return sector_plans.get(kind) if kind in sector_plans else SectorPlan(kind)
