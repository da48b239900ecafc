from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client as Browser

if TYPE_CHECKING:
    from marke.parties.models import Coop, Membership


@pytest.fixture
def coop(db: None) -> Coop:
    from tests.factories.parties import make_coop

    return make_coop()


@pytest.fixture
def coordinator(coop: Coop) -> Membership:
    from tests.factories.parties import make_member

    return make_member(coop, "Cato", offices=("coordinator",))


@pytest.fixture
def member(coop: Coop, coordinator: Membership) -> Membership:
    from tests.factories.parties import make_member

    return make_member(coop, "Amina")


@pytest.fixture
def visit() -> Callable[..., Browser]:
    """A browser of this member; of a stranger when nobody is named."""

    def browser_of(who: Membership | None = None) -> Browser:
        browser = Browser()
        if who is not None:
            assert who.party.user is not None
            browser.force_login(who.party.user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return browser_of
