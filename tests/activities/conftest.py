"""Smart's rules: 6.5 %, paid within seven working days, whether or not the client has paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # this file is read before Django is set up
    from marke.activities.models import Activity
    from marke.parties.models import Client, Coop, Membership


@pytest.fixture
def smart(db: None) -> Coop:
    from tests.factories.parties import make_coop
    from tests.factories.rules import found

    coop = make_coop("smart")
    found(coop, activities__open_to="teams")
    return coop


@pytest.fixture
def ann(smart: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(smart, "Ann")


@pytest.fixture
def tess(smart: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(smart, "Tess", offices=("treasurer",))


@pytest.fixture
def drawings(ann: Membership) -> Activity:
    from tests.factories.activities import open_for

    return open_for(ann)


@pytest.fixture
def bakery(smart: Coop) -> Client:
    from tests.factories.parties import make_client

    return make_client(smart)
