"""What the reference says of the API is what the OpenAPI document says."""

from __future__ import annotations

import re

import pytest

from marke.doors.api.document import document_of
from marke.doors.happenings import EVENTS
from marke.doors.scopes import SCOPES
from tests.architecture.sources import ROOT
from tests.factories.parties import make_coop

REFERENCE = (ROOT / "docs" / "reference" / "api.md").read_text()


@pytest.fixture
def document(db):
    return document_of(make_coop("velo"))


def test_every_step_stands_in_the_reference_and_no_other(document):
    steps = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)`", REFERENCE, re.MULTILINE)) == steps


def test_every_answer_stands_in_the_reference(document):
    answers = {
        str(status)
        for operations in document["paths"].values()
        for operation in operations.values()
        for status in operation["responses"]
        if str(status).startswith("4")
    }
    assert answers <= set(re.findall(r"^\| (4\d\d) \|", REFERENCE, re.MULTILINE))


def test_every_scope_and_event_stands_in_the_reference():
    assert [word for word in (*SCOPES, *EVENTS) if f"`{word}`" not in REFERENCE] == []


def test_every_parameter_that_a_list_takes_stands_in_the_reference(document):
    named = {each["name"] for path in document["paths"].values() for step in path.values() for each in step.get("parameters", ())}
    assert [name for name in named if name not in REFERENCE] == []


def test_each_step_says_what_it_is_for_and_needs_a_key(document):
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert operation["security"]
