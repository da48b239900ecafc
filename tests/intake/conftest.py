from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client as Browser

if TYPE_CHECKING:
    from marke.parties.models import Coop, Membership


@pytest.fixture
def coop(db: None) -> Coop:
    """A co-op with rules: a share costs €50."""
    from tests.factories.parties import make_coop
    from tests.factories.rules import found

    coop = make_coop()
    found(coop, shares__price=5000)
    return coop


@pytest.fixture
def coordinator(coop: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(coop, "Cato", offices=("coordinator",))


@pytest.fixture
def browser(coordinator: Membership) -> Browser:
    browser = Browser()
    assert coordinator.party.user is not None
    browser.force_login(coordinator.party.user, backend="django.contrib.auth.backends.ModelBackend")
    return browser
