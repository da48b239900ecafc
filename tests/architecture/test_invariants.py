"""Each invariant stands in four places: the list, a check on live data, the database, a property test."""

import ast
import re

from marke.common.invariants import invariants
from tests.architecture.sources import ROOT, SOURCE

TEXT = (ROOT / "docs" / "invariants.md").read_text()
# id → the four places as they stand in the table of docs/invariants.md
LISTED = {
    cells[0]: cells[1:]
    for line in TEXT.splitlines()
    if line.startswith("| INV-")
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}


def _named_places(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _is_stored(kind: str) -> bool:
    return not LISTED[kind][2].startswith("none: nothing of it is stored")


def test_the_doctor_checks_every_invariant_of_what_is_stored():
    assert {invariant.kind for invariant in invariants} == {kind for kind in LISTED if _is_stored(kind)}


def test_the_places_that_the_list_names_exist():
    """`path:name`: a file of the repository, and a function or a constraint by that name in it."""
    missing = []
    for kind, cells in LISTED.items():
        for place in (place for cell in cells[1:] for place in _named_places(cell)):
            path, _, name = place.partition(":")
            if not (ROOT / path).exists() or name not in (ROOT / path).read_text():
                missing.append(f"{kind}: {place}")
    assert missing == []


def test_each_invariant_names_a_check_a_constraint_and_a_property_test():
    for kind, (_sentence, check, constraint, test) in LISTED.items():
        assert all(_named_places(cell) for cell in (check, test)), kind
        assert _named_places(constraint) or not _is_stored(kind), kind
        assert all(place.startswith("tests/") for place in _named_places(test)), kind


def test_property_tests_of_invariants_are_tests():
    for kind, cells in LISTED.items():
        for place in _named_places(cells[3]):
            path, _, name = place.partition(":")
            tree = ast.parse((ROOT / path).read_text())
            assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, f"{kind}: {place}"


def test_every_invariant_named_in_the_source_is_listed():
    named = {kind for path in SOURCE.rglob("*.py") for kind in re.findall(r"INV-[A-Z]+-\d+", path.read_text())}
    assert named <= set(LISTED)
