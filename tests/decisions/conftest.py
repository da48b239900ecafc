"""What the tests of decisions share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page in Dutch leaves its language behind in the thread that answered it."""
    with translation.override("en"):
        yield
