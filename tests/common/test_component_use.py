"""How templates use the components: what a component would silently drop is caught here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import marke.common

TEMPLATES = sorted(Path(marke.common.__file__).parents[1].glob("*/templates/**/*.html"))
COMPONENTS = {path.stem.replace("_", "-") for path in TEMPLATES if path.parent.name == "cotton"} | {"vars", "slot"}
# A variable or a literal; cotton knows nothing else after a colon.
VALUE = re.compile(r"[\w.|:'\- ]*|\{.*\}|\[.*\]|\(.*\)")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(path.parents[2])))
def test_after_a_colon_stands_a_variable_or_a_literal(template: Path) -> None:
    for tag in re.findall(r"<c-[a-z-]+(?:[^>\"]|\"[^\"]*\")*>", template.read_text()):
        for value in re.findall(r'\s:[a-z_-]+="([^"]*)"', tag):
            assert VALUE.fullmatch(value) and not re.search(r"\b(not|and|or)\b|==", value), f"{value} in {tag}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(path.parents[2])))
def test_every_component_that_is_used_exists(template: Path) -> None:
    assert set(re.findall(r"<c-([a-z-]+)", template.read_text())) <= COMPONENTS
