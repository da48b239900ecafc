"""Whatever the OpenAPI document allows, and whatever it does not: an answer that the document foresaw, and never a crash."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from marke.doors.api.document import document_of
from marke.site.wsgi import application
from tests.factories.doors import make_program
from tests.factories.jobs import make_job, make_service
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

# A service that there is not fits the document, and is refused all the same.
NOT_OURS = [positive_data_acceptance]
MODES = {"what fits": GenerationMode.POSITIVE, "what does not fit": GenerationMode.NEGATIVE}


@pytest.fixture
def quiet(caplog):
    """Without a word in the log, and on the connection of the test: a server would close it after each answer."""
    caplog.set_level(logging.CRITICAL)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def program_and_schema(*, of_client: bool) -> tuple[Any, Any]:
    coop = make_coop("velo")
    found(coop)
    make_member(coop, "Wim")
    client = make_client(coop)
    make_service(coop)
    make_service(coop, "Cleaning", per="hour")
    make_job(coop, client)
    program = make_program(coop, client if of_client else None)
    document = document_of(coop)
    for operations in document["paths"].values():
        for operation in operations.values():
            del operation["security"]  # the key is ours: what is tried is everything else
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    return program, schema


def try_everything(*, of_client: bool, mode: GenerationMode, examples: int) -> int:
    program, schema = program_and_schema(of_client=of_client)
    tried, asked = 0, {"Authorization": f"Bearer {program.key}", "Accept-Encoding": "identity"}
    for operation in schema.get_all_operations():
        step = operation.ok()
        calm = settings(
            max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip

        @calm
        @given(case=step.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            nonlocal tried
            tried += 1
            answer = case.call(headers=asked)
            case.validate_response(answer, excluded_checks=NOT_OURS)

        with suppress(Unsatisfiable):  # a step that takes nothing can be sent nothing wrong
            ask()
    return tried


@pytest.mark.django_db
@pytest.mark.parametrize("sent", MODES)
def test_whatever_is_sent_the_answer_is_one_that_the_document_foresaw(sent, quiet):
    assert try_everything(of_client=False, mode=MODES[sent], examples=8) >= 22


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("of_client", [True, False])
@pytest.mark.parametrize("sent", MODES)
def test_the_same_for_longer(sent, of_client, quiet):
    assert try_everything(of_client=of_client, mode=MODES[sent], examples=300) >= 1_000
