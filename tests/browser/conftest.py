"""The co-op in which the journeys of the year happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

if TYPE_CHECKING:
    from tests.browser.world import World


@pytest.fixture(autouse=True)
def mails_are_rows(settings: Any) -> None:
    """As outside the tests: what is mailed stands in the outbox."""
    settings.EMAIL_BACKEND = "marke.common.mail.OutboxBackend"


@pytest.fixture(autouse=True)
def nobody_has_asked_for_a_code_yet() -> None:
    """Codes are limited to three a minute for each address; the journeys share their people."""
    cache.clear()


@pytest.fixture
def velo(transactional_db: None) -> World:
    from tests.browser.world import play

    return play()
