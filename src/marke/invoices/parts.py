"""What higher apps show the client on the page of an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marke.common.registry import Registry
from marke.invoices.models import Quote


@dataclass(frozen=True)
class OrderPart:
    """context(order, at) -> what the template gets as `part`, or None to leave it out."""

    kind: str
    template: str
    context: Callable[[Quote, datetime], dict[str, Any] | None]


order_parts: Registry[OrderPart] = Registry("part of an order's page")


def parts_of(order: Quote, at: datetime) -> list[dict[str, Any]]:
    """What stands below the lines of an order."""
    return [
        {"template": part.template, "context": shown} for part in order_parts if (shown := part.context(order, at)) is not None
    ]
