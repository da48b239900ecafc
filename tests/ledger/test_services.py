"""Posting, posting again, taking back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction as db

from marke.common.refusal import Refused
from marke.ledger import queries
from marke.ledger.models import Account, Posting, Transaction
from marke.ledger.services import (
    AlreadyPosted,
    AlreadyReversed,
    NewAccount,
    NewPosting,
    NotBookable,
    NotOfThisCoop,
    NotReversible,
    UnbalancedTransaction,
    open_account,
    open_accounts,
    open_balances,
    post,
    post_many,
    record_basis,
    reverse,
)
from marke.parties.models import Coop, Membership
from marke_core.postings import GENESIS
from tests.factories.ledger import DAY, account, book_job, job_legs, new_job
from tests.factories.parties import T0, make_coop, make_member


def book(coop: Coop, postings: list[NewPosting], key: str = "x:1:1", **more: object) -> Transaction:
    return post(coop=coop, kind="x", key=key, date=DAY, postings=postings, by=None, at=T0, **more)  # type: ignore[arg-type]


def test_a_transaction_is_chained_to_the_one_before(coop: Coop, amina: Membership):
    first, second = book_job(coop, amina.party, 1), book_job(coop, amina.party, 2)
    assert (first.number, first.previous_hash) == (1, GENESIS)
    assert (second.number, second.previous_hash) == (2, first.hash)


def test_each_co_op_has_its_own_chain(coop: Coop, amina: Membership):
    other = make_coop("other")
    book_job(coop, amina.party)
    assert book_job(other, amina.party).number == 1


def test_what_post_returns_is_what_was_stored(coop: Coop, amina: Membership):
    basis = record_basis(coop=coop, scheme="job", version=1, rule_values={"jobs.contribution": "u"})
    booked = book(coop, job_legs(coop, amina.party), basis=basis, facts={"price": 1250, "shifts": [1, 2]})
    stored = Transaction.objects.get()
    assert {f.attname: getattr(booked, f.attname) for f in booked._meta.concrete_fields} == {
        f.attname: getattr(stored, f.attname) for f in stored._meta.concrete_fields
    }


def test_the_same_fact_twice_is_booked_once(coop: Coop, amina: Membership):
    first = book_job(coop, amina.party)
    again = book_job(coop, amina.party, at=T0 + timedelta(hours=1))
    assert again == first and again.sealed_at == first.sealed_at
    assert Posting.objects.count() == 3


def test_the_same_key_with_other_content_is_refused_and_names_what_is_there(coop: Coop, amina: Membership):
    book_job(coop, amina.party)
    with pytest.raises(AlreadyPosted, match=r"job:1:1 is in the ledger already as transaction 1"):
        book_job(coop, amina.party, price=1300)
    assert queries.balance(account(coop, "unbilled")) == 1250


def test_a_batch_is_what_its_parts_would_be(coop: Coop, amina: Membership):
    other = make_coop("other")
    together = post_many(coop=coop, transactions=[new_job(coop, amina.party, n) for n in range(1, 60)], by=None, at=T0)
    alone = [post_many(coop=other, transactions=[new_job(other, amina.party, n)], by=None, at=T0)[0] for n in range(1, 60)]
    assert [row.number for row in together] == [row.number for row in alone] == list(range(1, 60))
    assert queries.party_balance(coop, "earnings", amina.party) == queries.party_balance(other, "earnings", amina.party)
    assert [row.pk for row in together] == list(Transaction.objects.filter(coop=coop).values_list("pk", flat=True))


def test_a_batch_with_facts_that_are_there_books_the_others(coop: Coop, amina: Membership):
    first = book_job(coop, amina.party, 2)
    batch = [new_job(coop, amina.party, number) for number in (1, 2, 3, 3)]
    booked = post_many(coop=coop, transactions=batch, by=amina.party, at=T0)
    assert booked[1] == first and booked[2] == booked[3]
    assert Transaction.objects.count() == 3


def test_a_batch_is_whole_or_not_at_all(coop: Coop, amina: Membership):
    batch = [new_job(coop, amina.party, 1), new_job(coop, amina.party, 2), new_job(coop, amina.party, 1, price=99)]
    with pytest.raises(AlreadyPosted, match="of the same batch"):
        post_many(coop=coop, transactions=batch, by=None, at=T0)
    assert not Transaction.objects.exists() and not Posting.objects.exists()


def test_a_batch_longer_than_a_chunk_keeps_one_chain(coop: Coop, amina: Membership, monkeypatch):
    monkeypatch.setattr("marke.ledger.writing.CHUNK", 7)
    booked = post_many(coop=coop, transactions=(new_job(coop, amina.party, n) for n in range(1, 31)), by=None, at=T0)
    assert [row.previous_hash for row in booked[1:]] == [row.hash for row in booked[:-1]]
    assert book_job(coop, amina.party, 31).number == 31


def test_an_empty_batch_books_nothing(coop: Coop):
    assert post_many(coop=coop, transactions=[], by=None, at=T0) == []


def test_lines_of_zero_are_left_out(coop: Coop, amina: Membership):
    assert book_job(coop, amina.party, contribution=0).postings.count() == 2


@pytest.mark.parametrize(
    ("amounts", "refusal", "said"),
    [
        ((500, -499), UnbalancedTransaction, "sum to 1, not to 0"),
        ((500,), UnbalancedTransaction, "at least two postings"),
        ((0, 0), UnbalancedTransaction, "at least two postings"),
        ((), UnbalancedTransaction, "at least two postings"),
        ((5.0, -5.0), NotBookable, "5.0 is not a whole number"),
        ((True, -1), NotBookable, "True is not a whole number"),
        ((2**63, -(2**63)), NotBookable, "is not a whole number of 64 bits"),
    ],
)
def test_what_does_not_balance_or_is_no_amount_is_refused(amounts, refusal, said, coop: Coop):
    accounts = [account(coop, "bank"), account(coop, "gift")]
    postings = [NewPosting(one, amount, "x") for one, amount in zip(accounts, amounts, strict=False)]
    with pytest.raises(refusal, match=said):
        book(coop, postings)
    assert not Posting.objects.exists()


@pytest.mark.parametrize("facts", [{"price": 12.5}, {"price": [1.5]}, {"who": {"share": 0.1}}, {"at": DAY}])
def test_facts_are_whole_numbers_and_words(facts, coop: Coop, amina: Membership):
    with pytest.raises(NotBookable, match="never floats"):
        book(coop, job_legs(coop, amina.party), facts=facts)


@pytest.mark.parametrize("key", ["", "x\n1", "x" * 121, "\u202e"])
def test_a_key_that_cannot_be_hashed_is_refused(key: str, coop: Coop, amina: Membership):
    with pytest.raises(NotBookable):
        book(coop, job_legs(coop, amina.party), key=key)


def test_units_balance_apart(coop: Coop, amina: Membership):
    hours, worked = account(coop, "earnings", "hour", amina.party), account(coop, "expense", "hour")
    legs = [*job_legs(coop, amina.party), NewPosting(worked, 150, "hours"), NewPosting(hours, -150, "hours")]
    book(coop, legs)
    with pytest.raises(UnbalancedTransaction, match="EUR to 150, hour to -150"):
        book(coop, [NewPosting(account(coop, "bank"), 150, "x"), NewPosting(hours, -150, "x")], key="x:2:1")
    assert queries.balance(hours) == -150 and queries.party_balance(coop, "earnings", amina.party) == -1100


def test_accounts_of_another_co_op_are_refused(coop: Coop, amina: Membership):
    other = make_coop("other")
    with pytest.raises(NotOfThisCoop, match="another co-op than velo"):
        book(coop, job_legs(other, amina.party))
    basis = record_basis(coop=other, scheme="job", version=1, rule_values={})
    with pytest.raises(NotOfThisCoop):
        book(coop, job_legs(coop, amina.party), basis=basis)


def test_an_account_is_opened_once_and_its_uid_follows_from_what_it_is(coop: Coop, amina: Membership):
    first = open_account(coop=coop, kind="earnings", party=amina.party, at=T0)
    assert open_account(coop=coop, kind="earnings", party=amina.party, unit="EUR", at=T0) == first
    others = {
        account(coop, "earnings"),
        account(coop, "shares", party=amina.party),
        account(coop, "earnings", "hour", amina.party),
    }
    assert first not in others and len({one.uid for one in others}) == 3


def test_an_unknown_kind_of_account_is_refused(coop: Coop):
    with pytest.raises(ValueError, match="piggybank"):
        open_account(coop=coop, kind="piggybank", at=T0)


def test_a_reversal_takes_everything_back_and_is_done_once(coop: Coop, amina: Membership):
    booked = book_job(coop, amina.party)
    taken = reverse(transaction=booked, key="job:1:1:reversed", date=date(2026, 2, 1), by=None, at=T0)
    assert {one.amount for one in queries.balances(coop)} == {0}
    assert taken.reverses == booked and taken.facts == booked.facts
    assert reverse(transaction=booked, key="job:1:1:reversed", date=date(2026, 2, 1), by=None, at=T0) == taken
    with pytest.raises(AlreadyReversed, match="Transaction 1 has been taken back before, by transaction 2"):
        reverse(transaction=booked, key="job:1:1:again", date=DAY, by=None, at=T0)
    with pytest.raises(NotReversible):
        reverse(transaction=taken, key="job:1:1:back", date=DAY, by=None, at=T0)
    assert Transaction.objects.count() == 2


def test_after_a_reversal_the_next_version_is_posted(coop: Coop, amina: Membership):
    reverse(transaction=book_job(coop, amina.party), key="job:1:1:reversed", date=DAY, by=None, at=T0)
    post(coop=coop, kind="job", key="job:1:2", date=DAY, postings=job_legs(coop, amina.party, 1000), by=None, at=T0)
    assert queries.balance(account(coop, "unbilled")) == 1000


def test_opening_balances_stand_against_the_opening_account_of_their_unit(coop: Coop, amina: Membership):
    bank, earned = account(coop, "bank"), account(coop, "earnings", party=amina.party)
    hours = account(coop, "earnings", "hour", amina.party)
    open_balances(
        coop=coop, key="opening:1:1", date=DAY, balances=[(bank, 10_000), (earned, -2_500), (hours, -300)], by=None, at=T0
    )
    assert queries.balance(account(coop, "opening")) == -7_500
    assert queries.balance(account(coop, "opening", "hour")) == 300


def test_a_basis_is_shared_by_all_that_followed_the_same(coop: Coop):
    first = record_basis(coop=coop, scheme="job", version=1, rule_values={"b": "2", "a": "1"})
    assert record_basis(coop=coop, scheme="job", version=1, rule_values={"a": "1", "b": "2"}) == first
    assert record_basis(coop=coop, scheme="job", version=2, rule_values={"a": "1", "b": "2"}) != first


def test_posting_takes_few_queries(coop: Coop, amina: Membership, django_assert_max_num_queries):
    book_job(coop, amina.party)
    legs = job_legs(coop, amina.party)
    with django_assert_max_num_queries(11), db.atomic():  # four of them savepoints
        book(coop, legs)


def test_every_refusal_is_an_answer():
    for refusal in (AlreadyPosted, AlreadyReversed, NotBookable, NotOfThisCoop, NotReversible, UnbalancedTransaction):
        assert issubclass(refusal, Refused) and refusal.status == 409


def test_every_kind_of_account_is_read_in_its_own_direction():
    assert Account(kind="bank").direction == 1 and Account(kind="earnings").direction == -1


# Many accounts at once


def test_many_accounts_are_the_same_as_one_by_one_in_the_order_asked_for(coop: Coop) -> None:
    people = [make_member(coop, f"Person {n}").party for n in range(3)]
    first = open_account(coop=coop, kind="earnings", party=people[1], at=T0)
    wanted = [
        *(NewAccount("earnings", party) for party in people),
        NewAccount("fund", detail="guarantee"),
        NewAccount("earnings", people[0], unit="hour"),
        NewAccount("earnings", people[1]),
    ]
    found = open_accounts(coop=coop, accounts=wanted, at=T0)
    assert found[1] == found[5] == first
    for new, one in zip(wanted, found, strict=True):
        assert one == open_account(coop=coop, kind=new.kind, party=new.party, unit=new.unit, detail=new.detail, at=T0)
    assert open_accounts(coop=coop, accounts=wanted, at=T0) == found
    assert open_accounts(coop=coop, accounts=[], at=T0) == []


def test_many_accounts_take_as_many_queries_as_one(coop: Coop, django_assert_num_queries):
    people = [make_member(coop, f"Person {n}").party for n in range(30)]
    for some in (people[:1], people[1:]):
        wanted = [NewAccount("earnings", party) for party in some]
        with django_assert_num_queries(5):  # look, open (in a savepoint of its own, two more), look again
            open_accounts(coop=coop, accounts=wanted, at=T0)
        with django_assert_num_queries(3):
            open_accounts(coop=coop, accounts=wanted, at=T0)


def test_an_account_of_no_known_kind_opens_nothing(coop: Coop) -> None:
    before = Account.objects.count()
    with pytest.raises(ValueError, match="nonsense"):
        open_accounts(coop=coop, accounts=[NewAccount("fund"), NewAccount("nonsense")], at=T0)
    assert Account.objects.count() == before
