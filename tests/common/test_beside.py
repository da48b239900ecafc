"""Writing beside computing: what goes wrong comes out, and nothing is left running."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from marke.common.db.beside import Beside
from marke.common.db.rows import insert_rows
from marke.parties.models import Coop
from tests.factories.parties import make_coop


def threads() -> int:
    return sum(thread.name.startswith("beside") for thread in threading.enumerate())


def test_one_thing_runs_while_the_next_is_computed_and_waiting_ends_it() -> None:
    order: list[str] = []
    go = threading.Event()

    def write() -> None:
        go.wait(5)
        order.append("written")

    with Beside() as beside:
        beside.start(write)
        order.append("computed")
        go.set()
        beside.wait()
        beside.wait()  # nothing to wait for
    assert order == ["computed", "written"] and threads() == 0


def test_an_error_of_whoever_computes_waits_for_what_is_being_written() -> None:
    order: list[str] = []

    def write() -> None:
        time.sleep(0.1)
        order.append("written")

    with pytest.raises(ZeroDivisionError), Beside() as beside:
        beside.start(write)
        _computed = 1 // 0
    assert order == ["written"] and threads() == 0


@pytest.mark.django_db
def test_what_the_database_refuses_comes_out_as_django_says_it_and_all_is_taken_back() -> None:
    make_coop()
    columns, row = _copy_of_a_row("parties_coop")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor, Beside() as beside:
        beside.start(partial(insert_rows, cursor, f"parties_coop ({columns})", [row]))
        beside.wait()
    assert Coop.objects.count() == 1 and threads() == 0


def _copy_of_a_row(table: str) -> tuple[str, tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 1")
        return ", ".join(column[0] for column in cursor.description), cursor.fetchone()
