"""A stream of transactions: in chunks, each written while the next is computed, and the same as if posted one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError

from marke.ledger import services as ledger
from marke.ledger.doctor import INVARIANTS
from marke.ledger.models import Account, Posting, Transaction
from marke.ledger.services import Leg, Streamed
from marke.parties.models import Coop, Membership
from tests.factories.ledger import book_job
from tests.factories.parties import make_member

AT = datetime(2026, 2, 2, 10, tzinfo=UTC)
DAY = date(2026, 2, 2)


@pytest.fixture
def people(coop: Coop) -> list[Membership]:
    return [make_member(coop, name) for name in ("Bram", "Chen", "Dilnoza", "Emre", "Fatou")]


def gift(person: Membership, amount: int, key: str | None = None) -> Streamed:
    holder = (person.party.pk, str(person.party.uid))
    legs: list[Leg] = [("result", None, amount, "share"), ("surplus", holder, -amount, "paid")]
    return Streamed(key or f"test:{person.number}:1", f'{{"paid":{amount}}}', legs)


def stream(coop: Coop, chunks: list[list[Streamed]], **other: Any) -> int:
    def transactions(chunk: list[Streamed]) -> Iterator[Streamed]:
        return iter(chunk)

    values = {"kind": "year_close", "date": DAY, "by": None, "at": AT, **other}
    return ledger.post_stream(coop=coop, chunks=chunks, transactions=transactions, **values)


def healthy(coop: Coop) -> bool:
    return not [violation for invariant in INVARIANTS for violation in invariant.check(coop)]


def counts() -> tuple[int, int, int]:
    return Account.objects.count(), Posting.objects.count(), Transaction.objects.count()


def test_chunks_are_one_chain_whose_hashes_hold(coop: Coop, people: list[Membership]) -> None:
    book_job(coop, people[0].party)
    made = [gift(person, 100 * person.number) for person in people]
    assert stream(coop, [made[:2], [], made[2:4], made[4:]]) == 5
    numbers = list(Transaction.objects.filter(kind="year_close").order_by("pk").values_list("number", "key"))
    assert numbers == [(2 + place, new.key) for place, new in enumerate(made)]
    assert healthy(coop)


def test_the_accounts_are_those_that_anybody_else_opens(coop: Coop, people: list[Membership]) -> None:
    before = ledger.open_account(coop=coop, kind="surplus", party=people[0].party, at=AT)
    stream(coop, [[gift(people[0], 5)], [gift(people[1], 7)]])
    booked = set(Posting.objects.values_list("account_id", "amount"))
    after = [ledger.open_account(coop=coop, kind="surplus", party=person.party, at=AT) for person in people[:2]]
    result = ledger.open_account(coop=coop, kind="result", at=AT)
    assert after[0] == before
    assert booked == {(after[0].pk, -5), (after[1].pk, -7), (result.pk, 5), (result.pk, 7)}
    assert Account.objects.filter(coop=coop, kind__in=("surplus", "result")).count() == 3


def test_a_party_that_comes_again_has_one_account(coop: Coop, people: list[Membership]) -> None:
    bram = people[0]
    assert stream(coop, [[gift(bram, 1), gift(bram, 2, "test:1:2")], [gift(bram, 3, "test:1:3")]]) == 3
    assert Account.objects.filter(kind="surplus").count() == 1 and healthy(coop)


def test_the_same_again_changes_nothing_and_other_content_is_refused(coop: Coop, people: list[Membership]) -> None:
    stream(coop, [[gift(people[0], 5)], [gift(people[1], 7)]])
    stood = counts()
    stream(coop, [[gift(people[0], 5)], [gift(people[1], 7)]])
    assert counts() == stood
    with pytest.raises(ledger.AlreadyPosted, match="test:"):
        stream(coop, [[gift(people[2], 1)], [gift(people[1], 8)]])
    assert counts() == stood and healthy(coop)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_whatever_is_refused_wherever_nothing_remains(place: int, coop: Coop, people: list[Membership]) -> None:
    chunks = [[gift(person, 10)] for person in people[:3]]
    holder = (people[4].party.pk, str(people[4].party.uid))
    chunks[place].append(Streamed("test:99:1", "{}", [("result", None, 5, "share"), ("surplus", holder, -4, "paid")]))
    stood = counts()
    with pytest.raises(ledger.UnbalancedTransaction):
        stream(coop, chunks)
    assert counts() == stood


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_the_database_refuses_in_the_thread_beside_comes_out_and_nothing_remains(
    place: int, coop: Coop, people: list[Membership]
) -> None:
    chunks = [[gift(person, 10)] for person in people[:3]]
    chunks[place].append(gift(people[4], 10, chunks[place][0].key))  # the same key twice, with other content
    stood = counts()
    with pytest.raises(IntegrityError):
        stream(coop, chunks)
    assert counts() == stood


def test_a_closed_day_is_refused_as_a_sentence(coop: Coop, people: list[Membership]) -> None:
    from marke.ledger.closing import close_period

    close_period(coop=coop, until=date(2026, 2, 1), by=None, at=AT, note="January")
    stood = counts()
    with pytest.raises(ledger.PeriodClosed, match="closed up to"):
        stream(coop, [[gift(people[0], 5)], [gift(people[1], 5)]], date=date(2026, 1, 5))
    assert counts() == stood
