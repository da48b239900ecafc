"""Over which network a paper goes. Who is found where is known to a higher app, which says so here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marke.common.registry import Registry
from marke.parties.models import Client
from marke_core.einvoice.model import Identifier


@dataclass(frozen=True)
class Route:
    """Who sends and who receives. `is_open`: what is issued now goes out that way by itself."""

    sender: Identifier
    recipient: Identifier
    is_open: bool


@dataclass(frozen=True)
class Network:
    """route(client) -> how a paper gets to them, or None where they are not found on it.

    where(client) -> where they are found on it, as people write it, "" for nowhere; write(client=, participant=, by=, at=)
    keeps another place, and refuses what is none. `asks` and `hint` stand at the field for it.
    """

    kind: str
    route: Callable[[Client], Route | None]
    where: Callable[[Client], str]
    write: Callable[..., object]
    asks: Any
    hint: Any


networks: Registry[Network] = Registry("network for e-invoices")


def route_to(client: Client) -> Route | None:
    return next((found for network in networks if (found := network.route(client)) is not None), None)
