"""A thief who takes the triggers away and changes one stored byte is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from marke.ledger import sealing
from marke.ledger.doctor import INVARIANTS
from marke.ledger.services import post_many, record_basis, reverse
from marke.parties.models import Coop, Membership
from tests.factories.ledger import DAY, account, book_job, job_legs, new_job
from tests.factories.parties import T0, make_coop, make_member


def faults(coop: Coop) -> list[str]:
    return [f"{fault.invariant} {fault.where}: {fault.what}" for one in INVARIANTS for fault in one.check(coop)]


@pytest.fixture
def book(coop: Coop, amina: Membership) -> Coop:
    from marke.ledger.services import post

    basis = record_basis(coop=coop, scheme="job", version=1, rule_values={"jobs.contribution": "u"})
    post(coop=coop, kind="job", key="job:0:1", date=DAY, postings=job_legs(coop, amina.party), by=amina.party, at=T0, basis=basis,
         facts={"price": 1250, "parts": [1, {"a": 2}]})  # fmt: skip
    post_many(coop=coop, transactions=[new_job(coop, amina.party, number) for number in range(1, 6)], by=amina.party, at=T0)
    reverse(transaction=book_job(coop, amina.party, 6), key="job:6:1:reversed", date=DAY, by=None, at=T0)
    account(coop, "earnings", party=make_member(coop, "Bram").party)
    return coop


@pytest.fixture
def unsealed(book: Coop) -> Iterator[Coop]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    sealing.remove(connection)
    yield book
    sealing.install(connection)


def thief(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_untouched_book_is_whole(book: Coop):
    assert faults(book) == []


def test_a_co_op_without_bookings_is_whole(coop: Coop):
    assert faults(coop) == []


BRAMS = "(SELECT max(id) FROM ledger_account WHERE kind = 'earnings')"


@pytest.mark.parametrize(
    ("sql", "invariant"),
    [
        ("UPDATE ledger_posting SET amount = amount + 1 WHERE id = (SELECT min(id) FROM ledger_posting)", "INV-LEDGER-1"),
        ("UPDATE ledger_posting SET amount = amount * 2", "INV-LEDGER-3"),
        (f"UPDATE ledger_posting SET account_id = {BRAMS} WHERE line = 'earnings'", "INV-LEDGER-3"),
        ("UPDATE ledger_posting SET line = 'Price' WHERE line = 'price'", "INV-LEDGER-3"),
        ("UPDATE ledger_transaction SET date = '2026-01-06' WHERE number = 3", "INV-LEDGER-3"),
        ("UPDATE ledger_transaction SET sealed_at = '2026-01-05 09:00:01+00:00' WHERE number = 3", "INV-LEDGER-3"),
        ("UPDATE ledger_transaction SET facts = '{\"price\": 1251}' WHERE number = 3", "INV-LEDGER-3"),
        ("UPDATE ledger_transaction SET by_id = NULL WHERE number = 3", "INV-LEDGER-3"),
        ("UPDATE ledger_transaction SET basis_id = NULL WHERE number = 1", "INV-LEDGER-3"),
        ("UPDATE ledger_transaction SET content_hash = 'f' WHERE number = 3", "INV-LEDGER-3"),
        ("UPDATE ledger_chainhead SET number = 7", "INV-LEDGER-3"),
        ('UPDATE ledger_basis SET rule_values = \'{"jobs.contribution": "v"}\'', "INV-LEDGER-2"),
        ("UPDATE ledger_account SET detail = 'mine' WHERE kind = 'contribution'", "INV-LEDGER-2"),
        (f"UPDATE ledger_account SET party_id = NULL WHERE id = {BRAMS}", "INV-LEDGER-2"),
    ],
)
def test_whoever_changes_a_stored_byte_is_found(sql: str, invariant: str, unsealed: Coop):
    thief(sql)
    assert any(fault.startswith(invariant) for fault in faults(unsealed)), faults(unsealed)


def test_a_transaction_that_vanished_is_missed(unsealed: Coop):
    thief("DELETE FROM ledger_posting WHERE transaction_id = (SELECT id FROM ledger_transaction WHERE number = 4)")
    thief("DELETE FROM ledger_transaction WHERE number = 4")
    assert any("stands where number 4 should be" in fault for fault in faults(unsealed))


def test_postings_that_belong_to_nothing_are_found(unsealed: Coop):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON" if connection.vendor == "sqlite" else "SELECT 1")
    thief("DELETE FROM ledger_transaction WHERE number = 8")
    assert len([fault for fault in faults(unsealed) if "has no transaction or no account" in fault]) == 3
    thief("DELETE FROM ledger_posting WHERE transaction_id NOT IN (SELECT id FROM ledger_transaction)")
    thief("DELETE FROM ledger_account WHERE kind = 'unbilled'")
    assert [fault for fault in faults(unsealed) if "has no transaction or no account" in fault]


def test_the_last_transaction_vanishing_is_missed_at_the_head(unsealed: Coop):
    thief("DELETE FROM ledger_posting WHERE transaction_id = (SELECT id FROM ledger_transaction WHERE number = 8)")
    thief("DELETE FROM ledger_transaction WHERE number = 8")
    assert [fault for fault in faults(unsealed) if "its head is at 8, its last transaction is 7" in fault]


def test_the_doctor_looks_at_one_co_op_at_a_time(unsealed: Coop):
    other = make_coop("other")
    thief("UPDATE ledger_transaction SET date = '2026-01-06' WHERE number = 3")
    assert [fault for fault in faults(other) if " of " in fault] == []
    assert [fault for fault in faults(unsealed) if " of velo" in fault]


def test_seals_that_were_taken_away_are_missed(unsealed: Coop):
    assert [fault for fault in faults(unsealed) if "ledger_transaction_seals_its_postings is missing" in fault]
