"""A co-op that pays its members."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

# Models are imported where they are used: this file is read before Django is ready.
if TYPE_CHECKING:
    from marke.parties.models import Coop, Membership


@pytest.fixture
def velo(db: None) -> Coop:
    from tests.factories.parties import make_coop
    from tests.factories.rules import found

    coop = make_coop()
    found(coop, payments__release="another_officer", payments__rhythm="monthly", payments__minimum=500)
    coop.iban, coop.city = "BE68539007547034", "Brussels"
    coop.save()
    return coop


@pytest.fixture
def treasurer(velo: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(velo, "Tess", offices=("treasurer",))


@pytest.fixture
def coordinator(velo: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(velo, "Cora", offices=("coordinator",))
