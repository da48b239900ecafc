"""The triggers that seal the ledger, on SQLite and PostgreSQL (INV-LEDGER-1, INV-LEDGER-2, INV-LEDGER-3).

Postings come first; inserting the transaction row checks and seals them, and moves the head of the co-op's chain. From
then on nothing changes, whoever asks: the program, the admin, or raw SQL. Postings whose transaction never comes are
refused at commit.

On SQLite each row is checked, and the deferred foreign key counts what is missing. PostgreSQL checks once per statement,
and counts in the head of the chain the postings that wait: a foreign key would look each of them up at commit, and whoever
inserts postings waits for the head, so that nobody slips one in beside a transaction not yet committed.
"""

# ruff: noqa: S608  every statement is made of our own words
from __future__ import annotations

from typing import TYPE_CHECKING

from marke.common.db import held
from marke.common.db.held import Held
from marke.common.db.triggers import INDEXED
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
_USED = "INV-LEDGER-2: an account with postings is never deleted"
_WAITING = "INV-LEDGER-1: there are postings whose transaction never came"
_NOBODY = "an account belongs to a co-op and a party that exist, and a transaction is by a party that does"
_HEAD = "INV-LEDGER-3: only sealing a transaction moves the head of a chain"
_ACCOUNT_COLUMNS = ("id", "uid", "coop_id", "kind", "unit", "party_id", "detail")

# The legs of the new transaction, with the unit of their account; no unit when leg or account is of another co-op. Read
# with a limit that limits nothing, else the account would be looked up once for every use of its unit.
_LEGS = """SELECT p.amount AS amount, (SELECT CASE WHEN a.coop_id = NEW.coop_id AND p.coop_id = NEW.coop_id THEN a.unit END
    FROM ledger_account a WHERE a.id = p.account_id) AS unit
  FROM ledger_posting p WHERE p.transaction_id = NEW.id"""
# Numbers are taken once, so whoever follows the one before follows the last.
_BEFORE = f"""CASE NEW.number WHEN 1 THEN '{GENESIS}' ELSE
    (SELECT hash FROM ledger_transaction WHERE coop_id = NEW.coop_id AND number = NEW.number - 1) END"""

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
    WHEN EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id OR (coop_id = NEW.coop_id AND kind = NEW.kind
      AND party_id IS NEW.party_id AND unit = NEW.unit AND detail = NEW.detail))
    BEGIN SELECT RAISE(ABORT, '{_TAKEN}'); END""",
    f"""CREATE TRIGGER ledger_account_stays_while_it_has_postings BEFORE DELETE ON ledger_account
    WHEN EXISTS (SELECT 1 FROM ledger_posting WHERE account_id = OLD.id)
    BEGIN SELECT RAISE(ABORT, '{_USED}'); END""",
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
          SELECT 1 FROM ({_LEGS} LIMIT -1) GROUP BY unit HAVING sum(amount) <> 0) THEN RAISE(ABORT, '{_UNBALANCED}')
      END FROM ({_LEGS} LIMIT -1);
      SELECT RAISE(ABORT, '{_FOREIGN}') WHERE NEW.basis_id IS NOT NULL
        AND (SELECT coop_id FROM ledger_basis WHERE id = NEW.basis_id) IS NOT NEW.coop_id;
      SELECT RAISE(ABORT, '{_FOREIGN}') WHERE NEW.reverses_id IS NOT NULL
        AND (SELECT coop_id FROM ledger_transaction WHERE id = NEW.reverses_id) IS NOT NEW.coop_id;
      SELECT RAISE(ABORT, '{_GAP}') WHERE {_BEFORE} IS NOT NEW.previous_hash;
      INSERT INTO ledger_chainhead (coop_id, number, hash, unsealed) VALUES (NEW.coop_id, NEW.number, NEW.hash, 0)
        ON CONFLICT (coop_id) DO UPDATE SET number = excluded.number, hash = excluded.hash;
    END""",
]


def _refusing(name: str, said: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{said}' {_INTEGRITY}; END $$"""


_INTEGRITY = "USING ERRCODE = 'integrity_constraint_violation'"
_LEGS_OF_NEW = _LEGS.replace("NEW.", "n.") + " OFFSET 0"
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
    f"""CREATE FUNCTION ledger_account_stays_while_it_has_postings() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$
    BEGIN
      PERFORM 1 FROM ledger_chainhead WHERE coop_id = OLD.coop_id FOR UPDATE;
      IF EXISTS (SELECT 1 FROM ledger_posting WHERE account_id = OLD.id) THEN RAISE EXCEPTION '{_USED}' {_INTEGRITY}; END IF;
      RETURN OLD;
    END $$""",
    """CREATE TRIGGER ledger_account_stays_while_it_has_postings BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_stays_while_it_has_postings()""",
    f"""CREATE FUNCTION ledger_account_is_of_who_exists() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM (SELECT DISTINCT coop_id AS id FROM fresh) AS named
          WHERE (SELECT c.id FROM parties_coop c WHERE c.id = named.id) IS NULL)
        OR EXISTS (SELECT 1 FROM fresh WHERE party_id IS NOT NULL
          AND (SELECT p.id FROM parties_party p WHERE p.id = party_id) IS NULL)
      THEN RAISE EXCEPTION '{_NOBODY}' USING ERRCODE = 'foreign_key_violation'; END IF;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER ledger_account_is_of_who_exists AFTER INSERT ON ledger_account REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_account_is_of_who_exists()""",
    _refusing("ledger_chainhead_moves_with_the_seal", _HEAD),
    """CREATE TRIGGER ledger_chainhead_moves_with_the_seal BEFORE INSERT OR UPDATE OR DELETE ON ledger_chainhead
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_chainhead_moves_with_the_seal()""",
    f"""CREATE FUNCTION ledger_postings_are_sealed_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT unsealed FROM ledger_chainhead WHERE coop_id = NEW.coop_id) <> 0 THEN
        RAISE EXCEPTION '{_WAITING}' {_INTEGRITY};
      END IF;
      RETURN NULL;
    END $$""",
    """CREATE CONSTRAINT TRIGGER ledger_postings_are_sealed_at_commit AFTER INSERT OR UPDATE ON ledger_chainhead
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.unsealed <> 0) EXECUTE FUNCTION ledger_postings_are_sealed_at_commit()""",
    # The count first: it waits for whoever posts, and what they commit is seen after it.
    f"""CREATE FUNCTION ledger_posting_comes_before_its_seal() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$
    BEGIN
      INSERT INTO ledger_chainhead AS head (coop_id, number, hash, unsealed)
        SELECT coop_id, 0, '{GENESIS}', count(*) FROM fresh GROUP BY coop_id ORDER BY coop_id
        ON CONFLICT (coop_id) DO UPDATE SET unsealed = head.unsealed + excluded.unsealed;
      IF EXISTS (SELECT 1 FROM (SELECT DISTINCT transaction_id AS id FROM fresh) AS named
          WHERE (SELECT t.id FROM ledger_transaction t WHERE t.id = named.id) IS NOT NULL) THEN
        RAISE EXCEPTION '{_LATE}' {_INTEGRITY};
      END IF;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER ledger_posting_comes_before_its_seal AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_comes_before_its_seal()""",
    f"""CREATE FUNCTION ledger_transaction_seals_its_postings() RETURNS trigger LANGUAGE plpgsql {INDEXED} AS $$
    DECLARE own record;
    BEGIN
      FOR own IN
        SELECT n.coop_id, sum(l.legs) AS legs, max(n.number) AS number, COALESCE(min(CASE
            WHEN l.legs < 2 THEN '{_FEW}'
            WHEN l.units < l.legs THEN '{_FOREIGN}'
            WHEN l.total <> 0 THEN '{_UNBALANCED}'
            WHEN l.mixed AND (SELECT bool_or(u.total <> 0) FROM (
              SELECT sum(amount) AS total FROM ({_LEGS_OF_NEW}) AS m GROUP BY unit) AS u) THEN '{_UNBALANCED}'
            WHEN n.basis_id IS NOT NULL AND n.coop_id IS DISTINCT FROM (
              SELECT coop_id FROM ledger_basis WHERE id = n.basis_id) THEN '{_FOREIGN}'
            WHEN n.reverses_id IS NOT NULL AND n.coop_id IS DISTINCT FROM (
              SELECT coop_id FROM ledger_transaction WHERE id = n.reverses_id) THEN '{_FOREIGN}'
            WHEN n.by_id IS NOT NULL AND (SELECT id FROM parties_party WHERE id = n.by_id) IS NULL THEN '{_NOBODY}'
            WHEN n.previous_hash <> n.hash_after THEN '{_GAP}' END),
          CASE WHEN max(n.number) - min(n.number) >= count(*) OR min(n.number) IS DISTINCT FROM 1 + (
            SELECT h.number FROM ledger_chainhead h WHERE h.coop_id = n.coop_id) THEN '{_GAP}' END) AS said
        FROM (
          SELECT id, coop_id, number, by_id, basis_id, reverses_id, previous_hash,
            COALESCE(lag(hash) OVER chain, (SELECT h.hash FROM ledger_chainhead h WHERE h.coop_id = f.coop_id)) AS hash_after
          FROM fresh f WINDOW chain AS (PARTITION BY coop_id ORDER BY number)) AS n
        CROSS JOIN LATERAL (
          SELECT count(*) AS legs, count(unit) AS units, sum(amount) AS total,
            min(unit COLLATE "C") <> max(unit COLLATE "C") AS mixed
          FROM ({_LEGS_OF_NEW}) AS legs) AS l
        GROUP BY n.coop_id ORDER BY n.coop_id
      LOOP
        IF own.said IS NOT NULL THEN RAISE EXCEPTION '%', own.said {_INTEGRITY}; END IF;
        UPDATE ledger_chainhead SET unsealed = unsealed - own.legs, number = own.number, hash = (
          SELECT hash FROM fresh WHERE coop_id = own.coop_id AND number = own.number) WHERE coop_id = own.coop_id;
      END LOOP;
      RETURN NULL;
    END $$""",
    """CREATE TRIGGER ledger_transaction_seals_its_postings AFTER INSERT ON ledger_transaction REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_transaction_seals_its_postings()""",
]
# The count in the head of the chain takes its place; Django has made it and goes on believing in it.
_WITHOUT_FOREIGN_KEY = """DO $$ DECLARE own name; BEGIN
  FOR own IN SELECT conname FROM pg_constraint WHERE contype = 'f'
    AND conrelid = 'ledger_posting'::regclass AND confrelid = 'ledger_transaction'::regclass
  LOOP EXECUTE format('ALTER TABLE ledger_posting DROP CONSTRAINT %I', own); END LOOP; END $$"""
# What accounts and transactions refer to, and prove by the triggers above.
HELD = [
    Held("ledger_account", "coop_id", "parties_coop"),
    Held("ledger_account", "party_id", "parties_party"),
    Held("ledger_transaction", "by_id", "parties_party"),
]
_SQLITE_NAMES = [sql.split()[2] for sql in _SQLITE]
_POSTGRESQL_NAMES = [
    (sql.split(" TRIGGER ")[1].split()[0], sql.split(" ON ")[1].split()[0]) for sql in _POSTGRESQL if " TRIGGER " in sql
]
_POSTGRESQL_FUNCTIONS = [sql.split()[2] for sql in _POSTGRESQL if "CREATE FUNCTION" in sql]


def install(connection: BaseDatabaseWrapper) -> None:
    """Creates the triggers."""
    with connection.cursor() as cursor:
        for sql in _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(sql)
        if connection.vendor == "postgresql":
            cursor.execute(_WITHOUT_FOREIGN_KEY)
    held.install(connection, HELD)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers away: for undoing the migration, and for tests that empty their tables or play the thief."""
    held.remove(connection, HELD)
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
    return sorted(set(wanted) - there) + held.missing(connection, HELD)
