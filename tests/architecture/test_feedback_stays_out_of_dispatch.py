"""What clients say never decides who is asked for a job: whoever chooses cannot read it."""

import ast

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.architecture.sources import SOURCE, shown
from tests.factories.feedback import make_said
from tests.factories.jobs import T1, make_job
from tests.factories.parties import make_client, make_coop, make_member
from tests.factories.rules import found

CHOOSING = ("marke/jobs", "marke/dispatch", "marke/safety", "marke/rates", "marke/places", "marke_core/matching")


def _imports(tree: ast.Module) -> set[str]:
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return named | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_nothing_that_chooses_who_is_asked_knows_what_clients_say():
    knowing = []
    for folder in CHOOSING:
        for path in (SOURCE / folder).rglob("*.py"):
            text = path.read_text()
            if any(name.startswith("marke.feedback") for name in _imports(ast.parse(text))) or "feedback_" in text:
                knowing.append(shown(path))
    assert knowing == []


@pytest.mark.django_db
@pytest.mark.parametrize("matching", ["nearest", "longest_idle"])
def test_asking_for_a_job_reads_no_table_of_it(matching):
    coop = make_coop()
    found(coop, jobs__matching=matching)
    client, worker = make_client(coop), make_member(coop, "Amina")
    make_said(client, worker, 1, "Never again", at=T1)
    with CaptureQueriesContext(connection) as asked:
        make_job(coop, client, at=T1.replace(day=3))
    assert [query["sql"] for query in asked if "feedback_" in query["sql"]] == []
