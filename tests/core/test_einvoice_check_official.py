"""Our check beside the verdicts of the official rules, frozen in ../shared: whole documents, and one case per rule."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from marke_core.einvoice.check import check

pytestmark = pytest.mark.needs_data
TEST_SET = "{http://difi.no/xsd/vefa/validator/1.0}"
WHOLE = {
    "en16931-ubl": "en16931-1.3.16",
    "en16931-cii": "en16931-1.3.16",
    "peppol-2026.5": "peppol-bis-3.0.21",
    "peppol-selfbilling-2026.3": "peppol-selfbilling-3.0.1",
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_official_documents_get_the_official_verdict(name: str, shared_data: Path):
    folder = shared_data / "invoicing"
    expected = json.loads((folder / "expected" / f"{name}.json").read_text())["files"]
    here = {file: verdict for file, verdict in expected.items() if (folder / file).exists()}
    assert here
    for file, verdict in here.items():
        # The verdicts are those of the rules alone: some official documents have fields out of order.
        report = check((folder / file).read_bytes(), WHOLE[name], structure=False)
        assert {finding.rule for finding in report.fatal} == set(verdict["fatal"]), file


@pytest.mark.parametrize(("name", "rules"), [("en16931", "en16931-1.3.16"), ("peppol", "peppol-bis-3.0.21")])
def test_every_official_case_is_judged_as_it_is_officially(name: str, rules: str, shared_data: Path):
    """Each case is about one rule; being a fragment it breaks many others, and there too we say what the official rules say."""
    folder = shared_data / "invoicing"
    cases = _cases(folder, name)
    if not cases:
        pytest.skip(f"no cases of {name} in ../shared")
    for case in cases:
        report = check(_fragments(folder / case["file"])[case["test"]], rules, structure=False)
        broken = {finding.rule for finding in report.findings}
        for kind, ids in case["expected"].items():
            assert all((rule in broken) == (kind != "success") for rule in ids), (case["file"], case["test"])
        assert {finding.rule for finding in report.fatal} == set(case["official"]["fatal"]), (case["file"], case["test"])


def _cases(folder: Path, name: str) -> list[dict[str, Any]]:
    files = sorted((folder / "expected").glob(f"units-{name}*.json"))
    return [case for file in files for case in json.loads(file.read_text()) if (folder / case["file"]).exists()]


@cache
def _fragments(file: Path) -> list[Any]:
    tests = etree.parse(file).getroot().findall(f"{TEST_SET}test")
    return [next(each for each in test.iterchildren("*") if each.tag != f"{TEST_SET}assert") for test in tests]
