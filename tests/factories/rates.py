"""Fares for tests: a co-op whose couriers go by the kilometre."""

from datetime import datetime
from typing import Any

from marke.jobs.models import Service
from marke.parties.models import Coop
from tests.factories.jobs import make_service
from tests.factories.parties import T0, make_coop
from tests.factories.rules import found

EVERY = ("every", 0, 24)
FREE = [0, 1]
FARE = [
    ["base", 500, FREE, 0, *EVERY, "", ""],
    ["km", 140, FREE, 2, *EVERY, "", ""],
    ["item", 150, FREE, 1, *EVERY, "", ""],
    ["extra", 200, FREE, 0, *EVERY, "!Centre", ""],
    ["percent", 0, [1, 4], 0, "every", 20, 24, "", ""],
    ["minimum", 850, FREE, 0, *EVERY, "", ""],
]
ZONES = [["Centre", "1000 50.84,4.34 50.86,4.34 50.86,4.37 50.84,4.37"]]


def make_fare_coop(slug: str = "velo", *, at: datetime = T0, **rules: Any) -> Coop:
    """A co-op in Brussels with a fare for deliveries. Its detour is none and its speed 12 km/h: a kilometre is five minutes."""
    coop = make_coop(slug)
    given: dict[str, Any] = {
        "rates__fare": FARE, "rates__zones": ZONES, "places__detour": [1, 1], "places__speed": 12, "jobs__contribution": [12, 100],
        "jobs__guarantee": [2, 100], **rules,
    }  # fmt: skip
    found(coop, at=at, **given)
    return coop


def make_fare_service(coop: Coop, name: str = "Courier by distance", **fields: Any) -> Service:
    """Ten minutes at the doors; the way comes on top."""
    return make_service(coop, name, price=0, per="fare", minutes=10, needs_pickup=True, **fields)
