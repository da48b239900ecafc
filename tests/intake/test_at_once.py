"""Two who book the same import at once, and sudden death in the middle: whole or not at all, nothing twice."""

from __future__ import annotations

import random
import time

import pytest
from django.db import connection

from marke.common.invariants import invariants
from marke.intake.models import Batch, BatchLine
from marke.intake.services import receive
from marke.ledger.services import Transaction
from marke.parties.models import Coop, Membership, Party
from marke.shares.models import ShareEvent
from tests.factories.parties import T0, make_coop, make_member
from tests.factories.processes import Process, begin, kill_after, run_apart
from tests.factories.rules import found

ROWS = 1_000

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch() -> Batch:
    coop = make_coop()
    found(coop, shares__price=5000)
    coordinator = make_member(coop, "Cato", offices=("coordinator",))
    sheet = "name;mail;shares;balance\n" + "".join(f"Person {n};p{n}@velo.example;2;12,50\n" for n in range(ROWS))
    return receive(coop=coop, filename="list.csv", content=sheet.encode(), by=coordinator.party, at=T0)


def booker(batch: Batch) -> Process:
    return run_apart("tests.intake.booker", batch.pk)


def counts(coop: Coop) -> tuple[int, int, int, int, int]:
    return (
        Party.objects.count(),
        Membership.objects.filter(coop=coop).count(),
        ShareEvent.objects.filter(coop=coop).count(),
        Transaction.objects.filter(coop=coop).count(),
        BatchLine.objects.filter(coop=coop).count(),
    )


WHOLE = (ROWS + 1, ROWS + 1, ROWS, ROWS + 1, ROWS)
NOTHING = (1, 1, 0, 0, 0)


def check(batch: Batch) -> bool:
    """Whether it is booked; raises when it is so by half, or when the doctor finds something."""
    connection.close()
    batch.refresh_from_db()
    booked = batch.state == Batch.State.BOOKED
    assert counts(batch.coop) == (WHOLE if booked else NOTHING)
    assert [fault for one in invariants for fault in one.check(batch.coop)] == []
    return booked


def test_two_who_confirm_at_once_book_once(batch: Batch) -> None:
    connection.close()
    both = [booker(batch), booker(batch)]
    begin(both)
    ended = [process.communicate(timeout=120) for process in both]
    assert ended == [("booked\n", "")] * 2
    assert check(batch)


def kill_some(batch: Batch, kills: int) -> None:
    chance = random.Random(11)
    for _ in range(kills):
        connection.close()
        kill_after(chance.random() * 1.2, booker(batch))
        if check(batch):
            return  # it was quicker than its death
    last = booker(batch)
    begin([last])
    assert last.communicate(timeout=120) == ("booked\n", "")
    assert check(batch)


def test_three_kills_in_the_middle_of_booking_leave_all_or_nothing(batch: Batch) -> None:
    kill_some(batch, 3)


@pytest.mark.long
def test_twenty_kills_in_the_middle_of_booking_leave_all_or_nothing(batch: Batch) -> None:
    kill_some(batch, 20)


@pytest.mark.long
def test_twenty_thousand_rows_are_booked_in_seconds() -> None:
    coop = make_coop()
    found(coop, shares__price=5000)
    coordinator = make_member(coop, "Cato", offices=("coordinator",))
    sheet = "name;mail;shares;balance\n" + "".join(f"Person {n};p{n}@velo.example;2;12,50\n" for n in range(20_000))
    large = receive(coop=coop, filename="large.csv", content=sheet.encode(), by=coordinator.party, at=T0)
    connection.close()
    process = booker(large)
    begin([process])
    started = time.monotonic()
    assert process.communicate(timeout=600) == ("booked\n", "")
    assert time.monotonic() - started < 50  # about 20 on a quiet machine with 2 cores; the server gives a page 60
    assert Membership.objects.filter(coop=coop).count() == 20_001
