"""A kind of round for tests, which takes wishes and is looked at by two people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

# Models are imported where they are used: this file is read before Django is ready.
if TYPE_CHECKING:
    from marke.common.rounds import RoundKind
    from marke.parties.models import Coop, Membership

MOVES = {
    "draft": frozenset({"open", "cancelled"}),
    "open": frozenset({"closed", "cancelled"}),
    "closed": frozenset({"final", "cancelled"}),
    "final": frozenset({"released"}),
    "released": frozenset({"settled"}),
    "settled": frozenset[str](),
    "cancelled": frozenset[str](),
}


def _close(round: Any, at: datetime) -> bool:
    from marke.rounds.services import move_round

    if round.state != "open" or round.closes_at is None or at < round.closes_at:
        return False
    move_round(round=round, to="closed", by=None, at=at)
    return True


@pytest.fixture
def market() -> Iterator[RoundKind]:
    from marke.common.rounds import RoundKind, round_kinds

    kind = RoundKind(
        kind="market", label="Market", moves=MOVES, url_name="rounds:rounds", alone=True, second_person=True,
        words={"settled": "Delivered"}, turn=_close,
    )  # fmt: skip
    yield round_kinds.register(kind)
    round_kinds._entries.pop("market")


@pytest.fixture
def velo(db: None) -> Coop:
    from tests.factories.parties import make_coop
    from tests.factories.rules import found

    coop = make_coop()
    found(coop)
    return coop


@pytest.fixture
def amina(velo: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(velo, "Amina")


@pytest.fixture
def bo(velo: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(velo, "Bo")
