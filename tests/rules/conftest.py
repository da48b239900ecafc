from collections.abc import Iterator

import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page in another language leaves it switched on for whatever runs next in this thread."""
    with override("en"):
        yield
