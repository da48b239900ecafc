import pytest
from django.utils import timezone, translation


@pytest.fixture(autouse=True)
def _begins_in_english() -> None:
    """A page answered in Dutch, or in a co-op's time zone, leaves neither behind for the next test."""
    translation.activate("en")
    timezone.deactivate()
