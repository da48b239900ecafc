"""Sudden death in the middle of closing a year: whole or not at all."""

from __future__ import annotations

import random
import time

import pytest
from django.db import connection

from marke.common.invariants import invariants
from marke.ledger.models import ClosedPeriod, Transaction
from marke.parties.models import Coop, Membership, Party
from marke.rounds.models import Round
from marke.rounds.services import move_round
from marke.surplus import services
from marke.surplus.models import YearClose
from tests.factories.parties import make_coop
from tests.factories.processes import Process, begin, kill_after, run_apart
from tests.factories.rules import found
from tests.surplus.scene import AFTER, START, YEAR, earn

MEMBERS = 1_500

pytestmark = pytest.mark.django_db(transaction=True)


def proposed(slug: str) -> Coop:
    """A co-op of many members whose year is fixed and waits to be booked."""
    coop = make_coop(slug, at=START)
    found(coop, at=START, surplus__members=[1, 1], surplus__cash=[1, 5])
    people = Party.objects.bulk_create([Party(name=f"{slug} {number}", created_at=START) for number in range(MEMBERS)])
    Membership.objects.bulk_create(
        [
            Membership(coop=coop, party=party, number=number, state="member", applied_at=START, admitted_at=START)
            for number, party in enumerate(people, 1)
        ]
    )
    earn(coop, 1_234_567)
    year = services.start_year(coop=coop, since=YEAR[0], until=YEAR[1], by=None, at=AFTER)
    move_round(round=year.round, to=Round.State.CLOSED, by=None, at=AFTER, result_digest=year.digest)
    return coop


def closer(coop: Coop) -> Process:
    return run_apart("tests.surplus.closer", coop.slug)


def is_whole(coop: Coop) -> bool:
    """True when all of it is there, False when none of it is; fails on anything between."""
    connection.close()
    year = YearClose.objects.select_related("round").get(coop=coop)
    booked = Transaction.objects.filter(coop=coop, kind="year_close").count()
    if year.round.state == Round.State.CLOSED:
        assert booked == 0
        assert not ClosedPeriod.objects.filter(coop=coop).exists()
        return False
    assert year.round.state == Round.State.FINAL
    assert booked == MEMBERS + 1
    assert [fault for one in invariants for fault in one.check(coop)] == []
    return True


def kill_some(kills: int) -> None:
    coop = proposed("first")
    process = closer(coop)
    begin([process])
    started = time.monotonic()
    assert process.communicate(timeout=120)[0].endswith("closed\n")
    usual = time.monotonic() - started
    assert is_whole(coop)
    chance, coop, middle = random.Random(2026), proposed("k0"), 0
    number = 0
    while number < kills or not middle:
        number += 1
        out = kill_after(chance.random() * usual * 0.8, closer(coop))  # the process also ends, after it has closed
        if is_whole(coop):
            usual *= 0.8  # the machine was busier when it was measured
            coop = proposed(f"k{number}")
        else:
            assert "closed" not in out
            middle += 1
    services.close_year(year=YearClose.objects.get(coop=coop), digest=YearClose.objects.get(coop=coop).digest, by=None, at=AFTER)
    assert is_whole(coop)


def test_three_kills_in_the_middle_of_closing_a_year_leave_all_or_nothing():
    kill_some(3)


@pytest.mark.long
def test_fifty_kills_in_the_middle_of_closing_a_year_leave_all_or_nothing():
    kill_some(50)
