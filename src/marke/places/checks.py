"""What is told at the start about ways by road."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from marke.places.routers import BindingMissing, binding, is_graph


def check_graphs(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Each graph that is set up is there, and there is something to read it with."""
    graphs = sorted({address for address in settings.ROUTERS.values() if is_graph(address)})
    found: list[CheckMessage] = [
        Error(
            f"MARKE_ROUTER names {graph}, where there is no graph.",
            hint="Make it with: python -m osrm extract -p PROFILE map.osm.pbf; python -m osrm contract map.osrm",
            id="places.E001",
        )
        for graph in graphs
        if not Path(f"{graph}.hsgr").is_file()
    ]
    try:
        if graphs:
            binding()
    except BindingMissing as missing:
        found.append(Error(str(missing), id="places.E002"))
    return found
