"""Many processes at once, and sudden death in the middle: whole or not at all, nothing twice, nobody starved."""

from __future__ import annotations

import json
import random

import pytest
from django.db import connection

from marke.ledger import queries
from marke.ledger.doctor import INVARIANTS
from marke.ledger.models import Posting, Transaction
from marke.parties.models import Coop, Party
from tests.factories.ledger import account, book_job
from tests.factories.parties import T0, make_coop
from tests.factories.processes import begin, kill_after, run_apart

WORKERS = 5
WRITER = "tests.ledger.writer"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    workers = [Party.objects.create(name=f"Worker {number}", created_at=T0) for number in range(WORKERS)]
    for worker in workers:
        account(coop, "earnings", party=worker)
    book_job(coop, workers[0], 0)
    return coop


def check_whole(coop: Coop) -> None:
    connection.close()
    assert [fault for one in INVARIANTS for fault in one.check(coop)] == []
    numbers = list(Transaction.objects.filter(coop=coop).values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert sum(one.amount for one in queries.balances(coop)) == 0


def write_together(coop: Coop, count: int, seconds: float) -> list[dict[str, float]]:
    connection.close()
    processes = [run_apart(WRITER, seed, seconds) for seed in range(1, count + 1)]
    begin(processes)
    ended = [process.communicate(timeout=seconds + 120) for process in processes]
    assert [error for _out, error in ended if error] == []  # no "database is locked", no deadlock, nothing else
    results: list[dict[str, float]] = [json.loads(out.splitlines()[-1]) for out, _error in ended]
    check_whole(coop)
    own = Transaction.objects.filter(coop=coop, reverses=None, key__regex=r"^job:[0-9]{7,}:1$").count()
    assert own == sum(result["own"] for result in results)  # no lost update
    assert Transaction.objects.filter(coop=coop, key__regex=r"^job:[1-4]?[0-9]:1$").count() <= 50  # no double post
    assert Posting.objects.count() == 3 * Transaction.objects.count()
    return results


def test_three_processes_write_at_once(velo: Coop):
    assert min(result["deeds"] for result in write_together(velo, 3, 2.0)) > 0


@pytest.mark.long
def test_eight_processes_write_at_once_and_nobody_starves(velo: Coop):
    results = write_together(velo, 8, 20.0)
    deeds = [result["deeds"] for result in results]
    assert min(deeds) > max(deeds) / 4, deeds
    assert max(result["longest"] for result in results) < 10


def kill_some(coop: Coop, kills: int) -> None:
    chance = random.Random(7)
    connection.close()
    for seed in range(1, kills + 1):
        kill_after(0.05 + chance.random() * 0.5, run_apart(WRITER, seed, 60))
        check_whole(coop)
    assert Transaction.objects.filter(coop=coop).count() > 1
    last = Transaction.objects.filter(coop=coop).order_by("number").last()
    worker = Party.objects.filter(name="Worker 0").get()
    assert last and book_job(coop, worker, 999).number == last.number + 1


def test_three_kills_in_the_middle_of_posting_leave_the_book_whole(velo: Coop):
    kill_some(velo, 3)


@pytest.mark.long
def test_twenty_kills_in_the_middle_of_posting_leave_the_book_whole(velo: Coop):
    kill_some(velo, 20)
