"""What the pattern page shows."""

from typing import Any

from django.http import HttpRequest


def pattern_context(request: HttpRequest) -> dict[str, Any]:
    return {}
