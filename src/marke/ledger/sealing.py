"""The triggers that seal the ledger, on SQLite and PostgreSQL (INV-LEDGER-1, INV-LEDGER-2, INV-LEDGER-3).

Postings come first; inserting the transaction row checks and seals them. From then on nothing changes, whoever asks:
the program, the admin, or raw SQL. Postings whose transaction never comes fail the deferred foreign key at commit.
"""

# ruff: noqa: S608  every statement is made of our own words
from __future__ import annotations

from typing import TYPE_CHECKING

from marke_core.postings import GENESIS

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_NEVER = {
    "ledger_transaction": "INV-LEDGER-2: a sealed transaction is never changed or deleted; reverse it instead",
    "ledger_posting": "INV-LEDGER-2: a posting is never changed or deleted; reverse its transaction instead",
    "ledger_basis": "INV-LEDGER-2: a basis is never changed or deleted; record another",
}
_ACCOUNT = "INV-LEDGER-2: what an account is for, whose it is and its unit never change; open another"
_LATE = "INV-LEDGER-2: this transaction is sealed; it takes no more postings"
_FEW = "INV-LEDGER-1: a transaction has at least two postings, inserted before it"
_UNBALANCED = "INV-LEDGER-1: the postings do not sum to zero in every unit"
_FOREIGN = "INV-SCOPE-1: the postings, accounts, basis and reversal of a transaction belong to its own co-op"
_GAP = "INV-LEDGER-3: a transaction follows the one numbered before it and carries its hash"
_TAKEN = "INV-LEDGER-2: this row exists already and is never replaced"
_ACCOUNT_COLUMNS = ("id", "uid", "coop_id", "kind", "unit", "party_id", "detail")

# Each row below is looked up by a condition that only one index serves. Where several did, PostgreSQL chose among them on
# tables just filled and not yet analysed as if they were empty, kept that plan, and read a co-op's whole book per row.

# The legs of the new transaction, with the unit of their account; no unit when leg or account is of another co-op.
_LEGS = """SELECT p.amount AS amount, (SELECT CASE WHEN a.coop_id = NEW.coop_id AND p.coop_id = NEW.coop_id THEN a.unit END
    FROM ledger_account a WHERE a.id = p.account_id) AS unit
  FROM ledger_posting p WHERE p.transaction_id = NEW.id"""
# Materialised, else the account would be looked up once for every use of its unit.
_LEGS_ON_SQLITE, _LEGS_ON_POSTGRESQL = f"{_LEGS} LIMIT -1", f"{_LEGS} OFFSET 0"
# The end of the chain: number and hash in one word, because SQLite takes one value from a subquery.
_END = f"""COALESCE((SELECT number || ' ' || hash FROM ledger_transaction
    WHERE coop_id = NEW.coop_id ORDER BY number DESC LIMIT 1), '0 {GENESIS}')"""

# REPLACE deletes silently on SQLite, so each insert first looks for the rows that it would replace.
_SQLITE = [
    *(
        f"CREATE TRIGGER {table}_is_never_{verb}d BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
        for table, said in _NEVER.items()
        for verb in ("update", "delete")
    ),
    f"""CREATE TRIGGER ledger_account_stays_what_it_is BEFORE UPDATE ON ledger_account
    WHEN {" OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _ACCOUNT_COLUMNS)}
    BEGIN SELECT RAISE(ABORT, '{_ACCOUNT}'); END""",
    f"""CREATE TRIGGER ledger_account_is_never_replaced BEFORE INSERT ON ledger_account
    WHEN EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id OR uid = NEW.uid)
    BEGIN SELECT RAISE(ABORT, '{_TAKEN}'); END""",
    f"""CREATE TRIGGER ledger_basis_is_never_replaced BEFORE INSERT ON ledger_basis
    WHEN EXISTS (SELECT 1 FROM ledger_basis WHERE id = NEW.id OR (coop_id = NEW.coop_id AND digest = NEW.digest))
    BEGIN SELECT RAISE(ABORT, '{_TAKEN}'); END""",
    f"""CREATE TRIGGER ledger_posting_comes_before_its_seal BEFORE INSERT ON ledger_posting
    BEGIN
      SELECT RAISE(ABORT, '{_LATE}') WHERE EXISTS (SELECT 1 FROM ledger_transaction WHERE id = NEW.transaction_id);
      SELECT RAISE(ABORT, '{_TAKEN}') WHERE EXISTS (SELECT 1 FROM ledger_posting WHERE id = NEW.id);
      SELECT RAISE(ABORT, 'an amount is a whole number') WHERE typeof(NEW.amount) <> 'integer';
    END""",
    f"""CREATE TRIGGER ledger_transaction_seals_its_postings BEFORE INSERT ON ledger_transaction
    BEGIN
      SELECT RAISE(ABORT, '{_TAKEN}') WHERE EXISTS (SELECT 1 FROM ledger_transaction WHERE id = NEW.id
        OR (coop_id = NEW.coop_id AND number = NEW.number) OR (coop_id = NEW.coop_id AND key = NEW.key));
      SELECT RAISE(ABORT, '{_TAKEN}') WHERE NEW.reverses_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM ledger_transaction WHERE reverses_id = NEW.reverses_id);
      SELECT CASE
        WHEN count(*) < 2 THEN RAISE(ABORT, '{_FEW}')
        WHEN count(unit) < count(*) THEN RAISE(ABORT, '{_FOREIGN}')
        WHEN sum(amount) <> 0 THEN RAISE(ABORT, '{_UNBALANCED}')
        WHEN min(unit) <> max(unit) AND EXISTS (
          SELECT 1 FROM ({_LEGS_ON_SQLITE}) GROUP BY unit HAVING sum(amount) <> 0) THEN RAISE(ABORT, '{_UNBALANCED}')
      END FROM ({_LEGS_ON_SQLITE});
      SELECT RAISE(ABORT, '{_FOREIGN}') WHERE NEW.basis_id IS NOT NULL
        AND (SELECT coop_id FROM ledger_basis WHERE id = NEW.basis_id) IS NOT NEW.coop_id;
      SELECT RAISE(ABORT, '{_FOREIGN}') WHERE NEW.reverses_id IS NOT NULL
        AND (SELECT coop_id FROM ledger_transaction WHERE id = NEW.reverses_id) IS NOT NEW.coop_id;
      SELECT RAISE(ABORT, '{_GAP}') WHERE {_END} <> (NEW.number - 1) || ' ' || NEW.previous_hash;
    END""",
]


def _refusing(name: str, said: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""


_INDEXED = "SET enable_seqscan = off SET plan_cache_mode = force_generic_plan"
_POSTGRESQL = [
    *(_refusing(f"{table}_is_never_changed", said) for table, said in _NEVER.items()),
    *(
        f"""CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_is_never_changed()"""
        for table in _NEVER
    ),
    *(
        f"""CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_never_changed()"""
        for table in _NEVER
    ),
    _refusing("ledger_account_stays_what_it_is", _ACCOUNT),
    f"""CREATE TRIGGER ledger_account_stays_what_it_is BEFORE UPDATE ON ledger_account FOR EACH ROW
    WHEN (({", ".join(f"NEW.{column}" for column in _ACCOUNT_COLUMNS)})
      IS DISTINCT FROM ({", ".join(f"OLD.{column}" for column in _ACCOUNT_COLUMNS)}))
    EXECUTE FUNCTION ledger_account_stays_what_it_is()""",
    f"""CREATE FUNCTION ledger_posting_comes_before_its_seal() RETURNS trigger LANGUAGE plpgsql {_INDEXED} AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM ledger_transaction WHERE id = NEW.transaction_id) THEN
        RAISE EXCEPTION '{_LATE}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER ledger_posting_comes_before_its_seal BEFORE INSERT ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_posting_comes_before_its_seal()""",
    f"""CREATE FUNCTION ledger_transaction_seals_its_postings() RETURNS trigger LANGUAGE plpgsql {_INDEXED} AS $$
    DECLARE legs bigint; own bigint; total numeric; mixed boolean; said text;
    BEGIN
      SELECT count(*), count(unit), sum(amount), min(unit) <> max(unit) INTO legs, own, total, mixed FROM ({_LEGS_ON_POSTGRESQL}) AS l;
      IF legs < 2 THEN said := '{_FEW}';
      ELSIF own < legs THEN said := '{_FOREIGN}';
      ELSIF total <> 0 THEN said := '{_UNBALANCED}';
      ELSIF mixed AND EXISTS (SELECT 1 FROM ({_LEGS_ON_POSTGRESQL}) AS l GROUP BY unit HAVING sum(amount) <> 0)
        THEN said := '{_UNBALANCED}';
      ELSIF NEW.basis_id IS NOT NULL AND NEW.coop_id IS DISTINCT FROM (
        SELECT coop_id FROM ledger_basis WHERE id = NEW.basis_id) THEN said := '{_FOREIGN}';
      ELSIF NEW.reverses_id IS NOT NULL AND NEW.coop_id IS DISTINCT FROM (
        SELECT coop_id FROM ledger_transaction WHERE id = NEW.reverses_id) THEN said := '{_FOREIGN}';
      ELSIF {_END} <> (NEW.number - 1) || ' ' || NEW.previous_hash
        THEN said := '{_GAP}';
      END IF;
      IF said IS NOT NULL THEN RAISE EXCEPTION '%', said USING ERRCODE = 'integrity_constraint_violation'; END IF;
      RETURN NEW;
    END $$""",
    """CREATE TRIGGER ledger_transaction_seals_its_postings BEFORE INSERT ON ledger_transaction
    FOR EACH ROW EXECUTE FUNCTION ledger_transaction_seals_its_postings()""",
]
_SQLITE_NAMES = [sql.split()[2] for sql in _SQLITE]
_POSTGRESQL_NAMES = [(sql.split()[2], sql.split(" ON ")[1].split()[0]) for sql in _POSTGRESQL if "CREATE TRIGGER" in sql]
_POSTGRESQL_FUNCTIONS = [sql.split()[2] for sql in _POSTGRESQL if "CREATE FUNCTION" in sql]


def install(connection: BaseDatabaseWrapper) -> None:
    """Creates the triggers."""
    with connection.cursor() as cursor:
        for sql in _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(sql)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers away: for undoing the migration, and for tests that empty their tables or play the thief."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _SQLITE_NAMES:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name, table in _POSTGRESQL_NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        for function in _POSTGRESQL_FUNCTIONS:
            cursor.execute(f"DROP FUNCTION IF EXISTS {function}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The seals that are not in place, or switched off. A later migration that rebuilds one of these tables on SQLite
    loses its triggers, and must `remove` them before and `install` them after."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            wanted = _SQLITE_NAMES
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
            wanted = [name for name, _table in _POSTGRESQL_NAMES]
        there = {row[0] for row in cursor.fetchall()}
    return sorted(set(wanted) - there)
