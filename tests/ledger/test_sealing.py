"""What the database itself refuses, also through raw SQL, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from marke.ledger.models import Account, Basis, ChainHead, Posting, Transaction
from marke.ledger.services import record_basis
from marke.parties.models import Coop, Membership
from tests.factories.ledger import account, book_job
from tests.factories.parties import make_coop

ZERO = "0" * 64
POSTING = "INSERT INTO ledger_posting (coop_id, transaction_id, account_id, amount, line) VALUES (%s, %s, %s, %s, 'x')"
TRANSACTION = (
    "INSERT INTO ledger_transaction (id, coop_id, number, kind, key, date, sealed_at, facts, content_hash, previous_hash, hash,"
    " basis_id, reverses_id) VALUES (%s, %s, %s, 'raw', %s, '2026-01-05', '2026-01-05 09:00:00+00', '{}', 'c', %s, %s, %s, %s)"
)


def refused(sql: str, *values: Any) -> str:
    """Runs a statement that must be refused and gives the message."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, list(values) or None)
    return str(error.value)


def seal(coop: Coop, legs: list[tuple[int, int, int]], **columns: Any) -> None:
    """Raw SQL: postings (co-op, account, amount) first, then their transaction."""
    identity = columns.get("id", 9_000)
    with transaction.atomic(), connection.cursor() as cursor:
        for owner, owned, amount in legs:
            cursor.execute(POSTING, [owner, identity, owned, amount])
        number, key = columns.get("number", 1), columns.get("key", "raw:1:1")
        previous = columns.get("previous", ZERO)
        cursor.execute(
            TRANSACTION,
            [identity, coop.pk, number, key, previous, f"h{number}", columns.get("basis"), columns.get("reverses")],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")


def refused_seal(coop: Coop, legs: list[tuple[int, int, int]], **columns: Any) -> str:
    with pytest.raises(DatabaseError) as error:
        seal(coop, legs, **columns)
    assert not Transaction.objects.filter(key="raw:1:1").exists()
    return str(error.value)


@pytest.fixture
def pair(coop: Coop) -> tuple[Account, Account]:
    return account(coop, "bank"), account(coop, "gift")


def test_postings_that_balance_are_sealed_by_their_transaction_also_through_raw_sql(coop, pair):
    seal(coop, [(coop.pk, pair[0].pk, 500), (coop.pk, pair[1].pk, -500)])
    assert Transaction.objects.get().postings.count() == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_posting SET amount = amount + 1",
        "UPDATE ledger_posting SET line = 'tip'",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_transaction SET date = '2020-01-01'",
        "UPDATE ledger_transaction SET facts = '{}'",
        "DELETE FROM ledger_transaction",
        "UPDATE ledger_account SET unit = 'USD'",
        "UPDATE ledger_account SET kind = 'gift' WHERE kind = 'earnings'",
        "UPDATE ledger_account SET party_id = NULL WHERE kind = 'earnings'",
        "DELETE FROM ledger_basis",
        "UPDATE ledger_basis SET rule_values = '{}'",
    ],
)
def test_what_is_sealed_is_never_changed_or_deleted(sql: str, coop: Coop, amina: Membership):
    book_job(coop, amina.party)
    record_basis(coop=coop, scheme="job", version=1, rule_values={"jobs.contribution": "u"})
    before = [list(model.objects.order_by("pk").values()) for model in (Transaction, Posting, Account, Basis)]
    assert "INV-LEDGER-2" in refused(sql)
    assert before == [list(model.objects.order_by("pk").values()) for model in (Transaction, Posting, Account, Basis)]


def test_models_and_querysets_meet_the_same_refusal(coop: Coop, amina: Membership):
    booked = book_job(coop, amina.party)
    leg = booked.postings.get(line="price")
    leg.amount += 1
    for change in (leg.save, leg.delete, Posting.objects.all().delete, lambda: Transaction.objects.update(kind="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert sum(Posting.objects.values_list("amount", flat=True)) == 0


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.parametrize("table", ["ledger_posting", "ledger_transaction", "ledger_basis"])
def test_truncate_is_refused(table: str, coop: Coop, amina: Membership):
    book_job(coop, amina.party)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL already refuses for what is still to be checked
    assert "INV-LEDGER-2" in refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.skipif("connection.vendor != 'sqlite'")
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
@pytest.mark.parametrize("table", ["ledger_posting", "ledger_transaction", "ledger_account", "ledger_basis"])
def test_sqlite_does_not_replace_a_row_behind_our_back(verb: str, table: str, coop: Coop, amina: Membership):
    book_job(coop, amina.party)
    record_basis(coop=coop, scheme="job", version=1, rule_values={})
    assert "INV-LEDGER" in refused(f"{verb} INTO {table} SELECT * FROM {table} LIMIT 1")


def test_a_sealed_transaction_takes_no_late_posting(coop: Coop, amina: Membership):
    booked = book_job(coop, amina.party)
    bank = account(coop, "bank")
    assert "takes no more postings" in refused(POSTING, coop.pk, booked.pk, bank.pk, 100)
    assert booked.postings.count() == 3


def test_an_unbalanced_transaction_is_refused(coop, pair):
    assert "INV-LEDGER-1" in refused_seal(coop, [(coop.pk, pair[0].pk, 500), (coop.pk, pair[1].pk, -499)])


def test_every_unit_must_balance_on_its_own(coop, pair):
    hours = account(coop, "earnings", unit="hour")
    assert "INV-LEDGER-1" in refused_seal(coop, [(coop.pk, pair[0].pk, 500), (coop.pk, hours.pk, -500)])


def test_a_single_posting_and_none_at_all_are_refused(coop, pair):
    assert "at least two" in refused_seal(coop, [(coop.pk, pair[0].pk, 500)])
    assert "at least two" in refused_seal(coop, [])


def test_a_posting_of_nothing_is_refused(coop, pair):
    assert "a_posting_moves_something" in refused(POSTING, coop.pk, 9_000, pair[0].pk, 0)


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_sqlite_takes_whole_numbers_only(coop, pair):
    assert "whole number" in refused(POSTING, coop.pk, 9_000, pair[0].pk, 0.5)


@pytest.mark.django_db(transaction=True)
def test_postings_without_a_transaction_cannot_be_committed():
    coop = make_coop()
    bank, gift = account(coop, "bank"), account(coop, "gift")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(POSTING, [coop.pk, 9_000, bank.pk, 500])
        cursor.execute(POSTING, [coop.pk, 9_000, gift.pk, -500])
    assert not Posting.objects.exists()


def test_postings_and_accounts_of_another_co_op_are_refused(coop, pair):
    other = make_coop("other")
    theirs = account(other, "gift")
    assert "INV-SCOPE-1" in refused_seal(coop, [(coop.pk, pair[0].pk, 5), (coop.pk, theirs.pk, -5)])
    assert "INV-SCOPE-1" in refused_seal(coop, [(coop.pk, pair[0].pk, 5), (other.pk, pair[1].pk, -5)])


def test_basis_and_reversal_of_another_co_op_are_refused(coop, pair, amina):
    other = make_coop("other")
    basis = record_basis(coop=other, scheme="job", version=1, rule_values={})
    theirs = book_job(other, amina.party)
    legs = [(coop.pk, pair[0].pk, 5), (coop.pk, pair[1].pk, -5)]
    assert "INV-SCOPE-1" in refused_seal(coop, legs, basis=basis.pk)
    assert "INV-SCOPE-1" in refused_seal(coop, legs, reverses=theirs.pk)


def test_a_transaction_follows_the_last_one_and_carries_its_hash(coop, pair, amina):
    last = book_job(coop, amina.party)
    legs = [(coop.pk, pair[0].pk, 5), (coop.pk, pair[1].pk, -5)]
    assert "INV-LEDGER-3" in refused_seal(coop, legs, number=3, previous=last.hash)
    assert "INV-LEDGER-3" in refused_seal(coop, legs, number=2, previous=ZERO)
    assert refused_seal(coop, legs, number=1, previous=ZERO)
    seal(coop, legs, number=2, previous=last.hash)
    assert ChainHead.objects.get(coop=coop).number == 2  # moved by the seal, whoever wrote


def test_an_account_with_postings_is_never_deleted(coop: Coop, amina: Membership):
    booked = book_job(coop, amina.party)
    empty = account(coop, "gift")
    assert "an account with postings is never deleted" in refused("DELETE FROM ledger_account WHERE kind = 'unbilled'")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_account WHERE id = %s", [empty.pk])
    assert booked.postings.filter(account__kind="unbilled").count() == 1


def test_accounts_and_a_basis_that_do_not_exist_are_refused(coop, pair):
    assert "INV-SCOPE-1" in refused_seal(coop, [(coop.pk, pair[0].pk, 5), (coop.pk, 999_999, -5)])
    assert "INV-SCOPE-1" in refused_seal(coop, [(coop.pk, pair[0].pk, 5), (coop.pk, pair[1].pk, -5)], basis=999_999)


def test_the_seal_looks_at_each_of_many_transactions_inserted_at_once(coop, pair):
    with pytest.raises(DatabaseError, match="INV-LEDGER-1"), transaction.atomic(), connection.cursor() as cursor:
        for identity, credit in ((9_000, -5), (9_001, -4), (9_002, -6)):  # together they would balance
            cursor.execute(POSTING, [coop.pk, identity, pair[0].pk, 5])
            cursor.execute(POSTING, [coop.pk, identity, pair[1].pk, credit])
        rows = [(9_000 + n, coop.pk, 1 + n, f"raw:{n}:1", f"h{n}" if n else ZERO, f"h{n + 1}", None, None) for n in range(3)]
        into, _values, marks = TRANSACTION.partition("VALUES ")
        cursor.execute(f"{into}VALUES {', '.join([marks] * 3)}", [value for row in rows for value in row])
    assert not Posting.objects.exists() and not Transaction.objects.exists()


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.parametrize("sql", ["UPDATE ledger_chainhead SET unsealed = 0", "UPDATE ledger_chainhead SET number = 7", "DELETE FROM ledger_chainhead"])  # fmt: skip
def test_nobody_but_the_seal_moves_the_head(sql: str, coop: Coop, amina: Membership):
    booked = book_job(coop, amina.party)
    assert "INV-LEDGER-3" in refused(sql)
    assert ChainHead.objects.filter(coop=coop, number=1, hash=booked.hash, unsealed=0).exists()


@pytest.mark.django_db(transaction=True)
def test_a_posting_left_over_cannot_be_committed_beside_a_sealed_transaction():
    coop = make_coop()
    bank, gift = account(coop, "bank"), account(coop, "gift")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(POSTING, [coop.pk, 9_001, bank.pk, 7])
        seal(coop, [(coop.pk, bank.pk, 5), (coop.pk, gift.pk, -5)])
    assert not Posting.objects.exists()


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("owner", ["own", "other"])
def test_nobody_slips_a_posting_in_beside_a_transaction_not_yet_committed(owner: str):
    import psycopg

    coop, other = make_coop(), make_coop("other")
    bank, gift = account(coop, "bank"), account(coop, "gift")
    owned = coop if owner == "own" else other
    parameters = connection.get_connection_params()
    names = {name: parameters[name] for name in ("dbname", "user", "host", "port", "password") if parameters.get(name)}
    with psycopg.connect(**names) as beside:
        beside.execute("SET lock_timeout = '300ms'")
        with transaction.atomic():
            with connection.cursor() as cursor:
                for owned_by, amount in ((bank, 5), (gift, -5)):
                    cursor.execute(POSTING, [coop.pk, 9_000, owned_by.pk, amount])
                row: list[Any] = [9_000, coop.pk, 1, "raw:1:1", ZERO, "h1", None, None]
                cursor.execute(TRANSACTION, row)
            if owner == "own":
                with pytest.raises(psycopg.errors.LockNotAvailable):
                    beside.execute(POSTING.encode(), [coop.pk, 9_000, bank.pk, 100])
                beside.rollback()
            else:
                beside.execute(POSTING.encode(), [owned.pk, 9_000, bank.pk, 100])
        with pytest.raises(psycopg.errors.IntegrityError):
            beside.execute(POSTING.encode(), [owned.pk, 9_000, bank.pk, -100])
            beside.commit()
    assert Posting.objects.count() == 2
