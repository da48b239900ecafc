"""A co-op with one kind of share; Amina holds four of it, Bo none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

# Models are imported where they are used: this file is read before Django is ready.
if TYPE_CHECKING:
    from marke.parties.models import Coop, Membership


@pytest.fixture
def coop() -> Coop:
    from tests.factories.parties import make_coop
    from tests.shares.scene import founded

    return founded(make_coop())


@pytest.fixture
def amina(coop: Coop) -> Membership:
    from tests.factories.parties import make_member
    from tests.shares.scene import hold

    member = make_member(coop, "Amina")
    hold(member, 4)
    return member


@pytest.fixture
def bo(coop: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(coop, "Bo")


@pytest.fixture
def tess(coop: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(coop, "Tess", offices=("treasurer",))
