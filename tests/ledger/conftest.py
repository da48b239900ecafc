from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from marke.parties.models import Coop, Membership


@pytest.fixture
def coop(db: None) -> Coop:
    from tests.factories.parties import make_coop

    return make_coop()


@pytest.fixture
def amina(coop: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(coop, "Amina")
