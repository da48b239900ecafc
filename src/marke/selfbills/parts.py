"""What higher apps show on the page of a paper in a member's name, to the member and to whoever handles the money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marke.common.registry import Registry
from marke.selfbills.models import SelfBill


@dataclass(frozen=True)
class PaperPart:
    """context(bill) -> what the template gets as `part`, or None to leave it out."""

    kind: str
    template: str
    context: Callable[[SelfBill], dict[str, Any] | None]


paper_parts: Registry[PaperPart] = Registry("part of the page of a self-billed paper")


def parts_of(bill: SelfBill) -> list[dict[str, Any]]:
    return [{"template": part.template, "context": shown} for part in paper_parts if (shown := part.context(bill)) is not None]
