"""A stream of transactions: in chunks, each written while the next is computed, and the same as if posted one by one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError

from marke.ledger import services as ledger
from marke.ledger.doctor import INVARIANTS
from marke.ledger.models import Account, Posting, Transaction
from marke.ledger.services import Holders, Leg, Streamed
from marke.parties.models import Coop, Membership
from tests.factories.ledger import book_job
from tests.factories.parties import make_member

AT = datetime(2026, 2, 2, 10, tzinfo=UTC)
DAY = date(2026, 2, 2)


@pytest.fixture
def people(coop: Coop) -> list[Membership]:
    return [make_member(coop, name) for name in ("Bram", "Chen", "Dilnoza", "Emre", "Fatou")]


class Gift(NamedTuple):
    key: str
    person: Membership
    amount: int
    given: int  # what reaches them: as much, or it does not balance


def gift(person: Membership, amount: int, key: str | None = None, given: int | None = None) -> Gift:
    return Gift(key or f"test:{person.number}:1", person, amount, amount if given is None else given)


def columns(gifts: list[Gift]) -> Streamed:
    holders = Holders([gift.person.party.pk for gift in gifts], [str(gift.person.party.uid) for gift in gifts])
    legs = [
        Leg("result", "share", [gift.amount for gift in gifts]),
        Leg("surplus", "paid", [-gift.given for gift in gifts], holders),
        Leg("withholding", "withheld", [0] * len(gifts)),
    ]
    return Streamed([gift.key for gift in gifts], [f'{{"paid":{gift.amount}}}' for gift in gifts], legs)


def stream(coop: Coop, chunks: list[list[Gift]], **other: Any) -> int:
    values = {"kind": "year_close", "date": DAY, "by": None, "at": AT, **other}
    return ledger.post_stream(coop=coop, chunks=chunks, transactions=columns, **values)


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
    chunks[place].append(gift(people[4], 5, given=4))
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


def test_a_leg_of_nothing_is_left_out_and_opens_no_account(coop: Coop, people: list[Membership]) -> None:
    def some(gifts: list[Gift]) -> Streamed:
        new = columns(gifts)
        return new._replace(
            legs=[*new.legs[:2], Leg("allocated", "kept", [3, 0], new.legs[1].holders), Leg("gift", "kept", [-3, 0])]
        )

    values: dict[str, Any] = {"kind": "year_close", "date": DAY, "by": None, "at": AT}
    assert ledger.post_stream(coop=coop, chunks=[[gift(people[0], 5), gift(people[1], 7)]], transactions=some, **values) == 2
    assert [row.postings.count() for row in Transaction.objects.order_by("number")] == [4, 2]
    assert list(Account.objects.filter(kind="allocated").values_list("party", flat=True)) == [people[0].party.pk]
    assert not Account.objects.filter(kind="withholding").exists() and healthy(coop)


def test_who_had_an_account_who_got_one_just_now_and_who_gets_their_first_are_told_apart(
    coop: Coop, people: list[Membership]
) -> None:
    stream(coop, [[gift(people[0], 1)]])
    chunks = [
        [gift(people[n], 1, f"test:{place}.{n}:1") for n in wanted]
        for place, wanted in enumerate(([1, 0], [1, 2], [2, 1, 3], [0, 3]))
    ]
    assert stream(coop, chunks) == 9
    assert Account.objects.filter(kind="surplus").count() == 4 and healthy(coop)
