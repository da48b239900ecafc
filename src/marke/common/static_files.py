"""Styles and scripts are served from where they lie, without a collecting step; their address carries their content."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStaticFiles(StaticFilesStorage):
    """`/static/marke/marke.js?3f2a9c1e`: a browser may keep it for long, and fetches it anew when it has changed."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        version = _version(name or "")
        return f"{address}?{version}" if version else address


@lru_cache(maxsize=256)
def _version(name: str) -> str:
    found = finders.find(name)
    return hashlib.sha256(Path(str(found)).read_bytes()).hexdigest()[:8] if found else ""
