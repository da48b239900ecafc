"""Many who import the same statement at once, sudden death in the middle, and a month of 20,000 entries."""

from __future__ import annotations

import random
import resource
from pathlib import Path

import pytest
from django.db import connection

from marke.common.invariants import invariants
from marke.ledger.queries import balances
from marke.ledger.services import Transaction
from marke.parties.models import Coop
from marke.payments.models import BankEntry, BankStatement, Payment, PaymentRequest
from marke.shares.services import request_shares
from marke_core.banking.statements import Entry
from tests.factories.bank import OWN, camt, entry, many
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.processes import Process, begin, kill_after, run_apart
from tests.factories.rules import found

ENTRIES, ASKED = 300, 20

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def velo() -> Coop:
    coop = make_coop()
    found(coop, shares__price=3_000)
    coop.iban = OWN
    coop.save()
    return coop


@pytest.fixture
def moved(velo: Coop) -> list[Entry]:
    """A month: shares paid by their reference, and much that nobody knows."""
    asked = [
        request_shares(membership=make_member(velo, f"M {n}", state="applied"), shares=1, once_key=f"{n}", by=None, at=T0)
        for n in range(ASKED)
    ]
    paid = [entry(3_000, reference=one.payment_request.reference, bank_reference=f"P{n}") for n, one in enumerate(asked)]
    return [*many(ENTRIES - ASKED), *paid]


def file_of(entries: list[Entry], folder: Path, label: str = "1") -> Path:
    path = folder / f"{label}.xml"
    path.write_bytes(camt(entries, label=label))
    return path


def writer(coop: Coop, path: Path) -> Process:
    return run_apart("tests.payments.bank_writer", coop.pk, path)


def bank(coop: Coop) -> int:
    return sum(row.amount for row in balances(coop, kind="bank"))


def check(coop: Coop, entries: list[Entry]) -> bool:
    """Whether it is booked; raises when it is so by half, or when the doctor finds something."""
    connection.close()
    booked = BankStatement.objects.filter(coop=coop, state="booked").exists()
    incoming = sum(one.amount > 0 for one in entries)
    assert Payment.objects.filter(coop=coop).count() == (incoming if booked else 0)
    assert bank(coop) == (sum(one.amount for one in entries) if booked else 0)
    posted = Transaction.objects.filter(coop=coop, kind__in=("payment", "bank_entry")).count()
    assert posted == (len(entries) if booked else 0)
    assert BankEntry.objects.filter(coop=coop, booked_at__isnull=False).exclude(meaning="known").count() == posted
    assert PaymentRequest.objects.filter(coop=coop).open().count() == (0 if booked else ASKED)
    assert [fault for one in invariants for fault in one.check(coop)] == []
    return booked


def test_eight_who_import_the_same_file_at_once_book_it_once(velo: Coop, moved: list[Entry], tmp_path: Path) -> None:
    path = file_of(moved, tmp_path)
    connection.close()
    processes = [writer(velo, path) for _ in range(8)]
    begin(processes)
    ended = [process.communicate(timeout=180) for process in processes]
    assert [error for _out, error in ended] == [""] * 8
    assert {out.strip() for out, _error in ended} <= {"booked", "ImportedAlready"}
    assert check(velo, moved)


def test_eight_files_with_the_same_entries_at_once_book_each_entry_once(velo: Coop, moved: list[Entry], tmp_path: Path) -> None:
    """As when two treasurers download overlapping periods."""
    paths = [file_of(moved, tmp_path, str(number)) for number in range(8)]
    connection.close()
    processes = [writer(velo, path) for path in paths]
    begin(processes)
    ended = [process.communicate(timeout=240) for process in processes]
    assert ended == [("booked\n", "")] * 8
    assert check(velo, moved)


def kill_some(coop: Coop, entries: list[Entry], path: Path, kills: int) -> None:
    chance = random.Random(5)
    for _ in range(kills):
        connection.close()
        kill_after(chance.random() * 1.2, writer(coop, path))
        if check(coop, entries):
            return  # it was quicker than its death
    last = writer(coop, path)
    begin([last])
    assert last.communicate(timeout=120) == ("booked\n", "")
    assert check(coop, entries)


def test_three_kills_in_the_middle_of_an_import_leave_all_or_nothing(velo: Coop, moved: list[Entry], tmp_path: Path) -> None:
    kill_some(velo, moved, file_of(moved, tmp_path), 3)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(50))
def test_fifty_kills_in_the_middle_of_an_import_leave_all_or_nothing(
    velo: Coop, moved: list[Entry], tmp_path: Path, seed: int
) -> None:
    """Each at another moment, spread over reading, recognising and booking."""
    path = file_of(moved, tmp_path)
    connection.close()
    kill_after(0.02 + 0.04 * seed, writer(velo, path))
    check(velo, moved)
    after = writer(velo, path)
    begin([after])
    assert after.communicate(timeout=120)[0].strip() in ("booked", "ImportedAlready")
    assert check(velo, moved)


@pytest.mark.long
def test_twenty_thousand_entries_are_booked_in_seconds(velo: Coop, tmp_path: Path) -> None:
    entries = many(20_000)
    path = file_of(entries, tmp_path)
    connection.close()
    process = writer(velo, path)
    begin([process])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert process.communicate(timeout=600) == ("booked\n", "")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The processor's own time, loading the program included: other work on the machine does not count.
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert BankEntry.objects.filter(coop=velo).count() == 20_000
    assert bank(velo) == sum(one.amount for one in entries)
    assert took < 60, took  # about 35; the server gives a page 60
