"""No sequence of posts, repeats and reversals makes or loses a cent."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marke.ledger import queries
from marke.ledger.doctor import INVARIANTS
from marke.ledger.models import Posting, Transaction
from marke.ledger.services import (
    AlreadyPosted,
    AlreadyReversed,
    NewPosting,
    NewTransaction,
    NotReversible,
    post_many,
    reverse,
)
from marke.parties.models import Coop
from tests.factories.ledger import DAY, account
from tests.factories.parties import T0

KINDS = ("bank", "gift", "fund", "vat")
legs = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(["EUR", "hour"]), st.integers(-(10**12), 10**12)), max_size=4)
deeds = st.lists(
    st.tuples(st.just("post"), st.integers(1, 4), legs) | st.tuples(st.just("reverse"), st.integers(1, 6), st.just([])),
    max_size=12,
)


def balanced(coop: Coop, number: int, moves: list[tuple[str, str, int]]) -> NewTransaction:
    postings = [NewPosting(account(coop, kind, unit), amount, "x") for kind, unit, amount in moves]
    postings += [NewPosting(account(coop, "opening", unit), -amount, "x") for _kind, unit, amount in moves]
    postings += [NewPosting(account(coop, "bank"), number, "x"), NewPosting(account(coop, "gift"), -number, "x")]
    return NewTransaction("x", f"x:{number}:1", DAY, postings, None, {"n": number})


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds)
def test_whatever_is_posted_and_taken_back_the_book_adds_up(coop: Coop, sequence):
    from django.db import transaction

    with transaction.atomic():
        expected: dict[str, dict[tuple[str, str], int]] = {}
        for deed, number, moves in sequence:
            if deed == "post":
                new = balanced(coop, number, moves)
                try:
                    post_many(coop=coop, transactions=[new, new], by=None, at=T0)
                except AlreadyPosted:
                    continue
                sums: dict[tuple[str, str], int] = {}
                for leg in new.postings:
                    place = (leg.account.kind, leg.account.unit)
                    sums[place] = sums.get(place, 0) + leg.amount
                expected.setdefault(new.key, sums)
            else:
                _take_back(coop, number, expected)
        _check(coop, expected)
        transaction.set_rollback(True)


def _take_back(coop: Coop, number: int, expected: dict[str, dict[tuple[str, str], int]]) -> None:
    found = Transaction.objects.filter(coop=coop, number=number).first()
    if found is None:
        return
    try:
        reverse(transaction=found, key=f"{found.key}:reversed", date=DAY, by=None, at=T0)
    except (AlreadyReversed, NotReversible):
        return
    expected[found.key] = {}


def _check(coop: Coop, expected: dict[str, dict[tuple[str, str], int]]) -> None:
    total: dict[tuple[str, str], int] = {}
    for sums in expected.values():
        for place, amount in sums.items():
            total[place] = total.get(place, 0) + amount
    held = {(one.account.kind, one.account.unit): one.amount for one in queries.balances(coop)}
    assert {place: amount for place, amount in held.items() if amount} == {
        place: amount for place, amount in total.items() if amount
    }
    assert sum(Posting.objects.filter(coop=coop).values_list("amount", flat=True)) == 0
    assert [fault for one in INVARIANTS for fault in one.check(coop)] == []
