"""Whoever is referred to exists and stays, though PostgreSQL keeps no foreign key for the largest tables (ADR 0016)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from marke.common.db import held
from marke.ledger.models import Account, Transaction
from marke.ledger.sealing import HELD
from marke.ledger.services import open_account
from marke.parties.models import Coop, Membership, Party
from marke.surplus.models import MemberYear
from marke.surplus.sealing import HELD as HELD_BY_LINES
from tests.factories.ledger import account
from tests.factories.parties import make_coop, make_member
from tests.ledger.test_sealing import POSTING, TRANSACTION, ZERO
from tests.surplus.scene import AFTER, make_year, start

pytestmark = pytest.mark.django_db(transaction=True)
ACCOUNT = (
    "INSERT INTO ledger_account (uid, coop_id, kind, unit, party_id, detail, created_at)"
    " VALUES ('00000000000040008000000000000001', %s, 'earnings', 'EUR', %s, '', '2026-01-05 09:00:00+00')"
)
LINE = (
    "INSERT INTO surplus_memberyear (coop_id, year_id, position, membership_id, facts, paid, withheld, kept)"
    " VALUES (%s, %s, 99, %s, '{}', 0, 0, 0)"
)


def refused(sql: str, *values: Any) -> str:
    """At once or at COMMIT."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, list(values) or None)
    return str(error.value)


def holder(name: str = "Bram") -> tuple[Coop, Party]:
    """Somebody to whom nothing refers but an account."""
    coop, party = make_coop(), Party.objects.create(name=name, created_at=AFTER)
    open_account(coop=coop, kind="earnings", party=party, at=AFTER)
    return coop, party


def test_an_account_of_nobody_and_one_of_no_co_op_are_refused() -> None:
    coop, party = holder()
    refused(ACCOUNT, coop.pk, 999_999)
    refused(ACCOUNT, 999_999, party.pk)
    assert Account.objects.count() == 1


def test_a_transaction_by_nobody_is_refused() -> None:
    coop = make_coop()
    bank, gift = account(coop, "bank"), account(coop, "gift")
    sql = TRANSACTION.replace("reverses_id)", "reverses_id, by_id)").replace("%s, %s, %s)", "%s, %s, %s, 999999)")
    assert sql.count("999999") == 1
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(POSTING, [coop.pk, 9_000, bank.pk, 5])
        cursor.execute(POSTING, [coop.pk, 9_000, gift.pk, -5])
        cursor.execute(sql, [9_000, coop.pk, 1, "raw:1:1", ZERO, "h1", None, None])
    assert not Transaction.objects.exists()


def test_who_has_an_account_is_never_deleted_and_keeps_their_key() -> None:
    coop, party = holder()
    for sql in ("DELETE FROM parties_party WHERE id = %s", "UPDATE parties_party SET id = id + 1000 WHERE id = %s"):
        refused(sql, party.pk)
    refused("DELETE FROM parties_coop WHERE id = %s", coop.pk)
    assert Account.objects.get().party == party and Account.objects.get().coop == coop


def test_who_has_none_can_go_and_their_own_row_written_again_is_no_change() -> None:
    _coop, party = holder()
    other = Party.objects.create(name="Chen", created_at=AFTER)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE parties_party SET id = id WHERE id = %s", [party.pk])
        cursor.execute("DELETE FROM parties_party WHERE id = %s", [other.pk])
    assert not Party.objects.filter(pk=other.pk).exists()


def test_a_line_of_nobody_is_refused_and_who_has_a_line_is_never_deleted() -> None:
    coop, people = make_year(surplus__members=[1, 1])
    year = start(coop, people[0])
    stranger = make_member(make_coop("other"), "Emre")
    for membership in (999_999, stranger.pk):
        assert "INV-SCOPE-1" in refused(LINE, coop.pk, year.pk, membership)
    assert "INV-SCOPE-1" in refused(LINE, coop.pk, 999_999, people[0].pk)
    refused("DELETE FROM parties_membership WHERE id = %s", people[1].pk)
    refused("DELETE FROM surplus_yearclose WHERE id = %s", year.pk)
    refused("UPDATE surplus_yearclose SET id = id + 1000 WHERE id = %s", year.pk)
    assert MemberYear.objects.filter(year=year).count() == len(people) == Membership.objects.filter(coop=coop).count()


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_emptying_the_table_that_is_referred_to_is_refused_unless_both_are_emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made_target (id bigint PRIMARY KEY)")
        cursor.execute("CREATE TABLE made_table (ref bigint REFERENCES made_target (id) DEFERRABLE INITIALLY DEFERRED)")
        held.install(connection, [held.Held("made_table", "ref", "made_target")])
        cursor.execute("INSERT INTO made_target VALUES (1); INSERT INTO made_table VALUES (1), (NULL)")
        try:
            assert "referred to by made_table.ref" in refused("TRUNCATE made_target")
            cursor.execute("TRUNCATE made_target, made_table")
        finally:
            held.remove(connection, [held.Held("made_table", "ref", "made_target")])
            cursor.execute("DROP TABLE made_table, made_target")


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_whoever_deletes_waits_for_who_is_opening_an_account_and_is_refused_then() -> None:
    import psycopg

    coop, party = make_coop(), Party.objects.create(name="Bram", created_at=AFTER)
    parameters = connection.get_connection_params()
    names = {name: parameters[name] for name in ("dbname", "user", "host", "port", "password") if parameters.get(name)}
    with psycopg.connect(**names) as beside:
        beside.execute("SET lock_timeout = '300ms'")
        beside.commit()
        with transaction.atomic():
            open_account(coop=coop, kind="earnings", party=party, at=AFTER)
            with pytest.raises(psycopg.errors.LockNotAvailable):
                beside.execute("DELETE FROM parties_party WHERE id = %s", [party.pk])
            beside.rollback()
        beside.execute("DELETE FROM parties_party WHERE id = %s", [party.pk])
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            beside.commit()
        beside.rollback()
    assert Account.objects.get().party == party


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_whoever_opens_an_account_waits_for_who_is_deleting_and_is_refused_then() -> None:
    import psycopg

    coop, party = make_coop(), Party.objects.create(name="Bram", created_at=AFTER)
    parameters = connection.get_connection_params()
    names = {name: parameters[name] for name in ("dbname", "user", "host", "port", "password") if parameters.get(name)}
    with psycopg.connect(**names) as beside:
        beside.execute("SET lock_timeout = '300ms'")
        beside.commit()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM parties_party WHERE id = %s", [party.pk])
            with pytest.raises(psycopg.errors.LockNotAvailable):
                beside.execute(ACCOUNT.encode(), [coop.pk, party.pk])
            beside.rollback()
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            beside.execute(ACCOUNT.encode(), [coop.pk, party.pk])
    assert not Account.objects.exists()


def test_no_guard_is_missing() -> None:
    assert held.missing(connection, HELD + HELD_BY_LINES) == []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE parties_party DISABLE TRIGGER ledger_account_party_id_stays")
            assert held.missing(connection, HELD) == ["ledger_account_party_id_stays"]
            cursor.execute("ALTER TABLE parties_party ENABLE TRIGGER ledger_account_party_id_stays")
